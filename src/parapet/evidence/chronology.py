"""One row of the bag's chronology, from an item's leaf and its working copy."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from parapet.evidence.seal import stamp

HEADER = (
    "sent_at",
    "sent_at_as_given",
    "captured_at",
    "channel",
    "kind",
    "author_name",
    "author_handle",
    "author_id",
    "subject",
    "text",
    "url",
    "uri",
    "item",
    "version",
    "sha256",
    "log_index",
)


def chronology_row(item: str, version: int, index: int, leaf: Mapping[str, Any], face: bytes) -> list[str]:
    """The cells, not yet neutralised. A working copy that cannot be read leaves its cells empty: the original is there."""
    shown = read_face(face)
    author = shown.get("author")
    author = author if isinstance(author, dict) else {}
    cells = {
        **{name: _cell(shown.get(name)) for name in ("sent_at_as_given", "kind", "subject", "text", "url", "uri")},
        "sent_at": _utc(shown.get("sent_at")),
        "captured_at": _cell(leaf.get("at")),
        "channel": _cell(leaf.get("channel") or shown.get("channel")),
        "author_name": _cell(author.get("name")),
        "author_handle": _cell(author.get("handle")),
        "author_id": _cell(author.get("native_id")),
        "item": item,
        "version": str(version),
        "sha256": _cell(leaf.get("sha256")),
        "log_index": str(index),
    }
    return [cells[name] for name in HEADER]


def read_face(face: bytes) -> dict[str, Any]:
    """The working copy as a map; empty when it cannot be read."""
    try:
        read = msgspec.json.decode(face) if face[:1] == b"{" else msgspec.msgpack.decode(face)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return {}
    return read if isinstance(read, dict) else {}


def _utc(value: object) -> str:
    """A time in UTC, as the captures have theirs; what is none stays as it is."""
    try:
        at = datetime.fromisoformat(value) if isinstance(value, str) else value
        return stamp(at) if isinstance(at, datetime) and at.tzinfo else _cell(value)
    except (ValueError, OverflowError):
        return _cell(value)


def _cell(value: object) -> str:
    if isinstance(value, datetime):
        return stamp(value) if value.tzinfo else value.isoformat()
    return value if isinstance(value, str) else ""
