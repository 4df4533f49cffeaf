"""Record that somebody outside has read a brief, or knows of a task: by the word of a person, who heard it from them."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction

from parapet.access.case_cards import case_key
from parapet.access.case_steps import READ, steps_of
from parapet.access.case_work import summed
from parapet.access.cases import held_case
from parapet.actions.case_steps import log_step, tidy
from parapet.domain.errors import NotFound, RequestRefused
from parapet.domain.errors import gettext_noop as _
from parapet.domain.rights import Right
from parapet.records import models
from parapet.records.chain import hold_log

_FURTHEST = timedelta(days=3_660)


def say_read(person: models.Person, case_id: str, index: int, by: str, on: date) -> None:
    """`by` has read the brief, or knows of the task, that is named `index`; since `on`.

    Raises NotFound, RequestRefused, SealBroken.
    """
    held_case(person, case_id, Right.SORT)
    by, today = tidy(by, needed=True), date.today()  # noqa: DTZ011 - a rough bound
    if not today - _FURTHEST <= on <= today + timedelta(days=1):
        raise RequestRefused(_("Choose the day on which they said so, until today."))
    with transaction.atomic():
        hold_log()
        case = held_case(person, case_id, Right.SORT)
        told = summed(case.id, steps_of(case, case_key(case)))
        if index not in {*(each.entry for each in told.tasks), *(each.entry for each in told.briefs)}:
            raise NotFound("There is nothing here.")
        log_step(case, READ, by=person, details={"entry": index, "happened_on": on.isoformat()}, words={"by": by})
