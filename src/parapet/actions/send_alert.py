"""Send one alert to one person by one of her ways, at least once, and write down what came of it.

The promise in the outbox is the lease: a process that dies between saying that it will send and having sent leaves the promise
open, and the next one sends. Then the receiver may get it twice; both carry the same key.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from attrs import frozen
from django.conf import settings
from django.db import transaction

from parapet.access.alerts import alerted, items_left, state_of
from parapet.actions.alert_words import Told, ToldOfEmergency, message_of
from parapet.actions.call_people import calls
from parapet.actions.change_reach import inside_is_allowed
from parapet.actions.tell_emergency import told_of_emergency
from parapet.alerting.send import Outcome, send
from parapet.domain.errors import AlertNotTaken
from parapet.domain.errors import gettext_noop as _
from parapet.domain.judgement import Severity, Urgency
from parapet.jobs import outbox
from parapet.records import models
from parapet.records.keyring import keyring
from parapet.records.on_call import Callee, called_in_alerts, may_be_called
from parapet.records.reach import Way


@frozen
class Call:
    """Which alert is sent to whom, by which way, and in which turn: all of it numbers, as they stand in the outbox."""

    alert: int
    turn: int
    person: int
    way: int

    @classmethod
    def of(cls, payload: Mapping[str, Any]) -> Call:
        return cls(payload["alert"], payload["turn"], payload["person"], payload["way"])

    @property
    def key(self) -> str:
        """The same each time that this call is sent, and tells nothing: 32 hex digits."""
        return keyring().digest_once("alert", f"{self.alert}:{self.turn}:{self.person}:{self.way}").hex()[:32]


def send_alert(call: Call, *, now: datetime | None = None) -> None:
    """Send it, unless it was sent, or need not be any more. Raises AlertNotTaken when it is to be tried again."""
    now = now or datetime.now(UTC)
    found = _claimed(call, now)
    if found is None:
        return
    callee, way, told = found
    message = message_of(told, callee.person, key=call.key)
    outcome = send(way.kind, way.address, message, settings.ENVIRONMENT.alerts, inside=inside_is_allowed())
    with transaction.atomic():
        _note(call, "sent" if outcome.sent else "failed", outcome.code)
        if outcome.for_good:
            _give_up(call, outcome)
    if not outcome.sent and not outcome.for_good:
        raise AlertNotTaken(_("An alert could not be handed over; it is tried again."))


def give_up_alert(call: Call) -> None:
    """Nothing more will be tried by this way: write it down, and call the next person when nothing else led to this one."""
    _give_up(call, Outcome("tried_out"))


def _claimed(call: Call, now: datetime) -> tuple[Callee, Way, Told | ToldOfEmergency] | None:
    """Write that it is about to be sent; None when it is not to be.

    Whether the person may still act for the advocate, and has this way, is asked at this moment, not when she was called.
    """
    with transaction.atomic():
        alert = models.Alert.objects.select_for_update(of=("self",)).filter(number=call.alert).select_related("advocate").first()
        if alert is None:
            return None
        events = list(models.AlertEvent.objects.filter(alert=alert).order_by("id"))
        mine = [e for e in events if (e.turn, e.person, e.way) == (call.turn, call.person, call.way)]
        if state_of(events).is_over or any(e.what in ("sent", "undelivered") for e in mine):
            return None
        told = _told(alert)
        if told is None:
            models.AlertEvent.objects.create(alert=alert, at=now, what="ended")
            return None
        about = alert.emergency
        callees = may_be_called(alert.advocate) if about is None else told_of_emergency(about, alert.step)
        for callee in callees:
            if callee.person.number != call.person or not callee.hears_of(alerted(alert)):
                continue
            for way in callee.reached.ways:
                if (callee.person.number, way.number) == (call.person, call.way):
                    _note(call, "claimed", "", now)
                    return callee, way, told
        _give_up(call, Outcome("no_longer"))
        return None


def _told(alert: models.Alert) -> Told | ToldOfEmergency | None:
    """What the alert tells of the gravest of its messages; None when there is none left. Of an emergency, what happened."""
    if alert.emergency is not None:
        return ToldOfEmergency(alert.emergency.id, called_in_alerts(alert.advocate), alert.step)
    items = models.Item.objects.filter(alertitem__alert=alert, advocate_id=alert.advocate_id).distinct()
    gravest = items.order_by("-urgency", "-severity", "number").first()
    if gravest is None:
        return None
    return Told(
        alert_id=alert.id,
        who=called_in_alerts(alert.advocate),
        channel=gravest.channel,
        sent_at=gravest.sent_at,
        severity=Severity(gravest.severity),
        urgency=Urgency(alert.urgency),
        messages=items_left(alert),
    )


def _give_up(call: Call, outcome: Outcome) -> None:
    """Inside a transaction."""
    _note(call, "undelivered", outcome.code)
    alert = models.Alert.objects.get(number=call.alert)
    if alert.emergency_id is not None or not calls(alert):
        return
    turn = models.AlertEvent.objects.filter(alert=alert, turn=call.turn)
    tried = turn.filter(what="called").values_list("code", flat=True).first()
    lost = turn.filter(what="undelivered").values("way").distinct().count()
    if tried == str(lost) and not turn.filter(what="sent").exists():
        # Nothing led to this person: whoever comes next need not wait for her.
        outbox.put("call_people", {"alert": call.alert, "turn": call.turn + 1}, urgent=True)


def _note(call: Call, what: str, code: str, at: datetime | None = None) -> None:
    models.AlertEvent.objects.create(
        alert_id=call.alert, at=at or datetime.now(UTC), what=what, turn=call.turn, person=call.person, way=call.way, code=code
    )
