"""The stream of all public posts: one reader for all who listen, which loses nothing by breaks, slow listeners or hostile frames."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.jetstream import Jetstream, jetstream
from support.receivers import wait_for

from parapet.channels.bluesky import stream
from parapet.channels.bluesky.frames import Heard, Hearing, Wanted

HER = "did:plc:hhhhhhhhhhhhhhhhhhhhhhhh"
OTHER = "did:plc:aaaaaaaaaaaaaaaaaaaaaaaa"


@pytest.fixture
def source(monkeypatch: pytest.MonkeyPatch) -> Iterator[Jetstream]:
    monkeypatch.setattr(stream, "REWIND_EVERY_S", 0.05)
    monkeypatch.setattr(stream, "SHORTEST_WAIT_S", 0.05)
    monkeypatch.setattr(stream, "_LOOK_S", 0.05)
    with jetstream() as running:
        yield running


def taker(ear: stream.Ear) -> Callable[[], list[str]]:
    """What was heard so far, each once."""
    found: dict[str, None] = {}

    def took() -> list[str]:
        for raw in ear.take()[0]:
            found[json.loads(raw)["commit"]["rkey"]] = None
        return list(found)

    return took


def test_one_reader_for_all_takes_up_what_was_missed_and_leaves_hostile_frames_out(source: Jetstream) -> None:
    before = source.post("Jane Doe, long ago", "before")
    first = source.post("Jane Doe, again", "first")
    jane = stream.listen(source.url, Wanted(("Jane Doe",), HER), first - 1, inside=True)
    heard = taker(jane)
    wait_for(lambda: "first" in heard())
    roe = stream.listen(source.url, Wanted(("Rita Roe",)), before - 1, inside=True)
    roes = taker(roe)
    source.post("Rita Roe and Jane Doe", "both")
    wait_for(lambda: heard()[-1] == "both" and roes() == ["both"])
    assert len(stream._standing) == 1

    # What nobody can read, what is too large, what claims to be elsewhere or never: it costs nobody else anything.
    hers = {"collection": "app.bsky.feed.post", "operation": "create", "rkey": "lie", "cid": "c", "record": {"text": "Jane Doe"}}
    hostile: list[Any] = [
        b"\x28\xb5\x2f\xfd\x00\x00",
        "not JSON, Jane Doe",
        "[" * 100_000,
        '{"commit": 7, "time_us": "Jane Doe"}',
        "Jane Doe" * 500_000,
        {"kind": "commit", "commit": {**hers, "collection": "app.bsky.feed.like"}},
        {"did": OTHER, "time_us": -5, "commit": hers},
        {"did": OTHER, "time_us": 2**63, "commit": hers},
    ]
    for frame in hostile:
        source.send(frame)
    odd = {"text": ["Jane Doe"], "facets": "none", "reply": {"parent": 5}}
    source.post("", "odd", record=odd)
    source.cut()
    source.post("While it was cut: Jane Doe", "cut")
    wait_for(lambda: {"odd", "cut"} <= set(heard()))
    assert set(heard()) == {"first", "both", "odd", "cut"} or set(heard()) == {"before", "first", "both", "odd", "cut"}
    assert all(each == 0 or each > before - 2 * stream.BACK_US for each in source.asked)

    # One that is larger than any frame may be ends the connection; what follows it is heard.
    source.send("x" * (stream.MAX_MESSAGE_BYTES + 1))
    source.send({"kind": "account"}, at_us=source.frames[-1][0] + 2 * stream.STEP_US)
    last = source.frames[-1][0]
    source.send({"did": OTHER, "commit": json.loads(source.frames[1][1])["commit"] | {"rkey": "behind"}}, at_us=last + 1)
    wait_for(lambda: "behind" in heard())
    assert jane.take()[1] >= last
    jane.close()
    roe.close()
    assert not stream._standing


def test_a_slow_listener_holds_little_and_is_read_to_again(source: Jetstream, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "MAX_HELD", 5)
    monkeypatch.setattr(stream, "BACK_US", 0)
    begin = source.post("nobody", "nobody")
    slow = stream.listen(source.url, Wanted(("Jane Doe",)), begin, inside=True)
    wait_for(lambda: bool(source.asked))
    for number in range(23):
        source.post("Jane Doe", f"n{number}")
    source.post("nobody", "end")
    wait_for(lambda: slow._full_at_us > 0)
    assert len(slow._held) == 5
    heard = taker(slow)
    wait_for(lambda: len(heard()) == 23)
    assert heard() == [f"n{number}" for number in range(23)]
    slow.close()


_WORDS = ["Jane Doe", HER, f"at://{HER}/x/y", "create", "delete", ""]
_FIELDS = "did time_us commit record text reply parent uri facets features embed".split()
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.sampled_from(_WORDS),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(_FIELDS), inner, max_size=4),
    max_leaves=12,
)


@given(_JSON, _JSON, st.binary(max_size=40))
@settings(max_examples=80)
def test_no_frame_makes_the_reader_fail(inner: Any, outer: Any, raw: bytes) -> None:
    hearing = Hearing({1: Wanted(("Jane Doe",), HER)}, lambda uri: [1] if uri.endswith("kept") else [])
    commit = {"collection": "app.bsky.feed.post", "operation": "create", "rkey": "r", "cid": "c", "record": inner}
    for frame in (raw, json.dumps(outer).encode(), json.dumps({"did": OTHER, "time_us": 5, "commit": commit}).encode()):
        assert isinstance(hearing.hear(frame), Heard | int)


def frame(operation: str = "create", rkey: str = "r", did: str = OTHER, **record: Any) -> bytes:
    commit: dict[str, Any] = {"collection": "app.bsky.feed.post", "operation": operation, "rkey": rkey}
    if operation != "delete":
        commit |= {"cid": "c", "record": {"text": "", **record}}
    return json.dumps({"did": did, "time_us": 5, "kind": "commit", "commit": commit}).encode()


def test_whom_a_frame_concerns() -> None:
    hearing = Hearing({"her": Wanted(("Jane Doe",), HER)}, lambda uri: ["her"] if uri.endswith("/kept") else [])
    ref = {"uri": f"at://{HER}/app.bsky.feed.post/1", "cid": "c"}
    concerning = [
        frame(text="Dr Jane Doe"),
        frame(reply={"parent": ref, "root": {"uri": "at://x/y/z", "cid": "c"}}),
        frame(reply={"parent": {"uri": "at://x/y/z", "cid": "c"}, "root": ref}),
        frame(facets=[{"index": {}, "features": [{"$type": "app.bsky.richtext.facet#mention", "did": HER}]}]),
        frame(embed={"$type": "app.bsky.embed.record", "record": ref}),
        frame(embed={"record": {"record": ref}, "media": {"images": []}}),
        frame(embed={"images": [{"alt": "Jane Doe at work", "image": {}}]}),
        frame(embed={"media": {"external": {"title": "Who is Jane Doe?", "description": "", "uri": ""}}}),
        frame(reply={"parent": ref}, facets="odd"),
        frame("update", "kept"),
        frame("delete", "kept"),
    ]
    others = [
        frame(text="Janedoes"),
        frame("delete"),
        frame("update"),
        frame(text="Jane Doe", did=HER),
        frame("odd", text="Jane Doe"),
    ]
    assert [sorted(heard.who) for raw in concerning if isinstance(heard := hearing.hear(raw), Heard)] == [["her"]] * len(
        concerning
    )
    assert [hearing.hear(raw) for raw in others] == [5] * len(others)
