"""The browsers that hand in captures for an advocate: what each is called and how it does, and nothing by which one could."""

from __future__ import annotations

from datetime import datetime

from attrs import frozen

from parapet.access.people import advocate_number, grant_for
from parapet.domain.errors import NotFound
from parapet.domain.rights import Right
from parapet.records.browsers import name_of
from parapet.records.grants import ADVOCATE
from parapet.records.models import Browser, Person
from parapet.records.numbers import number_of


@frozen
class Paired:
    """One browser.

    whose    the name of the person whose browser it is
    is_own   it is the reader's
    used_at  when it last handed something in; None when it never has
    taken    captures so far
    """

    id: str
    advocate_id: str
    name: str
    whose: str
    is_own: bool
    made_at: datetime
    used_at: datetime | None
    taken: int


def browsers(person: Person, advocate_id: str) -> tuple[Paired, ...]:
    """Her own, and for the advocate herself those of all who help her; oldest first. Raises NotFound."""
    grant = grant_for(person, advocate_number(advocate_id), Right.SORT)
    rows = Browser.objects.filter(advocate=grant.advocate, expires_at=None).select_related("advocate", "person")
    if grant.role != ADVOCATE:
        rows = rows.filter(person=person)
    return tuple(_card(row, person) for row in rows.order_by("made_at", "number"))


def browser(person: Person, browser_id: str) -> Paired:
    """One of them. Raises NotFound."""
    return _card(browser_for(person, browser_id), person)


def browser_for(person: Person, browser_id: str, *, lock: bool = False) -> Browser:
    """Its row, if it is hers or she is the advocate; with `lock`, nobody else changes it in this transaction. Raises NotFound."""
    number = number_of("brw", browser_id)
    rows = Browser.objects.select_for_update(of=("self",)) if lock else Browser.objects.all()
    row = rows.select_related("advocate", "person").filter(number=number, expires_at=None).first() if number is not None else None
    if row is None:
        raise NotFound("There is nothing here.")
    grant = grant_for(person, row.advocate_id, Right.SORT)
    if row.person_id != person.number and grant.role != ADVOCATE:
        raise NotFound("There is nothing here.")
    return row


def _card(row: Browser, reader: Person) -> Paired:
    return Paired(
        id=row.id,
        advocate_id=row.advocate.id,
        name=name_of(row),
        whose=row.person.name,
        is_own=row.person_id == reader.number,
        made_at=row.made_at,
        used_at=row.used_at,
        taken=row.taken,
    )
