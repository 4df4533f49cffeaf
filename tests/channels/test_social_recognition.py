"""Files are known by content, never by name; whatever the bytes, recognition answers."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parapet.channels.contract import HEAD_BYTES, Head, channels, recognise

SOCIAL = [channels()[name] for name in ("bluesky", "mastodon", "x", "meta", "youtube")]


@pytest.mark.parametrize(
    ("file", "channel"),
    [
        ("bluesky/notifications.json", "bluesky"),
        ("bluesky/threads.json", "bluesky"),
        ("bluesky/jetstream.jsonl", "bluesky"),
        ("mastodon/notifications_later.json", "mastodon"),
        ("youtube/commentThreads.json", "youtube"),
    ],
)
def test_each_file_is_known_whatever_it_is_called(scenario: Path, file: str, channel: str) -> None:
    start = (scenario / file).read_bytes()[:HEAD_BYTES]
    for name in ("", "inbox.mbox", "a.zip"):
        manifest = recognise(Head(start, len(start), name))
        assert manifest is not None and manifest.name == channel


@pytest.mark.parametrize(
    "file", ["advocates.json", "reviews/google_reviews.csv", "mail/inbox.mbox", "complaint/letter-50043.pdf"]
)
def test_what_belongs_to_others_is_left_alone(scenario: Path, file: str) -> None:
    start = (scenario / file).read_bytes()[:HEAD_BYTES]
    assert [manifest.recognise(Head(start, len(start))) for manifest in SOCIAL] == [0] * len(SOCIAL)


@given(
    st.binary(max_size=400)
    | st.lists(
        st.sampled_from(
            [
                b"[",
                b"{",
                b'"notifications":',
                b'"a":"b",',
                b'"did":"did:',
                b'"time_us"',
                b"\n",
                b"\\",
                b"\xff\xfe",
                b"\0",
                b"window.YTD.",
            ]
        )
    ).map(b"".join)
)
def test_recognition_never_raises(start: bytes) -> None:
    for manifest in SOCIAL:
        assert 0 <= manifest.recognise(Head(start, len(start))) <= 100


@pytest.mark.parametrize(
    "piece", [b"{", b'{"a":"b",', b'"', b"[{", b'{"did":"did:', b"<title>", b" ", b"\\", b'"participants":[']
)
def test_recognition_is_quick_whatever_is_repeated(piece: bytes) -> None:
    start = (piece * HEAD_BYTES)[:HEAD_BYTES]
    began = time.process_time()
    for manifest in SOCIAL:
        manifest.recognise(Head(start, len(start)))
    assert time.process_time() - began < 30
