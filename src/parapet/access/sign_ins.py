"""How a person signed in, what she changed of that, and where her sessions were ended: the entries of the log, for herself alone.

They stand under the home's own key, as nobody's messages are told of. No advocate sees when somebody who helps her comes and goes.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from attrs import field, frozen

from parapet.access import opening
from parapet.domain.errors import KeyWrong
from parapet.evidence.canonical import read_leaf
from parapet.evidence.keys import Locker
from parapet.evidence.log import leaf_hash
from parapet.records.bulk import run
from parapet.records.lasting import home_locker
from parapet.records.models import LogEntry, Person
from parapet.records.numbers import number_of
from parapet.records.vouching import is_vouched

PAGE = 50
# Letter for letter as in the index `log_signing_in`.
_HERS = """
SELECT "index" FROM records_logentry WHERE kind IN ('sign_in', 'passphrase', 'factor', 'sessions_end', 'guesses')
AND person_number = %s AND "index" < %s ORDER BY "index" DESC LIMIT %s
"""
_END = 2**62


@frozen
class SignIn:
    """One entry.

    others   somebody else did it; `by` is the name, "" of who is no longer here
    details  codes and counts; none of an entry that was changed
    """

    at: datetime
    kind: str
    log_index: int
    as_written: bool
    others: bool = False
    by: str = ""
    details: Mapping[str, Any] = field(factory=dict)


@frozen
class SignIns:
    """A page, the newest first. `more`: the place in the log below which it goes on; None at the end."""

    lines: tuple[SignIn, ...]
    more: int | None


def sign_ins(person: Person, before: int | None = None, *, most: int = PAGE) -> SignIns:
    """Her own, from below the place `before` on."""
    found = run(_HERS, [person.number, _END if before is None else before, most + 1])
    indexes = [index for (index,) in found]
    entries = LogEntry.objects.filter(index__in=indexes[:most]).order_by("-index")
    locker = home_locker()
    said = [(entry, _body(entry, locker)) for entry in entries]
    others = {number for _, body in said if (number := _actor(body)) not in (None, person.number)}
    names = {each.number: each.name for each in Person.objects.filter(number__in=others)} if others else {}
    return SignIns(
        tuple(_line(entry, body, names, person) for entry, body in said), indexes[most - 1] if len(indexes) > most else None
    )


def _line(entry: LogEntry, body: Mapping[str, Any] | None, names: Mapping[int, str], person: Person) -> SignIn:
    if body is None:
        return SignIn(entry.at, entry.kind, entry.index, as_written=False)
    others = _actor(body) not in (None, person.number)
    by = names.get(_actor(body) or 0, "") if others else ""
    return SignIn(entry.at, entry.kind, entry.index, True, others, by, body.get("details", {}))


def _actor(body: Mapping[str, Any] | None) -> int | None:
    return number_of("per", str(body.get("actor", ""))) if body is not None else None


def _body(entry: LogEntry, locker: Locker) -> Mapping[str, Any] | None:
    """What it says; None when it is not as this home wrote it."""
    if not is_vouched(entry):
        return None
    try:
        raw = opening.leaf_bytes(entry, locker)
        body: Mapping[str, Any] = read_leaf(raw)
    except (KeyWrong, ValueError):
        return None
    return body if leaf_hash(raw) == bytes(entry.leaf_hash) and body.get("kind") == entry.kind else None
