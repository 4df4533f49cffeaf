"""Merge a case into another, and undo that. Neither loses an event; the old address leads to the new one."""

from __future__ import annotations

from datetime import UTC, datetime

from django.db import transaction

from parapet.access.case_cards import case_key
from parapet.access.case_steps import MERGE, UNMERGE, steps_of
from parapet.access.case_work import summed
from parapet.access.cases import held_case
from parapet.actions.add_to_case import put_in_case
from parapet.actions.case_events import log_case_event
from parapet.actions.case_steps import log_step
from parapet.actions.link_cases import two_cases
from parapet.domain.errors import NotFound, RequestRefused
from parapet.domain.errors import gettext_noop as _
from parapet.domain.rights import Right
from parapet.records import models
from parapet.records.chain import hold_log
from parapet.records.numbers import number_of, public


def merge_cases(person: models.Person, case_id: str, other_case_id: str) -> None:
    """Put what is in `case_id` into `other_case_id`, and let the first lead there. Both must be open.

    Raises NotFound unless both are hers and of one advocate; RequestRefused.
    """
    two_cases(person, case_id, other_case_id)
    with transaction.atomic():
        hold_log()
        case, other = two_cases(person, case_id, other_case_id)
        if (case.state, other.state) != ("open", "open"):
            raise RequestRefused(_("Both cases must be open."))
        now = datetime.now(UTC)
        held = models.CaseItem.objects.filter(case=case, removed_at=None).values_list("item_id", flat=True)
        fresh = put_in_case(other, [public("itm", number) for number in held], now)
        if fresh:
            log_case_event(other, "case_add", person=person, items=fresh, now=now)
        log_step(other, MERGE, by=person, details={"case": case.id, "way": "from"}, words={"items": [i.id for i in fresh]})
        log_step(case, MERGE, by=person, details={"case": other.id, "way": "into"})
        models.Case.objects.filter(number=case.number).update(state="merged")


def unmerge_cases(person: models.Person, case_id: str) -> None:
    """Let a case that was merged be one of its own again, open; what came with it leaves the other.

    What was put into the other later stays there. Raises NotFound when it is not merged; RequestRefused while the other is
    merged itself, SealBroken.
    """
    held_case(person, case_id, Right.SORT)
    with transaction.atomic():
        hold_log()
        case = held_case(person, case_id, Right.SORT)
        into = summed(case.id, steps_of(case, case_key(case))).into
        if not into:
            raise NotFound("There is nothing here.")
        other = held_case(person, into, Right.SORT)
        if other.state == "merged":
            raise RequestRefused(_("The other case was merged too. Undo that first."))
        came = summed(other.id, steps_of(other, case_key(other))).within.get(case.id, ())
        _take_out(person, other, came)
        log_step(other, UNMERGE, by=person, details={"case": case.id, "way": "from"})
        log_step(case, UNMERGE, by=person, details={"case": other.id, "way": "into"})
        models.Case.objects.filter(number=case.number).update(state="open")


def _take_out(person: models.Person, case: models.Case, item_ids: tuple[str, ...]) -> None:
    now = datetime.now(UTC)
    numbers = [number for name in item_ids if (number := number_of("itm", name)) is not None]
    rows = models.CaseItem.objects.filter(case=case, item__in=numbers, removed_at=None)
    items = [row.item for row in rows.select_related("item")]
    if items:
        rows.update(removed_at=now)
        log_case_event(case, "case_remove", person=person, items=items, now=now)
