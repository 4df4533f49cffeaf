"""What is to be done for an advocate, and until when: the one place that counts it, without opening every case."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from attrs import evolve, frozen
from django.db.models import Q
from django.utils import timezone

from parapet.access.case_cards import case_card, case_key
from parapet.access.case_steps import steps_of
from parapet.access.case_work import Task, in_order, summed
from parapet.access.people import advocate_for
from parapet.access.turns import readers_of
from parapet.domain.errors import SealBroken
from parapet.domain.rights import Right
from parapet.records.bulk import run
from parapet.records.models import Block, Case, Due, Person, Report

#: A task is due soon within so many days.
SOON_DAYS = 7
MOST_CASES = 200
_COUNTS = """
SELECT d.due_on < %s, count(*) FROM records_due d JOIN records_case c ON c.number = d.case_id
WHERE NOT d.ended AND d.due_on <= %s AND c.advocate_id = %s GROUP BY 1
UNION ALL
SELECT r.next_on < %s, count(*) FROM records_report r WHERE r.next_on <= %s AND r.advocate_id = %s GROUP BY 1
UNION ALL
SELECT b.next_on < %s, count(*) FROM records_block b WHERE b.next_on <= %s AND b.advocate_id = %s GROUP BY 1
"""


@frozen
class DueLine:
    """A task, and the title of its case. when: "overdue", "soon", "later", "" for no day."""

    task: Task
    title: str
    when: str


@frozen
class Fell:
    """How many fell due: tasks and deadlines of cases, reports to platforms, blocks and mutes."""

    tasks: int = 0
    reports: int = 0
    blocks: int = 0

    @property
    def any(self) -> bool:
        """Something did."""
        return bool(self.tasks or self.reports or self.blocks)


def due(person: Person, advocate_id: str, today: date) -> tuple[DueLine, ...]:
    """Every open task of an advocate's cases, by its day. What was changed behind our back is left out: its case says so. Raises NotFound."""
    advocate = advocate_for(person, advocate_id, Right.READ)
    bearing = Due.objects.filter(ended=False, case__advocate=advocate).values("case")
    names = dict(readers_of(advocate.number))
    titles: dict[int, str] = {}
    tasks: list[Task] = []
    for case in Case.objects.filter(number__in=bearing).select_related("advocate")[:MOST_CASES]:
        try:
            found = [task for task in summed(case.id, steps_of(case, case_key(case))).tasks if not task.ended]
        except SealBroken:
            continue
        tasks += [evolve(task, name=names.get(task.whose, "")) for task in found]
        titles |= dict.fromkeys((task.entry for task in found), case_card(case).title)
    return tuple(DueLine(task, titles[task.entry], when(task.due, today)) for task in in_order(tasks))


def when(day: date | None, today: date) -> str:
    """How near it is."""
    if day is None:
        return ""
    return "overdue" if day < today else "soon" if day <= today + timedelta(days=SOON_DAYS) else "later"


def due_counts(advocate: int, today: date) -> tuple[int, int]:
    """How many tasks, reports and blocks of the advocate of this number are overdue, and how many due soon. For who may read there."""
    asked = [str(today), str(today + timedelta(days=SOON_DAYS)), advocate]
    counts = {True: 0, False: 0}
    for over, n in run(_COUNTS, [*asked, *asked, *asked]):
        counts[bool(over)] += n
    return counts[True], counts[False]


def fell_due(advocate: int, since: datetime, until: datetime) -> Fell:
    """What fell due for the advocate of this number after `since`, up to `until`. For who may read there.

    A task is told of twice: when its day is near, and on its day. A report or a block, when its day has come, and when something
    happened to it that needs a person at once: one that became "unknown" an hour after the last digest has the day of that digest.
    """
    after, last = (timezone.localtime(at).date() for at in (since, until))
    soon = timedelta(days=SOON_DAYS)
    near = Q(due_on__gt=after, due_on__lte=last) | Q(due_on__gt=after + soon, due_on__lte=last + soon)
    tasks = Due.objects.filter(near, ended=False, case__advocate_id=advocate).count()
    come = Q(next_on__gt=after, next_on__lte=last)
    reports = Report.objects.filter(
        come | Q(next_on__lte=last, reportstep__at__gt=since, reportstep__at__lte=until), advocate_id=advocate
    )
    blocks = Block.objects.filter(
        come | Q(next_on__lte=last, blockstep__at__gt=since, blockstep__at__lte=until), advocate_id=advocate
    )
    return Fell(tasks, reports.distinct().count(), blocks.distinct().count())
