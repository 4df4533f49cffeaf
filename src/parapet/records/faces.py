"""An item's working copy and its judgement, as sealed bytes and back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from parapet.domain.items import Account, Attachment, Flag, Identifier, IdentifierKind, Item, ItemKind
from parapet.domain.judgement import Assessment, Campaign, Copies, Harm, History, Indicator, Sent, Severity, Urgency

# JSON with sorted keys and sorted flags: the same item always gives the same bytes, whose digest the log keeps and
# which an exported bag shows as they are.
_encoder = msgspec.json.Encoder(order="deterministic")
_decoder = msgspec.json.Decoder(dict)


def pack_item(item: Item) -> bytes:
    """`item` as JSON. Lone surrogates, which UTF-8 cannot hold, were replaced by the parser."""
    return _encoder.encode(item)


def unpack_item(raw: bytes) -> Item:
    """The inverse of `pack_item`."""
    d = _decoder.decode(raw)
    d["sent_at"] = datetime.fromisoformat(d["sent_at"]) if d["sent_at"] else None
    d["kind"] = ItemKind(d["kind"])
    d["author"] = Account(**d["author"])
    d["aimed_at"] = tuple(Identifier(IdentifierKind(i["kind"]), i["value"]) for i in d["aimed_at"])
    d["attachments"] = tuple(Attachment(**a) for a in d["attachments"])
    d["flags"] = frozenset(Flag(f) for f in d["flags"])
    d["aliases"], d["refers_to"] = tuple(d["aliases"]), tuple(d["refers_to"])
    return Item(**d)


class Writer(msgspec.Struct):
    """The names that an author goes by."""

    handle: str
    name: str
    native_id: str


class Shown(msgspec.Struct):
    """A file that came with an item."""

    name: str
    sha256: str


class Said(msgspec.Struct):
    """Of an item's working copy, what its judgement needs."""

    text: str
    subject: str
    lang: str
    channel: str
    rating: float | None
    author: Writer
    content_warning: str = ""
    attachments: tuple[Shown, ...] = ()

    def heading(self) -> str:
        """What the writer put over and beside the text: a subject, a content warning, what pictures are said to show. A file that came
        itself is called something, and shows what it shows."""
        shown = [each.name for each in self.attachments if not each.sha256]
        return " ".join(filter(None, (self.subject, self.content_warning, *shown)))


class Written(msgspec.Struct):
    """Of an item's working copy, what a search looks through."""

    text: str
    subject: str
    url: str
    author: Writer


_said = msgspec.json.Decoder(Said)
_written = msgspec.json.Decoder(Written)


def unpack_written(raw: bytes) -> Written:
    """As much of what `pack_item` packed, in a tenth of the time that the whole item takes."""
    return _written.decode(raw)


def unpack_said(raw: bytes) -> Said:
    """As much of what `pack_item` packed, in a tenth of the time that the whole item takes."""
    return _said.decode(raw)


def pack_assessment(assessment: Assessment) -> bytes:
    """`assessment` as JSON."""
    return _encoder.encode(assessment)


def unpack_assessment(raw: bytes) -> Assessment:
    """The inverse of `pack_assessment`."""
    d = _decoder.decode(raw)
    d["probabilities"] = {Harm(h): p for h, p in d["probabilities"].items()}
    d["harms"] = frozenset(Harm(h) for h in d["harms"])
    d["severity"], d["urgency"] = Severity(d["severity"]), Urgency(d["urgency"])
    d["indicators"] = tuple(Indicator(**{**i, "urgency": Urgency(i["urgency"])}) for i in d["indicators"])
    d["reason"] = tuple(d["reason"])
    if d.get("history"):  # judgements of earlier versions have none
        d["history"] = _history(d["history"])
    if d.get("copies"):
        d["copies"] = _copies(d["copies"])
    if d.get("campaign"):
        d["campaign"] = _campaign(d["campaign"])
    return Assessment(**d)


def _copies(d: dict[str, Any]) -> Copies:
    harms = frozenset(map(Harm, d["harms"]))
    return Copies(d["accounts"], d["others"], d["abusive"], harms, datetime.fromisoformat(d["first_at"]))


def _campaign(d: dict[str, Any]) -> Campaign:
    first, last = (datetime.fromisoformat(d[at]) for at in ("first_at", "last_at"))
    return Campaign(**{**d, "harms": frozenset(map(Harm, d["harms"])), "first_at": first, "last_at": last})


def _history(d: dict[str, Any]) -> History:
    ever, day, week, month = (Sent(*d[span]) for span in ("ever", "day", "week", "month"))
    first = datetime.fromisoformat(d["first_at"]) if d["first_at"] else None
    return History(d["by_platform"], ever, day, week, month, first)
