"""What every change of a case has in common: its leaf, and the case's new head as a leaf after it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from django.db.models import QuerySet

from parapet.access.case_cards import case_key
from parapet.evidence.seal import HEAD_KIND, Head, event_body, head_body, owned_head
from parapet.records import models
from parapet.records.chain import Event, append
from parapet.records.clock import EVERY_CASE
from parapet.records.numbers import public


def log_case_event(
    case: models.Case,
    kind: str,
    *,
    person: models.Person | None,
    items: Sequence[models.Item] = (),
    details: Mapping[str, str | int | Sequence[str]] | None = None,
    now: datetime | None = None,
    about: models.Person | None = None,
) -> int:
    """Write what happened to `case` (and to `items`), inside the transaction of the change; the index of its leaf.

    about  whom the entry concerns, where that is not who did it
    """
    now = now or datetime.now(UTC)
    key = case_key(case)
    actor, number = (person.id, person.number) if person else ("", None)
    concerned = about.number if about else number
    body = event_body(kind=kind, at=now, subjects=[case.id, *(i.id for i in items)], actor=actor, details=details)
    [index] = append([Event(kind, now, body, key, advocate=case.advocate_id, case=case.number, person=concerned)])
    _append_head(case, actor, number, now)
    return index


def write_due_heads(*, now: datetime, but: models.Case | None = None) -> None:
    """Write the head of every case (`but` one) to which something happened since the newest checkpoint.

    An item's new version, a look and a judgement belong to its cases too; a head for each would double the log, so they
    share one. Inside a transaction that holds the log.
    """
    newest = models.Checkpoint.objects.order_by("-size").values_list("size", flat=True).first() or 0
    fresh = models.LogEntry.objects.filter(index__gte=newest)
    own = fresh.exclude(case_number=None).values_list("case_number", flat=True)
    of_items = fresh.exclude(item_number=None).values("item_number")
    holding = models.CaseItem.objects.filter(removed_at=None, item_id__in=of_items).values_list("case_id", flat=True)
    due = {n for n in (*own.distinct(), *holding.distinct()) if n is not None and (but is None or n != but.number)}
    for case in models.Case.objects.filter(number__in=due).select_related("advocate").order_by("number"):
        last = entries_of(case).last()
        if bytes(case.wrapped_key) and (last is None or last.kind != HEAD_KIND or last.case_number != case.number):
            _append_head(case, "", None, now)


def _append_head(case: models.Case, actor: str, person: int | None, now: datetime) -> None:
    """The count and digest of the case's leaves: who leaves one out later gives another head than the log holds."""
    body = head_body(case_id=case.id, head=head_of(case), at=now, actor=actor)
    append([Event(HEAD_KIND, now, body, case_key(case), advocate=case.advocate_id, case=case.number, person=person)])


def head_of(case: models.Case) -> Head:
    """The head over every leaf that belongs to `case` now."""
    rows = entries_of(case).values_list("leaf_hash", "case_number", "item_number")
    return owned_head((bytes(hashed), _owner(case, of_case, item)) for hashed, of_case, item in rows.iterator())


def _owner(case: models.Case, of_case: int | None, item: int | None) -> str:
    """What a leaf of the case is about, as its first subject says: the case, one of its items, or nothing (the clock)."""
    if of_case == case.number:
        return case.id
    return public("itm", item) if item is not None else ""


def entries_of(case: models.Case) -> QuerySet[models.LogEntry]:
    """The leaves that belong to a case, in the log's order: its own events, those of its items, erased or not,
    and the steps of the clock."""
    items = models.CaseItem.objects.filter(case=case, removed_at=None).values("item_id")
    own = models.LogEntry.objects.filter(case_number__in=(case.number, EVERY_CASE))
    erased = models.ErasedInCase.objects.filter(case=case).values("item_number")
    of_items = models.LogEntry.objects.filter(item_number__in=items) | models.LogEntry.objects.filter(item_number__in=erased)
    return (own | of_items).order_by("index")
