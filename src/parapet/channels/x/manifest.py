"""What the members of an X (Twitter) archive look like: JSON behind a JavaScript assignment."""

from __future__ import annotations

from parapet.channels.contract import Head, Manifest
from parapet.channels.json_stream import beginning
from parapet.channels.x.parse import ASSIGNMENT, VIEWER, parse


def recognise(head: Head) -> int:
    start = beginning(head.start)
    if ASSIGNMENT.match(start):
        return 95
    return 60 if VIEWER.search(start) else 0


MANIFEST = Manifest(name="x", title="X (Twitter)", recognise=recognise, parse=parse)
