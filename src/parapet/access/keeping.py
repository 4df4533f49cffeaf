"""What stands for an item, a case or an advocate: is it on hold, and by whose order?"""

from __future__ import annotations

from datetime import datetime

from attrs import frozen

from parapet.access.holds import hold_on
from parapet.records.models import Person
from parapet.records.numbers import number_of


@frozen
class HoldCard:
    """A hold that stands. `reason` is a code of `hold.REASONS`."""

    who: str
    at: datetime
    reason: str


def hold_card(subject_id: str) -> HoldCard | None:
    """The hold on this very subject; whether it is hers to see was asked before. Raises LogBroken."""
    order = hold_on(subject_id)
    if order is None:
        return None
    number = number_of("per", order.actor)
    person = Person.objects.filter(number=number).first() if number is not None else None
    return HoldCard(person.name if person else "", datetime.fromisoformat(order.at), str(order.details.get("reason", "")))
