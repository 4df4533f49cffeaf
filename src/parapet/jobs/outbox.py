"""Hand over work that must happen, in the same transaction as what makes it necessary.

    with transaction.atomic():
        item.save()
        outbox.put("assess_batch", {"items": [item.pk]})

Either both are kept or neither. A handler is called at least once for every entry, perhaps twice after a crash.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

from attrs import frozen
from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from parapet.jobs.models import ID_LENGTH, OutboxEntry, new_id

Payload = Mapping[str, "int | str | list[int] | list[str]"]

MAX_REFERENCES = 10_000
_KIND = re.compile(r"[a-z][a-z0-9_]{0,59}\Z")
#: What an id looks like: no space, so that no sentence fits, and nothing that a screen could show as text.
_REFERENCE = re.compile(r"[A-Za-z0-9_.:\-]{0,80}\Z")

_in_hand: ContextVar[OutboxEntry | None] = ContextVar("parapet_job_in_hand", default=None)
_listeners: list[Callable[[], None]] = []


def put(kind: str, payload: Payload, *, urgent: bool = False, not_before: datetime | None = None) -> str:
    """Promise work of `kind`; returns the entry's id. Call inside the transaction that makes it necessary.

    payload      ids and numbers only: it is stored in the clear
    urgent       before all that is not, however long that has waited
    not_before   aware time of the first try; at once without it

    Raises RuntimeError outside a transaction, ValueError for a payload that could hold text.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("put() belongs inside the transaction that makes the work necessary")
    if not _KIND.match(kind):
        raise ValueError("a kind is a short name in small letters")
    check_payload(payload)
    now = timezone.now()
    parent = _in_hand.get()
    made = new_id()
    OutboxEntry.objects.create(
        id=made,
        root_id=parent.root_id if parent else made,
        kind=kind,
        payload=dict(payload),
        urgent=urgent,
        created_at=now,
        next_try_at=not_before or now,
    )
    transaction.on_commit(_tell)
    return made


def pending() -> int:
    """How many entries are neither done nor given up."""
    return still_open().count()


def done(entry_id: str) -> None:
    """Cross the entry off. A handler may call it in its own transaction with `in_hand()`; otherwise the engine does."""
    OutboxEntry.objects.filter(pk=entry_id, done_at__isnull=True).update(done_at=timezone.now(), failed_code="")


def in_hand() -> str | None:
    """The id of the entry that is being handled in this thread, or None."""
    entry = _in_hand.get()
    return entry.pk if entry else None


@contextmanager
def handling(entry: OutboxEntry) -> Iterator[None]:
    """What is put inside belongs to `entry`'s chain, and `in_hand()` names it. For the engine."""
    token = _in_hand.set(entry)
    try:
        yield
    finally:
        _in_hand.reset(token)


@frozen
class Failure:
    """An entry that nothing more will be tried for, for people to see."""

    id: str
    kind: str
    code: str
    attempts: int
    created_at: datetime


@frozen
class Backlog:
    """How the work stands, for `parapet doctor` and for people who run a server.

    oldest_at   when the oldest open entry was put; None when nothing is open
    """

    open: int
    failed: int
    oldest_at: datetime | None


def backlog() -> Backlog:
    """Count what is open and what was given up."""
    waiting = still_open()
    oldest = waiting.order_by("id").values_list("created_at", flat=True).first()
    return Backlog(waiting.count(), OutboxEntry.objects.filter(~Q(failed_code="")).count(), oldest)


def failures() -> list[Failure]:
    """What was given up, oldest first, at most 1,000."""
    rows = OutboxEntry.objects.filter(~Q(failed_code="")).order_by("id")[:1000]
    return [_failure(row) for row in rows]


def _failure(row: OutboxEntry) -> Failure:
    return Failure(row.pk, row.kind, row.failed_code, row.attempts, row.created_at)


def failed(kind: str, payload: Payload) -> list[Failure]:
    """Those of the failures that are of this very work."""
    rows = OutboxEntry.objects.filter(~Q(failed_code=""), kind=kind, payload=dict(payload)).order_by("id")
    return [_failure(row) for row in rows]


def put_anew(kind: str, payload: Payload) -> str:
    """Promise again, with all its tries, what was given up, and strike the failures; the new entry's id. As `put`."""
    OutboxEntry.objects.filter(~Q(failed_code=""), kind=kind, payload=dict(payload)).update(
        failed_code="", done_at=timezone.now()
    )
    return put(kind, payload)


def try_again(entry_id: str) -> bool:
    """Take up an entry that was given up; False when there is none such. A person decides that."""
    with transaction.atomic():
        changed = (
            OutboxEntry.objects.select_for_update()
            .filter(~Q(failed_code=""), pk=entry_id, done_at__isnull=True)
            .update(failed_code="", claimed_at=None, next_try_at=timezone.now())
        )
        transaction.on_commit(_tell)
    return bool(changed)


def still_open() -> QuerySet[OutboxEntry]:
    """Entries that are neither done nor given up."""
    return OutboxEntry.objects.filter(done_at__isnull=True, failed_code="")


def listen(wake: Callable[[], None]) -> Callable[[], None]:
    """Call `wake` after every commit in this process that put something; returns what stops it."""
    _listeners.append(wake)
    return lambda: _listeners.remove(wake) if wake in _listeners else None


def _tell() -> None:
    for wake in list(_listeners):
        wake()


def check_payload(payload: Payload) -> None:
    count = 0
    for key, value in payload.items():
        if not _KIND.match(key):
            raise ValueError("a payload's key is a short name in small letters")
        for one in value if isinstance(value, list) else [value]:
            count += 1
            if not _is_reference(one) or count > MAX_REFERENCES:
                raise ValueError(f"payload {key!r} may hold ids and numbers only, at most {MAX_REFERENCES}")


def _is_reference(one: object) -> bool:
    return isinstance(one, int) or (isinstance(one, str) and _REFERENCE.match(one) is not None)


__all__ = [
    "ID_LENGTH",
    "Backlog",
    "Failure",
    "Payload",
    "backlog",
    "check_payload",
    "done",
    "failed",
    "failures",
    "handling",
    "in_hand",
    "listen",
    "pending",
    "put",
    "put_anew",
    "still_open",
    "try_again",
]
