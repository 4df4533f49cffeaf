"""How a case stands, as the sum of its steps: who cares for it, what is to be done until when, what came of it, what it belongs with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from attrs import evolve, field, frozen

from parapet.access.case_cards import case_card, case_key
from parapet.access.case_steps import ASSIGN, BRIEF, LINK, MERGE, OUTCOME, READ, TASK, TASK_END, UNLINK, UNMERGE, Step, steps_of
from parapet.access.cases import held_case
from parapet.access.copies import copies_of, worded_of
from parapet.access.turns import readers_of
from parapet.access.views import CaseCard
from parapet.domain.errors import SealBroken
from parapet.domain.rights import Right
from parapet.records.models import Case, CaseItem, LogEntry, Person
from parapet.records.numbers import number_of

#: So many of a case's messages are asked for copies in other cases.
_ASKED_FOR_COPIES = 100


@frozen
class ReadBy:
    """That somebody outside has read a brief or knows of a task: who, in words, on which day, and whose word it is."""

    by: str
    on: date
    who: str


@frozen
class Task:
    """One thing to do. `ended` is "", "done" or "dropped"; `case` bears it, which may have been merged into the one shown."""

    case: str
    entry: int  # of the log, by which it is named
    code: str  # of `domain.deadlines.DAYS`, or ""
    what: str
    due: date | None
    whose: str  # a person's public name, or ""
    name: str  # hers
    ended: str = ""
    by: str = ""  # who does it, in words: somebody who need not come in here
    read: tuple[ReadBy, ...] = ()


@frozen
class Brief:
    """A brief that was made: for which reader, how many messages it quotes, and by when it is looked at again. `words` are what she chose."""

    case: str
    entry: int
    at: datetime
    who: str
    reader: str
    quoted: int
    review: date | None
    words: Mapping[str, Any]
    read: tuple[ReadBy, ...] = ()


@frozen
class Outcome:
    """What came of it, by whose word."""

    at: datetime
    who: str
    code: str
    words: str


@frozen
class Related:
    """Another case of the same advocate. `why`: "hand", "sender", "words"; `messages` how many of its messages are the reason."""

    card: CaseCard
    why: str
    messages: int = 0


@frozen
class Work:
    """The sum of a case's steps alone: what `CaseWork` tells without looking elsewhere.

    linked  public names of cases linked by hand
    into    the case that it was merged into, or ""
    within  by the case that was merged into this one, the items that came with it
    """

    cares: str = ""
    tasks: tuple[Task, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    linked: tuple[str, ...] = ()
    into: str = ""
    within: Mapping[str, tuple[str, ...]] = field(factory=dict)
    briefs: tuple[Brief, ...] = ()


@frozen
class CaseWork:
    """What the page of a case shows besides what is in it.

    state     "open", "closed" or "merged", from its events
    cares     who cares for it: public name and name; two empty words for nobody
    into      the case that it was merged into; `within` those that were merged into it
    others    the advocate's other cases that are open, to link or to merge with
    people    (id, name) of whoever may read here
    broken    why none of this is shown: it is not what the log tells of
    """

    state: str
    cares: tuple[str, str] = ("", "")
    tasks: tuple[Task, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    related: tuple[Related, ...] = ()
    into: CaseCard | None = None
    within: tuple[CaseCard, ...] = ()
    others: tuple[CaseCard, ...] = ()
    people: tuple[tuple[str, str], ...] = ()
    steps: tuple[Step, ...] = ()
    briefs: tuple[Brief, ...] = ()  # the newest first
    broken: SealBroken | None = None


def case_work(person: Person, case_id: str) -> CaseWork:
    """How a case stands. Raises NotFound."""
    return work_on(held_case(person, case_id, Right.READ))


def work_on(case: Case) -> CaseWork:
    """The same. That whoever asks may read all that is its advocate's was asked before."""
    people = readers_of(case.advocate_id)
    try:
        steps = steps_of(case, case_key(case))
        told = summed(case.id, steps)
        tasks, briefs = list(told.tasks), list(told.briefs)
        within = [_case(case.advocate_id, name) for name in told.within]
        for other in within:
            if other is not None:
                theirs = summed(other.id, steps_of(other, case_key(other)))
                tasks += theirs.tasks
                briefs += theirs.briefs
    except SealBroken as error:
        return CaseWork(state_of(case, ()), people=people, broken=error)
    names = dict(people)
    into = _case(case.advocate_id, told.into)
    others = Case.objects.filter(advocate_id=case.advocate_id, state="open").exclude(number=case.number)
    return CaseWork(
        state=state_of(case, steps),
        cares=(told.cares, names.get(told.cares) or _name(told.cares)) if told.cares else ("", ""),
        tasks=tuple(evolve(task, name=names.get(task.whose) or _name(task.whose)) for task in in_order(tasks)),
        outcomes=told.outcomes,
        related=tuple(_related(case, told)),
        into=case_card(into) if into else None,
        within=tuple(case_card(other) for other in within if other is not None),
        others=tuple(case_card(other) for other in others.select_related("advocate").order_by("-opened_at")),
        people=people,
        steps=steps,
        briefs=tuple(sorted(briefs, key=lambda brief: brief.entry, reverse=True)),
    )


def summed(case_id: str, steps: Iterable[Step]) -> Work:
    """What the steps of a case come to, in their order."""
    cares, into, outcomes = "", "", []
    tasks: dict[int, Task] = {}
    briefs: dict[int, Brief] = {}
    linked: dict[str, None] = {}
    within: dict[str, tuple[str, ...]] = {}
    for step in steps:
        details = step.details
        if step.kind == ASSIGN:
            cares = details["to"]
        elif step.kind == TASK:
            due = date.fromisoformat(details["due"]) if details["due"] else None
            what, by = step.words["what"], step.words.get("by", "")
            tasks[step.log_index] = Task(case_id, step.log_index, details["task"], what, due, details["to"], "", by=by)
        elif step.kind == TASK_END and details["entry"] in tasks:
            ended = "" if details["how"] == "again" else details["how"]
            tasks[details["entry"]] = evolve(tasks[details["entry"]], ended=ended)
        elif step.kind == BRIEF:
            briefs[step.log_index] = _brief(case_id, step)
        elif step.kind == READ:
            read = ReadBy(step.words["by"], date.fromisoformat(details["happened_on"]), step.who)
            _note_read(details["entry"], read, tasks, briefs)
        elif step.kind == OUTCOME:
            outcomes.append(Outcome(step.at, step.who, details["outcome"], step.words["said"]))
        elif step.kind == LINK:
            linked[details["case"]] = None
        elif step.kind == UNLINK:
            linked.pop(details["case"], None)
        elif step.kind in (MERGE, UNMERGE) and details["way"] == "into":
            into = details["case"] if step.kind == MERGE else ""
        elif step.kind == MERGE:
            within[details["case"]] = tuple(step.words["items"])
        elif step.kind == UNMERGE:
            within.pop(details["case"], None)
    return Work(cares, tuple(tasks.values()), tuple(outcomes), tuple(linked), into, within, tuple(briefs.values()))


def _brief(case_id: str, step: Step) -> Brief:
    told = step.details
    review = date.fromisoformat(told["due"]) if told["due"] else None
    return Brief(case_id, step.log_index, step.at, step.who, told["reader"], told["quoted"], review, step.words)


def _note_read(entry: int, read: ReadBy, tasks: dict[int, Task], briefs: dict[int, Brief]) -> None:
    """Beside the task or brief of this entry; nowhere, where there is none."""
    if entry in tasks:
        tasks[entry] = evolve(tasks[entry], read=(*tasks[entry].read, read))
    elif entry in briefs:
        briefs[entry] = evolve(briefs[entry], read=(*briefs[entry].read, read))


def state_of(case: Case, steps: Iterable[Step]) -> str:
    """ "open", "closed" or "merged": what the last event says that changes it."""
    entries = LogEntry.objects.filter(case_number=case.number, kind__in=("case_close", "case_reopen"))
    said = [(entry.index, "closed" if entry.kind == "case_close" else "open") for entry in entries.order_by("index")]
    for step in steps:
        if step.kind in (MERGE, UNMERGE) and step.details["way"] == "into":
            said.append((step.log_index, "merged" if step.kind == MERGE else "open"))
    return max(said)[1] if said else "open"


def in_order(tasks: Iterable[Task]) -> list[Task]:
    """What is open comes first, by its day; what has none after that."""
    return sorted(tasks, key=lambda task: (bool(task.ended), task.due is None, task.due or date.max, task.entry))


def _case(advocate: int, name: str) -> Case | None:
    number = number_of("cas", name)
    return Case.objects.filter(number=number, advocate_id=advocate).select_related("advocate").first() if number else None


def _name(person_id: str) -> str:
    """Of somebody who may no longer read here."""
    found = Person.objects.filter(number=number_of("per", person_id) or 0).first() if person_id else None
    return found.name if found else ""


def _related(case: Case, told: Work) -> Iterable[Related]:
    """By hand first; then cases with messages of the same accounts, or of nearly the same words. Nothing is opened."""
    known = {case.number}
    for name in told.linked:
        other = _case(case.advocate_id, name)
        if other is not None and other.number not in known:
            known.add(other.number)
            yield Related(case_card(other), "hand")
    inside = CaseItem.objects.filter(case=case, removed_at=None)
    elsewhere = CaseItem.objects.filter(case__advocate_id=case.advocate_id, removed_at=None).exclude(case__state="merged")
    senders = inside.exclude(item__sender=None).values("item__sender")
    numbers = list(inside.order_by("added_at").values_list("item_id", flat=True)[:_ASKED_FOR_COPIES])
    copies = {copy.item for found in copies_of(worded_of(numbers)).values() for copy in found}
    for why, rows in (("sender", elsewhere.filter(item__sender__in=senders)), ("words", elsewhere.filter(item__in=copies))):
        counts: dict[int, int] = {}
        for number in rows.exclude(case__in=known).values_list("case_id", flat=True):
            counts[number] = counts.get(number, 0) + 1
        known |= counts.keys()
        for other in Case.objects.filter(number__in=counts).select_related("advocate").order_by("-opened_at"):
            yield Related(case_card(other), why, counts[other.number])
