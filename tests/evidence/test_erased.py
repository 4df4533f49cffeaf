"""A bag with erased entries: accepted when the log says that they were erased, and in no other way."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from attrs import evolve
from evidence.bags import CASE, NOON, ORIGIN, OURS, Log, case_of, prolong, read, remanifest, reseal, write
from evidence.test_forms import validated

from parapet.evidence import checkpoint
from parapet.evidence.bag import write_bag
from parapet.evidence.bundles import CaseBundle, ErasedBundle, EventBundle, ItemBundle
from parapet.evidence.log import leaf_hash
from parapet.evidence.reader.standins import stand_in_text
from parapet.evidence.seal import case_head, event_body, head_body
from parapet.evidence.verify import verify

ITEM = "itm_0000000000000"  # with one version and a look at it


def erased_case(*, told: bool = True, actor: str = "per_2", reason: str = "asked", versions: object = 1) -> CaseBundle:
    """The case of `bags`, whose first item was erased since; without `told`, no event says so. `versions`: how many it says."""
    log = Log()
    before = case_of(3, log=log)
    items, events = list(before.items), list(before.events)
    gone = [version.index for version in items[0].versions]
    gone += [e.index for e in events if b'"view"' in e.leaf and ITEM.encode() in e.leaf]
    about = [v.index for item in items for v in item.versions] + [e.index for e in events]
    if told:
        details = {"reason": reason, "versions": versions, "files": 1, "leaves": [str(index) for index in gone]}
        about.append(log.add(event_body(kind="erase", at=log.clock, subjects=[ITEM, "src_1"], actor=actor, details=details)))
    at = log.clock
    exported = next(e for e in events if b'"export"' in e.leaf)
    digest = json.loads(exported.leaf)["details"]
    about.append(log.add(event_body(kind="export", at=at, subjects=[CASE], actor="per_2", details=digest)))
    head = case_head(log.tree.leaf(index) for index in sorted(about))
    about.append(log.add(head_body(case_id=CASE, head=head, at=at)))
    size = log.tree.size

    def erased(index: int) -> ErasedBundle:
        return ErasedBundle(index, log.tree.leaf(index), log.tree.inclusion_proof(index, size))

    kept = {v.index for item in items for v in item.versions}
    return evolve(
        before,
        exported_at=at,
        items=[
            ItemBundle(ITEM, [erased(index) for index in (v.index for v in items[0].versions)]),
            *(
                evolve(item, versions=[evolve(v, proof=log.tree.inclusion_proof(v.index, size)) for v in item.versions])
                for item in items[1:]
            ),
        ],
        events=[
            erased(index) if index in gone else EventBundle(log.bytes[index], index, log.tree.inclusion_proof(index, size))
            for index in sorted(set(about) - kept)
        ],
        checkpoint=checkpoint.sign(ORIGIN, size, log.tree.root(), OURS.signing()),
        head=head,
    )


@pytest.fixture
def bag(tmp_path: Path) -> Path:
    return write_bag(tmp_path / "bag", erased_case())


def codes(bag: Path) -> set[str]:
    return {fault.code for fault in verify(bag).faults}


def test_an_honest_bag_with_an_erased_item_is_sound_and_says_by_whom(bag: Path, tmp_path: Path) -> None:
    report = verify(bag)
    assert report.state == "sound", report.as_text()
    assert (report.facts["items"], report.facts["erased"]) == (2, 1)
    assert "erased by a person's decision" in report.as_text() and "effacés par décision" in report.as_text("fr")
    assert "nobody can read that any more" in report.as_text()
    ruled = verify(write_bag(tmp_path / "ruled", erased_case(actor="", reason="rule")))
    assert ruled.sound and "by a rule" in ruled.as_text() and "by a person" not in ruled.as_text()
    alone = subprocess.run([sys.executable, bag / "verify.py", bag, "--json"], capture_output=True, text=True, check=False)
    assert (alone.returncode, json.loads(alone.stdout)["facts"]["erased"]) == (0, 1), alone.stderr


def test_the_forms_tell_of_what_was_erased_and_by_which_event(bag: Path) -> None:
    erase = next(p.parent for p in (bag / "data/custody").glob("*/leaf.json") if '"erase"' in p.read_text())
    body = json.loads((erase / "leaf.json").read_text())
    with (bag / "data/chronology.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["state"] for row in rows] == ["whole"] * (len(rows) - 1) + ["erased"]
    gone = {name: value for name, value in rows[-1].items() if value}
    index = json.loads((bag / f"data/items/{ITEM}/v1/erased.json").read_text())["index"]
    assert gone == {
        "item": ITEM, "version": "1", "log_index": str(index), "state": "erased",
        "state_at": body["at"], "state_event": str(int(erase.name)), "state_reason": "asked",
    }  # fmt: skip
    graph = bag / "data/case.jsonld"
    nodes = json.loads(graph.read_text())["@graph"]
    (record,) = [n for n in nodes if n.get("investigation:exhibitNumber") == f"{ITEM}/v1"]
    assert f"erased at {body['at']} by entry {int(erase.name)}" in record["core:description"]
    (action,) = [n for n in nodes if n.get("core:name") == "erase"]
    assert action["action:object"] == [record["core:object"]]
    (thing,) = [n for n in nodes if n["@id"] == record["core:object"]["@id"]]
    assert set(thing) == {"@id", "@type", "core:name", "core:description"}
    assert validated(graph) == "Validation Report\nConforms: True"


def test_an_erased_entry_that_no_event_tells_of_is_refused(tmp_path: Path) -> None:
    assert codes(write_bag(tmp_path / "untold", erased_case(told=False))) == {"erased.untold", "head.count", "head.digest"}


@pytest.mark.parametrize("versions", [0, 2, 7, "1", None])
def test_an_event_that_tells_of_another_number_of_versions_is_refused(tmp_path: Path, versions: object) -> None:
    """Else one erasure could cover a version that was taken away by hand."""
    assert codes(write_bag(tmp_path / "bag", erased_case(versions=versions))) == {"erased.untold"}


def strip(bag: Path, folder: Path) -> None:
    """Take a leaf away and say that it was erased, with everything else as it must be."""
    raw = (folder / "leaf.json").read_bytes()
    index, _, _ = checkpoint.read_proof(read(folder / "proof.tlog-proof"))
    for path in folder.iterdir():
        if path.name != "proof.tlog-proof":
            path.unlink()
    (folder / "erased.json").write_bytes(stand_in_text(index, leaf_hash(raw)))


def strip_a_message(bag: Path) -> None:
    item = bag / "data/items/itm_0000000000002"
    strip(bag, item / "v1")
    facts = json.loads((item / "item.json").read_text())
    [version] = facts["versions"]
    facts["versions"] = [{**{k: version[k] for k in ("version", "log_index", "leaf_hash")}, "erased": True}]
    (item / "item.json").write_text(json.dumps(facts, ensure_ascii=False, indent=1, sort_keys=True) + "\n")


def strip_a_look(bag: Path) -> None:
    strip(bag, next(p.parent for p in (bag / "data/custody").glob("*/leaf.json") if '"view"' in p.read_text()))


def strip_the_erasure(bag: Path) -> None:
    strip(bag, next(p.parent for p in (bag / "data/custody").glob("*/leaf.json") if '"erase"' in p.read_text()))


def strip_the_opening(bag: Path) -> None:
    strip(bag, next(p.parent for p in (bag / "data/custody").glob("*/leaf.json") if '"case_open"' in p.read_text()))


def another_hash(bag: Path) -> None:
    path = bag / f"data/items/{ITEM}/v1/erased.json"
    said = json.loads(path.read_text())
    path.write_bytes(stand_in_text(said["index"], bytes.fromhex(said["leaf_hash"])[::-1]))


def another_index(bag: Path) -> None:
    path = bag / f"data/items/{ITEM}/v1/erased.json"
    said = json.loads(path.read_text())
    path.write_bytes(stand_in_text(said["index"] + 1, bytes.fromhex(said["leaf_hash"])))


def more_in_the_file(bag: Path) -> None:
    path = bag / f"data/items/{ITEM}/v1/erased.json"
    path.write_bytes(path.read_bytes() + b" ")


def an_original_beside(bag: Path) -> None:
    (bag / f"data/items/{ITEM}/v1/original.txt").write_bytes(b"something kind")


def a_leaf_beside(bag: Path) -> None:
    folder = next(p.parent for p in (bag / "data/custody").glob("*/erased.json"))
    shutil.copy(next((bag / "data/custody").glob("*/leaf.json")), folder / "leaf.json")


def elsewhere(bag: Path) -> None:
    """The hash of one erased entry stands for the version of another item."""
    strip_a_message(bag)
    folder, erased = bag / "data/items/itm_0000000000002/v1", bag / f"data/items/{ITEM}/v1"
    for name in ("erased.json", "proof.tlog-proof"):
        shutil.copy(erased / name, folder / name)


def not_whole(bag: Path) -> None:
    shutil.rmtree(bag / f"data/items/{ITEM}")


def moved_custody(bag: Path) -> None:
    folder = next(p.parent for p in (bag / "data/custody").glob("*/erased.json"))
    folder.rename(folder.with_name("0000000999"))


TAMPERINGS: list[tuple[Callable[[Path], None], str]] = [
    (strip_a_message, "erased.untold"),
    (strip_a_look, "erased.untold"),
    (strip_the_erasure, "erased.untold"),
    (strip_the_opening, "erased.untold"),
    (another_hash, "proof.root"),
    (another_index, "proof.root"),
    (more_in_the_file, "erased.form"),
    (an_original_beside, "erased.form"),
    (a_leaf_beside, "erased.form"),
    (elsewhere, "erased.untold"),
    (not_whole, "case.items"),
    (moved_custody, "leaf.elsewhere"),
]


@pytest.mark.parametrize(("tamper", "code"), TAMPERINGS, ids=[tamper.__name__ for tamper, _ in TAMPERINGS])
def test_even_who_holds_the_key_cannot_pass_something_off_as_erased(bag: Path, tamper: Callable[[Path], None], code: str) -> None:
    tamper(bag)
    assert not verify(bag).sound, "with the lists as they were"
    remanifest(bag)
    assert not verify(bag).sound, "with new lists"
    reseal(bag, OURS)
    report = verify(bag)
    assert code in {fault.code for fault in report.faults}, report.as_text()
    assert "bag.unchecked" not in {fault.code for fault in report.faults}


def test_hostile_words_in_the_event_end_in_a_fault(tmp_path: Path) -> None:
    """Whatever an erase event says of leaves, the check comes to an end with a reason."""
    for number, leaves in enumerate(("7", [], ["x"], ["9" * 400], [7], ["-1"], {"7": 1}, [["7"]])):
        log = Log()
        case = case_of(2, log=log)
        index = log.add(
            event_body(kind="erase", at=NOON, subjects=[CASE], actor="per_2", details={"reason": "asked", "leaves": leaves})
        )  # type: ignore[dict-item]
        bag = write_bag(tmp_path / f"bag{number}", case)
        folder = bag / f"data/custody/{index:010d}"
        folder.mkdir()
        write(folder / "leaf.json", log.bytes[index].decode())
        size = log.tree.size
        note = checkpoint.sign(ORIGIN, size, log.tree.root(), OURS.signing())
        write(folder / "proof.tlog-proof", checkpoint.proof_text(index, log.tree.inclusion_proof(index, size), note))
        prolong(bag, log)
        found = codes(bag)
        assert found and "bag.unchecked" not in found
