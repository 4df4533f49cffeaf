"""Add items to a case."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from django.db import transaction

from parapet.access import opening
from parapet.access.cases import held_case
from parapet.actions.case_events import log_case_event
from parapet.domain.errors import NotFound, RequestRefused
from parapet.domain.errors import gettext_noop as _
from parapet.domain.rights import Right
from parapet.records import models
from parapet.records.chain import hold_log
from parapet.records.numbers import number_of


def add_to_case(person: models.Person, case_id: str, item_ids: Sequence[str]) -> None:
    """Put items in a case of hers; those in it already stay. Raises NotFound, RequestRefused when it was merged."""
    case, now = held_case(person, case_id, Right.SORT), datetime.now(UTC)
    if case.state == "merged":
        raise RequestRefused(_("This case was merged into another."))
    with transaction.atomic():
        hold_log()
        items = put_in_case(case, item_ids, now)
        if items:
            log_case_event(case, "case_add", person=person, items=items, now=now)


def put_in_case(case: models.Case, item_ids: Sequence[str], now: datetime) -> list[models.Item]:
    """Write the rows, and return the items that were not in `case` before. Raises NotFound for an item of another advocate.

    Raises KeyWrong when a row only says that an item is hers: the papers of a case open all that the log puts into it.
    """
    numbers = {number_of("itm", name) for name in item_ids}
    items = list(models.Item.objects.filter(number__in=[n for n in numbers if n is not None], advocate_id=case.advocate_id))
    if len(items) != len(numbers):
        raise NotFound("There is nothing here.")
    held = {row.item_id: row for row in models.CaseItem.objects.filter(case=case, item__in=items)}
    fresh = [i for i in items if i.number not in held or held[i.number].removed_at is not None]
    locker = opening.locker_of(case.advocate)
    for item in fresh:
        opening.item_key(item, locker)
        models.CaseItem.objects.update_or_create(case=case, item=item, defaults={"added_at": now, "removed_at": None})
    return fresh
