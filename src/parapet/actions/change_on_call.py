"""Who is called for an advocate, in which order, and what she is called then."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from django.db import transaction

from parapet.access.people import advocate_for
from parapet.domain.errors import NotFound, RequestRefused
from parapet.domain.errors import gettext_noop as _
from parapet.domain.rights import Right
from parapet.evidence.seal import event_body
from parapet.records.chain import Event, append, hold_log
from parapet.records.keyring import keyring
from parapet.records.models import Person
from parapet.records.numbers import number_of
from parapet.records.on_call import OnCall, keep_on_call, may_be_called

MAX_CALLED = 40
LONGEST_WAIT_MIN = 240


def change_on_call(person: Person, advocate_id: str, people: Sequence[str], *, wait_min: int, called: str) -> None:
    """Keep a list of people (their public names, in order) who are called for an advocate.

    wait_min  minutes until the next is called when one does not say that she has it
    called    what the advocate is called in alerts, which travel in the open; "" for her initials

    Raises NotFound, also when one of `people` may not be called for her; RequestRefused.
    """
    numbers = [number_of("per", name) for name in dict.fromkeys(people)]
    if not 1 <= wait_min <= LONGEST_WAIT_MIN:
        raise RequestRefused(_("Wait between 1 and 240 minutes before the next is called."))
    if len(called) > MAX_CALLED or not called.isprintable():
        raise RequestRefused(_("A name for alerts has at most 40 letters."))
    with transaction.atomic():
        hold_log()
        advocate = advocate_for(person, advocate_id, Right.KEEP)
        able = {each.person.number for each in may_be_called(advocate)}
        listed = tuple(number for number in numbers if number is not None and number in able)
        if len(listed) != len(numbers):
            raise NotFound("There is nothing here.")
        keep_on_call(advocate, OnCall(listed, wait_min, called.strip()))
        now = datetime.now(UTC)
        subjects = [advocate.id, *dict.fromkeys(people)]
        body = event_body(kind="on_call", at=now, subjects=subjects, actor=person.id, details={"wait_min": wait_min})
        locker = keyring().advocate(advocate.number, bytes(advocate.wrapped_key))
        append([Event("on_call", now, body, locker, advocate=advocate.number, person=person.number)])
