"""A person lets go of a message: back to the queue, or into the hands of somebody whom she names. One statement each."""

from __future__ import annotations

from datetime import UTC, datetime

from django.db import transaction

from parapet.access.items import held
from parapet.access.queue import sorter
from parapet.actions.take_turns import LEASE
from parapet.domain.errors import RequestRefused
from parapet.domain.errors import gettext_noop as _
from parapet.domain.rights import Right
from parapet.records import models


def let_go(person: models.Person, item_id: str, *, now: datetime | None = None) -> bool:
    """Give a message back to the queue, which does not give it to her again; False when she was not on it. Raises NotFound."""
    now = now or datetime.now(UTC)
    item, _key = held(person, item_id, Right.SORT, scoped=True)
    return models.Turn.objects.filter(item=item, person=person, until__gt=now).update(until=now, back=True) > 0


def hand_over(person: models.Person, item_id: str, helper_id: str, *, now: datetime | None = None) -> None:
    """Put a message that she is on into the hands of `helper_id`, who may sort for the same advocate; a whole time begins.

    Raises NotFound, for a person who may not sort too; RequestRefused when she is no longer on it.
    """
    now = now or datetime.now(UTC)
    item, _key = held(person, item_id, Right.SORT, scoped=True)
    other = sorter(person, item.advocate_id, helper_id)
    with transaction.atomic():
        mine = models.Turn.objects.filter(item=item, person=person, until__gt=now)
        if not mine.update(person=other, taken_at=now, until=now + LEASE, given_by=person.number, back=False):
            raise RequestRefused(_("You are no longer on this message."))
