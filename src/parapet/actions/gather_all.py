"""Everything of everybody, as cases: those that people opened, and one more for items that are in none of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from parapet.access.people import advocate_for, advocates_of
from parapet.actions.open_case import open_case
from parapet.domain.rights import Right
from parapet.records import models


def gather_all(person: models.Person) -> Iterator[str]:
    """The public names of all cases of the advocates for whom she may export, and open a case, one by one.

    Items of an advocate that are in no case of hers are gathered in a new one first, so that nothing is left out;
    the next time they are in that case already.
    """
    for card in advocates_of(person, Right.EXPORT):
        if Right.SORT in card.rights:
            yield from gather_for(person, card.id)


def gather_for(person: models.Person, advocate_id: str) -> tuple[str, ...]:
    """The same of one advocate. Raises NotFound."""
    advocate_for(person, advocate_id, Right.SORT)
    advocate = advocate_for(person, advocate_id, Right.EXPORT)
    held = models.CaseItem.objects.filter(case__advocate=advocate, removed_at=None).values("item_id")
    left = models.Item.objects.filter(advocate=advocate).exclude(number__in=held).order_by("number")
    ids = [item.id for item in left.only("number")]
    if ids:
        open_case(person, advocate_id, _title(person), ids)
    cases = models.Case.objects.filter(advocate=advocate).order_by("opened_at", "number")
    return tuple(case.id for case in cases)


def _title(person: models.Person) -> str:
    at = f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC"
    return f"Tout le reste, {at}" if person.language.startswith("fr") else f"Everything else held, {at}"
