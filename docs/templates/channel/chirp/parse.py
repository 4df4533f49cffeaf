"""Chirp's export, and each answer of its server: an array of chirps."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, BinaryIO

from parapet.channels.contract import About
from parapet.channels.json_stream import elements
from parapet.channels.shape import Misshapen, needed, record, refused, text, words
from parapet.channels.text import clean, moment
from parapet.domain.items import Account, Item, ItemKind
from parapet.domain.parsed import Found, Parsed, Refused


def parse(source: BinaryIO, about: About) -> Iterator[Parsed]:
    """One export. Every chirp is an item by its own bytes."""
    for found in elements(source, ("chirps", "*"), member=about.member):
        if isinstance(found, Refused):
            yield found
            continue
        try:
            yield Found(_item(record(found.value)), found.raw, found.place, "application/json")
        except Misshapen as fault:
            yield refused(found.place, fault)


def _item(chirp: dict[str, Any]) -> Item:
    shown, flags = clean(text(chirp.get("text"), "text"))
    author = record(chirp.get("author"))
    return Item(
        channel="chirp",
        uri=f"chirp:{needed(chirp.get('id'), 'id')}",
        kind=ItemKind.POST,
        author=Account("chirp", handle=words(author.get("handle")), native_id=words(author.get("id"))),
        text=shown,
        sent_at=moment(words(chirp.get("at"))),
        sent_at_as_given=words(chirp.get("at")),
        flags=flags,
    )
