"""Database rows to veiled rows."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from parapet.access.views import Row
from parapet.domain.items import ItemKind
from parapet.domain.judgement import Harm, Severity, Urgency
from parapet.records.bulk import find
from parapet.records.models import Item, LogEntry, Person, Sender
from parapet.records.numbers import public

#: Columns that a veiled row is made of; keys and sealed bytes stay in the database.
COLUMNS = (
    "number", "advocate_id", "channel", "kind", "sent_at", "time_is_ours", "severity", "urgency", "harms", "lang",
    "abstain", "assessed", "versions", "gone_at", "own", "sender",
)  # fmt: skip


class Queued(NamedTuple):
    """The columns of one row, in the order of COLUMNS: what an `Item` has of them, without what a model costs."""

    number: int
    advocate_id: int
    channel: str
    kind: str
    sent_at: datetime
    time_is_ours: bool
    severity: int
    urgency: int
    harms: int
    lang: str
    abstain: bool
    assessed: bool
    versions: int
    gone_at: datetime | None
    own: bool
    sender: int | None

    @property
    def id(self) -> str:
        """The public name of the item."""
        return public("itm", self.number)


_HARMS = [tuple(h for h in Harm if mask & h.bit) for mask in range(128)]
_KINDS = {str(k): k for k in ItemKind}


def rows_of(person: Person, items: Iterable[Item | Queued]) -> tuple[Row, ...]:
    """Veiled rows of `items`, in their order; two queries however many there are."""
    items = list(items)
    if not items:
        return ()
    senders: dict[int, set[int]] = {}
    for item in items:
        if item.sender is not None:
            senders.setdefault(item.advocate_id, set()).add(item.sender)
    counts = {
        (advocate, sender): n
        for advocate, theirs in senders.items()
        for sender, n in find(Sender, ("sender", "items"), "sender", theirs, also=f"advocate_id = {advocate:d}")
    }
    hers = f"kind = 'view' AND person_number = {person.number:d}"
    seen = {number for (number,) in find(LogEntry, ("item_number",), "item_number", [i.number for i in items], also=hers)}
    return tuple(_row(i, counts.get((i.advocate_id, i.sender or 0), 0), i.number in seen) for i in items)


def sender_tag(sender: int | None) -> str:
    """What stands for an account on the screen: 13 base-32 digits that tell nothing; "" when anonymous."""
    return "" if sender is None else public("snd", sender)


def _row(item: Item | Queued, from_sender: int, seen: bool) -> Row:
    return Row(
        id=item.id,
        channel=item.channel,
        kind=_KINDS[item.kind],
        sent_at=item.sent_at,
        time_is_ours=item.time_is_ours,
        severity=Severity(item.severity),
        urgency=Urgency(item.urgency),
        harms=_HARMS[item.harms],
        lang=item.lang,
        abstain=item.abstain,
        assessed=item.assessed,
        versions=item.versions,
        gone=item.gone_at is not None,
        own=item.own,
        sender=sender_tag(item.sender),
        sender_count=from_sender,
        looked_at=seen,
    )
