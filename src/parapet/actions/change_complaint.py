"""Change a complaint: its facts, what it alleges, what she answers, what goes into the document."""

from __future__ import annotations

from collections.abc import Callable

from attrs import evolve
from django.db import transaction

from parapet.access.complaints import held_complaint, opened
from parapet.actions.complaint_events import tidied, with_task, write_complaint
from parapet.domain.complaints import Complaint
from parapet.domain.errors import RequestRefused
from parapet.domain.errors import gettext_noop as _
from parapet.domain.rights import Right
from parapet.records import models
from parapet.records.chain import hold_log

#: Stands for an allegation that was erased with its letter.
ERASED = "…"


def change_complaint(person: models.Person, complaint_id: str, seen: int, change: Callable[[Complaint], Complaint]) -> None:
    """Keep what `change` makes of it. Nothing happens when that is the same.

    seen    names the state that she saw (`ComplaintPage.seen`)
    change  given how it stands; what it gives is checked

    Raises NotFound, SealBroken, RequestRefused when it was changed meanwhile, or something is too long.
    """
    held_complaint(person, complaint_id, Right.SORT)
    with transaction.atomic():
        hold_log()
        row = held_complaint(person, complaint_id, Right.SORT)
        stands = opened(row)
        if row.log_index != seen:
            raise RequestRefused(_("Somebody changed this meanwhile. What they wrote is shown; write yours again."))
        made = change(stands.told)
        if stands.gone:  # what was alleged is gone for good; what she answered stays
            made = evolve(made, allegations=tuple(evolve(each, text=each.text or ERASED) for each in made.allegations))
        made = tidied(made)
        if made != stands.told:
            item = None if stands.gone else row.item
            write_complaint(row.case, person, row.number, with_task(row.case, person, made), item=item, step="change")
