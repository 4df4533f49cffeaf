"""The channel of feeds and searches."""

from __future__ import annotations

from parapet.channels.contract import Head, Manifest
from parapet.channels.feed.parse import FORMAT, parse


def _recognise(head: Head) -> int:
    return 95 if head.start.startswith(b'{"format": "' + FORMAT.encode() + b'"') else 0


MANIFEST = Manifest("feed", "Feed", _recognise, parse)
