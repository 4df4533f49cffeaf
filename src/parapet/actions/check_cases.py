"""Of a case, what does not open or is not what the log tells of. For the check of a home."""

from __future__ import annotations

from collections.abc import Iterator

from parapet.access.case_cards import title_context
from parapet.access.case_handovers import handovers_of
from parapet.access.case_notes import notes_of
from parapet.access.case_steps import steps_of
from parapet.access.private_notes import broken_private
from parapet.access.statements import statement_of
from parapet.actions.check_heads import broken_heads
from parapet.domain.errors import KeyWrong, SealBroken
from parapet.evidence.keys import Locker
from parapet.records.models import Case

_BROKEN = (KeyWrong, SealBroken, ValueError)


def broken_cases(case: Case, key: Locker) -> Iterator[tuple[str, str]]:
    """Each fault with what it is about: title, notes, handovers, steps, statement, private notes, and the heads of the case."""
    try:
        key.unlock(bytes(case.sealed_title), about=title_context(case.number))
    except KeyWrong:
        yield "sealed", case.id
    try:
        notes_of(case, key)
        handovers_of(case, key)
        statement_of(case, key, steps_of(case, key))
    except _BROKEN:
        yield "sealed", case.id
    for name in broken_private(case, key):
        yield "sealed", name
    try:
        for index in broken_heads(case, key):
            yield "case_head", f"{case.id}, {index}"
    except _BROKEN:
        yield "case_head", case.id
