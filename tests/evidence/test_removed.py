"""What was taken out of a case stays away, and the heads of the days when it was in the case can be reckoned all the same."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from attrs import evolve, frozen
from evidence.bags import CASE, KEY, ORIGIN, OURS, TITLE, Log, face, prolong, read, remanifest, reseal, sha, write
from hypothesis import given, settings
from hypothesis import strategies as st

from parapet.evidence import checkpoint
from parapet.evidence.bag import write_bag
from parapet.evidence.bundles import CaseBundle, EventBundle, ItemBundle, RemovedBundle, VersionBundle
from parapet.evidence.reader.layout import removed_folder
from parapet.evidence.reader.standins import stand_in_text
from parapet.evidence.seal import Head, case_head, event_body, head_body, owned_head
from parapet.evidence.verify import verify

STAYS, GONE = "itm_stays", "itm_gone"
RAW = b'{"text": "stays"}'


@frozen
class Told:
    """A case from which `GONE` was taken, and the places in the log of its entries and of a look at what stays."""

    bundle: CaseBundle
    log: Log
    gone: list[int]
    look: int


def told(*, owners: bool = True, passed_off: bool = False, back: bool = False) -> Told:
    """Two messages put into a case, looked at, and one taken out.

    owners      the heads say whose each entry is, as today
    passed_off  who holds the key leaves a look at the message that stays out of all heads from the removal on, and says that it was
                a look at the other
    back        the one that was taken out is put in again, and taken out again
    """
    log = Log()
    whose: dict[int, str] = {}
    lost: set[int] = set()

    def add(owner: str, body: dict) -> int:
        index = log.add(body)
        whose[index] = owner
        return index

    def about(kind: str, *subjects: str, **details: str) -> int:
        return add(subjects[0], event_body(kind=kind, at=log.clock, subjects=subjects, actor="per_2", details=details))

    def head(*inside: str, at: object = None) -> Head:
        entries = [(log.tree.leaf(i), o) for i, o in sorted(whose.items()) if o in (CASE, *inside) and i not in lost]
        made = owned_head(entries) if owners else case_head(hashed for hashed, _ in entries)
        add(CASE, head_body(case_id=CASE, head=made, at=at or log.clock))
        return made

    log.noise(2)
    for item in (STAYS, GONE):
        whose[log.capture(item, 1, RAW, face(1))] = item
    look = about("view", STAYS)
    about("view", GONE)
    about("case_open", CASE, STAYS, GONE)
    head(STAYS, GONE)
    look = about("view", STAYS)
    about("view", GONE)
    log.noise()
    head(STAYS, GONE)
    lost |= {look} if passed_off else set()
    taken = about("case_remove", CASE, GONE)
    head(STAYS)
    after = about("view", GONE)
    if back:
        about("case_add", CASE, GONE)
        head(STAYS, GONE)
        taken, after = about("case_remove", CASE, GONE), 1 << 40
        head(STAYS)
    about("view", STAYS)
    at = log.clock
    about("export", CASE, title_sha256=sha(TITLE.encode()))
    last = head(STAYS, at=at)
    size = log.tree.size
    gone = [i for i, owner in sorted(whose.items()) if owner == GONE and i < taken and i != after]

    def proof(index: int) -> list[bytes]:
        return log.tree.inclusion_proof(index, size)

    shown = [i for i, owner in sorted(whose.items()) if owner in (CASE, STAYS) and i not in lost]
    [first] = [i for i in shown if b'"capture"' in log.bytes[i]]
    bundle = CaseBundle(
        id=CASE,
        title=TITLE,
        exported_at=at,
        software="Parapet 0.1.0",
        items=[ItemBundle(STAYS, [VersionBundle(RAW, "application/json", log.bytes[first], first, proof(first), face(1))])],
        events=[EventBundle(log.bytes[i], i, proof(i)) for i in shown if i != first],
        checkpoint=checkpoint.sign(ORIGIN, size, log.tree.root(), OURS.signing()),
        verifier_key=KEY,
        head=last,
        signing=OURS.signing(),
        removed=[RemovedBundle(GONE, i, log.tree.leaf(i), proof(i)) for i in sorted({*gone, *lost})],
    )
    return Told(bundle, log, gone, look)


def codes(bag: Path) -> set[str]:
    found = {fault.code for fault in verify(bag, trusted=[KEY]).faults}
    assert "bag.unchecked" not in found
    return found


def phrases(bag: Path) -> tuple[set[str], set[str]]:
    report = verify(bag, trusted=[KEY])
    assert report.sound, report.as_text()
    return {key for key, _ in report.proven}, {key for key, _ in report.not_proven}


@pytest.mark.parametrize("back", [False, True])
def test_every_head_is_reckoned_and_nothing_of_the_message_is_shown(tmp_path: Path, back: bool) -> None:
    case = told(back=back)
    bag = write_bag(tmp_path / "bag", case.bundle)
    proven, not_proven = phrases(bag)
    assert "p.removed" in proven and "n.heads" not in not_proven
    assert verify(bag).facts["removed"] == 1
    for path in sorted(p for p in (bag / "data/removed").rglob("*") if p.is_file()):
        assert path.name in ("removed.json", "proof.tlog-proof")
        assert set(json.loads(path.read_text())) == {"index", "leaf_hash"} if path.suffix == ".json" else True
    for index in case.gone:
        assert json.loads(case.log.bytes[index])["salt"] not in "".join(
            p.read_bytes().decode("latin-1") for p in bag.rglob("*") if p.is_file()
        )
    alone = subprocess.run([sys.executable, "-I", "-S", bag / "verify.py", bag], capture_output=True, text=True, check=False)
    assert alone.returncode == 0 and "taken out of the case" in alone.stdout, alone.stderr


def test_an_entry_of_another_message_does_not_pass_for_one_of_what_was_taken_out(tmp_path: Path) -> None:
    """The digest of the hashes alone would be the same. The heads of its own days say whose it was."""
    assert codes(write_bag(tmp_path / "bag", told(passed_off=True).bundle)) == {"head.digest"}


def test_where_heads_do_not_say_whose_an_entry_is_the_reader_is_told(tmp_path: Path) -> None:
    for name, passed_off in (("honest", False), ("not", True)):
        _, not_proven = phrases(write_bag(tmp_path / name, told(owners=False, passed_off=passed_off).bundle))
        assert "n.heads" in not_proven


def test_without_any_hash_of_it_the_reader_is_told_as_of_earlier_bags(tmp_path: Path) -> None:
    proven, not_proven = phrases(write_bag(tmp_path / "bag", evolve(told().bundle, removed=[])))
    assert "p.removed" not in proven and "n.heads" in not_proven


@given(st.data())
@settings(max_examples=25, deadline=None)
def test_any_part_of_the_hashes_is_too_few(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    case = told(back=data.draw(st.booleans()))
    kept = data.draw(st.sets(st.sampled_from(case.gone), min_size=1, max_size=len(case.gone) - 1))
    folder = tmp_path_factory.mktemp("part")
    try:
        some = [each for each in case.bundle.removed if each.index in kept]
        assert {"head.count", "head.digest"} <= codes(write_bag(folder / "bag", evolve(case.bundle, removed=some)))
    finally:
        shutil.rmtree(folder)


@given(st.data())
@settings(max_examples=25, deadline=None)
def test_any_other_entry_of_the_log_beside_them_is_one_too_many(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """Of anybody, at any place: it contradicts a head, or comes after the removal, or is in the bag already."""
    case = told()
    size = case.log.tree.size
    index = data.draw(st.sampled_from([i for i in range(size) if i not in case.gone]))
    more = RemovedBundle(GONE, index, case.log.tree.leaf(index), case.log.tree.inclusion_proof(index, size))
    folder = tmp_path_factory.mktemp("more")
    try:
        bag = write_bag(folder / "bag", evolve(case.bundle, removed=[*case.bundle.removed, more]))
        assert codes(bag) & {"head.count", "removed.untold", "log.twice"}
    finally:
        shutil.rmtree(folder)


def _first(bag: Path) -> Path:
    return min((bag / f"data/removed/{GONE}").iterdir())


def another_hash(bag: Path) -> None:
    said = json.loads((_first(bag) / "removed.json").read_text())
    (_first(bag) / "removed.json").write_bytes(stand_in_text(said["index"], bytes.fromhex(said["leaf_hash"])[::-1]))


def another_index(bag: Path) -> None:
    said = json.loads((_first(bag) / "removed.json").read_text())
    (_first(bag) / "removed.json").write_bytes(stand_in_text(said["index"] + 1, bytes.fromhex(said["leaf_hash"])))


def more_in_the_file(bag: Path) -> None:
    write(_first(bag) / "removed.json", read(_first(bag) / "removed.json") + " ")


def no_proof(bag: Path) -> None:
    (_first(bag) / "proof.tlog-proof").unlink()


def nonsense_for_a_proof(bag: Path) -> None:
    write(_first(bag) / "proof.tlog-proof", "c2sp.org/tlog-proof@v1\nindex 99999999999999999999\n\n")


def of_what_stays(bag: Path) -> None:
    (bag / f"data/removed/{GONE}").rename(bag / f"data/removed/{STAYS}")


def of_what_never_was_here(bag: Path) -> None:
    (bag / f"data/removed/{GONE}").rename(bag / "data/removed/itm_another")


def in_another_folder(bag: Path) -> None:
    _first(bag).rename(bag / removed_folder(GONE, 999))


def twice(bag: Path) -> None:
    shutil.copytree(_first(bag), bag / removed_folder("itm_another", int(_first(bag).name)))


TAMPERINGS = {
    another_hash: "proof.root",
    another_index: "proof.root",
    more_in_the_file: "removed.form",
    no_proof: "removed.form",
    nonsense_for_a_proof: "proof.form",
    of_what_stays: "removed.untold",
    of_what_never_was_here: "removed.untold",
    in_another_folder: "removed.untold",
    twice: "log.twice",
}


@pytest.mark.parametrize("tamper", TAMPERINGS, ids=lambda each: each.__name__)
def test_even_who_holds_the_key_cannot_change_what_stands_for_them(tmp_path: Path, tamper: object) -> None:
    bag = write_bag(tmp_path / "bag", told().bundle)
    tamper(bag)  # type: ignore[operator]
    assert not verify(bag).sound
    remanifest(bag)
    assert not verify(bag).sound
    reseal(bag, OURS)
    assert TAMPERINGS[tamper] in codes(bag)  # type: ignore[index]


def test_a_bag_kept_from_when_it_was_in_the_case_is_held_against_the_hashes(tmp_path: Path) -> None:
    """Another history of what was taken out, beside the one that was shown, is a fork."""
    case, other = told(), told()
    bag = write_bag(tmp_path / "bag", case.bundle)
    kept = shutil.copytree(bag, tmp_path / "kept")
    case.log.noise(3)
    prolong(bag, case.log)
    assert {fault.code for fault in verify(bag, earlier=str(kept)).faults} == {"log.goes_on"}
    strange = write_bag(tmp_path / "other", other.bundle)
    shutil.rmtree(kept / "data/items")  # so that only hashes are compared
    shutil.rmtree(kept / "data/custody")
    assert "earlier.fork" in {fault.code for fault in verify(strange, earlier=str(kept)).faults}
