"""Take an item out of a case. The item itself stays, and so does the trace."""

from __future__ import annotations

from datetime import UTC, datetime

from django.db import transaction

from parapet.access.cases import held_case
from parapet.actions.case_events import log_case_event
from parapet.domain.errors import NotFound
from parapet.domain.rights import Right
from parapet.records import models
from parapet.records.chain import hold_log
from parapet.records.numbers import number_of


def remove_from_case(person: models.Person, case_id: str, item_id: str) -> None:
    """Take one item out of a case of hers. Raises NotFound."""
    case, now = held_case(person, case_id, Right.SORT), datetime.now(UTC)
    number = number_of("itm", item_id)
    if number is None:
        raise NotFound("There is nothing here.")
    with transaction.atomic():
        hold_log()
        rows = models.CaseItem.objects.filter(case=case, item_id=number, removed_at=None)
        row = rows.select_related("item").first()
        if row is None:
            raise NotFound("There is nothing here.")
        row.removed_at = now
        row.save(update_fields=["removed_at"])
        log_case_event(case, "case_remove", person=person, items=[row.item], now=now)
