"""What is to be done in an advocate's cases, and until when: found without opening every case."""

from __future__ import annotations

from datetime import date, timedelta

from attrs import evolve, frozen

from parapet.access.case_cards import case_card, case_key
from parapet.access.case_steps import steps_of
from parapet.access.case_work import Task, in_order, summed
from parapet.access.people import advocate_for
from parapet.access.turns import readers_of
from parapet.domain.errors import SealBroken
from parapet.domain.rights import Right
from parapet.records.bulk import run
from parapet.records.models import Case, Due, Person

#: A task is due soon within so many days.
SOON_DAYS = 7
MOST_CASES = 200
_COUNTS = """
SELECT d.due_on < %s, count(*) FROM records_due d JOIN records_case c ON c.number = d.case_id
WHERE NOT d.ended AND d.due_on <= %s AND c.advocate_id = %s GROUP BY 1
UNION ALL
SELECT r.next_on < %s, count(*) FROM records_report r WHERE r.next_on <= %s AND r.advocate_id = %s GROUP BY 1
"""


@frozen
class DueLine:
    """A task, and the title of its case. when: "overdue", "soon", "later", "" for no day."""

    task: Task
    title: str
    when: str


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
    """How many tasks and reports of the advocate of this number are overdue, and how many due soon. For who may read there."""
    asked = [str(today), str(today + timedelta(days=SOON_DAYS)), advocate]
    counts = {True: 0, False: 0}
    for over, n in run(_COUNTS, [*asked, *asked]):
        counts[bool(over)] += n
    return counts[True], counts[False]
