"""A copy in which something is withheld: it is nowhere in the bag, nothing lets it be guessed, and the log says that it was."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from evidence.bags import remanifest
from flow.conftest import Team
from pypdf import PdfReader
from support.sample import ADVOCATES

from parapet.domain.errors import NotFound, RequestRefused
from parapet.dossiers.redaction import read_spec
from parapet.evidence.verify import verify

both = pytest.mark.both_databases

#: Where she lives, and who else is named. In none of the forms may these be found.
HOME, NEIGHBOUR = "12 Elm Street", "Amélie Tremblay"


#: By the server of the neighbour's own domain, which therefore names the neighbour.
SIGNED = "DKIM-Signature: v=1; a=rsa-sha256; d=tremblay-house.example; s=k1; h=from; bh=AAAA; b=AAAA\n"


def letter(number: int, text: str, *, html: str = "", sender: str = "Angry <angry@mail.example>", more: str = "") -> bytes:
    body = f"Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n{text}\n"
    if html:
        coded = base64.encodebytes(html.encode()).decode()
        body = (
            'Content-Type: multipart/alternative; boundary="b"\n\n--b\n'
            f"{body}\n--b\nContent-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: base64\n\n{coded}\n--b--\n"
        )
    return (
        f"{more}From: {sender}\nTo: a.okwuosa@rivercrest-family-heal.example\nSubject: Letter {number}\n"
        f"Date: Tue, 01 Sep 2026 06:0{number}:00 +0000\nMessage-ID: <l{number}@mail.example>\nMIME-Version: 1.0\n{body}"
    ).encode()


def letters() -> list[bytes]:
    """What lies in the folder that is taken in."""
    return [
        letter(1, f"I know that you live at {HOME}. I will come 🔪"),
        letter(2, "You live at 12\u00a0ELM\nStr\u200beet, don't you?"),
        letter(3, "We know where.", html=f"<p>We know where: 12 <b>Elm</b> Street &amp; you, {HOME}</p>"),
        letter(4, "I saw him at the door again.", sender=f"{NEIGHBOUR} <neighbour@mail.example>", more=SIGNED),
        letter(5, "You should be ashamed of yourself."),
    ]


@pytest.fixture
def case(team: Team, take_in: Callable[..., Any], judge: Callable[[], None], tmp_path: Path, once: Any) -> tuple[str, list[str]]:
    """Five letters, in order: her address; the same, dressed up; only in the HTML; a neighbour's own letter; nothing secret."""

    def put_in() -> Any:
        from parapet.access.inbox import page
        from parapet.access.views import Filters
        from parapet.actions.open_case import open_case
        from parapet.actions.write_note import write_note

        (tmp_path / "letters").mkdir()
        for number, raw in enumerate(letters(), 1):
            (tmp_path / "letters" / f"{number}.eml").write_bytes(raw)
        take_in(tmp_path / "letters", advocates=ADVOCATES, person=team.advocate)
        judge()
        ids = [row.id for row in reversed(page(team.advocate, team.advocate_id, Filters()).rows)]
        assert len(ids) == 5
        made = open_case(team.advocate, team.advocate_id, "Letters", ids)
        write_note(team.advocate, made, f"Police told. She lives at {HOME}.")
        write_note(team.advocate, made, "A second note.")
        return made, ids

    return once("redact", put_in)


def spec(items: dict[str, str] | None = None, lang: str = "en") -> Any:
    passages = [{"text": "12 elm street", "reason": "safety"}]
    return read_spec(json.dumps({"items": items or {}, "passages": passages}), lang)


def everything(bag: Path) -> Iterator[tuple[str, str]]:
    """All that can be read in a bag, packed or not."""
    for path in sorted(p for p in bag.rglob("*") if p.is_file()):
        raw = path.read_bytes()
        name = path.relative_to(bag).as_posix()
        yield name, raw.decode("utf-8", "replace")
        if path.suffix == ".pdf":
            yield name, "".join(page.extract_text() for page in PdfReader(io.BytesIO(raw)).pages)
        if path.suffix == ".xlsx":
            with zipfile.ZipFile(path) as book:
                yield from ((f"{name}/{each}", book.read(each).decode()) for each in book.namelist())


def bare(text: str) -> str:
    return re.sub(r"[\s\u200b]+", "", text).casefold()


@both
def test_what_is_withheld_is_nowhere_in_the_bag(team: Team, case: tuple[str, list[str]], tmp_path: Path) -> None:
    from parapet.actions.export_bag import export_bag

    made, ids = case
    bag = export_bag(team.advocate, made, "en", tmp_path, spec({ids[3]: "third_party"}))
    report = verify(bag)
    assert (report.exit_code, report.faults) == (0, [])
    hidden = [bare(HOME), bare(NEIGHBOUR), "neighbour@mail", "tremblay-house", bare("I saw him at the door")]
    assert [(name, word) for name, text in everything(bag) for word in hidden if word in bare(text)] == []
    for number, item in enumerate(ids):
        names = {path.name.partition(".")[0] for path in (bag / "data/items" / item / "v1").iterdir()}
        assert names == ({"redacted", "withheld", "proof"} if number < 4 else {"original", "face", "leaf", "proof", "source"})
    first = (bag / "data/items" / ids[0] / "v1/redacted.txt").read_text()
    assert "I know that you live at [withheld: safety]. I will come 🔪" in first
    assert (bag / "data/items" / ids[3] / "v1/redacted.txt").read_text().endswith("\n[withheld: third party]\n")
    said = report.as_text()
    assert "4 version(s) of messages" in said
    assert "left out of 1 note(s)" in said and "other entries" not in said
    assert "Withheld for somebody's safety: 4." in said
    assert "Withheld for the sake of others: 1." in said


@both
def test_what_is_signed_by_whom_is_shown_of_what_is_not_withheld(team: Team, case: tuple[str, list[str]], tmp_path: Path) -> None:
    """So that the test above looks for something that would be there."""
    from parapet.actions.export_bag import export_bag

    made, ids = case
    bag = export_bag(team.advocate, made, "en", tmp_path)
    told = {name for name, text in everything(bag) if "tremblay-house" in bare(text)}
    assert {f"data/items/{ids[3]}/v1/source.json", "data/documents/dossier.pdf"} <= told


@both
def test_copies_of_the_same_words_have_different_digests(team: Team, case: tuple[str, list[str]], tmp_path: Path) -> None:
    """The log keeps the digest of each copy, and a later bag, which withholds something else, shows it."""
    from parapet.actions.export_bag import export_bag

    made, ids = case
    copies, digests = [], []
    for name in ("a", "b"):
        bag = export_bag(team.advocate, made, "en", tmp_path / name, spec())
        copies.append((bag / "data/items" / ids[0] / "v1/redacted.txt").read_text())
        digests.append(json.loads((bag / "data/redactions.json").read_text())["withheld"][0]["redacted_sha256"])
    assert len(set(digests)) == 2
    marks = [re.findall(r"(?m)^Copy: ([0-9a-f]{32})$", text) for text in copies]
    assert [len(each) for each in marks] == [1, 1]
    assert copies[0].replace(marks[0][0], marks[1][0]) == copies[1]


@both
def test_a_note_whose_words_are_cut_is_shown_as_an_entry_without_a_digest_to_guess_by(
    team: Team, case: tuple[str, list[str]], tmp_path: Path
) -> None:
    from parapet.access.cases import page
    from parapet.actions.export_bag import export_bag

    made, _ids = case
    assert [note.text for note in page(team.advocate, made).notes] == [f"Police told. She lives at {HOME}.", "A second note."]
    bag = export_bag(team.advocate, made, "en", tmp_path, spec())
    assert verify(bag).sound
    assert not list((bag / "data/custody").rglob("withheld.json"))
    lines = json.loads((bag / "data/redactions.json").read_text())["withheld"]
    [note] = [line for line in lines if (bag / f"data/custody/{line['log_index']:010d}/leaf.json").exists()]
    leaf = json.loads((bag / f"data/custody/{note['log_index']:010d}/leaf.json").read_bytes())
    assert leaf["kind"] == "note" and set(leaf["details"]) == {"words_sha256"} and "redacted_sha256" not in note
    pdf = "".join(text for name, text in everything(bag) if name.endswith("dossier.pdf"))
    assert "Police told. She lives at [withheld: safety]." in " ".join(pdf.split())


@both
def test_a_note_of_the_first_homes_stays_away_with_its_leaf(
    team: Team, case: tuple[str, list[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its leaf holds the digest of its words. It was written before any head said whose each entry is."""
    from parapet.access import case_notes
    from parapet.access.cases import page
    from parapet.actions import case_events
    from parapet.actions.check_home import check_home
    from parapet.actions.export_bag import export_bag
    from parapet.actions.open_case import open_case
    from parapet.actions.write_note import write_note
    from parapet.evidence.seal import case_head

    with monkeypatch.context() as then:
        then.setattr(case_events, "owned_head", lambda entries: case_head(hashed for hashed, _ in entries))
        made = open_case(team.advocate, team.advocate_id, "Old", case[1])
        _write_old_note(team, made, f"He found {HOME}.")
    write_note(team.advocate, made, f"And again {HOME}.")
    assert [note.text for note in page(team.advocate, made).notes] == [f"He found {HOME}.", f"And again {HOME}."]
    assert case_notes.SALTED == "words_sha256"
    bag = export_bag(team.advocate, made, "en", tmp_path, spec())
    report = verify(bag)
    assert report.sound, report.as_text()
    assert "1 other entries of the case from its first days" in report.as_text() and "left out of 1 note(s)" in report.as_text()
    guess = hashlib.sha256(f"He found {HOME}.".encode()).hexdigest()
    assert [name for name, text in everything(bag) if guess in text] == []
    assert check_home().faults == []


def _write_old_note(team: Team, made: str, text: str) -> None:
    from datetime import UTC, datetime

    from django.db import transaction

    from parapet.access.case_cards import case_key
    from parapet.access.case_notes import note_context
    from parapet.access.cases import held_case
    from parapet.actions.case_events import log_case_event
    from parapet.domain.rights import Right
    from parapet.records.chain import hold_log
    from parapet.records.models import Note

    case, now, raw = held_case(team.advocate, made, Right.ANNOTATE), datetime.now(UTC), text.encode()
    with transaction.atomic():
        hold_log()
        details = {"sha256": hashlib.sha256(raw).hexdigest()}
        index = log_case_event(case, "note", person=team.advocate, details=details, now=now)
        sealed = case_key(case).lock(raw, about=note_context(case.number, index, team.advocate.number, now))
        Note.objects.create(case=case, person=team.advocate, at=now, log_index=index, sealed_text=sealed)


@both
def test_no_digest_lets_it_be_guessed(team: Team, case: tuple[str, list[str]], tmp_path: Path) -> None:
    """Who guesses the address right, and has the rest of the text, must find no digest to confirm the guess by."""
    from parapet.access.items import original
    from parapet.actions.export_bag import export_bag
    from parapet.records.models import LogEntry, Version

    made, ids = case
    bag = export_bag(team.advocate, made, "en", tmp_path, spec({ids[3]: "third_party"}))
    guesses = [original(team.advocate, item, why="case").content for item in ids[:4]]
    guesses.append(f"Police told. She lives at {HOME}.".encode())
    guesses += letters()[:4]
    digests = {hashlib.new(name, raw).hexdigest() for raw in guesses for name in ("sha256", "sha512", "md5", "sha1")}
    digests |= {digest.upper() for digest in digests}
    assert [name for name, text in everything(bag) for digest in digests if digest in text] == []
    sizes = {str(len(raw)) for raw in guesses[:4]}
    told = (bag / "data/redactions.json").read_text() + "".join(p.read_text() for p in bag.rglob("item.json"))
    assert not sizes & set(re.findall(r"(?<![\w.])\d+(?![\w.])", told)), "numbers of their own, not digits of a hash"
    assert LogEntry.objects.filter(kind="redact").count() == 1
    assert Version.objects.count() == 5


@both
def test_public_programs_accept_such_a_bag_too(team: Team, case: tuple[str, list[str]], tmp_path: Path) -> None:
    from parapet.actions.export_bag import export_bag

    made, ids = case
    bag = export_bag(team.helper, made, "fr", tmp_path, spec({ids[3]: "privilege"}, "fr"))
    for command in (
        ["sha256sum", "-c", "--quiet", "manifest-sha256.txt", "tagmanifest-sha256.txt"],
        [sys.executable, "-m", "bagit", "--validate", "."],
        [str(Path(sys.executable).with_name("case_validate")), "data/case.jsonld"],
        [sys.executable, "-I", "-S", "verify.py", "--lang", "fr"],
    ):
        said = subprocess.run(command, cwd=bag, capture_output=True, text=True, check=False)
        assert said.returncode == 0, said.stdout + said.stderr
    assert "secret professionnel" in said.stdout
    assert "[soustrait\u00a0: sécurité]" in (bag / "data/items" / ids[0] / "v1/redacted.txt").read_text()
    rows = list(csv.DictReader(io.StringIO((bag / "data/chronology.csv").read_text("utf-8-sig"), newline="")))
    assert [bool(row["sha256"]) for row in rows] == [False, False, False, False, True]
    assert all(row["captured_at"] for row in rows)
    signed = subprocess.run(["pdfsig", bag / "data/documents/dossier.pdf"], capture_output=True, text=True, check=False)
    assert "Signature is Valid." in signed.stdout


@both
def test_the_home_keeps_all_and_the_next_bag_shows_it(team: Team, case: tuple[str, list[str]], tmp_path: Path) -> None:
    from parapet.actions.export_bag import export_bag

    made, ids = case
    export_bag(team.advocate, made, "en", tmp_path / "a", spec())
    bag = export_bag(team.advocate, made, "en", tmp_path / "b")
    assert verify(bag).sound
    assert not (bag / "data/redactions.json").exists()
    assert HOME in (bag / "data/items" / ids[0] / "v1/original.eml.txt").read_text()
    kinds = [json.loads(p.read_bytes())["kind"] for p in sorted((bag / "data/custody").rglob("leaf.json"))]
    assert kinds.count("redact") == 1


def test_a_stranger_withholds_nothing(team: Team, case: tuple[str, list[str]], tmp_path: Path) -> None:
    from parapet.actions.export_bag import export_bag
    from parapet.records.models import LogEntry

    with pytest.raises(NotFound):
        export_bag(team.stranger, case[0], "en", tmp_path, spec())
    assert not LogEntry.objects.filter(kind="redact").exists()


@pytest.mark.parametrize(
    "given",
    [
        '{"items": {"itm_0000000000000": "privacy"}}',
        '{"passages": [{"text": "is nowhere in it", "reason": "privacy"}]}',
        '{"passages": [{"text": "Letters", "reason": "privacy"}]}',
        "{}",
    ],
)
def test_what_withholds_nothing_or_the_title_or_what_is_not_there_is_refused(
    team: Team, case: tuple[str, list[str]], tmp_path: Path, given: str
) -> None:
    from parapet.actions.export_bag import export_bag
    from parapet.records.models import LogEntry

    with pytest.raises(RequestRefused):
        export_bag(team.advocate, case[0], "en", tmp_path / "out", read_spec(given, "en"))
    assert not LogEntry.objects.filter(kind__in=["redact", "export"]).exists()
    assert not (tmp_path / "out").exists()


# Tampering, by who holds no key (the seal tells), and by who writes all lists anew (the argument still tells).


def _drop_notice(bag: Path, item: Path) -> None:
    (bag / "data/redactions.json").unlink()


def _soften_notice(bag: Path, item: Path) -> None:
    path = bag / "data/redactions.json"
    path.write_text(path.read_text().replace('"safety"', '"privacy"'))


def _other_text(bag: Path, item: Path) -> None:
    (item / "redacted.txt").write_text("I wish you well.")


def _other_place(bag: Path, item: Path) -> None:
    path = item / "withheld.json"
    path.write_text(re.sub(r'"index": \d+', '"index": 1', path.read_text()))


def _nonsense(bag: Path, item: Path) -> None:
    (item / "withheld.json").write_text("{}")


def _an_original_too(bag: Path, item: Path) -> None:
    (item / "original.txt").write_text("forged")


def _a_leaf_too(bag: Path, item: Path) -> None:
    (item / "leaf.json").write_text('{"kind":"withheld","v":1}')


def _another_withheld(bag: Path, item: Path) -> None:
    """The one letter that is shown, made to look withheld."""
    whole = next(p.parent for p in (bag / "data/items").rglob("leaf.json"))
    leaf = (whole / "leaf.json").read_bytes()
    index = int(re.search(r"index (\d+)", (whole / "proof.tlog-proof").read_text())[1])  # type: ignore[index]
    hashed = hashlib.sha256(b"\x00" + leaf).hexdigest()
    for path in [p for p in whole.iterdir() if p.name != "proof.tlog-proof"]:
        path.unlink()
    (whole / "withheld.json").write_text(json.dumps({"index": index, "leaf_hash": hashed}) + "\n")
    (whole / "redacted.txt").write_text("[withheld: privacy]\n")


TAMPERED = {
    _drop_notice: "withheld.notice",
    _soften_notice: "withheld.notice",
    _other_text: "withheld.untold",
    _other_place: "proof.root",
    _nonsense: "withheld.form",
    _an_original_too: "original.count",
    _a_leaf_too: "withheld.form",
    _another_withheld: "withheld.untold",
}


@pytest.mark.parametrize("tamper", TAMPERED, ids=lambda each: each.__name__.strip("_"))
def test_a_redacted_bag_that_was_tampered_with_is_refused(
    team: Team, case: tuple[str, list[str]], tmp_path: Path, tamper: Callable[[Path, Path], None]
) -> None:
    from parapet.actions.export_bag import export_bag

    made, ids = case
    bag = export_bag(team.advocate, made, "en", tmp_path, spec())
    tamper(bag, bag / "data/items" / ids[0] / "v1")
    remanifest(bag)
    report = verify(bag)
    assert not report.sound
    assert TAMPERED[tamper] in {fault.code for fault in report.faults}
    assert "seal.broken" in {fault.code for fault in report.faults}
