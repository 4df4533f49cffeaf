"""Something urgent was judged: make an alert, or let it join the one that is open.

Judging promises it in its own transaction (`promise_alerts`), so that no crash lies between the two. Who is called, and when,
is in `call_people.py`; the sending in `send_alert.py`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.db.models import Q

from parapet.access import opening
from parapet.access.alerts import alerted, state_of
from parapet.access.shields import standing
from parapet.domain.judgement import Urgency
from parapet.evidence.seal import event_body
from parapet.jobs import outbox
from parapet.records import models
from parapet.records.chain import Event, append, hold_log
from parapet.records.on_call import Callee, callees, may_be_called
from parapet.records.scopes import numbers_within

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
    made: list[int] = []
    for (level, number), group in sorted(found.items()):
        with transaction.atomic():
            hold_log()
            advocate = models.Advocate.objects.get(number=number)
            parts = [each for each in may_be_called(advocate) if each.scope is not None]
            for same in _by_audience(parts, group):
                made += _raised(advocate, Urgency(-level), same, parts, now)
    return made


def _by_audience(parts: Sequence[Callee], versions: Sequence[models.Version]) -> list[list[models.Version]]:
    """Apart what different people may hear of: who sees a part is told of alerts that are all within it, and can take those."""
    items = {version.item_id for version in versions}
    within = {each.person.number: numbers_within(each.scope, items) for each in parts if each.scope is not None}
    groups: dict[frozenset[int], list[models.Version]] = {}
    for version in versions:
        hearing = frozenset(person for person, seen in within.items() if version.item_id in seen)
        groups.setdefault(hearing, []).append(version)
    return list(groups.values())


def _hearing(parts: Sequence[Callee], items: AbstractSet[int]) -> frozenset[int]:
    return frozenset(each.person.number for each in parts if each.hears_of(items))


def _raised(
    advocate: models.Advocate, urgency: Urgency, versions: Sequence[models.Version], parts: Sequence[Callee], now: datetime
) -> list[int]:
    told, shield = callees(advocate, {version.item_id for version in versions}), standing(advocate.number)
    called = urgency >= Urgency.IMMEDIATE or shield is not None
    if not told if called else not any(each.reached.same_day for each in told):
        return []  # the inbox says that nobody would be reached
    known = set(
        models.AlertItem.objects.filter(
            version__in=[v.number for v in versions], urgency=urgency, alert__advocate=advocate
        ).values_list("version", flat=True)
    )
    fresh = [version for version in versions if version.number not in known]
    if not fresh:
        return []
    alert, is_new = _open_alert(advocate, urgency, _hearing(parts, {fresh[0].item_id}), parts, now)
    models.AlertItem.objects.bulk_create(
        models.AlertItem(alert=alert, item_id=v.item_id, version=v.number, urgency=urgency, at=now) for v in fresh
    )
    append(_leaves(alert, advocate, fresh, urgency, now))
    if is_new:
        outbox.put("call_people", {"alert": alert.number, "turn": 0}, urgent=True)
    return [alert.number] if is_new else []


def _open_alert(
    advocate: models.Advocate, urgency: Urgency, hearing: frozenset[int], parts: Sequence[Callee], now: datetime
) -> tuple[models.Alert, bool]:
    recent = models.Alert.objects.filter(
        advocate=advocate, emergency=None, urgency__gte=urgency, opened_at__gt=now - JOINS_WITHIN
    )
    shield = standing(advocate.number)
    if shield is not None:  # for what was made before the shield nobody is called, unless it is danger
        recent = recent.filter(Q(urgency__gte=Urgency.IMMEDIATE) | Q(opened_at__gte=shield.at))
    newest = recent.order_by("-opened_at", "-number")
    alert = next((each for each in newest if not parts or _hearing(parts, alerted(each)) == hearing), None)
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
