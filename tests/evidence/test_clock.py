"""A clock that was set back is honest where the log says so, by no more than it says, and nowhere else."""

from __future__ import annotations

from datetime import timedelta

from evidence.bags import NOON
from hypothesis import given
from hypothesis import strategies as st

from parapet.evidence.reader.anchors import Seen, check_times
from parapet.evidence.reader.leaves import Leaf
from parapet.evidence.reader.order import MAX_DISORDER, check_order
from parapet.evidence.seal import event_body, stamp
from parapet.records.clock import DISORDER

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


def refuted(leaves: list[Leaf], size: int, seconds: int, kind: str = "time") -> list[str]:
    """The files that are blamed when a body outside saw the log of `size` entries at NOON and `seconds`."""
    found: list[str] = []
    at = (NOON + timedelta(seconds=seconds)).replace(tzinfo=None)
    seen = [Seen(kind, "clock", size, at, True, "")]
    check_times(seen, leaves, lambda code, file="", *_: found.append(file) if code == "time.before_capture" else None)
    return found


def test_a_clock_that_was_ahead_and_set_back_is_no_lie_as_far_as_the_log_that_was_seen_says_so() -> None:
    ahead, step, after = leaf(0, 3_600), leaf(1, 60, "clock", seconds_back=3_540), leaf(2, 61)
    for kind in ("time", "witness"):
        assert refuted([ahead, step, after], 3, 70, kind) == []
        assert refuted([ahead, step, after], 3, 61 - 301, kind), "earlier than the step itself"
        assert refuted([ahead, step, after], 1, 10, kind), "who saw the log before it told of a step knew of none"
        assert refuted([ahead, after], 3, 70, kind), "a step that is not told"


def test_a_step_excuses_what_came_before_it_only_and_by_no_more_than_it_says() -> None:
    assert refuted([leaf(0, 3_600), leaf(1, 60, "clock", seconds_back=1_800), leaf(2, 61)], 3, 70)
    assert refuted([leaf(0, 60), leaf(1, 60, "clock", seconds_back=3_540), leaf(2, 3_600)], 3, 70)
    assert refuted([leaf(0, 7_200), leaf(1, 3_600, "clock", seconds_back=3_600), leaf(2, 3_601)], 3, 70)
    twice = [leaf(0, 7_200), leaf(1, 3_600, "clock", seconds_back=3_600), leaf(2, 60, "clock", seconds_back=3_540)]
    assert refuted(twice, 3, 70) == []
    boast = [leaf(0, 10**8), leaf(1, 3_600, "clock", seconds_back=10**9), leaf(2, 3_601)]
    assert refuted(boast, 3, 70), "however far a step is said to go, the log was there when it was written"


@given(
    moves=st.lists(
        st.tuples(st.integers(1, 5_000), st.one_of(st.just(0), st.integers(-(10**6), 10**6)), st.booleans()), max_size=30
    ),
    shown=st.integers(0, 2**32),
)
def test_whoever_keeps_an_honest_log_is_never_refuted(moves: list[tuple[int, int, bool]], shown: int) -> None:
    """A clock that is set wrong and right again at will: a word that came while it was right refutes no entry."""
    true = wrong = newest = 0
    leaves, words = [], []
    for pause, change, seen in moves:
        true += pause
        wrong = 0 if seen else wrong + change
        at = true + wrong
        if newest - at > DISORDER.total_seconds():  # as `records/clock.py` does it
            leaves.append(leaf(len(leaves), at, "clock", seconds_back=newest - at))
            newest = at
        newest = max(newest, at)
        leaves.append(leaf(len(leaves), at))
        if seen:
            words.append((len(leaves), true + 1))
    bag = [each for n, each in enumerate(leaves) if each.body["kind"] == "clock" or shown >> n % 32 & 1]
    for size, at in words:
        assert refuted(bag, size, at) == []
