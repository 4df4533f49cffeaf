"""Tell people at once that somebody asked to be let in, or was: the advocate by every way of hers, in quiet hours too.

It is an alert that is about no message. Each way is promised for itself in the transaction of what it tells of, and is sent, tried
again and given up as any other (`send_alert.py`).
"""

from __future__ import annotations

from datetime import datetime

from parapet.access.emergency_rows import ASK, request_of
from parapet.domain.judgement import Urgency
from parapet.domain.rights import Right
from parapet.jobs import outbox
from parapet.records import models
from parapet.records.grants import ADVOCATE, held_by
from parapet.records.on_call import Callee, may_be_called
from parapet.records.reach import reached


def tell_emergency(row: models.EmergencyRequest, step: str, *, now: datetime) -> None:
    """Promise that they are told. Inside the transaction of the request, or of the agreement."""
    alert = models.Alert.objects.create(
        advocate_id=row.plan.advocate_id, urgency=int(Urgency.IMMEDIATE), opened_at=now, emergency=row, step=step
    )
    people = [each for each in told_of_emergency(row, step) if each.reached.ways]
    for turn, each in enumerate(people):
        models.AlertEvent.objects.create(
            alert=alert, at=now, what="called", turn=turn, person=each.person.number, code=str(len(each.reached.ways))
        )
        for way in each.reached.ways:
            payload = {"alert": alert.number, "turn": turn, "person": each.person.number, "way": way.number}
            outbox.put("send_alert", payload, urgent=True)
    if not people:
        models.AlertEvent.objects.create(alert=alert, at=now, what="nobody")


def told_of_emergency(row: models.EmergencyRequest, step: str) -> list[Callee]:
    """Who is told: herself, whoever is on call and may read what is hers, and, of the asking, who can agree. Never who asked."""
    advocate = row.plan.advocate
    found = {
        each.person.number: each
        for each in may_be_called(advocate)
        if each.role == ADVOCATE or any(held.may(Right.READ) for held in held_by(each.person, advocate.number))
    }
    request = request_of(row.number) if step == ASK else None
    named = request.plan.people if request is not None else ()
    for person in models.Person.objects.filter(number__in=named, is_active=True).order_by("number"):
        found.setdefault(person.number, Callee(person, "", reached(person.number)))
    found.pop(row.person_id, None)
    return list(found.values())
