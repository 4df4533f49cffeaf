"""How many texts people opened, and how grave these were: counted from the looks that the log tells of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta

from attrs import field, frozen
from django.utils import timezone

from parapet.access.people import advocate_for, advocate_number, card_for, grant_for
from parapet.domain.judgement import Severity
from parapet.domain.rights import Right
from parapet.records.bulk import find, run, stored_time
from parapet.records.grants import HELPER, Held, held_by
from parapet.records.models import Grant, Item, LogEntry, Person
from parapet.records.vouching import is_vouched

#: A week is today and the six days before.
_DAYS_BEFORE = 6
#: More looks than these in a week are not counted one by one.
_MOST_LOOKS = 5_000
# The condition stands letter for letter in the index `log_reads`.
_READS = """
SELECT "index" FROM records_logentry WHERE kind IN ('view', 'download') AND person_number = %s AND at >= %s ORDER BY at DESC LIMIT %s
"""


@frozen
class Opened:
    """How many texts, each counted once: by severity as it is judged now; `erased` are those of which nothing is left."""

    by_severity: Mapping[Severity, int] = field(factory=dict)
    erased: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self.by_severity.values()) + self.erased


@frozen
class Reading:
    """What one person opened of one advocate's. `me` is whoever asks."""

    name: str
    me: bool
    today: Opened
    week: Opened


def reading(person: Person, advocate_id: str, *, now: datetime | None = None) -> tuple[Reading, ...]:
    """What `person` opened of this advocate's, and, when she is the advocate, each of those who may act for her or could.

    Herself first, then by name; of others only who opened something this week or may still. Raises NotFound.
    """
    advocate = advocate_for(person, advocate_id, Right.READ)
    people = [person]
    if card_for(person, advocate.number, Right.READ).role == "advocate":
        others = Grant.objects.filter(advocate=advocate).exclude(person=person).values("person")
        people += Person.objects.filter(number__in=others)
    found = []
    for each in people:
        today, week = _opened(each, now, advocate.number)
        if each is person or week.total or held_by(each, advocate.number, scoped=True):
            found.append(Reading(each.name, each is person, today, week))
    return tuple(sorted(found, key=lambda one: (not one.me, one.name)))


def opened_today(person: Person, *, now: datetime | None = None) -> int:
    """How many texts she opened since midnight, whosever they are."""
    return len({entry.item_number for entry in _looks(person, _midnight(now))})


def helpers_of(person: Person, advocate_id: str) -> tuple[str, ...]:
    """The names of other helpers who may open all of this advocate's messages now. Raises NotFound."""
    advocate = grant_for(person, advocate_number(advocate_id), Right.READ, scoped=True).advocate
    others = Grant.objects.filter(advocate=advocate, revoked_at=None).exclude(person=person).values("person")
    people = Person.objects.filter(number__in=others, is_active=True)
    return tuple(sorted(p.name for p in people if any(_reads(held) for held in held_by(p, advocate.number))))


def _reads(held: Held) -> bool:
    return held.role == HELPER and held.may(Right.READ)


def _opened(person: Person, now: datetime | None, advocate: int) -> tuple[Opened, Opened]:
    midnight = _midnight(now)
    looks = [e for e in _looks(person, midnight - timedelta(days=_DAYS_BEFORE)) if e.advocate_number == advocate]
    severities = dict(find(Item, ("number", "severity"), "number", {e.item_number for e in looks}))
    today = {e.item_number for e in looks if e.at >= midnight}
    return _counted(today, severities), _counted({e.item_number for e in looks}, severities)


def _looks(person: Person, since: datetime) -> list[LogEntry]:
    """The entries of her looks since then that are as this home wrote them."""
    indexes = [index for (index,) in run(_READS, [person.number, stored_time(since.astimezone(UTC)), _MOST_LOOKS])]
    entries = LogEntry.objects.filter(index__in=indexes).defer("sealed_leaf") if indexes else ()
    return [entry for entry in entries if entry.item_number is not None and is_vouched(entry)]


def _counted(items: Iterable[int | None], severities: Mapping[int, int]) -> Opened:
    by_severity: dict[Severity, int] = {}
    erased = 0
    for number in items:
        severity = None if number is None else severities.get(number)
        if severity is None:
            erased += 1
        else:
            by_severity[Severity(severity)] = by_severity.get(Severity(severity), 0) + 1
    return Opened(by_severity, erased)


def _midnight(now: datetime | None) -> datetime:
    return timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
