"""What answers of the YouTube Data API look like: comment threads and comments."""

from __future__ import annotations

import re

from parapet.channels.contract import Head, Manifest
from parapet.channels.json_stream import beginning
from parapet.channels.youtube.parse import parse

_KIND = re.compile(rb'"kind"\s*:\s*"youtube#comment(?:Thread)?(?:ListResponse)?"')


def recognise(head: Head) -> int:
    start = beginning(head.start)
    return 95 if start.startswith((b"[", b"{")) and _KIND.search(start) else 0


MANIFEST = Manifest(name="youtube", title="YouTube", recognise=recognise, parse=parse)
