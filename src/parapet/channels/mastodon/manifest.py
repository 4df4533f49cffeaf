"""What Mastodon's answers look like: notifications and statuses, alone or in arrays, and what watching brings."""

from __future__ import annotations

from parapet.channels.contract import Head, Manifest
from parapet.channels.json_stream import beginning
from parapet.channels.mastodon.delivery import is_delivery
from parapet.channels.mastodon.parse import parse

_STATUS = (b'"content"', b'"visibility"', b'"account"')
_NOTIFICATION = (b'"type"', b'"account"', b'"created_at"')
_TYPES = (b'"mention"', b'"favourite"', b'"reblog"', b'"follow"', b'"status"', b'"update"', b'"poll"', b'"quote"')


def recognise(head: Head) -> int:
    start = beginning(head.start)
    if is_delivery(start):
        return 100
    if not start.startswith((b"[", b"{")) or b'"acct"' not in start:
        return 0
    if all(word in start for word in _STATUS) and b'"uri"' in start:
        return 92
    return 85 if all(word in start for word in _NOTIFICATION) and any(word in start for word in _TYPES) else 0


MANIFEST = Manifest(name="mastodon", title="Mastodon", recognise=recognise, parse=parse)
