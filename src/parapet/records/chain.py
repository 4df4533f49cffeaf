"""The log: everything that happens to an item, a case or a person's sight of them is a leaf of one Merkle tree."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from attrs import frozen
from django.db import transaction

from parapet.domain.errors import LogBroken
from parapet.domain.errors import gettext_noop as _
from parapet.evidence.canonical import leaf
from parapet.evidence.keys import Locker
from parapet.evidence.kinds import check_kind
from parapet.evidence.log import Frontier, leaf_hash
from parapet.evidence.seal import CLOCK_KIND, event_body
from parapet.records.bulk import insert, stored_times
from parapet.records.clock import EVERY_CASE, Clock
from parapet.records.keyring import keyring
from parapet.records.models import Advocate, LogEntry, LogHead
from parapet.records.vouching import REVOKE, check_head, code_of_head, row_said, told

_COLUMNS = (
    "index", "leaf_hash", "kind", "at", "advocate_number", "item_number", "case_number", "person_number", "sealed_leaf",
    "mac",
)  # fmt: skip
_Row = tuple[object, ...]


@frozen
class Event:
    """One leaf to be.

    body    strings, integers and lists of them; canonical JSON (RFC 8785) is made of it. It carries its own salt
    locker  what seals the body at rest: the item's key where it is about an item, so that destroying it erases both
    """

    kind: str
    at: datetime
    body: dict[str, object]
    locker: Locker
    advocate: int | None = None
    item: int | None = None
    case: int | None = None
    person: int | None = None


def hold_log() -> LogHead:
    """Take the log's lock until this transaction ends; returns its head.

    Before anything else in a transaction that writes: every writer then takes its locks in one order, and what it reads
    after this line stays true until it is done.

    Raises LogBroken when the head is not what this home wrote: what came after would be signed with it.
    """
    head = LogHead.objects.select_for_update().filter(number=1).first()
    if head is None:
        raise LogBroken(_("The log has lost its head."))
    check_head(head.size, bytes(head.frontier), head.ends, bytes(head.mac))
    return head


def append(events: Sequence[Event]) -> list[int]:
    """Append `events` in order; their indexes. Must run inside the transaction of what they tell of.

    Holds the row of the head until that transaction ends: leaves of two writers never interleave, and a change
    without its leaf, or a leaf without its change, cannot be. Where the clock was set back, an entry says so first.

    Raises LogBroken as `hold_log`, ValueError for a leaf that is not in the table of kinds.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("A leaf is written with what it tells of, in one transaction.")
    head = hold_log()
    frontier = Frontier.from_bytes(bytes(head.frontier)) if head.frontier else Frontier()
    code_of, stored = keyring().log_rows.code, stored_times()
    rows: list[_Row] = []
    indexes, clock = [], Clock(head.size)
    for event in events:
        if back_s := clock.went_back_s(event.at):
            step = _step(event.at, back_s)
            rows.append(_row(step, frontier, code_of, stored(step.at)))
        indexes.append(frontier.size)
        rows.append(_row(event, frontier, code_of, stored(event.at)))
    insert(LogEntry, _COLUMNS, rows)
    size, held, ends = frontier.size, frontier.to_bytes(), head.ends + sum(event.kind == REVOKE for event in events)
    LogHead.objects.filter(number=1).update(size=size, frontier=held, ends=ends, mac=code_of_head(size, held, ends))
    return indexes


def _row(event: Event, frontier: Frontier, code_of: Callable[[bytes], bytes], at: Any) -> _Row:
    """The row of the next leaf, in the order of `_COLUMNS`; `at` as the database's driver takes the event's.

    Raises ValueError for a leaf that is not in the table of kinds.
    """
    check_kind(event.kind, event.body)
    said = leaf(event.body)
    hashed = leaf_hash(said)
    index = frontier.append(hashed)
    sealed = event.locker.lock(said, about=leaf_context(index))
    beside = (event.advocate, event.item, event.case, event.person)
    mac = code_of(row_said(index, hashed, event.kind, told(at), *beside))
    return (index, hashed, event.kind, at, *beside, sealed, mac)


def _step(at: datetime, back_s: int) -> Event:
    """That the clock went back. It is about every case, and sealed with what is about no advocate."""
    nobody = Advocate.objects.get(number=Advocate.UNMATCHED)
    body = event_body(kind=CLOCK_KIND, at=at, subjects=[], details={"seconds_back": back_s})
    locker = keyring().advocate(nobody.number, bytes(nobody.wrapped_key))
    return Event(CLOCK_KIND, at, body, locker, advocate=nobody.number, case=EVERY_CASE)


def leaf_context(index: int) -> bytes:
    """What a sealed leaf is bound to."""
    return f"leaf:{index}".encode()
