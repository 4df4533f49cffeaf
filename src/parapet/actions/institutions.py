"""Come in by an account at an institution, make it one's own, and prove anew that it is still oneself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from attrs import frozen
from django.conf import settings
from django.db import transaction

from parapet.actions.log_signing_in import log_signing_in
from parapet.actions.tickets import read_ticket, ticket
from parapet.domain.errors import NotFound, OutsideRefused, RequestRefused
from parapet.domain.errors import gettext_noop as _
from parapet.records.chain import hold_log
from parapet.records.models import InstitutionAccount, Person
from parapet.records.numbers import number_of
from parapet.records.signing_in import accounts_of, held_by, link_account, whose_account
from parapet.settings.institutions import Institution
from parapet.signon.institutions import Journey, new_journey, way_there, word_of

ENTER, LINK, PROVE = "enter", "link", "prove"
#: How long ago she may have proved it there, when she is asked to prove it anew.
_ANEW = timedelta(minutes=5)


@frozen
class Trip:
    """What the browser keeps, sealed, while it is at the institution: where, what for, and whose it is (0 for nobody's yet)."""

    name: str
    purpose: str
    person: int
    journey: Journey
    back_to: str


@frozen
class Arrived:
    """Who came back, and what for. `person` is None when the account there is nobody's here."""

    purpose: str
    person: Person | None
    twice: bool
    back_to: str


def set_out(
    name: str, purpose: str, back: str, *, traveller: Person | None = None, back_to: str = "", now: datetime | None = None
) -> tuple[str, str]:
    """The address at the institution, and the ticket that the browser keeps.

    back     the address of this home to which the institution sends the browser
    back_to  the page from which she comes

    Raises NotFound for an institution that is not named, OutsideUnreachable, OutsideRefused.
    """
    trip = Trip(name, purpose, traveller.number if traveller is not None else 0, new_journey(), back_to)
    there = way_there(_named(name), trip.journey, back, anew=purpose == PROVE)
    return there, ticket("institution", trip, now or datetime.now(UTC))


def arrive(
    name: str, given: str, back: str, answer: dict[str, str], *, traveller: Person | None = None, now: datetime | None = None
) -> Arrived:
    """Believe what the institution says, and do what the trip was for. Coming in is left to who asked.

    Raises NotFound, OutsideUnreachable, OutsideRefused, RequestRefused.
    """
    now = now or datetime.now(UTC)
    institution = _named(name)
    read = read_ticket("institution", given, Trip, now)
    if read is None or read[0].name != name or (traveller.number if traveller is not None else 0) != read[0].person:
        raise OutsideRefused(_("This took too long, or it was begun in another browser. Begin again."))
    trip = read[0]
    word = word_of(institution, trip.journey, back, answer)
    if trip.purpose == LINK and traveller is not None:
        _link(traveller, word.issuer, word.subject, now)
        return Arrived(LINK, traveller, False, trip.back_to)
    person = whose_account(word.issuer, word.subject)
    if trip.purpose == PROVE:
        fresh = word.proved is not None and now - word.proved <= _ANEW
        same = person is not None and traveller is not None and person.number == traveller.number
        return Arrived(PROVE, person if fresh and same else None, False, trip.back_to)
    return Arrived(ENTER, person, person is not None and bool(held_by(person).app), trip.back_to)


def unlink(person: Person, account: str) -> None:
    """An account at an institution is hers no longer; nothing happens when it was not."""
    with transaction.atomic():
        hold_log()
        number = number_of("ins", account)
        if number is not None and any(each == number for each, _said in accounts_of(person)):
            InstitutionAccount.objects.filter(number=number, person=person).delete()
            log_signing_in("factor", person, {"step": "removed", "factor": "institution"})


def _link(person: Person, issuer: str, subject: str, now: datetime) -> None:
    with transaction.atomic():
        hold_log()
        whose = whose_account(issuer, subject)
        if whose is not None and whose.number != person.number:
            raise RequestRefused(_("This account already signs somebody else in here."))
        if whose is None:
            link_account(person, issuer, subject, now)
            log_signing_in("factor", person, {"step": "added", "factor": "institution"}, now)


def _named(name: str) -> Institution:
    for each in settings.ENVIRONMENT.institutions:
        if each.name == name:
            found: Institution = each
            return found
    raise NotFound("There is nothing here.")
