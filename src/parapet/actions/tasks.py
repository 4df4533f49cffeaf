"""Set a task in a case, with the day until when; and say that it is done, dropped, or to be done after all."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction

from parapet.access.case_cards import case_key
from parapet.access.case_steps import TASK, TASK_END, steps_of
from parapet.access.case_work import summed
from parapet.access.cases import held_case
from parapet.access.turns import readers_of
from parapet.actions.case_steps import log_step, tidy
from parapet.domain.deadlines import DAYS, last_day
from parapet.domain.errors import NotFound, RequestRefused
from parapet.domain.errors import gettext_noop as _
from parapet.domain.rights import Right
from parapet.domain.safety import PLAN, REVIEW
from parapet.records import models
from parapet.records.chain import hold_log
from parapet.records.numbers import number_of

HOW = ("done", "dropped", "again")
#: A day is at most so far away, either way.
_FURTHEST = timedelta(days=3_660)


def set_task(
    person: models.Person,
    case_id: str,
    what: str,
    *,
    task: str = "",
    whose: str = "",
    due: date | None = None,
    begin: date | None = None,
    by: str = "",
) -> int:
    """Set a task; returns the index of its leaf, by which it is named.

    what   her words; may be empty where `task` says it
    task   a code of `deadlines.DAYS`, of `safety.PLAN`, `safety.REVIEW`, or "" for something else
    whose  the public name of who shall do it, "" for nobody in particular
    due    its last day; without one, and with `begin`, the day that ends the time of `task`
    by     who does it, in words, where that is nobody who comes in here

    Raises NotFound, RequestRefused.
    """
    held_case(person, case_id, Right.SORT)
    if task and task not in DAYS and task not in PLAN and task != REVIEW:
        raise RequestRefused(_("Choose a task from the list."))
    what, by = tidy(what, needed=task in ("", "safe_other")), tidy(by, needed=False)
    if due is None and task in DAYS and begin is not None and abs(begin - date.today()) < _FURTHEST:  # noqa: DTZ011 - a rough bound
        due = last_day(task, begin)
    if task and task not in PLAN and due is None:
        raise RequestRefused(_("Say from which day it counts, or until which day."))
    if due is not None and abs(due - date.today()) > _FURTHEST:  # noqa: DTZ011 - a rough bound
        raise RequestRefused(_("Choose a day within ten years."))
    with transaction.atomic():
        hold_log()
        case = held_case(person, case_id, Right.SORT)
        if whose and whose not in dict(readers_of(case.advocate_id)):
            raise NotFound("There is nothing here.")
        return write_task(case, person, task, {"what": what, "by": by}, whose=whose, due=due)


def write_task(
    case: models.Case, person: models.Person, task: str, words: dict[str, str], *, whose: str = "", due: date | None
) -> int:
    """Its step and its day, in a transaction that holds the log, for whoever asked who this is; the index of its leaf."""
    details = {"task": task, "due": due.isoformat() if due else "", "to": whose}
    index = log_step(
        case, TASK, by=person, details=details, words={name: word for name, word in words.items() if word or name == "what"}
    )
    models.Due.objects.create(task=index, case=case, person_id=number_of("per", whose) if whose else None, due_on=due)
    return index


def write_end(case: models.Case, person: models.Person, index: int, how: str) -> None:
    """Likewise that it ended."""
    log_step(case, TASK_END, by=person, details={"entry": index, "how": how})
    models.Due.objects.filter(task=index).update(ended=how != "again")


def end_task(person: models.Person, case_id: str, index: int, how: str = "done") -> None:
    """Say that the task named `index` is "done", "dropped", or open "again". Nothing happens when it is so already.

    Raises NotFound, RequestRefused, SealBroken.
    """
    held_case(person, case_id, Right.SORT)
    if how not in HOW:
        raise RequestRefused(_("Say how it ended."))
    with transaction.atomic():
        hold_log()
        case = held_case(person, case_id, Right.SORT)
        tasks = {each.entry: each for each in summed(case.id, steps_of(case, case_key(case))).tasks}
        if index not in tasks:
            raise NotFound("There is nothing here.")
        becomes = "" if how == "again" else how
        if tasks[index].ended != becomes:
            write_end(case, person, index, how)
