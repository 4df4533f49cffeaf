"""Link two cases of one advocate by hand, and take that away."""

from __future__ import annotations

from django.db import transaction

from parapet.access.case_cards import case_key
from parapet.access.case_steps import LINK, UNLINK, steps_of
from parapet.access.case_work import summed
from parapet.access.cases import held_case
from parapet.actions.case_steps import log_step
from parapet.domain.errors import NotFound
from parapet.domain.rights import Right
from parapet.records import models
from parapet.records.chain import hold_log


def two_cases(person: models.Person, case_id: str, other_case_id: str) -> tuple[models.Case, models.Case]:
    """Two different cases of one advocate that she may sort. Raises NotFound."""
    one, other = held_case(person, case_id, Right.SORT), held_case(person, other_case_id, Right.SORT)
    if one.advocate_id != other.advocate_id or one.number == other.number:
        raise NotFound("There is nothing here.")
    return one, other


def link_cases(person: models.Person, case_id: str, other_case_id: str) -> None:
    """Let each name the other. Nothing happens where they do. Raises NotFound, SealBroken."""
    _both(person, case_id, other_case_id, LINK)


def unlink_cases(person: models.Person, case_id: str, other_case_id: str) -> None:
    """Let neither name the other. Raises NotFound, SealBroken."""
    _both(person, case_id, other_case_id, UNLINK)


def _both(person: models.Person, case_id: str, other_case_id: str, kind: str) -> None:
    two_cases(person, case_id, other_case_id)
    with transaction.atomic():
        hold_log()
        one, other = two_cases(person, case_id, other_case_id)
        for case, named in ((one, other), (other, one)):
            linked = named.id in summed(case.id, steps_of(case, case_key(case))).linked
            if linked != (kind == LINK):
                log_step(case, kind, by=person, details={"case": named.id})
