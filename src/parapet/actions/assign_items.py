"""Give unmatched items to the advocate they are aimed at."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from django.db import transaction

from parapet.access.people import advocate_for, advocate_number, card_for
from parapet.actions.move_items import move_items
from parapet.domain.errors import NotFound, RequestRefused
from parapet.domain.errors import gettext_noop as _
from parapet.domain.rights import Right
from parapet.records import models
from parapet.records.chain import hold_log
from parapet.records.numbers import number_of


def assign_items(person: models.Person, item_ids: Sequence[str], advocate_id: str) -> int:
    """Move unmatched items to an advocate she may act for; returns how many moved. Raises NotFound, RequestRefused."""
    card_for(person, models.Advocate.UNMATCHED, Right.SORT)
    if advocate_number(advocate_id) == models.Advocate.UNMATCHED:
        raise RequestRefused(_("Choose whom these messages are aimed at."))
    advocate = advocate_for(person, advocate_id, Right.SORT)
    numbers = [number_of("itm", name) for name in item_ids]
    if any(n is None for n in numbers):
        raise NotFound("There is nothing here.")
    with transaction.atomic():
        hold_log()
        return move_items({n: advocate.number for n in numbers if n is not None}, now=datetime.now(UTC), person=person)
