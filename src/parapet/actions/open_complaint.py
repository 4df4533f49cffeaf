"""Open a complaint in a case: from the letter that came in, or by hand."""

from __future__ import annotations

from datetime import UTC, datetime

from attrs import evolve
from django.db import transaction

from parapet.access.cases import held_case
from parapet.access.complaint_ground import letter_text
from parapet.access.items import held
from parapet.actions.add_to_case import put_in_case
from parapet.actions.case_events import log_case_event
from parapet.actions.complaint_events import tidied, with_task, write_complaint
from parapet.domain.complaints import MAX_ALLEGATION_CHARS, MAX_ALLEGATIONS, Allegation, Complaint
from parapet.domain.errors import NotFound, RequestRefused
from parapet.domain.errors import gettext_noop as _
from parapet.domain.rights import Right
from parapet.patterns.complaints import split
from parapet.records import models
from parapet.records.chain import hold_log
from parapet.records.numbers import new_number, public


def open_complaint(person: models.Person, case_id: str, facts: Complaint, item_id: str = "") -> str:
    """Keep it; the letter `item_id` is put into the case, and what it alleges is proposed one by one. Returns its public name.

    Raises NotFound, RequestRefused when something is too long or the case was merged.
    """
    held_case(person, case_id, Right.SORT)
    told = tidied(facts)
    number = new_number()
    with transaction.atomic():
        hold_log()
        case = held_case(person, case_id, Right.SORT)
        if case.state == "merged":
            raise RequestRefused(_("This case was merged into another."))
        item = held(person, item_id, Right.SORT)[0] if item_id else None
        if item is not None:
            if item.advocate_id != case.advocate_id:
                raise NotFound("There is nothing here.")
            now = datetime.now(UTC)
            if fresh := put_in_case(case, [item.id], now):
                log_case_event(case, "case_add", person=person, items=fresh, now=now)
            told = evolve(told, allegations=told.allegations or _proposed(item))
        write_complaint(case, person, number, with_task(case, person, told), item=item, step="open")
    return public("cpl", number)


def _proposed(item: models.Item) -> tuple[Allegation, ...]:
    parts = list(split(letter_text(item)))
    parts[MAX_ALLEGATIONS - 1 :] = [" ".join(parts[MAX_ALLEGATIONS - 1 :])]  # what is beyond them stands in the last
    return tuple(Allegation(said) for part in parts if (said := part[:MAX_ALLEGATION_CHARS].strip()))
