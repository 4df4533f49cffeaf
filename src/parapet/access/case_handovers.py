"""To whom a case was reported or given, held against the log as notes are: shown when its leaf tells of it, and not otherwise."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Any

from parapet.access import opening
from parapet.access.views import HandoverLine
from parapet.domain.errors import KeyWrong, SealBroken
from parapet.evidence.canonical import read_leaf
from parapet.evidence.keys import Locker
from parapet.evidence.seal import stamp
from parapet.records.models import Case, Handover, LogEntry, Person
from parapet.records.numbers import number_of
from parapet.records.vouching import is_vouched

#: Codes that a leaf may hold; the screens put them in words.
KINDS = ("report", "transfer")
TO = ("police", "counsel", "employer", "college", "platform", "security", "insurer", "other")
MEANS = ("in_person", "mail", "email", "upload", "phone", "other")


def handover_context(case: int, log_index: int, person: int, at: datetime) -> bytes:
    """What the sealed words are bound to: their leaf, who wrote them and when."""
    return f"case:{case}:handover:{log_index}:{person}:{stamp(at)}".encode()


def handovers_of(case: Case, key: Locker) -> tuple[HandoverLine, ...]:
    """What was recorded, in the order of the log. Raises SealBroken when something was changed, moved, added or taken away."""
    rows = list(Handover.objects.filter(case=case).order_by("log_index"))
    entries = list(LogEntry.objects.filter(case_number=case.number, kind__in=KINDS).order_by("index"))
    if [row.log_index for row in rows] != [entry.index for entry in entries]:
        raise SealBroken("What was recorded of handing this case over is not what the log tells of.")
    return tuple(_opened(case, key, row, entry) for row, entry in zip(rows, entries, strict=True))


def _opened(case: Case, key: Locker, row: Handover, entry: LogEntry) -> HandoverLine:
    try:
        body = read_leaf(opening.leaf_bytes(entry, key))
        writer = number_of("per", str(body["actor"])) or 0
        raw = key.unlock(bytes(row.sealed_words), about=handover_context(case.number, entry.index, writer, row.at))
    except KeyWrong:
        raise SealBroken("What was recorded of handing this case over does not open.") from None
    told = (body["kind"], body["subjects"], body["at"], body["details"].get("sha256"))
    if not is_vouched(entry) or told != (entry.kind, [case.id], stamp(row.at), hashlib.sha256(raw).hexdigest()):
        raise SealBroken("What was recorded of handing this case over is not what the log says.")
    details: dict[str, Any] = body["details"]
    person = Person.objects.filter(number=writer).first()
    words = json.loads(raw)
    return HandoverLine(
        at=row.at,
        who=person.name if person else "",
        kind=entry.kind,
        to=details["to"],
        means=details["means"],
        happened_at=datetime.fromisoformat(details["happened_at"]),
        bag=details["bag"],
        name=words["name"],
        reference=words["reference"],
        log_index=entry.index,
    )
