"""What happens while a shield is up: a line of the list is done, she says that she is all right, somebody says that it is still needed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from django.db import transaction

from parapet.access.first_hour import lines
from parapet.access.opening import locker_of
from parapet.access.shield_page import FINE, NEEDED, TICK, UNTICK
from parapet.access.shields import STEP, is_up, shielded
from parapet.domain.errors import NotFound, RequestRefused
from parapet.domain.errors import gettext_noop as _
from parapet.domain.rights import Right
from parapet.evidence.seal import event_body
from parapet.records.chain import Event, append, hold_log
from parapet.records.models import Advocate, Person


def tick_line(person: Person, advocate_id: str, line: str, done: bool = True, *, now: datetime | None = None) -> None:
    """Say that a line of the list of the first hour is done, or is not. Raises NotFound, also for no such line; RequestRefused."""
    shielded(person, advocate_id, Right.ANNOTATE)
    if line not in {each.code for each in lines()}:
        raise NotFound("There is nothing here.")
    _step(person, advocate_id, Right.ANNOTATE, {"step": TICK if done else UNTICK, "line": line}, now)


def say_fine(person: Person, advocate_id: str, *, now: datetime | None = None) -> None:
    """Let her circle know that she is all right. Raises NotFound for anybody but the advocate, RequestRefused."""
    _step(person, advocate_id, Right.GRANT, {"step": FINE}, now)  # hers, and given to nobody


def still_needed(person: Person, advocate_id: str, *, now: datetime | None = None) -> None:
    """Say that the shield is still needed: it is asked again later. Raises NotFound, RequestRefused."""
    _step(person, advocate_id, Right.SHIELD, {"step": NEEDED}, now)


def log_shield(advocate: Advocate, kind: str, person: Person, details: Mapping[str, str | int], now: datetime) -> int:
    """Write the entry of what happened to a shield; its index. Inside a transaction that holds the log."""
    body = event_body(kind=kind, at=now, subjects=[advocate.id], actor=person.id, details=details)
    [index] = append([Event(kind, now, body, locker_of(advocate), advocate=advocate.number, person=person.number)])
    return index


def _step(person: Person, advocate_id: str, right: Right, details: Mapping[str, str | int], now: datetime | None) -> None:
    shielded(person, advocate_id, right)
    with transaction.atomic():
        hold_log()
        advocate = shielded(person, advocate_id, right)
        if not is_up(advocate.number):
            raise RequestRefused(_("The shield is down."))
        log_shield(advocate, STEP, person, details, now or datetime.now(UTC))
