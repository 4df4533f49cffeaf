"""Who saw the log at a time saw no entry that is younger: each is held to the newest entry of the log that it saw."""

from __future__ import annotations

import json
import shutil
from datetime import datetime, timedelta

import pytest
from attrs import evolve
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from evidence.bags import NOON, ORIGIN, OURS, Log, case_of, exported_again
from hypothesis import given, settings
from hypothesis import strategies as st

from parapet.evidence import checkpoint
from parapet.evidence.bag import write_bag
from parapet.evidence.bundles import AnchorBundle, EventBundle
from parapet.evidence.cosignature import WitnessKey, add_line, cosign
from parapet.evidence.seal import event_body
from parapet.evidence.verify import verify

WITNESS = Ed25519PrivateKey.from_private_bytes(bytes(range(2, 34)))
WITNESS_KEY = str(WitnessKey.of("witness.example", WITNESS))
LATER = NOON + timedelta(minutes=10)


@given(
    ages=st.lists(st.integers(0, 290), min_size=1, max_size=8),
    sizes=st.sets(st.integers(1, 30), min_size=1, max_size=3),
    at=st.integers(-1_000, 300),
)
@settings(max_examples=40, deadline=None)
def test_nobody_saw_an_entry_before_it_came_to_be(
    tmp_path_factory: pytest.TempPathFactory, ages: list[int], sizes: set[int], at: int
) -> None:
    """Whatever their order, within the five minutes that several workers may be apart (`ages`, in seconds)."""
    log = Log()
    case = case_of(1, log=log)
    looks = []
    for age in ages:
        moment = LATER - timedelta(seconds=age)
        looks.append(log.add(event_body(kind="view", at=moment, subjects=[case.items[0].id], actor="per_2")))  # type: ignore[index]
    log.clock = LATER
    case = exported_again(log, evolve(case, events=[*case.events, *(EventBundle(b"", index, []) for index in looks)]))
    shown = {e.index for e in case.events} | {v.index for item in case.items for v in item.versions}
    seen = LATER.replace(microsecond=0) + timedelta(seconds=at)
    anchors, lies = [], False
    for size in sorted({1 + size % log.tree.size for size in sizes}):
        times = [datetime.fromisoformat(json.loads(log.bytes[i])["at"]) for i in shown if i < size]
        lies = lies or (bool(times) and seen < max(times) - timedelta(minutes=5))
        note = checkpoint.sign(ORIGIN, size, log.tree.root(size), OURS.signing())
        note = add_line(note, cosign(note, "witness.example", WITNESS, at=int(seen.timestamp())))
        anchors.append(AnchorBundle(note, log.tree.consistency_proof(size), {}, [WITNESS_KEY]))
    folder = tmp_path_factory.mktemp("seen")
    try:
        bag = write_bag(folder / "case", evolve(case, anchors=anchors))
        assert {fault.code for fault in verify(bag).faults} == ({"time.before_capture"} if lies else set())
    finally:
        shutil.rmtree(folder)
