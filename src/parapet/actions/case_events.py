"""What every change of a case has in common: its leaf, and the case's new head as a leaf after it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from django.db.models import QuerySet

from parapet.access.case_cards import case_key
from parapet.evidence.seal import Head, case_head, event_body, head_body
from parapet.records import models
from parapet.records.chain import Event, append


def log_case_event(
    case: models.Case,
    kind: str,
    *,
    person: models.Person | None,
    items: Sequence[models.Item] = (),
    details: Mapping[str, str | int | Sequence[str]] | None = None,
    now: datetime | None = None,
) -> int:
    """Write what happened to `case` (and to `items`), inside the transaction of the change; the index of its leaf."""
    now = now or datetime.now(UTC)
    key = case_key(case)
    actor, number = (person.id, person.number) if person else ("", None)
    body = event_body(kind=kind, at=now, subjects=[case.id, *(i.id for i in items)], actor=actor, details=details)
    [index] = append([Event(kind, now, body, key, advocate=case.advocate_id, case=case.number, person=number)])
    _append_head(case, actor, number, now)
    return index


def _append_head(case: models.Case, actor: str, person: int | None, now: datetime) -> None:
    """The count and digest of the case's leaves: who leaves one out later gives another head than the log holds."""
    body = head_body(case_id=case.id, head=head_of(case), at=now, actor=actor)
    append([Event("case_head", now, body, case_key(case), advocate=case.advocate_id, case=case.number, person=person)])


def head_of(case: models.Case) -> Head:
    """The head over every leaf that belongs to `case` now."""
    return case_head(bytes(entry.leaf_hash) for entry in entries_of(case))


def entries_of(case: models.Case) -> QuerySet[models.LogEntry]:
    """The leaves that belong to a case, in the log's order: its own events, and those of its items."""
    items = models.CaseItem.objects.filter(case=case, removed_at=None).values("item_id")
    own = models.LogEntry.objects.filter(case_number=case.number)
    of_items = models.LogEntry.objects.filter(item_number__in=items)
    return (own | of_items).order_by("index")
