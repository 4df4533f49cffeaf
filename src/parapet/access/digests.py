"""What a digest may say: how many came in, and how grave, as far as the reader's own veil lets. No word, name or handle of a sender."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime

from attrs import evolve, field, frozen

from parapet.access.due import Fell, fell_due
from parapet.access.people import advocates_of, number_for
from parapet.access.veils import Sight, is_known
from parapet.domain.judgement import Severity, Urgency, harms_of
from parapet.domain.rights import Right
from parapet.records.digests import Plan, plan_of
from parapet.records.models import Advocate, Digest, DigestPlan, Item, Person
from parapet.records.numbers import public
from parapet.records.on_call import called_in_alerts
from parapet.records.reach import reached


@frozen
class New:
    """What came in for one advocate. The numbers are of messages that her veil lets her count.

    who      what she is called in alerts; "" for nobody known, None for herself
    hidden   there is something more, of which she sees only that it is there
    now      something needs a person now: told through every veil
    waiting  of `total`, not sorted yet
    fell     what fell due since the last digest: tasks, reports to platforms, blocks
    """

    who: str | None
    total: int = 0
    by_severity: Mapping[Severity, int] = field(factory=dict)
    today: int = 0
    waiting: int = 0
    hidden: bool = False
    now: bool = False
    fell: Fell = field(factory=Fell)


@frozen
class DigestCard:
    """What she asked for, and what came of the last one. ways: (id, shown) of her e-mail addresses; last: its time and code."""

    plan: Plan | None
    way: str
    due_at: datetime | None
    ways: tuple[tuple[str, str], ...]
    last: tuple[datetime, str] | None


def digest_of(person: Person) -> DigestCard:
    """Her own digest, as its page shows it."""
    plan, row = plan_of(person.number), DigestPlan.objects.filter(person=person).first()
    ways = tuple((public("way", w.number), w.shown) for w in reached(person.number).ways if w.kind == "email")
    last = Digest.objects.filter(person=person, ended_at__isnull=False).order_by("-until").first()
    said = (last.ended_at, last.code) if last is not None and last.ended_at is not None else None
    return DigestCard(plan, public("way", plan.way) if plan else "", row.due_at if row else None, ways, said)


def came_in(person: Person, since: datetime, until: datetime) -> tuple[New, ...]:
    """What came in for everybody whose messages she may read, after `since` up to `until`; nobody for whom nothing did."""
    found = []
    for card in advocates_of(person, Right.READ):
        advocate = Advocate.objects.get(number=number_for(person, card.id, Right.READ))
        sight = Sight(person)
        rows = Item.objects.filter(advocate=advocate, own=False, received_at__gt=since, received_at__lte=until)
        counts: Counter[tuple[int, int, int, bool, bool]] = Counter(
            rows.values_list("severity", "urgency", "harms", "assessed", "abstain").iterator()
        )
        fell = fell_due(advocate.number, since, until)
        if counts or fell.any:
            who = None if card.role == "advocate" else called_in_alerts(advocate)
            found.append(evolve(_counted(who, advocate.number, counts, sight), fell=fell))
    return tuple(found)


def _counted(who: str | None, advocate: int, counts: Counter[tuple[int, int, int, bool, bool]], sight: Sight) -> New:
    by_severity: Counter[Severity] = Counter()
    total = today = waiting = 0
    hidden = now = False
    for (severity, urgency, harms, assessed, abstain), n in counts.items():
        now = now or urgency >= Urgency.IMMEDIATE
        if sight.hides(advocate, harms_of(harms), known=is_known(assessed=assessed, abstain=abstain)):
            hidden = True
            continue
        total += n
        by_severity[Severity(severity)] += n if severity else 0
        today += n if urgency == Urgency.SAME_DAY else 0
        waiting += n if not assessed else 0
    return New(who, total, {level: n for level, n in by_severity.items() if n}, today, waiting, hidden, now)
