"""What people decided about a case, step by step, held against the log as notes are: shown when its leaf tells of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from attrs import frozen

from parapet.access import opening
from parapet.domain.errors import KeyWrong, SealBroken
from parapet.evidence.canonical import read_leaf
from parapet.evidence.keys import Locker
from parapet.evidence.seal import stamp
from parapet.records.models import Case, CaseStep, LogEntry, Person
from parapet.records.numbers import number_of
from parapet.records.vouching import is_vouched

ASSIGN, TASK, TASK_END, OUTCOME = "case_assign", "case_task", "case_task_end", "case_outcome"
LINK, UNLINK, MERGE, UNMERGE = "case_link", "case_unlink", "case_merge", "case_unmerge"
BRIEF, READ, STATEMENT = "case_brief", "case_read", "case_statement"
KINDS = (ASSIGN, TASK, TASK_END, OUTCOME, LINK, UNLINK, MERGE, UNMERGE, BRIEF, READ, STATEMENT)


@frozen
class Step:
    """One of them. `words` are people's own, and the names of things; `who` is "" for somebody who is no longer here."""

    at: datetime
    who: str
    kind: str
    details: Mapping[str, Any]
    words: Mapping[str, Any]
    log_index: int


def step_context(case: int, log_index: int, person: int, at: datetime) -> bytes:
    """What the sealed words are bound to: their leaf, who wrote them and when."""
    return f"case:{case}:step:{log_index}:{person}:{stamp(at)}".encode()


def steps_of(case: Case, key: Locker) -> tuple[Step, ...]:
    """All steps of a case, in the order of the log. Raises SealBroken when one was changed, moved, added or taken away."""
    rows = list(CaseStep.objects.filter(case=case).order_by("log_index"))
    entries = list(LogEntry.objects.filter(case_number=case.number, kind__in=KINDS).order_by("index"))
    if [row.log_index for row in rows] != [entry.index for entry in entries]:
        raise SealBroken("What was decided about this case is not what the log tells of.")
    numbers = {entry.person_number for entry in entries if entry.person_number is not None}
    names = {person.number: person.name for person in Person.objects.filter(number__in=numbers)}
    return tuple(_opened(case, key, row, entry, names) for row, entry in zip(rows, entries, strict=True))


def _opened(case: Case, key: Locker, row: CaseStep, entry: LogEntry, names: Mapping[int, str]) -> Step:
    try:
        body = read_leaf(opening.leaf_bytes(entry, key))
        writer = number_of("per", str(body["actor"])) or 0
        raw = key.unlock(bytes(row.sealed_words), about=step_context(case.number, entry.index, writer, row.at))
    except KeyWrong:
        raise SealBroken("What was decided about this case does not open.") from None
    told = (body["kind"], body["subjects"], body["at"], body["details"].get("sha256"))
    if not is_vouched(entry) or told != (entry.kind, [case.id], stamp(row.at), hashlib.sha256(raw).hexdigest()):
        raise SealBroken("What was decided about this case is not what the log says.")
    words = {name: value for name, value in json.loads(raw).items() if name != "salt"}
    return Step(row.at, names.get(writer, ""), entry.kind, body["details"], words, entry.index)
