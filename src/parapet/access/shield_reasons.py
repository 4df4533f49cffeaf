"""Why a shield was raised, for who may raise and lower it; and the calm that is shown to her while it is up."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime

from attrs import frozen

from parapet.access.opening import locker_of
from parapet.access.people import advocate_number, grant_for
from parapet.access.shield_page import asks, said_since
from parapet.access.shields import Shield, details, shield_of, shielded
from parapet.access.turns import sorters_of
from parapet.domain.errors import KeyWrong, NotFound
from parapet.domain.rights import Right
from parapet.evidence.keys import Locker
from parapet.records.grants import ADVOCATE
from parapet.records.models import Advocate, LogEntry, Person, ShieldReason
from parapet.records.naming import shield_context
from parapet.records.numbers import public


@frozen
class Calm:
    """What her own inbox says while her shield is up.

    helpers  how many others sort in her place
    asks     it is up for long: is it still needed?
    """

    since: datetime
    helpers: int
    asks: bool


def calm(person: Person, advocate_id: str, *, now: datetime | None = None) -> Calm | None:
    """For the advocate herself, while her shield is up; None for her helpers and while it is down. Raises NotFound."""
    grant = grant_for(person, advocate_number(advocate_id), Right.READ)
    if grant.role != ADVOCATE:
        return None
    return calm_under(shield_of(grant.advocate.number), spared=person, now=now)


def calm_under(shield: Shield, *, spared: Person, now: datetime | None = None) -> Calm | None:
    """What she is told whom this shield spares; None while it is down."""
    if shield.up is None:
        return None
    helpers = len(sorters_of(shield, besides=spared))
    return Calm(shield.up.at, helpers, asks(shield.up, said_since(shield.advocate, shield.up), now or datetime.now(UTC)))


def why_raised(person: Person, advocate_id: str) -> str:
    """Why it is up, in the words of who raised it; "" when none were written, or they are not what the log tells of.

    For who may raise and lower it. Raises NotFound, also while it is down; KeyClosed.
    """
    advocate = shielded(person, advocate_id, Right.SHIELD)
    shield = shield_of(advocate.number)
    entry = shield.moved
    if entry is None or shield.up is None:
        raise NotFound("There is nothing here.")
    row = ShieldReason.objects.filter(log_index=entry.index, advocate=advocate).first()
    if row is None:
        return ""
    try:
        return _reason(row, entry, locker_of(advocate))
    except KeyWrong:
        return ""


def broken_reasons(advocate: Advocate, key: Locker) -> Iterator[str]:
    """The name of each that is not what the log tells of. For the check of the home, which shows nothing of what they say."""
    for row in ShieldReason.objects.filter(advocate=advocate).order_by("log_index"):
        entry = LogEntry.objects.filter(index=row.log_index).first()
        try:
            if entry is None:
                raise KeyWrong
            _reason(row, entry, key)
        except (KeyWrong, ValueError):
            yield public("shd", row.log_index)


def _reason(row: ShieldReason, entry: LogEntry, key: Locker) -> str:
    raw = key.unlock(bytes(row.sealed), about=shield_context(row.log_index))
    if details(entry, key).get("sha256") != hashlib.sha256(raw).hexdigest():
        raise KeyWrong
    words: str = json.loads(raw)["why"]
    return words
