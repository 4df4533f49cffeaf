"""Give a case into somebody's care."""

from __future__ import annotations

from django.db import transaction

from parapet.access.case_cards import case_key
from parapet.access.case_steps import ASSIGN, steps_of
from parapet.access.case_work import summed
from parapet.access.cases import held_case
from parapet.access.turns import readers_of
from parapet.actions.case_steps import log_step
from parapet.domain.errors import NotFound
from parapet.domain.rights import Right
from parapet.records import models
from parapet.records.chain import hold_log


def assign_case(person: models.Person, case_id: str, whose: str = "") -> bool:
    """Let `whose` (a person's public name, "" for nobody) care for a case; False when that is so already.

    Raises NotFound, for somebody who may not read there too, and SealBroken.
    """
    held_case(person, case_id, Right.SORT)  # who may not come in does not wait for the log's lock
    with transaction.atomic():
        hold_log()
        case = held_case(person, case_id, Right.SORT)
        if whose and whose not in dict(readers_of(case.advocate_id)):
            raise NotFound("There is nothing here.")
        if summed(case.id, steps_of(case, case_key(case))).cares == whose:
            return False
        log_step(case, ASSIGN, by=person, details={"to": whose})
    return True
