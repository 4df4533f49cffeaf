"""Record what came of a case."""

from __future__ import annotations

from django.db import transaction

from parapet.access.case_steps import OUTCOME
from parapet.access.cases import held_case
from parapet.actions.case_steps import log_step, tidy
from parapet.domain.errors import RequestRefused
from parapet.domain.errors import gettext_noop as _
from parapet.domain.rights import Right
from parapet.records import models
from parapet.records.chain import hold_log

OUTCOMES = (
    "removed", "refused", "police_told", "charged", "college_dismissed", "college_went_on", "employer_backed", "no_action", "other",
)  # fmt: skip


def record_outcome(person: models.Person, case_id: str, outcome: str, *, said: str = "") -> None:
    """Keep an outcome (a code of OUTCOMES) and her words on it. A case may have several, and stays open. Raises NotFound, RequestRefused."""
    held_case(person, case_id, Right.REPORT)
    if outcome not in OUTCOMES:
        raise RequestRefused(_("Say what came of it."))
    said = tidy(said, needed=False)
    with transaction.atomic():
        hold_log()
        case = held_case(person, case_id, Right.REPORT)
        log_step(case, OUTCOME, by=person, details={"outcome": outcome}, words={"said": said})
