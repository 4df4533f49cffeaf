"""What Bluesky's files look like: notifications, threads and feeds from the API, and the Jetstream firehose."""

from __future__ import annotations

from parapet.channels.bluesky.delivery import is_delivery
from parapet.channels.bluesky.parse import is_stream, page_key, parse
from parapet.channels.contract import Head, Manifest
from parapet.channels.json_stream import beginning


def recognise(head: Head) -> int:
    start = beginning(head.start)
    if is_delivery(start):
        return 100
    if is_stream(start):
        return 95
    key = page_key(start)
    if not key:
        return 0
    if b'"at://did:' in start:
        return 95
    return 70 if key in (b"notifications", b"thread") else 0


MANIFEST = Manifest(name="bluesky", title="Bluesky", recognise=recognise, parse=parse)
