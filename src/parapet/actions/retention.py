"""Rules by which items go after a time: per advocate, off until a person sets one, and never what is in an open case or on hold."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import UTC, datetime, timedelta

import structlog
from attrs import frozen
from django.db import transaction
from django.db.models import QuerySet

from parapet.access.holds import Held, held, in_cases, sources_of
from parapet.access.opening import locker_of
from parapet.access.people import advocate_for
from parapet.actions.erase import erase_all
from parapet.domain import blocking as b
from parapet.domain.errors import RequestRefused
from parapet.domain.errors import gettext_noop as _
from parapet.domain.judgement import Severity
from parapet.domain.rights import Right
from parapet.records import models
from parapet.records.chain import hold_log
from parapet.records.grants import held_by
from parapet.records.keyring import is_closed
from parapet.records.lasting import RETENTION
from parapet.records.numbers import number_of
from parapet.records.orders import Order, give, orders

log = structlog.get_logger("parapet.records")

#: A rule that would erase what came in this week is a mistake.
LEAST_DAYS = 7
MOST_DAYS = 36_500
BATCH_ITEMS = 100
_LOOK_AT_ONCE = 2_000


@frozen
class Rule:
    """Erase what is at most of this severity, `days` after it came in. `closed_cases`: also what is in closed cases only.

    days  0: off
    """

    days: int = 0
    severity: Severity = Severity.NONE
    closed_cases: bool = False
    index: int = -1  # of the leaf that ordered it

    @property
    def on(self) -> bool:
        """True when it erases anything at all."""
        return self.days > 0


def rule_for(person: models.Person, advocate_id: str) -> Rule:
    """The rule of an advocate of hers. Raises NotFound, LogBroken."""
    return _rule(orders().rules.get(advocate_for(person, advocate_id, Right.KEEP).id))


def set_rule(person: models.Person, advocate_id: str, rule: Rule) -> None:
    """Set or end the rule of an advocate of hers; it works from the next day's run on. Raises NotFound, RequestRefused."""
    advocate = advocate_for(person, advocate_id, Right.KEEP)
    if rule.on and not LEAST_DAYS <= rule.days <= MOST_DAYS:
        raise RequestRefused(_("Choose between %(least)s and %(most)s days."), least=LEAST_DAYS, most=MOST_DAYS)
    if rule.on and rule.severity >= Severity.HIGH:
        raise RequestRefused(_("What is very serious or critical is never erased by a rule."))
    details = {"days": rule.days, "severity": int(rule.severity), "closed_cases": int(rule.closed_cases)}
    with transaction.atomic():
        hold_log()
        if _rule(orders().rules.get(advocate.id)) == Rule(rule.days, rule.severity, rule.closed_cases) and not rule.on:
            return
        give(RETENTION, advocate.id, person=person, details=details, now=datetime.now(UTC), advocate=advocate.number)


def preview(person: models.Person, advocate_id: str, rule: Rule, *, now: datetime | None = None) -> int:
    """How many items of hers this rule would erase today. Erases nothing. Raises NotFound, LogBroken."""
    advocate = advocate_for(person, advocate_id, Right.KEEP)
    return sum(len(part) for part in _due(advocate.number, rule, held(), now or datetime.now(UTC))) if rule.on else 0


def due_in_all(*, now: datetime | None = None) -> int:
    """How many items all rules together would erase today. Raises LogBroken."""
    now = now or datetime.now(UTC)
    return sum(len(part) for _, advocate, rule in _at_work() for part in _due(advocate, rule, held(), now))


def rule_waits(person: models.Person, advocate_id: str) -> bool:
    """True where her rule works only while somebody opens her closed material: what was learned from messages goes with them, and
    only then can it be seen from which. Raises NotFound, LogBroken."""
    advocate = advocate_for(person, advocate_id, Right.KEEP)
    learned = models.Layer.objects.filter(advocate=advocate).exists()
    return is_closed(bytes(advocate.wrapped_key)) and learned and _rule(orders().rules.get(advocate.id)).on


def run_waiting_rules(person: models.Person) -> int:
    """Follow the rules that waited for `person`, who opened closed material; returns how many items went. Raises LogBroken."""
    closed = {g.advocate.number for g in held_by(person) if g.may(Right.READ) and is_closed(bytes(g.advocate.wrapped_key))}
    learned = set(models.Layer.objects.filter(advocate__in=closed).values_list("advocate_id", flat=True))
    return run_rules(only=learned) if learned else 0


def _at_work() -> Iterator[tuple[str, int, Rule]]:
    for subject, order in orders(strictly=True).rules.items():
        advocate, rule = _number(subject), _rule(order)
        row = None if advocate is None else models.Advocate.objects.filter(number=advocate).first()
        if row is not None and advocate is not None and rule.on and not _waits(row):
            yield subject, advocate, rule


def _waits(advocate: models.Advocate) -> bool:
    """True where what was learned of what is erased would go too, and nobody is present who opens it."""
    return locker_of(advocate).closed and models.Layer.objects.filter(advocate=advocate).exists()


def run_rules(*, now: datetime | None = None, only: Collection[int] | None = None) -> int:
    """Erase what is due by every rule (`only`: of these advocates), a batch a transaction; returns how many items. Raises LogBroken."""
    now = now or datetime.now(UTC)
    done = 0
    for subject, advocate, rule in _at_work():
        if only is not None and advocate not in only:
            continue
        for part in _due(advocate, rule, held(), now):
            for first in range(0, len(part), BATCH_ITEMS):
                done += _erase(subject, advocate, part[first : first + BATCH_ITEMS], now)
    if done:
        log.info("erased by rule", items=done)
    return done


def _erase(subject: str, advocate: int, numbers: list[int], now: datetime) -> int:
    """One batch. Everything is asked again under the lock: a hold, a case or another rule may have come since."""
    with transaction.atomic():
        hold_log()
        standing = held(strictly=True)
        rule = _rule(standing.orders.rules.get(subject))
        if not rule.on:
            return 0
        cased = _cased(advocate, rule)
        items = [item for item in _matching(advocate, rule, now).filter(number__in=numbers) if item.number not in cased]
        sources = sources_of([item.number for item in items])
        loose = set(standing.free([item.number for item in items], advocate, sources))
        free = [item for item in items if item.number in loose]
        if free:
            details: dict[str, str | int] = {
                "reason": "rule",
                "rule": rule.index,
                "days": rule.days,
                "severity": int(rule.severity),
            }
            erase_all(free, sources, person=None, details=details, now=now)
    return len(free)


def _due(advocate: int, rule: Rule, standing: Held, now: datetime) -> Iterator[list[int]]:
    """The numbers of what is due, some at a time."""
    cased, last = _cased(advocate, rule), 0
    while True:
        numbers = list(
            _matching(advocate, rule, now)
            .filter(number__gt=last)
            .order_by("number")
            .values_list("number", flat=True)[:_LOOK_AT_ONCE]
        )
        if not numbers:
            return
        last = numbers[-1]
        open_ones = [number for number in numbers if number not in cased]
        sources = sources_of(open_ones) if standing.orders.holds else {}
        yield standing.free(open_ones, advocate, sources)


def _matching(advocate: int, rule: Rule, now: datetime) -> QuerySet[models.Item]:
    """What is old enough and mild enough. What was not judged, or was left to a person, is not for a rule; nor is what alone tells
    whose account is shut out: a rule asks nobody whether the block is to stay."""
    return models.Item.objects.filter(
        advocate_id=advocate,
        received_at__lt=now - timedelta(days=rule.days),
        assessed=True,
        abstain=False,
        severity__lte=int(rule.severity),
    ).exclude(number__in=models.Block.objects.filter(advocate_id=advocate, state__in=b.MAY_STAND).values("item"))


def _cased(advocate: int, rule: Rule) -> frozenset[int]:
    return in_cases(advocate, closed_too=not rule.closed_cases)


def _rule(order: Order | None) -> Rule:
    if order is None:
        return Rule()
    said = order.details
    return Rule(said["days"], Severity(said["severity"]), bool(said["closed_cases"]), order.index)


def _number(subject: str) -> int | None:
    return models.Advocate.UNMATCHED if subject == "adv_unmatched" else number_of("adv", subject)
