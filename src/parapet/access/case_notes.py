"""What people wrote in a case, held against the log: a note is shown when its leaf tells of it, and not otherwise."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from parapet.access import opening
from parapet.access.views import Note
from parapet.domain.errors import KeyWrong, SealBroken
from parapet.evidence.canonical import read_leaf
from parapet.evidence.keys import Locker
from parapet.evidence.seal import stamp
from parapet.records.models import Case, LogEntry, Person
from parapet.records.models import Note as Row
from parapet.records.numbers import number_of
from parapet.records.vouching import is_vouched

#: What the leaf calls the digest of the words with their salt. Those of the first homes have one of the words alone, as "sha256".
SALTED = "words_sha256"


def note_context(case: int, log_index: int, person: int, at: datetime) -> bytes:
    """What a sealed note is bound to: its leaf, who wrote it and when."""
    return f"case:{case}:note:{log_index}:{person}:{stamp(at)}".encode()


def notes_of(case: Case, key: Locker, *, before: int | None = None) -> tuple[Note, ...]:
    """The notes of a case in the order of the log; those among its first `before` leaves, when given.

    Raises SealBroken when one was changed, given to somebody else, moved in time, added or taken away.
    """
    rows = Row.objects.filter(case=case).order_by("log_index")
    held = [row for row in rows if before is None or row.log_index is None or row.log_index < before]
    entries = LogEntry.objects.filter(case_number=case.number, kind="note").order_by("index")
    told = [entry for entry in entries if before is None or entry.index < before]
    if [row.log_index for row in held] != [entry.index for entry in told]:
        raise SealBroken("The notes of this case are not as many as the log tells of, or not the same.")
    people = _people(held)
    return tuple(_opened(case, key, row, entry, people) for row, entry in zip(held, told, strict=True))


def notes_by(case: Case, key: Locker, person: Person) -> tuple[Note, ...]:
    """Those of them that `person` wrote. Raises as `notes_of`."""
    entries = LogEntry.objects.filter(case_number=case.number, kind="note").order_by("index")
    pairs = zip(entries, notes_of(case, key), strict=True)
    return tuple(note for entry, note in pairs if entry.person_number == person.number)


def _people(rows: Iterable[Row]) -> dict[int, str]:
    numbers = {row.person_id for row in rows if row.person_id is not None}
    return {person.number: person.name for person in Person.objects.filter(number__in=numbers)}


def _opened(case: Case, key: Locker, row: Row, entry: LogEntry, people: dict[int, str]) -> Note:
    if not is_vouched(entry):
        raise SealBroken("What the log says of a note of this case is not as it was written.")
    try:
        body = read_leaf(opening.leaf_bytes(entry, key))
        writer = number_of("per", str(body["actor"])) or 0
        raw = key.unlock(bytes(row.sealed_text), about=note_context(case.number, entry.index, writer, row.at))
    except KeyWrong:
        raise SealBroken("A note of this case, or what the log says of it, does not open.") from None
    if not _is_told(body, case, row, raw):
        raise SealBroken("A note of this case is not what the log says was written.")
    # A person who is no longer here left her notes, without her name.
    if row.person_id != writer and (row.person_id is not None or Person.objects.filter(number=writer).exists()):
        raise SealBroken("A note of this case is not by whom the log says.")
    return Note(row.at, people.get(writer, ""), _words(raw, is_salted=SALTED in body["details"]))


def _is_told(body: dict[str, Any], case: Case, row: Row, raw: bytes) -> bool:
    details = body["details"]
    told = (body["kind"], body["subjects"], body["at"], details.get(SALTED) or details.get("sha256"))
    return told == ("note", [case.id], stamp(row.at), hashlib.sha256(raw).hexdigest())


def _words(raw: bytes, *, is_salted: bool) -> str:
    text: str = json.loads(raw)["text"] if is_salted else raw.decode()
    return text
