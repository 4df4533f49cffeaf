"""A person says that she has an alert: nobody else is called."""

from __future__ import annotations

from datetime import UTC, datetime

from django.db import transaction

from parapet.access import opening
from parapet.access.alerts import held_alert
from parapet.domain.rights import Right
from parapet.evidence.seal import event_body
from parapet.records import models
from parapet.records.chain import Event, append, hold_log


def take_alert(person: models.Person, alert_id: str, *, now: datetime | None = None) -> bool:
    """Write that `person` has it; False when somebody had it before. Raises NotFound."""
    now = now or datetime.now(UTC)
    with transaction.atomic():
        hold_log()
        alert, _card = held_alert(person, alert_id, Right.ALERT)
        events = models.AlertEvent.objects.filter(alert=alert)
        if events.filter(what="taken").exists():
            return False
        models.AlertEvent.objects.create(alert=alert, at=now, what="taken", person=person.number)
        advocate = models.Advocate.objects.get(number=alert.advocate_id)
        body = event_body(kind="alert_taken", at=now, subjects=[advocate.id], actor=person.id, details={"alert": alert.id})
        locker = opening.locker_of(advocate)
        append([Event("alert_taken", now, body, locker, advocate=advocate.number, person=person.number)])
        return True
