"""How often somebody may guess: counted before a guess is looked at, so that many at once are counted too.

A name that nobody has is counted as any other. The counts are rows: they outlive a restart. Passkeys and links are not
guessed, and work while a passphrase has to wait.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from attrs import frozen
from django.db import transaction

from parapet.evidence.seal import event_body
from parapet.records.chain import Event, append, hold_log
from parapet.records.keyring import keyring
from parapet.records.lasting import home_locker
from parapet.records.models import Advocate, Guesses, Person

ROUND = timedelta(minutes=15)
#: Rounds grow to twice as long, one after the other, until this.
_LONGEST = timedelta(hours=8)
#: After this much quiet, all begins anew.
_QUIET = timedelta(days=1)


@frozen
class Limit:
    """How many tries a round has, and whether rounds grow."""

    tries: int
    grows: bool


#: Of a name, of what one person types besides (codes, her own passphrase), of the passphrase of her own key, and of a network
#: address, which a whole hospital may share.
LIMITS = {"name": Limit(10, True), "own": Limit(10, True), "key": Limit(10, True), "address": Limit(60, False)}


@frozen
class Admitted:
    """wait_s  seconds until the next try counts; 0 when this one may go on. used_up: this was the last try of its round"""

    wait_s: int = 0
    used_up: bool = False


def admit(sort: str, value: str, now: datetime) -> Admitted:
    """Count one try about `value`: a name, an address, or a person's public id."""
    limit, digest = LIMITS[sort], _digest(sort, value)
    with transaction.atomic():
        hold_log()
        row = Guesses.objects.filter(digest=digest).first()
        if row is None:
            Guesses.objects.filter(ends__lt=now - _QUIET).delete()
            row = Guesses(digest=digest, ends=now + ROUND)
        elif row.ends <= now:
            row.rounds = row.rounds + 1 if limit.grows and now < row.ends + _QUIET else 0
            row.tried, row.ends = 0, now + min(ROUND * 2**row.rounds, _LONGEST)
        if row.tried >= limit.tries:
            return Admitted(wait_s=max(1, round((row.ends - now).total_seconds())))
        row.tried += 1
        row.save()
        return Admitted(used_up=row.tried == limit.tries)


def was_right(sort: str, value: str) -> int:
    """The last try was no guess. For an address it is taken off; for anything else the counting ends.

    Returns how many tries there were before it in this round.
    """
    with transaction.atomic():
        hold_log()
        row = Guesses.objects.filter(digest=_digest(sort, value)).first()
        if row is None:
            return 0
        before = max(0, row.tried - 1)
        if LIMITS[sort].grows:
            row.delete()
        else:
            row.tried = before
            row.save()
        return before


def log_guesses(person: Person, now: datetime) -> None:
    """Say once for a round that somebody guessed at hers until it was used up."""
    body = event_body(kind="guesses", at=now, subjects=[person.id], details={"count": LIMITS["name"].tries})
    with transaction.atomic():
        append([Event("guesses", now, body, home_locker(), advocate=Advocate.UNMATCHED, person=person.number)])


def _digest(sort: str, value: str) -> bytes:
    return keyring().digest_once("guesses", f"{sort}:{value}")
