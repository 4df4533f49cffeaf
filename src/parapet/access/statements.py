"""Her statement about a case, held against the log: shown when the last step about it tells of it, and not otherwise."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime

from attrs import field, frozen

from parapet.access.case_cards import case_key
from parapet.access.case_steps import STATEMENT, Step, steps_of
from parapet.access.cases import held_case
from parapet.domain.errors import KeyWrong, SealBroken
from parapet.domain.rights import Right
from parapet.evidence.keys import Locker
from parapet.records.models import Case, Person, Statement


@frozen
class StatementCard:
    """Her answers by question, without those that are empty. `at` and `who`: when they were changed last, and by whom; None and "" for never."""

    answers: Mapping[str, str] = field(factory=dict)
    at: datetime | None = None
    who: str = ""


def statement(person: Person, case_id: str) -> StatementCard:
    """For who may make documents of the case: they hold it. Raises NotFound, SealBroken."""
    case = held_case(person, case_id, Right.EXPORT)
    return statement_of(case, case_key(case))


def statement_of(case: Case, key: Locker, steps: Sequence[Step] | None = None) -> StatementCard:
    """The same, of a case that was asked for before. Raises SealBroken when it is not what the log tells of."""
    told = [step for step in (steps_of(case, key) if steps is None else steps) if step.kind == STATEMENT]
    row = Statement.objects.filter(case=case).first()
    if row is None and not told:
        return StatementCard()
    if row is None or not told or row.log_index != told[-1].log_index:
        raise SealBroken("The statement about this case is not the one that the log tells of.")
    try:
        raw = key.unlock(bytes(row.sealed), about=statement_context(case.number, row.log_index))
    except KeyWrong:
        raise SealBroken("The statement about this case does not open.") from None
    if hashlib.sha256(raw).hexdigest() != told[-1].words["digest"]:
        raise SealBroken("The statement about this case is not what the log says.")
    return StatementCard(json.loads(raw)["answers"], told[-1].at, told[-1].who)


def statement_context(case: int, log_index: int) -> bytes:
    """What a sealed statement is bound to."""
    return f"case:{case}:statement:{log_index}".encode()
