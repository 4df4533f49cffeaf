"""Open a mailbox by signing in at its service: on the way there, back again, and the words that open it kept fresh."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from attrs import frozen
from django.conf import settings

from parapet.access.connections import connection_for
from parapet.access.people import advocate_for
from parapet.actions.connect import change_connection, connect
from parapet.actions.tickets import read_ticket, ticket
from parapet.domain.errors import NotFound, OutsideRefused
from parapet.domain.errors import gettext_noop as _
from parapet.domain.rights import Right
from parapet.records.connections import told_of
from parapet.records.models import Person
from parapet.settings.mail_services import MailService
from parapet.signon.mail_tokens import new_secrets, redeem, way_there

#: What a connection keeps of a mailbox, and none of it opens it.
_TYPED = ("user", "folders", "since")
_LABEL = "mail service"


@frozen
class Trip:
    """What the browser keeps, sealed, while it is at the service: who set out, for whom, and what was typed. `connection`: "" for a new one."""

    service: str
    person: int
    advocate: str
    connection: str
    state: str
    verifier: str
    user: str
    folders: tuple[str, ...]
    since: str


@frozen
class Returned:
    """Where somebody who comes back goes on, and whose it is."""

    advocate_id: str
    is_new: bool
    user: str


def services() -> tuple[MailService, ...]:
    """Those that whoever runs this home has named."""
    found: tuple[MailService, ...] = settings.ENVIRONMENT.mail_services
    return found


def service_named(name: str) -> MailService:
    """The service of this name. Raises NotFound."""
    for each in services():
        if each.name == name:
            return each
    raise NotFound("There is nothing here.")


def set_out(
    person: Person, advocate_id: str, service: str, typed: Mapping[str, Any], back: str, *, now: datetime | None = None
) -> tuple[str, str]:
    """The address at the service, and the ticket that the browser keeps. Raises NotFound."""
    advocate = advocate_for(person, advocate_id, Right.KEEP)
    user, folders, since = _typed(typed)
    return _set_out(person, Trip(service, person.number, advocate.id, "", *new_secrets(), user, folders, since), back, now)


def set_out_again(person: Person, connection_id: str, back: str, *, now: datetime | None = None) -> tuple[str, str]:
    """The same for a mailbox that is connected, and is to be opened anew. Raises NotFound."""
    row = connection_for(person, connection_id)
    advocate_for(person, row.advocate.id, Right.KEEP)
    told = told_of(row)
    user, folders, since = _typed(told)
    trip = Trip(str(told.get("service", "")), person.number, row.advocate.id, row.id, *new_secrets(), user, folders, since)
    return _set_out(person, trip, back, now)


def _typed(told: Mapping[str, Any]) -> tuple[str, tuple[str, ...], str]:
    return str(told["user"]), tuple(map(str, told["folders"])), str(told.get("since") or "")


def _set_out(person: Person, trip: Trip, back: str, now: datetime | None) -> tuple[str, str]:
    service = service_named(trip.service)
    there = way_there(service, state=trip.state, verifier=trip.verifier, back=back, user=trip.user)
    return there, ticket(_LABEL, trip, now or datetime.now(UTC))


def come_back(
    person: Person, service: str, given: str, answer: Mapping[str, str], back: str, *, now: datetime | None = None
) -> Returned:
    """Redeem what the service said, sign in to the mailbox with it, and watch it.

    Raises NotFound, RequestRefused, and what a line raises when it cannot be opened.
    """
    read = read_ticket(_LABEL, given, Trip, now or datetime.now(UTC))
    if read is None or (read[0].service, read[0].person) != (service, person.number):
        raise OutsideRefused(_("This took too long, or it was begun in another browser. Begin again."))
    trip, named = read[0], service_named(service)
    advocate_for(person, trip.advocate, Right.KEEP)
    words = redeem(named, answer, state=trip.state, verifier=trip.verifier, back=back)
    told: dict[str, Any] = {
        "host": named.host, "port": named.port, "starttls": False, "user": trip.user, "password": "", "folders": list(trip.folders),
        "service": named.name, "refresh": words.refresh, "access": words.access, "until": words.until,
    }  # fmt: skip
    if trip.connection:
        change_connection(person, trip.connection, told)
    else:
        connect(person, trip.advocate, "mail", {**told, "since": trip.since})
    return Returned(trip.advocate, not trip.connection, trip.user)


def where_it_began(person: Person, service: str, given: str, *, now: datetime | None = None) -> Returned | None:
    """Of a trip that came to nothing: for whom it was; None for one that is not hers, or too old. Raises NotFound."""
    read = read_ticket(_LABEL, given, Trip, now or datetime.now(UTC))
    if read is None or (read[0].service, read[0].person) != (service, person.number):
        return None
    advocate_for(person, read[0].advocate, Right.KEEP)
    return Returned(read[0].advocate, not read[0].connection, read[0].user)
