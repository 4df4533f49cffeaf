"""Call the people of an advocate, one after the other, until somebody says that she has it."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

from django.db import transaction

from parapet.access.alerts import alerted, items_left, state_of
from parapet.access.shields import was_up
from parapet.domain.judgement import Urgency
from parapet.jobs import outbox
from parapet.records import models
from parapet.records.on_call import Callee, callees, on_call

#: How often each person is called for one alert. Then the inbox says that nobody answered.
ROUNDS = 2


def call_people(alert: int, turn: int, *, now: datetime | None = None) -> None:
    """Make call number `turn` of an alert, from 0, unless it was made. Safe to run twice.

    Of danger, one person at a time is told, the next after a wait, each at most ROUNDS times. Of what needs a person the same day,
    all who want to hear of it are told once, each outside of her quiet hours. While a shield is up, that is danger too.
    """
    now = now or datetime.now(UTC)
    with transaction.atomic():
        row = models.Alert.objects.select_for_update(of=("self",)).filter(number=alert).select_related("advocate").first()
        if row is None or row.emergency_id is not None:
            return  # its advocate was erased; or all were told at once (`tell_emergency.py`)
        events = list(models.AlertEvent.objects.filter(alert=row).order_by("id"))
        state = state_of(events)
        if state.is_over or state.unanswered or state.nobody:
            return
        if not items_left(row):
            _note(row, "ended", now)
            return
        if not calls(row):
            if not state.called:
                _tell_all(row, now)
            return
        # A call is one event, so the next has this number; one that comes again finds a higher one, and does nothing.
        if turn != len(state.called):
            return
        people = callees(row.advocate, alerted(row))
        if not people:
            _note(row, "nobody", now)
            return
        often = Counter(state.called)
        left = [each for each in people if often[each.person.number] < ROUNDS]
        if not left:
            _note(row, "unanswered", now)
            return
        _call(row, min(left, key=lambda each: often[each.person.number]), turn, now)
        again_at = now + timedelta(minutes=on_call(row.advocate).wait_min)
        outbox.put("call_people", {"alert": row.number, "turn": turn + 1}, urgent=True, not_before=again_at)


def calls(row: models.Alert) -> bool:
    """Whether people are called for it one after the other: for danger, and for all that is urgent while a shield is up.

    By what was so when it was made: an alert goes on in the way that it began.
    """
    return row.urgency >= Urgency.IMMEDIATE or was_up(row.advocate_id, row.opened_at)


def _tell_all(row: models.Alert, now: datetime) -> None:
    people = [each for each in callees(row.advocate, alerted(row)) if each.reached.same_day]
    if not people:
        _note(row, "nobody", now)
    for turn, each in enumerate(people):
        _call(row, each, turn, now, not_before=each.reached.quiet_ends(now))


def _call(row: models.Alert, callee: Callee, turn: int, now: datetime, *, not_before: datetime | None = None) -> None:
    _note(row, "called", now, turn=turn, person=callee.person.number, code=str(len(callee.reached.ways)))
    for way in callee.reached.ways:
        payload = {"alert": row.number, "turn": turn, "person": callee.person.number, "way": way.number}
        outbox.put("send_alert", payload, urgent=True, not_before=not_before)


def give_up_calling(alert: int, *, now: datetime | None = None) -> None:
    """Nothing more will be tried: the inbox says so."""
    row = models.Alert.objects.filter(number=alert).first()
    if row is not None:
        _note(row, "nobody", now or datetime.now(UTC))


def _note(row: models.Alert, what: str, at: datetime, *, turn: int = -1, person: int | None = None, code: str = "") -> None:
    models.AlertEvent.objects.create(alert=row, at=at, what=what, turn=turn, person=person, code=code)
