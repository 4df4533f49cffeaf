"""Connect a Mastodon account by the page of its own server: she says yes there, and brings back a code.

In between, what is needed afterwards is with her browser, sealed: nothing is kept of somebody who turns round halfway.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from attrs import field, frozen

from parapet.access.connections import connection_for
from parapet.access.people import advocate_for
from parapet.actions.connect import change_connection, connect, inside_is_allowed
from parapet.actions.tickets import read_ticket, ticket
from parapet.channels.mastodon import oauth
from parapet.domain.errors import NotFound, RequestRefused
from parapet.domain.errors import gettext_noop as _
from parapet.domain.rights import Right
from parapet.records.connections import told_of
from parapet.records.models import Advocate, Person


@frozen
class Trip:
    """What she chose before she went to her server, and how this home is known there."""

    told: dict[str, Any]
    client: str = field(repr=False)
    secret: str = field(repr=False)
    verifier: str = field(repr=False)
    connection: str = ""

    @property
    def app(self) -> oauth.App:
        """This home, as her server knows it."""
        return oauth.App(self.client, self.secret, self.verifier)

    @property
    def page(self) -> str:
        """Where she says yes."""
        return oauth.page_of(self.told, self.app, **_wanted(self.told), inside=inside_is_allowed())


def set_out(person: Person, advocate_id: str, told: Mapping[str, Any], *, connection_id: str = "") -> str:
    """Name this home to her server; what her browser keeps until she is back.

    told           where the server is, and what she chose
    connection_id  the connection that is signed in to anew, "" for a new one
    Raises NotFound, OutsideUnreachable, OutsideRefused.
    """
    advocate = advocate_for(person, advocate_id, Right.KEEP)
    if advocate.number == Advocate.UNMATCHED:
        raise NotFound("There is nothing here.")
    if connection_id:
        row = connection_for(person, connection_id)
        if row.advocate_id != advocate.number:
            raise NotFound("There is nothing here.")
        known = told_of(row)
        told = {**told, "host": known["host"], "url": known["url"]}
    app = oauth.register(told, **_wanted(told), inside=inside_is_allowed())
    trip = Trip(dict(told), app.client, app.secret, app.verifier, connection_id)
    return ticket(_purpose(person, advocate_id), trip, datetime.now(UTC))


def trip_of(person: Person, advocate_id: str, kept: str) -> Trip:
    """What her browser brought back. Raises NotFound; RequestRefused where that is none, or too old."""
    advocate_for(person, advocate_id, Right.KEEP)
    read = read_ticket(_purpose(person, advocate_id), kept, Trip, datetime.now(UTC))
    if read is None:
        raise RequestRefused(_("That took more than ten minutes, so it begins anew. Nothing was connected."))
    return read[0]


def come_back(person: Person, advocate_id: str, trip: Trip, code: str) -> None:
    """Trade the code for a token, and watch from now on.

    Raises what `connect` raises, SignInRefused for a code that the server does not take, RightMissing where it allows less than was asked.
    """
    advocate_for(person, advocate_id, Right.KEEP)
    inside = inside_is_allowed()
    token = oauth.exchange(trip.told, trip.app, code, **_wanted(trip.told), inside=inside)
    told = {**trip.told, "token": token, "client": trip.client, "secret": trip.secret}
    try:
        if trip.connection:
            change_connection(person, trip.connection, told)
        else:
            connect(person, advocate_id, "mastodon", told)
    except Exception:
        oauth.revoke(told, inside=inside)  # nobody keeps it: it must not stay good over there
        raise


def _wanted(told: Mapping[str, Any]) -> dict[str, bool]:
    """What she chose to allow besides reading."""
    return {name: bool(told.get(name)) for name in ("reports", "blocks")}


def _purpose(person: Person, advocate_id: str) -> str:
    return f"mastodon {person.number} {advocate_id}"
