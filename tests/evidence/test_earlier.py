"""A bag that was kept from earlier: what it held of the case, every later bag of the case holds too."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
from attrs import evolve
from evidence.bags import CASE, NOON, ORIGIN, OURS, Log, case_of, exported_again, read, sha
from hypothesis import given, settings
from hypothesis import strategies as st

from parapet.evidence import checkpoint
from parapet.evidence.bag import write_bag
from parapet.evidence.bundles import EventBundle
from parapet.evidence.reader.notes import read_json
from parapet.evidence.seal import event_body
from parapet.evidence.verify import verify


def kept_and_later(folder: Path, *, hide: str = "") -> tuple[Path, Path]:
    log = Log()
    before = case_of(2, log=log)
    note = log.add(event_body(kind="note", at=log.clock, subjects=[CASE], details={"words_sha256": "0" * 64}))
    first = exported_again(log, evolve(before, events=[*before.events, EventBundle(b"", note, [])]))
    out = {"": None, "note": note, "head": before.events[-1].index, "export": before.events[-2].index}[hide]
    return write_bag(folder / "kept", first), write_bag(folder / "later", exported_again(log, first, without=out))


def test_an_honest_later_bag_agrees(tmp_path: Path) -> None:
    kept, now = kept_and_later(tmp_path)
    report = verify(now, earlier=str(kept))
    assert report.sound and "p.earlier" in {key for key, _ in report.proven}, report.as_text()


@pytest.mark.parametrize("hide", ["note", "export"])
def test_an_event_of_the_case_that_was_there_before_cannot_be_left_out(tmp_path: Path, hide: str) -> None:
    """Its place in the log stays free, and in its place another history could be shown to somebody else."""
    kept, now = kept_and_later(tmp_path, hide=hide)
    without = {fault.code for fault in verify(now).faults}
    assert {fault.code for fault in verify(now, earlier=str(kept)).faults} == without | {"earlier.fork"}


def test_what_was_withheld_from_the_kept_bag_is_held_against_the_later_one_by_its_hash(tmp_path: Path) -> None:
    kept, now = kept_and_later(tmp_path)
    folder = next(path.parent for path in (kept / "data/custody").rglob("leaf.json") if '"note"' in read(path))
    leaf = (folder / "leaf.json").read_bytes()
    (folder / "leaf.json").unlink()
    hashed = sha(b"\x00" + leaf)
    (folder / "withheld.json").write_text(json.dumps({"index": int(folder.name), "leaf_hash": hashed}) + "\n")
    assert verify(now, earlier=str(kept)).sound
    gone = shutil.copytree(now, tmp_path / "gone")
    shutil.rmtree(gone / "data/custody" / folder.name)
    assert "earlier.fork" in {fault.code for fault in verify(gone, earlier=str(kept)).faults}
    (folder / "withheld.json").write_text(json.dumps({"index": int(folder.name), "leaf_hash": hashed[::-1]}) + "\n")
    assert "earlier.form" in {fault.code for fault in verify(now, earlier=str(kept)).faults}, (
        "a hash that the kept bag does not prove"
    )


@given(subjects=st.none() | st.text(max_size=5) | st.integers(0, 9) | st.lists(st.integers(0, 9), max_size=2))
@settings(max_examples=20, deadline=None)
def test_nonsense_in_a_leaf_of_the_kept_bag_is_no_trouble(tmp_path_factory: pytest.TempPathFactory, subjects: object) -> None:
    folder, log = tmp_path_factory.mktemp("odd"), Log()
    try:
        bag = write_bag(folder / "now", case_of(1, log=log))
        kept = shutil.copytree(bag, folder / "kept")
        place = next((kept / "data/custody").iterdir())
        body = {**event_body(kind="view", at=NOON, subjects=[]), "subjects": subjects}
        other = Log()
        other.add(body)
        note = checkpoint.sign(ORIGIN, 1, other.tree.root(), OURS.signing())
        shutil.rmtree(kept / "data/items")
        shutil.rmtree(kept / "data/custody")
        place.mkdir(parents=True)
        (place / "leaf.json").write_bytes(other.bytes[0])
        (place / "proof.tlog-proof").write_text(checkpoint.proof_text(0, [], note))
        (kept / "data/checkpoint.txt").write_text(note)
        report = verify(bag, earlier=str(kept))
        assert "bag.unchecked" not in {fault.code for fault in report.faults}
    finally:
        shutil.rmtree(folder)


@given(digits=st.integers(1, 30), minus=st.booleans())
def test_a_number_is_as_long_as_any_that_a_leaf_holds(digits: int, minus: bool) -> None:
    raw = b'{"n":%s%s}' % (b"-" if minus else b"", b"9" * digits)
    if digits + minus <= 20:
        assert read_json(raw)["n"] == int(re.sub(rb"[^-0-9]", b"", raw))
    else:
        with pytest.raises(ValueError):
            read_json(raw)


def test_a_million_digits_are_refused_at_once(tmp_path: Path) -> None:
    """Python takes minutes to read such a number, or refuses by an error of its own."""
    bag = write_bag(tmp_path / "bag", case_of(1))
    (bag / "data/case.json").write_text('{"format":"parapet-case-v1","n":' + "9" * 1_000_000 + "}")
    report = verify(bag)
    assert "case.form" in {fault.code for fault in report.faults} and "bag.unchecked" not in {f.code for f in report.faults}
