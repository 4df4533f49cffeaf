"""What each person wants to hear from time to time: how often, when, and where it goes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
from attrs import frozen

from parapet.records.keyring import keyring
from parapet.records.models import Digest, DigestPlan, Person
from parapet.records.naming import digest_context

DAILY, WEEKLY = "daily", "weekly"


@frozen
class Plan:
    """every: "daily" or "weekly"; weekday: 0 for Monday, of a weekly one; hour: 0 to 23 in `zone`; way: which of her ways, an e-mail."""

    every: str
    hour: int
    weekday: int
    zone: str
    way: int

    @property
    def zone_info(self) -> ZoneInfo:
        """The zone of her clock."""
        return ZoneInfo(self.zone)

    def next_due(self, after: datetime) -> datetime:
        """The first moment of the plan after that one, in UTC: the clock on her wall, in summer and in winter."""
        zone = self.zone_info
        day = after.astimezone(zone).date()
        for _step in range(9):
            due = datetime(day.year, day.month, day.day, self.hour, tzinfo=zone).astimezone(UTC)
            if due > after and (self.every == DAILY or day.weekday() == self.weekday):
                return due
            day += timedelta(days=1)
        raise AssertionError("a week has seven days")


def plan_of(person: int) -> Plan | None:
    """What the person of this number wants; None when she wants none. Raises KeyWrong."""
    row = DigestPlan.objects.filter(person_id=person).first()
    if row is None:
        return None
    return msgspec.msgpack.decode(keyring().unlock(bytes(row.sealed), about=digest_context(person)), type=Plan)


def keep_plan(person: Person, plan: Plan | None, *, now: datetime) -> None:
    """Keep it in place of what was there; the first digest is at its next moment."""
    if plan is None:
        DigestPlan.objects.filter(person=person).delete()
        Digest.objects.filter(
            person=person
        ).delete()  # one that begins anew months later tells of its own first day, not of those months
        return
    sealed = keyring().lock(msgspec.msgpack.encode(plan), about=digest_context(person.number))
    DigestPlan.objects.update_or_create(person=person, defaults={"sealed": sealed, "due_at": plan.next_due(now)})
