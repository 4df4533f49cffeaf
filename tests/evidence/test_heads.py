"""Earlier heads of a case hold today's bag to its word: what was left out since, or slipped in, contradicts one of them."""

from __future__ import annotations

import json
import time

from evidence.bags import CASE, Log, sha
from hypothesis import given, settings
from hypothesis import strategies as st

from parapet.evidence.log import leaf_hash
from parapet.evidence.reader import heads
from parapet.evidence.reader.heads import check_heads
from parapet.evidence.reader.leaves import Leaf
from parapet.evidence.seal import case_head, event_body, head_body, owned_head

OURS = ("itm_a", "itm_b", "itm_c")
#: What happens in turn: a message comes or goes, or is looked at.
STEPS = st.lists(st.tuples(st.sampled_from(["case_add", "case_remove", "view", "note"]), st.sampled_from(OURS)), max_size=25)


def history(steps: list[tuple[str, str]], *, owners: bool = True) -> tuple[list[Leaf], set[str]]:
    """The whole log of a case with a head after each change, and what is in it at the end."""
    log, leaves, inside = Log(), list[Leaf](), set[str]()

    def add(body: dict) -> None:
        index = log.add(body)
        leaves.append(Leaf(f"data/custody/{index:010d}", body, leaf_hash(log.bytes[index]), index))

    for kind, item in steps:
        if kind in ("view", "note"):
            add(event_body(kind=kind, at=log.clock, subjects=[item if kind == "view" else CASE]))
        else:
            add(event_body(kind=kind, at=log.clock, subjects=[CASE, item]))
            inside = inside | {item} if kind == "case_add" else inside - {item}
        entries = [(e.hashed, e.body["subjects"][0]) for e in leaves if e.body["subjects"][0] in inside | {CASE}]
        head = owned_head(entries) if owners else case_head(h for h, _ in entries)
        add(head_body(case_id=CASE, head=head, at=log.clock))
    return leaves, inside


def faults(leaves: list[Leaf], held: set[str], blind: set[str] = frozenset()) -> tuple[list[str], int]:  # type: ignore[assignment]
    found: list[str] = []
    last = Leaf("", {}, b"", 1 << 40)  # the last leaf of a bag is checked by itself
    skipped = check_heads([*leaves, last], CASE, held, set(blind), lambda code, *_where: found.append(code))
    return found, skipped


@given(STEPS, st.booleans())
@settings(max_examples=200, deadline=None)
def test_a_true_history_is_believed_whole(steps, owners):
    leaves, inside = history(steps, owners=owners)
    ever = {item for kind, item in steps if kind == "case_add"}
    assert faults(leaves, inside | ever) == ([], 0)
    found, skipped = faults(leaves, inside, ever - inside)
    assert found == [] and (skipped == 0 or not owners)
    seen = [e for e in leaves if e.body["subjects"][0] in inside | {CASE}]
    assert faults(seen, inside)[0] == [], "without what was taken out, some cannot be reckoned, and none is wrong"


@given(STEPS, st.data())
@settings(max_examples=200, deadline=None)
def test_any_entry_that_is_left_out_contradicts_a_head(steps, data):
    leaves, inside = history([("case_add", "itm_a"), *steps, ("note", "itm_a")])
    inside |= {"itm_a"} | {item for kind, item in steps if kind == "case_add"}
    counted = [e for e in leaves[:-1] if e.body["kind"] in ("view", "note") and e.body["subjects"][0] in inside | {CASE}]
    if not counted:
        return
    out = data.draw(st.sampled_from(counted))
    owner = out.body["subjects"][0]
    # A look at what was not in the case then belongs to no head until it is.
    rest = [e for e in leaves if e is not out]
    was_in = any(e.place > out.place and e.body["kind"] == "case_head" and _counts(leaves, e, owner) for e in leaves)
    assert bool(faults(rest, inside)[0]) == was_in


def _counts(leaves: list[Leaf], head: Leaf, owner: str) -> bool:
    """Whether `owner` belonged to the case when `head` was written."""
    inside = {CASE}
    for leaf in leaves:
        if leaf.place >= head.place:
            break
        if leaf.body["kind"] == "case_add":
            inside.add(leaf.body["subjects"][1])
        elif leaf.body["kind"] == "case_remove":
            inside.discard(leaf.body["subjects"][1])
    return owner in inside


@given(STEPS, st.sampled_from(OURS), st.data())
@settings(max_examples=200, deadline=None)
def test_no_entry_passes_for_one_of_another_message(steps, other, data):
    """The hashes and their order stay; only of whom each is said to be is changed."""
    leaves, _ = history([("case_add", item) for item in OURS] + steps)
    looks = [n for n, e in enumerate(leaves) if e.body["kind"] == "view" and e.body["subjects"] != [other]]
    if not looks:
        return
    at = data.draw(st.sampled_from(looks))
    owner = leaves[at].body["subjects"][0]
    said = [*leaves[:at], leaves[at]._replace(body={**leaves[at].body, "subjects": [other]}), *leaves[at + 1 :]]
    concerned = [e for e in leaves[at:] if e.body["kind"] == "case_head"]
    counted = any(_counts(leaves, head, owner) or _counts(leaves, head, other) for head in concerned)
    assert bool(faults(said, set(OURS))[0]) == counted


@given(STEPS, st.data())
@settings(max_examples=100, deadline=None)
def test_who_once_said_whose_each_entry_is_goes_on_saying_it(steps, data):
    leaves, inside = history([*steps, ("note", ""), ("note", "")])
    heads_of_it = [n for n, e in enumerate(leaves) if e.body["kind"] == "case_head"]
    at = data.draw(st.sampled_from(heads_of_it[1:]))
    details = {name: value for name, value in leaves[at].body["details"].items() if name != "owners"}
    said = [*leaves[:at], leaves[at]._replace(body={**leaves[at].body, "details": details}), *leaves[at + 1 :]]
    assert faults(said, inside | set(OURS))[0] == ["head.digest"]


def test_an_id_without_end_is_not_hashed_again_and_again():
    """Each change of what is in the case makes all before it be gone through again; an attacker's ids may be as long as a file."""
    leaves, _ = history([("case_add", "itm_a"), ("case_remove", "itm_a")] * 60)
    long = [e._replace(body={**e.body, "subjects": ["x" * 2_000_000]}) if e.body["kind"] == "view" else e for e in leaves]
    long += [Leaf("data/custody/1", {"kind": "clock", "subjects": ["x" * 3_000_000]}, b"\0" * 32, -n) for n in range(1, 60)]
    started = time.process_time()
    faults(sorted(long, key=lambda leaf: leaf.place), {"itm_a"})
    assert time.process_time() - started < 10


def test_work_has_an_end_and_the_reader_is_told_of_what_was_not_reckoned(monkeypatch):
    """A bag may have as many changes as it likes, each of which makes all before it be gone through again."""
    leaves, _ = history([("case_add", "itm_a"), ("case_remove", "itm_a")] * 10)
    assert faults(leaves, {"itm_a"}) == ([], 0)
    monkeypatch.setattr(heads, "_MOST_HASHES", 100)
    found, skipped = faults(leaves, {"itm_a"})
    assert found == [] and 0 < skipped < 20


@given(st.recursive(st.none() | st.integers() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))
def test_nonsense_in_a_head_is_a_fault_and_no_trouble(details):
    leaves, _ = history([("note", "itm_a"), ("note", "itm_a")])
    at = next(n for n, e in enumerate(leaves) if e.body["kind"] == "case_head")
    said = {"kind": "case_head", "subjects": [CASE], "details": details}
    assert faults([*leaves[:at], leaves[at]._replace(body=said), *leaves[at + 1 :]], set())[0]


def test_a_golden_head():
    """These digests are in logs already."""
    head = owned_head([(b"\1" * 32, CASE), (b"\2" * 32, "itm_a"), (b"\3" * 32, "")])
    assert head.sha256 == sha(b"parapet v1 case head\n" + b"\1" * 32 + b"\2" * 32 + b"\3" * 32)
    parts = b"\1" * 32 + CASE.encode() + b"\n" + b"\2" * 32 + b"itm_a\n" + b"\3" * 32 + b"\n"
    assert head.owners == sha(b"parapet v1 case owners\n" + parts)
    assert json.loads(json.dumps(head_body(case_id=CASE, head=head, at=Log().clock)["details"])) == {
        "count": 3,
        "sha256": head.sha256,
        "owners": head.owners,
    }
