"""From items to a bag that anybody can check: nothing left out, nothing of another's in it, every character intact."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import bagit
import pytest
from flow.conftest import Team
from pypdf import PdfReader
from support import many
from support.sample import ADVOCATES, SAMPLE

from parapet.domain.errors import NotFound, RequestRefused
from parapet.evidence.verify import verify

both = pytest.mark.both_databases

#: Ours, in a message, a note and a title; none may reach the bag of another case.
OTHERS = ("Wombatnote", "Wombattitle", "Wombatitem")


@pytest.fixture
def mail(team: Team, take_in: Callable[..., Any], judge: Callable[[], None], tmp_path: Path, once: Any) -> list[str]:
    """The advocate's items, newest first: letters of the sample and some of ours. Another advocate has hers beside them."""

    def put_in() -> Any:
        from parapet.access.inbox import page
        from parapet.access.views import Filters

        ours = tmp_path / "ours.mbox"
        ours.write_bytes(many.mails(0, 12) + many.mails(0, 1, edited=True).replace(b"I take that back", b"Wombatitem"))
        letters = [
            *sorted((SAMPLE / "mail").glob("*.eml")),
            *sorted((SAMPLE / "advocates/malik-desruisseaux/mail").glob("*.eml")),
        ]
        take_in(ours, *letters, advocates=ADVOCATES, person=team.advocate)
        judge()
        return [row.id for row in page(team.advocate, team.advocate_id, Filters()).rows]

    return once("cases", put_in)


@pytest.fixture
def other(team: Team) -> str:
    """Another advocate's public name."""
    from parapet.access.people import advocates_of

    return next(c.id for c in advocates_of(team.advocate) if c.role == "helper")


@pytest.fixture
def case(team: Team, mail: list[str], other: str) -> str:
    """A case with a note; beside it a case of the same advocate and one of another, each with words of its own."""
    from parapet.access.inbox import page
    from parapet.access.items import opened
    from parapet.access.views import Filters
    from parapet.actions.open_case import open_case
    from parapet.actions.write_note import write_note

    marked = [i for i in mail if "Wombatitem" in opened(team.advocate, i, why="case").item.text]
    beside = open_case(team.advocate, team.advocate_id, "Wombattitle", marked)
    write_note(team.advocate, beside, "Wombatnote")
    theirs = page(team.advocate, other, Filters()).rows
    foreign = open_case(team.advocate, other, "Wombattitle", [r.id for r in theirs])
    write_note(team.advocate, foreign, "Wombatnote")
    made = open_case(team.advocate, team.advocate_id, "Lettres reçues 😡", [i for i in mail if i not in marked][:14])
    write_note(team.helper, made, "She read them with me. À revoir 🙏🏽")
    return made


def texts_of(team: Team, case: str) -> dict[str, tuple[str, str]]:
    """Item to its text and the second it was sent, as a person sees them on the screen."""
    from parapet.access.cases import page
    from parapet.access.items import opened

    return {
        row.id: (opened(team.helper, row.id, why="case").item.text, f"{row.sent_at:%Y-%m-%dT%H:%M:%S}")
        for row in page(team.helper, case).rows
    }


def files(bag: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(bag.rglob("*")):
        if path.is_file():
            yield path.relative_to(bag).as_posix(), path.read_bytes()


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def printed(document: bytes) -> str:
    """What a PDF says, without white space and without what each page repeats."""
    return squeezed("".join(page.extract_text() for page in PdfReader(io.BytesIO(document)).pages))


def sound(bag: Path) -> Any:
    report = verify(bag)
    assert (report.exit_code, report.faults) == (0, [])
    return report


@both
def test_a_case_is_opened_filled_thinned_closed_and_opened_again(team: Team, mail: list[str]) -> None:
    from parapet.access.cases import mine, page
    from parapet.actions.add_to_case import add_to_case
    from parapet.actions.close_case import close_case
    from parapet.actions.open_case import open_case
    from parapet.actions.remove_from_case import remove_from_case
    from parapet.actions.reopen_case import reopen_case
    from parapet.actions.write_note import write_note

    case = open_case(team.advocate, team.advocate_id, "  A   week\n of mail ", mail[:2])
    add_to_case(team.helper, case, mail[1:4])
    add_to_case(team.helper, case, mail[1:4])
    remove_from_case(team.helper, case, mail[0])
    with pytest.raises(NotFound):
        remove_from_case(team.helper, case, mail[0])
    write_note(team.helper, case, "  Asked the front desk.  ")
    close_case(team.advocate, case)
    close_case(team.advocate, case)
    assert mine(team.helper, team.advocate_id)[0].state == "closed"
    reopen_case(team.helper, case)
    shown = page(team.advocate, case)
    assert (shown.card.title, shown.card.state, shown.card.items) == ("A week of mail", "open", 3)
    assert {r.id for r in shown.rows} == set(mail[1:4])
    assert [r.sent_at for r in shown.rows] == sorted(r.sent_at for r in shown.rows)
    assert [(n.who, n.text) for n in shown.notes] == [("Helping Colleague", "Asked the front desk.")]
    did = [(line.kind, line.who) for line in shown.custody if line.kind != "case_head"]
    helper = "Helping Colleague"
    assert did == [
        ("case_open", "Amara"), ("case_add", helper), ("case_remove", helper), ("note", helper), ("case_close", "Amara"),
        ("case_reopen", helper),
    ]  # fmt: skip
    assert [line.log_index for line in shown.custody] == sorted(line.log_index for line in shown.custody)
    add_to_case(team.advocate, case, [mail[0]])
    assert page(team.advocate, case).card.items == 4


@both
def test_what_cannot_be_accepted_changes_nothing(team: Team, mail: list[str], other: str) -> None:
    from parapet.access.cases import mine
    from parapet.access.inbox import page
    from parapet.access.views import Filters
    from parapet.actions.open_case import open_case
    from parapet.actions.write_note import write_note
    from parapet.records.models import Case, LogHead

    foreign = page(team.advocate, other, Filters()).rows[0].id
    case = open_case(team.advocate, team.advocate_id, "Kept", mail[:1])
    before = LogHead.objects.get().size
    for title, items, error in (("  ", mail[:1], RequestRefused), ("x", [foreign], NotFound), ("x", ["itm_x"], NotFound)):
        with pytest.raises(error):
            open_case(team.advocate, team.advocate_id, title, items)
    for text in ("", " \n", "x" * 20_001):
        with pytest.raises(RequestRefused):
            write_note(team.advocate, case, text)
    assert (LogHead.objects.get().size, Case.objects.count()) == (before, 1)
    assert [c.id for c in mine(team.advocate, team.advocate_id)] == [case]


@both
def test_public_tools_accept_the_bag_and_every_character_is_in_it(team: Team, case: str, database: str, tmp_path: Path) -> None:
    """Each of the programs that others have: checksums, bagit, our one file alone, poppler for the signature, the tools of CASE."""
    from parapet.actions.export_bag import export_bag
    from parapet.actions.make_dossier import make_dossier

    # The words of a bag depend on no database: one language on each, and one of the two who may have it.
    who, lang = (team.advocate, "en") if database == "sqlite" else (team.helper, "fr")
    bag = export_bag(who, case, lang, tmp_path / "bags")
    said = texts_of(team, case)
    report = sound(bag)
    assert report.facts["items"] == len(said) == 14
    for name in ("manifest-sha256.txt", "tagmanifest-sha256.txt"):
        subprocess.run(["sha256sum", "--quiet", "-c", name], cwd=bag, check=True, capture_output=True)
    assert bagit.Bag(str(bag)).validate()
    done = subprocess.run([sys.executable, "-I", "verify.py"], cwd=bag, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr

    chronology = list(csv.DictReader(io.StringIO((bag / "data/chronology.csv").read_text("utf-8-sig"), newline="")))
    document = printed((bag / "data/documents/dossier.pdf").read_bytes())
    (tmp_path / "alone.pdf").write_bytes(made := make_dossier(team.helper, case, lang))
    alone = printed(made)
    for each in (*sorted((bag / "data/documents").glob("*.pdf")), tmp_path / "alone.pdf"):
        signed = subprocess.run(["pdfsig", "-nocert", each], capture_output=True, text=True, check=False)
        assert "Signature is Valid." in signed.stdout
        assert "Total document signed" in signed.stdout
    validator = Path(sys.executable).with_name("case_validate")
    graph = subprocess.run([validator, bag / "data/case.jsonld"], capture_output=True, text=True, check=False)
    assert graph.stdout.strip() == "Validation Report\nConforms: True"
    assert any(ord(c) > 0xFFFF for text, _ in said.values() for c in text), "some have emoji"
    for item, (text, second) in said.items():
        folder = bag / "data/items" / item
        newest = max(folder.glob("v*"), key=lambda p: int(p.name[1:]))
        face = json.loads((newest / "face.json").read_bytes())
        assert face["text"] == text
        assert face["sent_at"].startswith(second)
        rows = [row for row in chronology if item in row.values()]
        assert squeezed(text) in squeezed("".join(rows[-1].values())), item
        assert any(second in value for value in rows[-1].values())
        assert squeezed(text) in document
        assert squeezed(text) in alone
        assert second in document
    for ours in ("Lettres reçues 😡", "She read them with me. À revoir 🙏🏽"):
        assert squeezed(ours) in document


@both
def test_nothing_of_another_case_or_advocate_is_in_the_bag(team: Team, case: str, tmp_path: Path) -> None:
    from parapet.access.cases import page
    from parapet.actions.export_bag import export_bag

    bag = export_bag(team.advocate, case, "en", tmp_path)
    mine = {row.id for row in page(team.advocate, case).rows}
    whole = b"\n".join(data for _, data in files(bag)) + printed((bag / "data/documents/dossier.pdf").read_bytes()).encode()
    assert [word for word in OTHERS if word.encode() in whole] == []
    assert set(re.findall(r"itm_[0-9a-z]{13}", whole.decode("utf-8", "replace"))) == mine
    assert set(re.findall(r"cas_[0-9a-z]{13}", whole.decode("utf-8", "replace"))) == {case}


def test_what_was_taken_out_is_not_in_the_next_bag_but_that_it_was_is(team: Team, case: str, tmp_path: Path) -> None:
    from parapet.access.cases import page
    from parapet.actions.export_bag import export_bag
    from parapet.actions.remove_from_case import remove_from_case

    gone = page(team.advocate, case).rows[0].id
    remove_from_case(team.advocate, case, gone)
    bag = export_bag(team.advocate, case, "en", tmp_path)
    sound(bag)
    assert not (bag / "data/items" / gone).exists()
    leaves = [json.loads(p.read_bytes()) for p in (bag / "data/custody").rglob("leaf.json")]
    assert [gone in leaf["subjects"] for leaf in leaves if leaf["kind"] == "case_remove"] == [True]


def test_a_bag_from_which_something_was_taken_or_changed_is_refused(team: Team, case: str, tmp_path: Path) -> None:
    from parapet.actions.export_bag import export_bag

    bag = export_bag(team.advocate, case, "en", tmp_path / "bags")
    sound(bag)
    names = [name for name, _ in files(bag)]
    for number, name in enumerate(n for n in names if re.search(r"original|face|leaf|dossier|case\.json|chronology", n)):
        if number % 7:
            continue
        changed, emptied = tmp_path / f"changed-{number}", tmp_path / f"emptied-{number}"
        for copy in (changed, emptied):
            shutil.copytree(bag, copy)
        (changed / name).write_bytes((changed / name).read_bytes()[:-1] + b"?")
        (emptied / name).unlink()
        for copy in (changed, emptied):
            assert verify(copy).exit_code == 1, name
            shutil.rmtree(copy)
    # Left out with care: the lists no longer name it, and public tools are content. The signed head is not.
    item = next(n for n in names if "/v1/original" in n).split("/")[2]
    shutil.rmtree(bag / "data/items" / item)
    made_good(bag)
    assert bagit.Bag(str(bag)).validate()
    report = verify(bag)
    assert report.exit_code == 1
    assert report.faults


def made_good(bag: Path) -> None:
    """Rewrite every list, as somebody would who leaves things out and knows BagIt."""
    import hashlib

    payload = [(name, data) for name, data in files(bag) if name.startswith("data/")]
    oxum = f"Payload-Oxum: {sum(len(d) for _, d in payload)}.{len(payload)}"
    info = bag / "bag-info.txt"
    info.write_text(re.sub(r"Payload-Oxum: .*", oxum, info.read_text()))
    for digest in ("sha256", "sha512"):
        lines = [f"{hashlib.new(digest, data).hexdigest()}  {name}\n" for name, data in payload]
        (bag / f"manifest-{digest}.txt").write_text("".join(lines))
    for digest in ("sha256", "sha512"):
        tags = [(n, d) for n, d in files(bag) if not n.startswith("data/") and not n.startswith("tagmanifest")]
        lines = [f"{hashlib.new(digest, data).hexdigest()}  {name}\n" for name, data in tags]
        (bag / f"tagmanifest-{digest}.txt").write_text("".join(lines))


@both
def test_a_case_can_be_exported_again_and_again_and_all_bags_are_sound(
    team: Team, case: str, mail: list[str], tmp_path: Path
) -> None:
    from parapet.actions.add_to_case import add_to_case
    from parapet.actions.export_bag import export_bag

    first = export_bag(team.advocate, case, "en", tmp_path)
    second = export_bag(team.helper, case, "fr", tmp_path)
    assert first != second
    add_to_case(team.advocate, case, mail)
    third = export_bag(team.advocate, case, "en", tmp_path)
    counts = [sound(bag).facts["items"] for bag in (first, second, third)]
    assert counts == [14, 14, len(mail)]
    older = {n: d for n, d in files(first) if n.startswith("data/items") and "proof" not in n}
    newer = {n: d for n, d in files(third) if n in older}
    assert older == newer


def test_the_zip_holds_the_same_bag(team: Team, case: str, home: Any, tmp_path: Path) -> None:
    from parapet.actions.export_bag import export_zip

    name, place = export_zip(team.helper, case, "fr")
    with zipfile.ZipFile(place) as archive:
        assert archive.testzip() is None
        archive.extractall(tmp_path)
    bag = tmp_path / name.removesuffix(".zip")
    assert {p.name for p in tmp_path.iterdir() if p.is_dir() and p.name.startswith("cas_")} == {bag.name}
    assert sound(bag).facts["items"] == 14
    place.unlink()
    assert [p.name for p in Path(home.run).iterdir() if p.name.startswith(("reading-", "bag-"))] == [], (
        "nothing stays in the clear"
    )


@pytest.mark.slow
def test_a_case_too_large_for_one_document_comes_in_volumes(team: Team, take_in: Callable[..., Any], tmp_path: Path) -> None:
    from parapet.actions.export_bag import export_bag
    from parapet.actions.make_dossier import make_dossier
    from parapet.actions.open_case import open_case
    from parapet.dossiers.case_file import MAX_EXHIBITS
    from parapet.records.models import Item, LogEntry

    (tmp_path / "many.mbox").write_bytes(many.mails(0, MAX_EXHIBITS + 20))
    take_in(tmp_path / "many.mbox", advocates=ADVOCATES)
    case = open_case(team.advocate, team.advocate_id, "A pile-on", [item.id for item in Item.objects.all()])
    with pytest.raises(RequestRefused, match="bag"):
        make_dossier(team.advocate, case, "en")
    assert not LogEntry.objects.filter(kind="dossier").exists()
    bag = export_bag(team.advocate, case, "en", tmp_path)
    report = sound(bag)
    assert report.facts["items"] == MAX_EXHIBITS + 20
    assert sorted(p.name for p in (bag / "data/documents").glob("dossier*")) == ["dossier-1.pdf", "dossier-2.pdf"]
    second = printed((bag / "data/documents/dossier-2.pdf").read_bytes())
    assert {int(n) for n in re.findall(r"\((\d+)\)", second)} >= set(range(MAX_EXHIBITS, MAX_EXHIBITS + 20))
    assert len(PdfReader(bag / "data/documents/dossier-1.pdf").pages) > MAX_EXHIBITS
    make_dossier(team.advocate, open_case(team.advocate, team.advocate_id, "Small", [Item.objects.all()[0].id]), "en")


def test_all_means_every_case_and_what_is_in_none(team: Team, case: str, mail: list[str], other: str) -> None:
    from parapet.access.cases import page
    from parapet.actions.gather_all import gather_all
    from parapet.records.models import Case, Item

    first = list(gather_all(team.advocate))
    assert case in first
    assert set(first) == {c.id for c in Case.objects.all()}
    assert {row.id for each in first for row in page(team.advocate, each).rows} == {item.id for item in Item.objects.all()}
    assert list(gather_all(team.advocate)) == first, "nothing is gathered twice"
