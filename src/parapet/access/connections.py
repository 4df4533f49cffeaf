"""The accounts that are watched for an advocate: how each does, and nothing by which anybody could sign in there."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from attrs import frozen
from django.db.models import Q

from parapet.access.people import advocate_for, number_for
from parapet.channels.names_in import forms_of, is_one_name
from parapet.domain.door import DOOR
from parapet.domain.errors import NotFound
from parapet.domain.rights import Right
from parapet.records.connections import cursor_of, told_of
from parapet.records.models import Connection, IntakeRefusal, Person
from parapet.records.numbers import number_of

#: So late a worker may be: it takes over within a second, and where there are very many connections they take turns.
_LATE_S = 180


@frozen
class WatchedPage:
    """One page, or one feed, of a connection.

    fault  a code while it fails; found: how many reviews, or entries that name her, stood there; count: how many the site says it has
    by     how they were read: "schema", "recipe"
    at     when it was last looked at
    """

    address: str
    name: str
    fault: str = ""
    found: int = 0
    count: int | None = None
    by: str = ""
    at: datetime | None = None
    next_at: datetime | None = None


@frozen
class Watched:
    """One connection.

    account   whose mailbox or profile it is, as the person typed it
    server    the name of the server
    places    folders, where it has some
    state     "new", "well", "failing", "paused"; "idle": it is due, and nobody watches it, since no worker runs
    fault     the code of an error while it fails
    asked_at  when it last went well; None before the first time
    came_at   when something last came; None when nothing has
    taken     deliveries so far; `too_large`: left where they are
    odd       of them, what was kept and not understood
    messages  whether direct messages are watched too
    service   where she signs in to open it; "" where a password does
    permitted  whether she allowed it on the page of its server, so that no password of it is kept
    hidden    accounts that the platform hides from her, whose own pages are read
    reports   whether reports may be sent from it; `blocks`: whether accounts may be blocked and muted from it
    held      people from whom its server keeps messages back; `drops`: whether it throws some away unseen
    lacks     what its server does not offer, or does not give at the moment, by code
    public    whether all public posts are searched for `names`; `read_to`: up to which moment they were
    pages     of pages and feeds, how each does; addresses: of feeds, as the person typed them
    names     whom a feed is watched for; capture: whether the page of each entry is kept too
    """

    id: str
    advocate_id: str
    channel: str
    account: str
    server: str
    places: tuple[str, ...]
    port: int
    starttls: bool
    state: str
    fault: str
    failures: int
    made_at: datetime
    next_at: datetime
    asked_at: datetime | None
    came_at: datetime | None
    taken: int
    too_large: int
    odd: int
    messages: bool
    hidden: int
    reports: bool
    blocks: bool
    held: int
    drops: bool
    lacks: tuple[str, ...]
    public: bool
    names: tuple[str, ...]
    read_to: datetime | None
    service: str = ""
    permitted: bool = False
    pages: tuple[WatchedPage, ...] = ()
    addresses: tuple[str, ...] = ()
    capture: bool = False


def connections(person: Person, advocate_id: str) -> tuple[Watched, ...]:
    """All of an advocate's, oldest first. Raises NotFound."""
    number = number_for(person, advocate_id, Right.KEEP)
    rows = Connection.objects.filter(advocate_id=number).select_related("advocate").order_by("made_at", "number")
    return tuple(_card(row) for row in rows)


def connection(person: Person, connection_id: str) -> Watched:
    """One of them. Raises NotFound."""
    return _card(connection_for(person, connection_id))


def connection_for(person: Person, connection_id: str, *, lock: bool = False) -> Connection:
    """Its row, if she may keep it; with `lock`, nobody else changes it in this transaction. Raises NotFound."""
    number = number_of("con", connection_id)
    rows = Connection.objects.select_for_update(of=("self",)) if lock else Connection.objects.all()
    row = rows.select_related("advocate").filter(number=number).first() if number is not None else None
    if row is None:
        raise NotFound("There is nothing here.")
    advocate_for(person, row.advocate.id, Right.KEEP)
    return row


def standing_still(advocate: int) -> int:
    """How many connections of the advocate of this number fail at the moment; who asks was let in before."""
    mine = Connection.objects.filter(advocate_id=advocate)
    return mine.filter(Q(state="failing") | _idle(datetime.now(UTC))).count()


def _idle(now: datetime) -> Q:
    """Connections that should have been looked at a while ago, and that nobody holds."""
    nobody = Q(held_until=None) | Q(held_until__lt=now - timedelta(seconds=_LATE_S))
    return Q(state__in=("new", "well"), next_at__lt=now - timedelta(seconds=_LATE_S)) & nobody & ~Q(channel=DOOR)


def _is_idle(row: Connection, now: datetime) -> bool:
    late = now - timedelta(seconds=_LATE_S)
    if row.channel == DOOR:  # nothing is asked there: mail comes by itself
        return False
    return row.state in ("new", "well") and row.next_at < late and (row.held_until is None or row.held_until < late)


def means_many(name: str) -> bool:
    """Whether a name, as typed, is that of too many people, or of nobody, for all public posts to be searched for it."""
    return is_one_name(name) or not forms_of(name)


def _card(row: Connection) -> Watched:
    told, cursor = told_of(row), cursor_of(row)
    read_us = int(cursor.get("stream_us", 0))
    return Watched(
        id=row.id,
        advocate_id=row.advocate.id,
        channel=row.channel,
        account=str(told.get("user", "")),
        server=str(told.get("host", "")),
        places=tuple(map(str, told.get("folders", ()))),
        port=int(told.get("port", 0)),
        starttls=bool(told.get("starttls")),
        state="idle" if _is_idle(row, datetime.now(UTC)) else row.state,
        fault=row.fault,
        failures=row.failures,
        made_at=row.made_at,
        next_at=row.next_at,
        asked_at=row.asked_at,
        came_at=row.came_at,
        taken=row.taken,
        too_large=row.too_large,
        odd=IntakeRefusal.objects.filter(intake__connection=row, file__superseded=False).count(),
        messages=bool(told.get("messages")),
        hidden=len(cursor.get("hidden", ())),
        reports=bool(told.get("reports")),
        blocks=bool(told.get("blocks")),
        held=int(cursor.get("held", 0)),
        drops=bool(cursor.get("drops")),
        lacks=tuple(map(str, cursor.get("lacks", ()))),
        service=str(told.get("service", "")),
        permitted=bool(told.get("issuer")),
        public=bool(told.get("public")),
        names=tuple(map(str, told.get("names", ()))),
        read_to=datetime.fromtimestamp(read_us / 1_000_000, UTC) if read_us and told.get("public") else None,
        addresses=tuple(map(str, told.get("addresses", ()))),
        capture=bool(told.get("capture")),
        pages=_pages(told, cursor) if row.channel in ("web", "feed") else (),
    )


def _pages(told: Mapping[str, Any], cursor: Mapping[str, Any]) -> tuple[WatchedPage, ...]:
    states = dict(cursor.get("pages") or {})
    return tuple(_page(str(address), str(name), dict(states.get(address) or {})) for address, name in told.get("pages", ()))


def _page(address: str, name: str, state: Mapping[str, Any]) -> WatchedPage:
    return WatchedPage(
        address=address,
        name=name,
        fault=str(state.get("fault") or ""),
        found=int(state.get("found") or 0),
        count=state.get("count"),
        by=str(state.get("by") or ""),
        at=datetime.fromisoformat(state["at"]) if state.get("at") else None,
        next_at=datetime.fromisoformat(state["next"]) if state.get("next") else None,
    )
