"""Something urgent was judged: make an alert, or let it join the one that is open.

Judging promises it in its own transaction (`promise_alerts`), so that no crash lies between the two. Who is called, and when,
is in `call_people.py`; the sending in `send_alert.py`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.db.models import Q

from parapet.access import opening
from parapet.access.alerts import state_of
from parapet.access.shields import standing
from parapet.domain.judgement import Urgency
from parapet.evidence.seal import event_body
from parapet.jobs import outbox
from parapet.records import models
from parapet.records.chain import Event, append, hold_log
from parapet.records.on_call import callees

#: What comes within so long of an alert joins it: two hundred threats are one alert, and not two hundred messages to a phone.
JOINS_WITHIN = timedelta(minutes=10)


def promise_alerts(urgent: Mapping[int, int]) -> None:
    """Promise that people are told of these versions: version to its urgency. Inside the transaction that judged them."""
    versions = sorted(version for version, urgency in urgent.items() if urgency >= Urgency.SAME_DAY)
    if versions and models.Reach.objects.exists():
        outbox.put("raise_alert", {"versions": versions}, urgent=True)


def raise_alert(versions: Sequence[int], *, now: datetime | None = None) -> list[int]:
    """Make alerts of what is urgent among `versions`; the numbers of those that are new. Safe to run twice."""
    now = now or datetime.now(UTC)
    rows = models.Version.objects.filter(number__in=versions).select_related("item").order_by("number")
    found: dict[tuple[int, int], list[models.Version]] = {}
    for row in rows:
        if row.item.urgency >= Urgency.SAME_DAY and not row.item.own:
            found.setdefault((-row.item.urgency, row.item.advocate_id), []).append(row)
    made = [_raised(advocate, Urgency(-level), group, now) for (level, advocate), group in sorted(found.items())]
    return [number for number in made if number is not None]


def _raised(number: int, urgency: Urgency, versions: Sequence[models.Version], now: datetime) -> int | None:
    with transaction.atomic():
        hold_log()
        advocate = models.Advocate.objects.get(number=number)
        told, shield = callees(advocate), standing(number)
        called = urgency >= Urgency.IMMEDIATE or shield is not None
        if not told if called else not any(each.reached.same_day for each in told):
            return None  # the inbox says that nobody would be reached
        known = set(
            models.AlertItem.objects.filter(
                version__in=[v.number for v in versions], urgency=urgency, alert__advocate=advocate
            ).values_list("version", flat=True)
        )
        fresh = [version for version in versions if version.number not in known]
        if not fresh:
            return None
        alert, is_new = _open_alert(advocate, urgency, now, shield.at if shield is not None else None)
        models.AlertItem.objects.bulk_create(
            models.AlertItem(alert=alert, item_id=v.item_id, version=v.number, urgency=urgency, at=now) for v in fresh
        )
        append(_leaves(alert, advocate, fresh, urgency, now))
        if is_new:
            outbox.put("call_people", {"alert": alert.number, "turn": 0}, urgent=True)
        return alert.number if is_new else None


def _open_alert(
    advocate: models.Advocate, urgency: Urgency, now: datetime, shield_at: datetime | None
) -> tuple[models.Alert, bool]:
    recent = models.Alert.objects.filter(
        advocate=advocate, emergency=None, urgency__gte=urgency, opened_at__gt=now - JOINS_WITHIN
    )
    if shield_at is not None:  # for what was made before the shield nobody is called, unless it is danger
        recent = recent.filter(Q(urgency__gte=Urgency.IMMEDIATE) | Q(opened_at__gte=shield_at))
    alert = recent.order_by("-opened_at", "-number").first()
    if alert is not None:
        state = state_of(list(models.AlertEvent.objects.filter(alert=alert).order_by("id")))
        if not (state.ended or state.nobody or state.unanswered):  # of these nobody would hear any more
            return alert, False
    return models.Alert.objects.create(advocate=advocate, urgency=urgency, opened_at=now), True


def _leaves(
    alert: models.Alert, advocate: models.Advocate, versions: Sequence[models.Version], urgency: Urgency, now: datetime
) -> list[Event]:
    locker, leaves = opening.locker_of(advocate), []
    for item in {version.item_id: version.item for version in versions}.values():
        details = {"alert": alert.id, "urgency": urgency.code}
        body = event_body(kind="alert", at=now, subjects=[item.id], details=details)
        key = opening.item_key(item, locker)
        leaves.append(Event("alert", now, body, key, advocate=advocate.number, item=item.number))
    return leaves
