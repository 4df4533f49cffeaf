"""One row of the bag's chronology, from an item's leaf, its working copy, and what else the bag holds of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec
from attrs import frozen

from parapet.evidence.attested import Attested
from parapet.evidence.seal import stamp

WHOLE, WITHHELD, ERASED = "whole", "withheld", "erased"

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
    "source_method",
    "source_result",
    "source_domain",
    "attested_at",
    "attested_by",
    "state",
    "state_at",
    "state_event",
    "state_reason",
)


@frozen
class Known:
    """What is known of a version beside its leaf and its words.

    source    `source.json` as it lies in the bag; b"" when there is none, or it is not shown
    attested  the earliest word of a body outside
    state     `WHOLE`, `WITHHELD` from this copy, or `ERASED`
    event     of what is erased: the place in the log of the event that says so, and what it says
    """

    source: bytes = b""
    attested: Attested | None = None
    state: str = WHOLE
    event: tuple[int, Mapping[str, Any]] | None = None


def chronology_row(item: str, version: int, index: int, leaf: Mapping[str, Any], face: bytes, known: Known) -> list[str]:
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
        **_source(known.source),
        "attested_at": stamp(known.attested.at) if known.attested else "",
        "attested_by": known.attested.by if known.attested else "",
        "state": known.state,
        **_event(known.event),
    }
    return [cells[name] for name in HEADER]


def read_face(face: bytes) -> dict[str, Any]:
    """The working copy as a map; empty when it cannot be read."""
    try:
        read = msgspec.json.decode(face) if face[:1] == b"{" else msgspec.msgpack.decode(face)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return {}
    return read if isinstance(read, dict) else {}


def _source(raw: bytes) -> dict[str, str]:
    """What the platform or the mail's server signed, and for a mail the domain that did: a stranger's word."""
    said = read_face(raw) if raw else {}
    learned = said.get("learned")
    signatures = learned.get("signatures") if isinstance(learned, dict) else None
    listed = [each for each in signatures if isinstance(each, dict)] if isinstance(signatures, list) else []
    domain = next((each.get("domain") for each in listed if each.get("result") == said.get("result")), "")
    told = {"source_method": said.get("method"), "source_result": said.get("result"), "source_domain": domain}
    return {name: _cell(value) for name, value in told.items()}


def _event(event: tuple[int, Mapping[str, Any]] | None) -> dict[str, str]:
    if event is None:
        return dict.fromkeys(("state_at", "state_event", "state_reason"), "")
    index, body = event
    details = body.get("details")
    reason = details.get("reason") if isinstance(details, dict) else ""
    return {"state_at": _cell(body.get("at")), "state_event": str(index), "state_reason": _cell(reason)}


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
