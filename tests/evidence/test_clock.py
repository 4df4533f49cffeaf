"""A clock that was set back is honest where the log says so, by no more than it says, and nowhere else."""

from __future__ import annotations

from datetime import timedelta

from evidence.bags import NOON
from hypothesis import given
from hypothesis import strategies as st

from parapet.evidence.reader.leaves import Leaf
from parapet.evidence.reader.order import MAX_DISORDER, check_order
from parapet.evidence.seal import event_body, stamp

PAUSES = st.lists(st.integers(0, 90_000), min_size=1, max_size=6)


def leaf(place: int, seconds: int, kind: str = "view", **details: int) -> Leaf:
    body = event_body(kind=kind, at=NOON + timedelta(seconds=seconds), subjects=[], details=details)
    return Leaf(f"data/custody/{place:010d}", body, b"", place)


def faults(leaves: list[Leaf]) -> list[tuple[str, str]]:
    told: list[tuple[str, str]] = []
    check_order(leaves, len(leaves), {"exported_at": leaves[-1].body["at"]}, lambda code, file="", *_: told.append((code, file)))
    return told


@given(before=PAUSES, after=PAUSES, back=st.integers(121, 10**9), told=st.booleans())
def test_a_step_back_is_believed_when_it_is_told(before: list[int], after: list[int], back: int, told: bool) -> None:
    leaves, at = [], 0
    for pause in before:
        at += pause
        leaves.append(leaf(len(leaves), at))
    at -= back
    if told:
        leaves.append(leaf(len(leaves), at, "clock", seconds_back=back))
    first = len(leaves)
    for pause in after:
        at += pause
        leaves.append(leaf(len(leaves), at))
    found = faults(leaves)
    if told:
        assert found == []
    elif back - after[0] > MAX_DISORDER.total_seconds():
        assert ("time.order", leaves[first].file) in found


@given(told=st.integers(1, 10**6), more=st.integers(301, 10**6))
def test_a_step_larger_than_is_told_is_a_fault(told: int, more: int) -> None:
    leaves = [leaf(0, 0), leaf(1, -told - more, "clock", seconds_back=told), leaf(2, -told - more)]
    assert ("time.order", leaves[1].file) in faults(leaves)


@given(back=st.one_of(st.none(), st.text(max_size=3), st.integers(max_value=0), st.integers(min_value=10**10), st.booleans()))
def test_what_is_no_number_of_seconds_helps_nobody(back: object) -> None:
    leaves = [leaf(0, 0), leaf(1, -1_000, "clock"), leaf(2, -1_000)]
    leaves[1].body["details"]["seconds_back"] = back
    assert ("time.order", leaves[1].file) in faults(leaves)


def test_an_entry_later_than_the_export_is_honest_only_before_the_step() -> None:
    step = leaf(1, -5_000, "clock", seconds_back=5_000)
    assert faults([leaf(0, 0), step, leaf(2, -4_990)]) == []
    late = [leaf(0, 0), step, leaf(2, 0), leaf(3, -4_990)]
    assert ("time.after_export", late[2].file) in faults(late)
    assert stamp(NOON) == late[2].body["at"]
