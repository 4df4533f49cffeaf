"""What holds a message's bytes, a mail that forwards it or a post that quotes it, goes with it, or is told."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flow.conftest import Team
from support.sample import ADVOCATES

from parapet.domain.errors import NotFound, OnHold
from parapet.dossiers.redaction import read_spec
from parapet.evidence.verify import verify

pytestmark = pytest.mark.both_databases
TO = "a.okwuosa@rivercrest-family-heal.example"
SECRET = "I know where you live, and I know which door you take in the morning."
QUOTED = "I know where you live,\n> and I know which door you take in the morning."


def mail(n: int, text: str, *, inner: str = "", more: str = "") -> str:
    head = (
        f"From: writer{n}@mail.example\nTo: {TO}\nSubject: S{n}\nDate: Tue, 01 Sep 2026 06:0{n}:00 +0000\n"
        f"Message-ID: <c{n}@mail.example>\nMIME-Version: 1.0\n{more}"
    )
    if not inner:
        return f"{head}Content-Type: text/plain; charset=utf-8\n\n{text}\n"
    return (
        f'{head}Content-Type: multipart/mixed; boundary="b{n}"\n\n--b{n}\nContent-Type: text/plain\n\n{text}\n'
        f"--b{n}\nContent-Type: message/rfc822\n\n{inner}\n--b{n}--\n"
    )


@pytest.fixture
def letters(team: Team, take_in: Callable[..., Any], judge: Callable[[], None], tmp_path: Path, once: Any) -> dict[str, str]:
    """A threat; a mail that forwards it; one that forwards that one; a reply that quotes it; one that has nothing to do with it."""

    def put_in() -> Any:
        from parapet.access import items
        from parapet.access.inbox import page
        from parapet.access.views import Filters

        threat = mail(1, SECRET)
        sent_on = mail(2, "Look at what she got.", inner=threat)
        mails = {
            "threat": threat,
            "sent_on": sent_on,
            "sent_on_again": mail(3, "And she sent it to me.", inner=sent_on),
            "reply": mail(4, f"You wrote:\n\n> {QUOTED}\n\nStop that.", more="In-Reply-To: <c1@mail.example>\n"),
            "other": mail(5, "You should be ashamed of yourself, doctor, and so should your whole clinic."),
        }
        folder = tmp_path / "mails"
        folder.mkdir()
        for name, text in mails.items():
            (folder / f"{name}.eml").write_text(text)
        take_in(folder, advocates=ADVOCATES, person=team.advocate)
        judge()
        by_subject = {}
        for row in page(team.advocate, team.advocate_id, Filters()).rows:
            by_subject[items.opened(team.advocate, row.id, why="read").item.subject] = row.id
        assert len(by_subject) == 5
        return {name: by_subject[f"S{number}"] for number, name in enumerate(mails, 1)}

    return once("carriers", put_in)


def readable(team: Team, item: str) -> bytes:
    from parapet.access.items import original

    return original(team.advocate, item, why="case").content


def test_whoever_wants_to_erase_is_told_what_holds_it_and_what_repeats_it(team: Team, letters: dict[str, str]) -> None:
    from parapet.actions.erase import reach_of_item

    reach = reach_of_item(team.advocate, letters["threat"])
    assert reach.carriers == (letters["sent_on"], letters["sent_on_again"])
    assert reach.quoting == (letters["reply"],)
    assert reach_of_item(team.advocate, letters["sent_on"]).carriers == (letters["sent_on_again"],)
    for name in ("sent_on_again", "reply", "other"):
        reach = reach_of_item(team.advocate, letters[name])
        assert reach.carriers == (), name
    with pytest.raises(NotFound):
        reach_of_item(team.stranger, letters["threat"])


def test_erased_with_what_holds_it_no_byte_is_left(team: Team, letters: dict[str, str], tmp_path: Path) -> None:
    from parapet.actions.check_home import check_home
    from parapet.actions.erase import erase_item, reach_of_item
    from parapet.actions.export_bag import export_bag
    from parapet.actions.open_case import open_case
    from parapet.records.models import Erased, LogEntry

    case = open_case(team.advocate, team.advocate_id, "All", list(letters.values()))
    erase_item(team.advocate, letters["threat"], reason="private", also=reach_of_item(team.advocate, letters["threat"]).carriers)
    for name in ("threat", "sent_on", "sent_on_again"):
        with pytest.raises(NotFound):
            readable(team, letters[name])
    assert b"ashamed" in readable(team, letters["other"])
    assert LogEntry.objects.filter(kind="erase").count() == 3, "each has its own entry"
    assert Erased.objects.filter(what="item").count() == 3
    assert check_home().faults == []
    report = verify(export_bag(team.advocate, case, "en", tmp_path / "out"))
    assert report.sound and report.facts["erased"] == 3, report.as_text()


def test_what_is_left_keeps_it_and_only_what_holds_it_may_be_named(team: Team, letters: dict[str, str]) -> None:
    from parapet.actions.erase import erase_item
    from parapet.actions.hold import hold

    for wrong in (letters["other"], letters["reply"], "itm_0000000000zzz", "nonsense"):
        with pytest.raises(NotFound):
            erase_item(team.advocate, letters["threat"], reason="private", also=[letters["sent_on"], wrong])
    hold(team.advocate, letters["sent_on_again"], reason="court")
    with pytest.raises(OnHold):
        erase_item(team.advocate, letters["sent_on"], reason="private", also=[letters["sent_on_again"]])
    assert SECRET.encode() in readable(team, letters["threat"]), "all of it or none"
    assert SECRET.encode() in readable(team, letters["sent_on"])


def test_the_command_names_them_and_takes_them_along_unless_it_is_told_not_to(team: Team, letters: dict[str, str]) -> None:
    from support.terminal import parapet

    from parapet.records.models import Item

    kept = parapet("erase", "--item", letters["sent_on"], "--reason", "private", "--keep-carriers", "--yes")
    assert kept.status == 0 and "stays readable" in kept.err and letters["sent_on_again"] in kept.err, kept.err
    assert Item.objects.count() == 4
    done = parapet("erase", "--item", letters["threat"], "--reason", "private", "--yes")
    assert done.status == 0 and letters["sent_on_again"] in done.err and letters["reply"] in done.err, done.err
    assert Item.objects.count() == 2


def test_a_copy_without_it_is_without_what_holds_or_repeats_it(team: Team, letters: dict[str, str], tmp_path: Path) -> None:
    from parapet.actions.export_bag import export_bag
    from parapet.actions.open_case import open_case
    from parapet.actions.redact import carrying
    from parapet.actions.write_note import write_note

    case = open_case(team.advocate, team.advocate_id, "All", list(letters.values()))
    write_note(team.advocate, case, f"He wrote: {SECRET} The police have it.")
    withheld = read_spec(json.dumps({"items": {letters["threat"]: "safety"}}), "en")
    carried = [letters[name] for name in ("sent_on", "sent_on_again", "reply")]
    assert carrying(team.advocate, case, withheld) == carried
    with pytest.raises(NotFound):
        carrying(team.stranger, case, withheld)
    bag = export_bag(team.advocate, case, "en", tmp_path / "out", withheld)
    report = verify(bag)
    assert report.sound and report.facts["withheld"] == 4, report.as_text()
    found = [path for path in bag.rglob("*") if path.is_file() and b"which door" in path.read_bytes()]
    assert found == []
    from pypdf import PdfReader

    pages = " ".join("".join(page.extract_text() for page in PdfReader(bag / "data/documents/dossier.pdf").pages).split())
    assert "which door" not in pages and "The police have it" in pages and "Stop that" in pages
    reply = (bag / f"data/items/{letters['reply']}/v1/redacted.txt").read_text()
    assert "[withheld: safety]" in reply and "Stop that." in reply
    assert (bag / f"data/items/{letters['other']}/v1/leaf.json").exists()


def test_a_quoted_post_is_in_the_post_that_quotes_it(
    team: Team, take_in: Callable[..., Any], judge: Callable[[], None], tmp_path: Path
) -> None:
    from parapet.access.carriers import carriers_of
    from parapet.records.models import Item

    def post(key: str, text: str) -> dict[str, Any]:
        return {"$type": "app.bsky.feed.post", "text": text, "createdAt": "2026-09-14T10:00:00.000Z", "mark": key}

    author = {"did": "did:plc:aaaaaaaaaaaaaaaaaaaaaaaa", "handle": "a.example"}
    quoted = {
        "$type": "app.bsky.embed.record#viewRecord", "uri": "at://did:plc:aaaaaaaaaaaaaaaaaaaaaaaa/app.bsky.feed.post/1", "cid": "x",
        "author": author, "value": post("1", SECRET), "indexedAt": "2026-09-14T10:00:00.000Z",
    }  # fmt: skip
    view = {
        "uri": "at://did:plc:aaaaaaaaaaaaaaaaaaaaaaaa/app.bsky.feed.post/2", "cid": "y", "author": author, "reason": "mention",
        "record": post("2", "Look at this."), "isRead": False, "indexedAt": "2026-09-14T10:00:00.000Z",
    }  # fmt: skip
    thread = {
        "$type": "app.bsky.feed.defs#threadViewPost",
        "post": {**view, "embed": {"$type": "x", "record": quoted}},
        "replies": [],
    }
    (tmp_path / "thread.json").write_text(json.dumps({"thread": thread}))
    intake = take_in(tmp_path / "thread.json", advocates=ADVOCATES, person=team.advocate)
    judge()
    assert intake.new == 2
    numbers = list(Item.objects.values_list("number", flat=True))
    found = carriers_of(numbers)
    assert sorted(len(each) for each in found.values()) == [0, 1], "one holds the other"
