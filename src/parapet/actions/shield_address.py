"""Shield an address of an advocate: what comes to it is kept and judged, and passed on to her own unless it is held."""

from __future__ import annotations

import re
import secrets
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction

from parapet.access.connections import connection_for
from parapet.access.people import advocate_for
from parapet.actions.connect import CHANGED, MADE, make_room, tell_connection
from parapet.domain import door as d
from parapet.domain.errors import NotFound, RequestRefused
from parapet.domain.errors import gettext_noop as _
from parapet.domain.rights import Right
from parapet.records.chain import hold_log
from parapet.records.connections import sealed_cursor, sealed_told, told_of
from parapet.records.door import address_digest, normal
from parapet.records.models import Advocate, Connection, Person, ShieldedAddress
from parapet.records.numbers import new_number
from parapet.settings.door import DoorSettings

#: What a person may choose before the sign @. No plus sign: what follows one is not looked at.
_LOCAL = re.compile(r"[a-z0-9](?:[a-z0-9._-]{0,58}[a-z0-9])?\Z")
_ADDRESS = re.compile(
    r"[^@\s<>,;:\"\\()\[\]]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z][A-Za-z0-9-]{0,62}\Z"
)
_LETTERS = "abcdefghjkmnpqrstvwxyz23456789"


def door_settings() -> DoorSettings | None:
    """How the door of this home is set; None where it has none."""
    door: DoorSettings | None = settings.ENVIRONMENT.door
    return door


def can_pass_on() -> bool:
    """Whether this home has a mail server by which mail leaves it."""
    return settings.ENVIRONMENT.alerts.mail is not None


def shield_address(person: Person, advocate_id: str, *, local: str, domain: str, to: str, hold: str, hold_unsure: bool) -> str:
    """A shielded address, taken at once; the public name of the connection.

    local  before the sign @; "" has one made up
    to     her own address, where mail goes that is not held

    Raises NotFound, RequestRefused.
    """
    advocate = advocate_for(person, advocate_id, Right.KEEP)
    door = door_settings()
    if advocate.number == Advocate.UNMATCHED or door is None:
        raise NotFound("There is nothing here.")
    if not can_pass_on():
        raise RequestRefused(_("This Parapet has no mail server yet by which mail could go on to you. Ask whoever runs it."))
    if domain not in door.domains:
        raise RequestRefused(_("Choose one of the domains that are offered."))
    address = f"{_local(local)}@{domain}"
    told = {"user": address, "to": _own(to, door), **_rule(hold, hold_unsure)}
    with transaction.atomic():
        hold_log()
        advocate = advocate_for(person, advocate_id, Right.KEEP)
        make_room(advocate)
        now, number = datetime.now(UTC), new_number()
        row = Connection(number=number, advocate=advocate, channel=d.DOOR, next_at=now, asked_at=now, state="well")
        row.sealed_told, row.sealed_cursor = sealed_told(number, told), sealed_cursor(number, {})
        row.save(force_insert=True)
        try:
            with transaction.atomic():
                ShieldedAddress.objects.create(connection=row, digest=address_digest(address))
        except IntegrityError:
            raise RequestRefused(_("This address is taken. Choose another.")) from None
        tell_connection(person, row, MADE)
    return row.id


def change_shielded(person: Person, door_id: str, *, to: str, hold: str, hold_unsure: bool) -> None:
    """Pass on to another address, or hold by another rule: what comes from now on. Raises NotFound, RequestRefused."""
    door = door_settings()
    with transaction.atomic():
        hold_log()
        row = connection_for(person, door_id, lock=True)
        if row.channel != d.DOOR:
            raise NotFound("There is nothing here.")
        told: dict[str, Any] = {**told_of(row), "to": _own(to, door), **_rule(hold, hold_unsure)}
        row.sealed_told = sealed_told(row.number, told)
        row.changed += 1
        row.save()
        tell_connection(person, row, CHANGED)


def _local(typed: str) -> str:
    local = typed.strip().lower()
    if not local:
        return "".join(secrets.choice(_LETTERS) for _ in range(10))
    if not _LOCAL.match(local) or ".." in local or local.startswith("back-") or local in ("postmaster", "abuse", "mailer-daemon"):
        raise RequestRefused(_("Use small letters, figures, dots and hyphens before the sign @, or leave it empty."))
    return local


def _own(to: str, door: DoorSettings | None) -> str:
    address = to.strip()
    if not _ADDRESS.match(address) or not address.isascii():
        raise RequestRefused(_("Write your own address whole, such as name@clinic.example."))
    if door is not None and normal(address).rpartition("@")[2] in door.domains:
        raise RequestRefused(_("Mail cannot be passed on to a shielded address: it would go round in a circle."))
    return address


def _rule(hold: str, hold_unsure: bool) -> dict[str, Any]:
    if hold not in d.HOLDS:
        raise RequestRefused(_("Choose what is held."))
    return {"hold": hold, "hold_unsure": hold_unsure}
