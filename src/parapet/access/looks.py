"""Every look at content is a leaf in the log, written before the content is given out."""

from __future__ import annotations

from datetime import UTC, datetime

from django.db import transaction

from parapet.domain.errors import NotFound
from parapet.evidence.keys import Locker
from parapet.evidence.seal import event_body
from parapet.records.chain import Event, append, hold_log
from parapet.records.models import Advocate, Item, Person

#: Why somebody looks. Stable codes; the screens put them in words.
WHYS = ("read", "triage", "case", "report", "safety", "search", "export", "compare", "download", "emergency", "complaint")


def log_look(person: Person, item: Item, key: Locker, *, why: str, version: int, kind: str = "view") -> int:
    """Write the leaf of a look; returns its index. An unknown reason is kept as "read".

    Raises NotFound when the item was erased a moment ago: its leaf could never be opened.
    """
    now = datetime.now(UTC)
    reason = why if why in WHYS else "read"
    body = event_body(kind=kind, at=now, subjects=[item.id], actor=person.id, details={"why": reason, "version": version})
    with transaction.atomic():
        hold_log()
        if not Item.objects.filter(number=item.number).exists():
            raise NotFound("There is nothing here.")
        [index] = append([Event(kind, now, body, key, advocate=item.advocate_id, item=item.number, person=person.number)])
    return index


def log_search(person: Person, advocate: Advocate, locker: Locker) -> int:
    """Write the leaf of a search, which opens many items in memory; returns its index. The words are not kept."""
    now = datetime.now(UTC)
    body = event_body(kind="search", at=now, subjects=[advocate.id], actor=person.id, details={})
    with transaction.atomic():
        [index] = append([Event("search", now, body, locker, advocate=advocate.number, person=person.number)])
    return index
