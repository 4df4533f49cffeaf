"""The state of a case: the sum of its events, changed only with one."""

from __future__ import annotations

from django.db import transaction

from parapet.access.cases import held_case
from parapet.actions.case_events import log_case_event
from parapet.domain.rights import Right
from parapet.records import models
from parapet.records.chain import hold_log

_KINDS = {"open": "case_reopen", "closed": "case_close"}


def set_state(person: models.Person, case_id: str, state: str) -> None:
    """Bring a case of hers into `state` ("open" or "closed"). Raises NotFound."""
    case = held_case(person, case_id, Right.SORT)
    with transaction.atomic():
        hold_log()
        # One that was merged into another changes with that one, and comes back only by undoing it.
        if models.Case.objects.filter(number=case.number).exclude(state__in=(state, "merged")).update(state=state):
            log_case_event(case, _KINDS[state], person=person)
