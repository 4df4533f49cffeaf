"""What a leaf says, to the byte: leaves outlive programs."""

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from evidence.bags import NOON, sha
from hypothesis import given
from hypothesis import strategies as st

from parapet.domain.errors import SealBroken
from parapet.domain.parsed import Place
from parapet.evidence.canonical import leaf
from parapet.evidence.reader.notes import read_time
from parapet.evidence.seal import case_head, check_capture, event_body, head_body, stamp


def capture(version=1, raw=b"raw", **more):
    from parapet.evidence.seal import capture_body

    return capture_body(
        item_id="itm_1", version=version, at=NOON, sha256=sha(raw), size_bytes=len(raw), media_type="text/plain",
        channel="mail", content_sha256="c" * 64, face_sha256="f" * 64, source_mark="0" * 64,
        place=Place("a", "/1", 2, 3), salt="5" * 32, **more,
    )  # fmt: skip


def test_what_is_said_of_a_leaf_of_the_first_homes_is_as_it_was():
    """Their bags hold these bytes, and are checked by today's verifier too."""
    from parapet.evidence.reader.facts import item_facts

    new = {name: value for name, value in capture().items() if name != "source_mark"}
    old = {**new, "source_sha256": "0" * 64, "offset": 2}
    names = (
        "at", "channel", "media_type", "sha256", "size", "content_sha256", "face_sha256", "source_sha256", "member", "pointer",
        "offset", "length",
    )  # fmt: skip
    told = {"version": 1, "log_index": 7, "leaf_hash": "01" * 32, **{name: old[name] for name in names}}
    text = json.dumps({"item": "itm_1", "versions": [told]}, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    assert item_facts("itm_1", [(1, old, 7, b"\1" * 32)]) == text.encode()


def test_golden_leaves():
    """These bytes are in logs already."""
    assert leaf(capture()) == (
        b'{"at":"2026-11-23T12:00:00.000042Z","channel":"mail","content_sha256":"' + b"c" * 64 + b'","face_sha256":"'
        + b"f" * 64 + b'","item":"itm_1","kind":"capture","length":3,"media_type":"text/plain","member":"a",'
        b'"pointer":"/1","salt":"' + b"5" * 32 + b'","sha256":"' + sha(b"raw").encode() + b'","size":3,"source_mark":"'
        + b"0" * 64 + b'","v":1,"version":1}'
    )  # fmt: skip
    event = event_body(kind="view", at=NOON, subjects=["itm_1"], actor="per_1", details={"n": 1}, salt="5" * 32)
    assert leaf(event) == (
        b'{"actor":"per_1","at":"2026-11-23T12:00:00.000042Z","details":{"n":1},"kind":"view","salt":"' + b"5" * 32
        + b'","subjects":["itm_1"],"v":1}'
    )  # fmt: skip


def test_a_second_version_is_told_from_a_capture():
    assert (capture()["kind"], capture(version=2)["kind"]) == ("capture", "version")


def test_every_leaf_has_its_own_salt():
    assert event_body(kind="view", at=NOON, subjects=[])["salt"] != event_body(kind="view", at=NOON, subjects=[])["salt"]


@given(
    at=st.datetimes(datetime(1, 1, 3), datetime(9999, 12, 29)),  # noqa: DTZ001
    offset=st.integers(-1439, 1439),
)
def test_a_time_is_utc_and_keeps_its_microsecond(at, offset):
    there = at.replace(tzinfo=timezone(timedelta(minutes=offset)))
    assert read_time(stamp(there)).replace(tzinfo=UTC) == there


def test_a_time_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="zone"):
        stamp(datetime(2026, 1, 1))  # noqa: DTZ001


@pytest.mark.parametrize("kind", ["", "View", "capture", "version", "a b", "x" * 41, "é"])
def test_an_event_cannot_pass_for_a_capture(kind):
    with pytest.raises(ValueError, match="kind"):
        event_body(kind=kind, at=NOON, subjects=[])


@given(st.lists(st.binary(min_size=32, max_size=32), min_size=2, max_size=6, unique=True), st.data())
def test_a_head_changes_with_every_omission_addition_and_move(hashes, data):
    head = case_head(hashes)
    assert head.count == len(hashes)
    out = data.draw(st.integers(0, len(hashes) - 1))
    moved = data.draw(st.permutations(hashes))
    assert case_head(hashes[:out] + hashes[out + 1 :]) != head
    assert case_head([*hashes, b"x" * 32]) != head
    assert (case_head(moved) == head) == (moved == hashes)
    body = head_body(case_id="cas_1", head=head, at=NOON)
    assert (body["kind"], body["subjects"], body["details"]["count"]) == ("case_head", ["cas_1"], head.count)


def test_other_bytes_are_a_broken_seal():
    check_capture(capture(), raw=b"raw")
    for other in (b"", b"Raw", b"raw "):
        with pytest.raises(SealBroken):
            check_capture(capture(), raw=other)
