"""What the message threads of "Download your information" look like, for Instagram, Facebook and Messenger."""

from __future__ import annotations

import re

from parapet.channels.contract import Head, Manifest
from parapet.channels.json_stream import beginning
from parapet.channels.meta.parse import PROFILE, parse

_PARTICIPANTS = re.compile(rb'"participants"\s*:\s*\[')
_SENDER = re.compile(rb'"(?:sender_name|senderName)"\s*:')
_TIME = re.compile(rb'"(?:timestamp_ms|timestamp)"\s*:')


def recognise(head: Head) -> int:
    start = beginning(head.start)
    if PROFILE.match(start):
        return 70
    if not start.startswith(b"{") or not _PARTICIPANTS.search(start):
        return 0
    if _SENDER.search(start) and _TIME.search(start):
        return 92
    return 80 if b'"messages"' in start and b'"thread' in start else 0


MANIFEST = Manifest(name="meta", title="Instagram, Facebook", recognise=recognise, parse=parse)
