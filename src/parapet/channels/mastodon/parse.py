"""Mastodon: notifications and statuses, as the API gives them, and what watching brought, turned into items.

Entities: github.com/mastodon/documentation, content/en/entities/Notification.md.
A file is one poll: that a status from an earlier poll is missing can only be told by whoever holds both.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, BinaryIO

from parapet.channels.contract import HEAD_BYTES, About
from parapet.channels.json_stream import Element, beginning, elements
from parapet.channels.mastodon.delivery import MAX_BYTES, is_delivery, parse_delivery
from parapet.channels.mastodon.status import item_from
from parapet.channels.shape import Misshapen, passed, record, refused, words
from parapet.domain.parsed import Found, Parsed, Refused

#: Notifications whose status is a message to, or of interest to, the one who was notified.
_MESSAGES = frozenset({"mention", "status", "update", "poll", "quote", "quoted_update"})


def parse(source: BinaryIO, about: About) -> Iterator[Parsed]:
    """An array of notifications or statuses, a single one, or what watching brought."""
    start = beginning(source.read(HEAD_BYTES))
    source.seek(0)
    if is_delivery(start):
        yield parse_delivery(source.read(MAX_BYTES + 1), about.member)
        return
    for found in elements(source, ("*",), member=about.member):
        yield found if isinstance(found, Refused) else _entity(found)


def _entity(element: Element) -> Parsed:
    value = record(element.value)
    status: Any = value
    kind = words(value.get("type"))
    if kind:
        if kind not in _MESSAGES:
            return passed(kind, element.place)
        status = record(value.get("status"))
        if "account" not in status:
            status = {**status, "account": value.get("account")}
    try:
        item = item_from(record(status), element.flags)
    except Misshapen as fault:
        return refused(element.place, fault)
    return Found(item, element.raw, element.place, "application/json")
