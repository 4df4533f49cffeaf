"""End sessions: a person's own, one or all but the one that asks."""

from __future__ import annotations

from django.db import transaction

from parapet.actions.log_signing_in import log_signing_in
from parapet.records.chain import hold_log
from parapet.records.models import Person
from parapet.records.sessions import SessionStore


def end_session(person: Person, session: str) -> int:
    """End one of hers; 0 when it is not there."""
    return _end(person, {session})


def end_other_sessions(person: Person, here: str | None) -> int:
    """End all of hers but the one of this cookie; how many."""
    mine = {row for row, _held, _ends in SessionStore.of(person.number)}
    return _end(person, mine - ({SessionStore.row_of(here)} if here is not None else set()))


def _end(person: Person, rows: set[str]) -> int:
    with transaction.atomic():
        hold_log()
        gone = SessionStore.end([row for row, _held, _ends in SessionStore.of(person.number) if row in rows])
        if gone:
            log_signing_in("sessions_end", person, {"count": gone})
    return gone
