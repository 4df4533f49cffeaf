"""What a command is about: one item, case or advocate, by its id or, for an advocate, by her name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from parapet.domain.errors import ReferenceUnknown, gettext_noop

if TYPE_CHECKING:
    from parapet.records.models import Person


def advocate_named(person: Person, said: str) -> str:
    """The public name of the one advocate of hers who is called so, by id or by name. Raises ReferenceUnknown."""
    from parapet.access.people import advocates_of

    folded = " ".join(said.split()).casefold()
    found = [card.id for card in advocates_of(person) if folded in (card.id, " ".join(card.name.split()).casefold())]
    if len(found) == 1:
        return found[0]
    if found:
        raise ReferenceUnknown(gettext_noop("Several advocates have that name. Use the id (adv_...)."))
    raise ReferenceUnknown(gettext_noop("No advocate of this home has that name or id."))


def person_named(said: str) -> Person:
    """The one person with an account here who is called so, by id or by name. Raises ReferenceUnknown."""
    from parapet.records.models import Person

    folded = " ".join(said.split()).casefold()
    people = Person.objects.filter(is_active=True).order_by("number")
    found = [person for person in people if folded in (person.id, " ".join(person.name.split()).casefold())]
    if len(found) == 1:
        return found[0]
    if found:
        raise ReferenceUnknown(gettext_noop("Several people here have that name. Use the id (per_...)."))
    raise ReferenceUnknown(gettext_noop("Nobody here has that name or id."))


def organisation_named(said: str) -> str:
    """The public name of the one organisation of this home that is called so, by id or by name. Raises ReferenceUnknown."""
    from parapet.records.memberships import organisations

    folded = " ".join(said.split()).casefold()
    for each in organisations():
        if folded in (each.id, each.name.casefold()):
            return each.id
    raise ReferenceUnknown(gettext_noop("No organisation of this home has that name or id."))


def subject_named(person: Person, item: str, case: str, advocate: str) -> str:
    """The one subject that was named with --item, --case or --advocate."""
    given = [said for said in (item, case, advocate) if said]
    if len(given) != 1:
        raise click.UsageError("Name one thing: --item, --case or --advocate.")
    return advocate_named(person, advocate) if advocate else given[0]
