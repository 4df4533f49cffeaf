"""Entries of the log about how people sign in. They hold codes and counts: no name, no address, nothing with which one comes in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from parapet.evidence.seal import event_body
from parapet.records.chain import Event, append
from parapet.records.lasting import home_locker
from parapet.records.models import Advocate, Person


def log_signing_in(kind: str, person: Person, details: Mapping[str, str | int], now: datetime | None = None) -> None:
    """`person` did this herself. Inside the transaction of what it tells of."""
    now = now or datetime.now(UTC)
    body = event_body(kind=kind, at=now, subjects=[person.id], actor=person.id, details=details)
    append([Event(kind, now, body, home_locker(), advocate=Advocate.UNMATCHED, person=person.number)])
