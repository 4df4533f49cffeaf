"""Where a person belongs, and whom she sees there. Nobody learns of an organisation to which she neither belongs nor is invited.

Belonging gives no sight of any message: these functions open names, and nothing that is an advocate's.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from attrs import frozen
from django.conf import settings

from parapet.access.given_through import given_through, lost_of
from parapet.access.people import advocate_for
from parapet.access.referral_rows import at_of
from parapet.domain.belonging import RECEIVES, Lost, Role
from parapet.domain.errors import NotFound
from parapet.domain.rights import Right
from parapet.records.memberships import (
    Belonging,
    Organised,
    anything_waits,
    belongings_of,
    invitations_of,
    invited_to,
    notices_of,
    organisations,
    page_of,
    people_of,
)
from parapet.records.models import Person
from parapet.records.numbers import number_of, public
from parapet.records.signing_in import accounts_of

#: Rows that one page of an administrator's goes through.
AT_ONCE = 200


@frozen
class OrganisationCard:
    """An organisation as one who belongs to it, or is invited, sees it. `by`: who invites her; "" for whoever keeps this home."""

    id: str
    name: str
    role: Role
    since: datetime | None = None
    until: datetime | None = None
    by: str = ""


@frozen
class Colleague:
    """Somebody who belongs. `code` is her public name."""

    code: str
    name: str
    role: Role
    since: datetime


@frozen
class Invited:
    """Somebody who was invited and has not answered: by her code alone, for her name is not theirs yet."""

    code: str
    role: Role
    until: datetime


@frozen
class OrganisationPage:
    """What one who belongs sees: those who serve there. The rest is for its administrators, and empty for others.

    everybody  some of those who belong, who came last first; `more` names the row from which the next page goes on, "" for none
    """

    card: OrganisationCard
    serving: tuple[Colleague, ...]
    everybody: tuple[Colleague, ...] = ()
    more: str = ""
    invited: tuple[Invited, ...] = ()

    @property
    def administers(self) -> bool:
        """Whether she may invite, and end what is of others."""
        return self.card.role is Role.ADMINISTRATOR


@frozen
class Notice:
    """That she belongs no longer: since when, how it came ("left", "sent", "organisation"), and what ended with it."""

    id: str
    name: str
    at: datetime
    how: str
    told: tuple[Lost, ...]


@frozen
class Reachable:
    """Somebody to whom an advocate may give something by name, and through which organisation."""

    code: str
    name: str
    role: Role
    organisation_id: str
    organisation: str


def organisations_of(person: Person) -> tuple[OrganisationCard, ...]:
    """Where she belongs, by name."""
    return tuple(sorted((_card(each) for each in belongings_of(person)), key=lambda card: card.name))


def invitations_to(person: Person, *, now: datetime | None = None) -> tuple[OrganisationCard, ...]:
    """To what she is invited."""
    found = invitations_of(person, now=now)
    names = {each.number: each.name for each in Person.objects.filter(number__in=[each.said.by for each in found])}
    return tuple(
        OrganisationCard(
            each.organisation.id, each.organisation.name, each.role, until=each.said.until, by=names.get(each.said.by, "")
        )
        for each in found
    )


def open_to(person: Person) -> tuple[OrganisationCard, ...]:
    """What she may join by herself, because she signs in by an account at its institution."""
    return tuple(OrganisationCard(each.id, each.name, Role.MEMBER) for each in joinable(person))


def joinable(person: Person) -> list[Organised]:
    """The same, as it is kept. Nothing for a guest of an advocate, or for somebody who belongs already."""
    if not person.is_active or person.invited_by is not None:
        return []
    issuers = {said.issuer for _number, said in accounts_of(person)}
    names = {each.name for each in settings.ENVIRONMENT.institutions if each.issuer in issuers}
    if not names:
        return []
    there = {each.organisation.number for each in belongings_of(person)}
    return [each for each in organisations() if each.institution in names and each.number not in there]


def notices_to(person: Person) -> tuple[Notice, ...]:
    """What ended, and she has not put away."""
    return tuple(Notice(row.id, said.name, said.at, said.how, said.told) for row, said in notices_of(person))


def waits_for(person: Person) -> bool:
    """Whether there is something for her to answer or to read: an invitation, or what ended."""
    return anything_waits(person)


def organisation_page(person: Person, organisation_id: str, *, after: str = "", now: datetime | None = None) -> OrganisationPage:
    """One to which she belongs; of those who belong the first, or those after the row of this name. Raises NotFound."""
    held = held_belonging(person, organisation_id)
    number = held.organisation.number
    serving = _colleagues(people_of(number, serving=True))
    if held.role is not Role.ADMINISTRATOR:
        return OrganisationPage(_card(held), serving)
    found, last = page_of(number, before=number_of("mem", after), at_most=AT_ONCE)
    invited = tuple(
        Invited(each.row.person.id, each.role, each.said.until)
        for each in invited_to(number, now=now)
        if each.said.until is not None
    )
    more = "" if last is None else public("mem", last)
    return OrganisationPage(_card(held), serving, _colleagues(found), more, invited)


def would_end(person: Person, organisation_id: str) -> tuple[OrganisationCard, tuple[Lost, ...]]:
    """What ends when she leaves. Raises NotFound."""
    held = held_belonging(person, organisation_id)
    return _card(held), lost_of(given_through(person, held.organisation.number))


def reachable(person: Person, advocate_id: str) -> tuple[Reachable, ...]:
    """To whom she may give something by name, being the advocate. Raises NotFound for anybody else: a helper finds nobody by name."""
    advocate_for(person, advocate_id, Right.GRANT)
    found = [
        Reachable(each.row.person.id, each.row.person.name, each.role, held.organisation.id, held.organisation.name)
        for held in belongings_of(person)
        for each in people_of(held.organisation.number, serving=True)
        if each.role in RECEIVES and each.row.person_id != person.number
    ]
    return tuple(sorted(found, key=lambda one: (one.organisation, one.name)))


def colleague(person: Person, organisation_id: str, code: str) -> tuple[Person, int]:
    """Somebody of an organisation of hers to whom something may be given by name, and its number. Raises NotFound."""
    held, number = held_belonging(person, organisation_id), number_of("per", code)
    if number is not None and number != person.number:
        for each in people_of(held.organisation.number, serving=True, only=number):
            if each.role in RECEIVES:
                return each.row.person, held.organisation.number
    raise NotFound("There is nothing here.")


def held_belonging(person: Person, organisation_id: str, roles: Collection[Role] = ()) -> Belonging:
    """That she belongs there, as one of these when any are named. Raises NotFound, whichever it is that is missing."""
    number = number_of("org", organisation_id)
    for each in belongings_of(person):
        if each.organisation.number == number and (not roles or each.role in roles):
            return each
    raise NotFound("There is nothing here.")


def _card(held: Belonging) -> OrganisationCard:
    return OrganisationCard(held.organisation.id, held.organisation.name, held.role, since=at_of(held.said.index))


def _colleagues(found: list[Belonging]) -> tuple[Colleague, ...]:
    order = list(reversed(Role))  # administrators first, members last
    people = (Colleague(each.row.person.id, each.row.person.name, each.role, each.said.at) for each in found)
    return tuple(sorted(people, key=lambda one: (order.index(one.role), one.name)))
