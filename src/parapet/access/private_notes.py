"""What a person wrote about a case for herself: opened for her alone."""

from __future__ import annotations

import json
from datetime import datetime

from attrs import frozen

from parapet.access.case_cards import case_key
from parapet.access.cases import held_case
from parapet.domain.errors import KeyWrong
from parapet.domain.rights import Right
from parapet.evidence.keys import Locker
from parapet.records.models import Case, Person, PrivateNote
from parapet.records.numbers import public


@frozen
class Private:
    """One of them. `id` is its public name."""

    id: str
    at: datetime
    text: str


def private_context(note: int) -> bytes:
    """What a sealed private note is bound to."""
    return f"private note:{note}".encode()


def private_notes(person: Person, case_id: str) -> tuple[Private, ...]:
    """Hers, newest first. Raises NotFound."""
    return notes_for(held_case(person, case_id, Right.READ), person)


def notes_for(case: Case, person: Person) -> tuple[Private, ...]:
    """The same. That she may read this case was asked before."""
    key = case_key(case)
    rows = PrivateNote.objects.filter(case=case, person=person).order_by("-number")
    return tuple(opened(row, key) for row in rows)


def opened(row: PrivateNote, key: Locker) -> Private:
    """One of them. Raises KeyWrong when it is not as she wrote it, or not hers."""
    said = json.loads(key.unlock(bytes(row.sealed), about=private_context(row.number)))
    if said["person"] != row.person_id:
        raise KeyWrong
    return Private(public("pnt", row.number), datetime.fromisoformat(said["at"]), said["text"])


def broken_private(case: Case, key: Locker) -> list[str]:
    """The name of each that no longer opens. For the check of the home, which shows nothing of what they say."""
    broken = []
    for row in PrivateNote.objects.filter(case=case).order_by("number"):
        try:
            opened(row, key)
        except (KeyWrong, ValueError, KeyError):
            broken.append(public("pnt", row.number))
    return broken
