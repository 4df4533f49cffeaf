"""Connect a Bluesky account by the page of its own server: on the way there, and back again.

In between, what is needed afterwards is with her browser, sealed: nothing is kept of somebody who turns round halfway.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from attrs import field, frozen

from parapet.access.connections import connection_for
from parapet.access.people import advocate_for
from parapet.actions.bluesky_words import by_permission, client_at, has_document
from parapet.actions.connect import change_connection, connect, end_there, inside_is_allowed
from parapet.actions.tickets import read_ticket, ticket
from parapet.channels.bluesky import permission
from parapet.domain.errors import NotFound, RequestRefused
from parapet.domain.errors import gettext_noop as _
from parapet.domain.rights import Right
from parapet.records.connections import told_of
from parapet.records.models import Advocate, Person

#: What she chose of an account, and none of it opens it.
_CHOSEN = ("messages", "blocks", "public", "names", "since")


@frozen
class Trip:
    """What she chose before she went, and what this home must remember of the way. `connection`: "" for a new one."""

    told: dict[str, Any]
    way: permission.Way = field(repr=False)
    connection: str = ""


@frozen
class Gone:
    """She is on her way: the page there, whose it is, and what her browser keeps."""

    page: str
    server: str
    kept: str = field(repr=False)


def is_offered(base: str) -> bool:
    """Whether somebody who sees this home at `base` can allow it on the page of her server."""
    return client_at(base) is not None


def lasts() -> bool:
    """Whether servers let this home in for long: those without a name of their own for two weeks at most."""
    return has_document()


def set_out(person: Person, advocate_id: str, told: Mapping[str, Any], base: str, *, connection_id: str = "") -> Gone:
    """Tell the server of her account that she will come.

    told           her name there, and what she chose
    base           the address of this home, as her browser knows it
    connection_id  the connection that is signed in to anew, "" for a new one: then its name counts
    Raises NotFound, AccountMissing, OutsideUnreachable, OutsideRefused.
    """
    advocate, client = advocate_for(person, advocate_id, Right.KEEP), client_at(base)
    if advocate.number == Advocate.UNMATCHED or client is None:
        raise NotFound("There is nothing here.")
    user, host = str(told.get("user", "")), str(told.get("host", ""))
    if connection_id:
        row = connection_for(person, connection_id)
        if row.advocate_id != advocate.number or row.channel != "bluesky":
            raise NotFound("There is nothing here.")
        known = told_of(row)
        # By the account itself: its name may have changed since.
        user, host = (str(known["did"]), "") if by_permission(known) else (str(known["user"]), str(known["host"]))
        told = {**{name: known[name] for name in _CHOSEN if name in known}, **told}
    way = permission.ask(user, host, client, messages=bool(told.get("messages")), inside=inside_is_allowed())
    chosen = {name: told[name] for name in _CHOSEN if name in told}
    trip = Trip(chosen, way, connection_id)
    return Gone(way.page, way.issuer.partition("://")[2], ticket(_purpose(person, advocate_id), trip, datetime.now(UTC)))


def trip_of(person: Person, advocate_id: str, kept: str) -> Trip:
    """What her browser kept. Raises NotFound; RequestRefused where that is none of hers, or too old."""
    advocate_for(person, advocate_id, Right.KEEP)
    read = read_ticket(_purpose(person, advocate_id), kept, Trip, datetime.now(UTC))
    if read is None:
        raise RequestRefused(_("That took more than ten minutes, or it was begun in another browser. Nothing was connected."))
    return read[0]


def come_back(person: Person, advocate_id: str, trip: Trip, answer: Mapping[str, str], base: str) -> None:
    """Trade what the server said for tokens, and watch from now on.

    Raises what `connect` raises, OutsideRefused for an answer that does not hold, RightMissing where less was allowed than was asked.
    """
    advocate_for(person, advocate_id, Right.KEEP)
    client = client_at(base)
    if client is None:
        raise NotFound("There is nothing here.")
    told = {**trip.told, **permission.redeem(trip.way, client, answer, inside=inside_is_allowed())}
    try:
        if trip.connection:
            change_connection(person, trip.connection, {name: each for name, each in told.items() if name != "since"})
        else:
            connect(person, advocate_id, "bluesky", {"since": "", **told})
    except Exception:
        end_there("bluesky", told)  # nobody keeps it: it must not stay good over there
        raise


def document() -> dict[str, Any] | None:
    """What servers read of this home before they let it in; None where it has no name at which they could."""
    client = client_at("") if has_document() else None
    return permission.about(client, client.id.rpartition("/bluesky/")[0]) if client is not None else None


def _purpose(person: Person, advocate_id: str) -> str:
    return f"bluesky {person.number} {advocate_id}"
