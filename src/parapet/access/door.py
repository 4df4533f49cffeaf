"""Shielded addresses and their mail: how each does, what is held and why; never a word of it, nor who wrote it."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen
from django.db.models import Count

from parapet.access.around import DoorMailCard
from parapet.access.connections import connection_for
from parapet.access.door_mails import cards_of, newest_mail_of
from parapet.access.items import held
from parapet.access.people import advocate_for
from parapet.domain import door as d
from parapet.domain.errors import NotFound
from parapet.domain.rights import Right
from parapet.records.connections import told_of
from parapet.records.models import Connection, DoorMail, Person
from parapet.records.numbers import number_of

#: Of the mails that want a person's eye, so many are listed; all are counted.
MAX_LISTED = 100


@frozen
class ShieldedCard:
    """A shielded address. `counts`: state of a mail to how many."""

    id: str
    advocate_id: str
    address: str
    to: str
    hold: str
    hold_unsure: bool
    paused: bool
    counts: Mapping[str, int]


def shielded(person: Person, door_id: str) -> ShieldedCard:
    """One of hers. Raises NotFound."""
    return shielded_of(connection_for(person, door_id))


def shielded_of(row: Connection) -> ShieldedCard:
    """Of a row that came through the door already. Raises NotFound for a connection of another channel."""
    if row.channel != d.DOOR:
        raise NotFound("There is nothing here.")
    told = told_of(row)
    counted = DoorMail.objects.filter(connection=row).values_list("state").annotate(n=Count("number"))
    return ShieldedCard(
        id=row.id,
        advocate_id=row.advocate.id,
        address=str(told["user"]),
        to=str(told["to"]),
        hold=str(told["hold"]),
        hold_unsure=bool(told.get("hold_unsure")),
        paused=row.state == "paused",
        counts=dict(counted),
    )


def mails(person: Person, door_id: str) -> tuple[DoorMailCard, ...]:
    """Those that want a person's eye: held, unknown, or tried in vain so far; the newest first. Raises NotFound."""
    row = connection_for(person, door_id)
    if row.channel != d.DOOR:
        raise NotFound("There is nothing here.")
    of_it = DoorMail.objects.filter(connection=row)
    wanting = (
        of_it.filter(state__in=d.MAY_BE_PASSED_ON)
        | of_it.filter(state=d.READY, tries__gt=0)
        | of_it.filter(state=d.CAME, tries__gt=0)
    )
    return cards_of(wanting.select_related("source", "connection").order_by("-came_at")[:MAX_LISTED])


def mail_for(person: Person, mail_id: str) -> DoorMail:
    """The row of a mail, if she may manage the address. Raises NotFound."""
    number = number_of("dml", mail_id)
    row = (
        DoorMail.objects.select_related("advocate", "connection", "source").filter(number=number).first()
        if number is not None
        else None
    )
    if row is None:
        raise NotFound("There is nothing here.")
    advocate_for(person, row.advocate.id, Right.KEEP)
    return row


def connection_of_mail(person: Person, mail_id: str) -> str:
    """The address that it came to, "" where that was ended, if she may manage it. Raises NotFound."""
    row = mail_for(person, mail_id)
    advocate_for(person, row.advocate.id, Right.KEEP)
    return row.connection.id if row.connection is not None else ""


def mail_of_item_for(person: Person, item_id: str) -> DoorMail:
    """The row of the mail in which an item came, if she may sort messages. Raises NotFound."""
    item, _key = held(person, item_id, Right.SORT)
    row = newest_mail_of(item)
    if row is None:
        raise NotFound("There is nothing here.")
    return row
