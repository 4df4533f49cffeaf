"""Which supporters are believed: the one place where their rows are opened.

How a supporter was vetted is sealed under a key of the row's own, bound to the place in the log of the entry that asked him. That he
agreed is an entry of his own. That it ended is an entry that the log's head counts (`vouching.ends`), under the number of the row: an
old row that is put back gives nothing, and a hidden end shuts everything.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from datetime import datetime

from attrs import frozen

from parapet.access import opening
from parapet.access.emergency_rows import plan_keys
from parapet.domain.errors import KeyWrong
from parapet.evidence.canonical import read_leaf
from parapet.evidence.keys import Locker
from parapet.records.keyring import keyring
from parapet.records.models import Advocate, LogEntry, Person, SupportCall, Supporter
from parapet.records.naming import support_call_context, supporter_context
from parapet.records.vouching import ends, is_vouched

KIND = "supporter"
ASK, CONSENT = "ask", "consent"
#: What ends it, as the entry says: she or her staff, he himself, or that one of them left the organisation.
ENDED, LEFT, PARTED = "ended", "left", "parted"


@frozen
class Backing:
    """A supporter who is believed.

    how       in the words of whoever vetted him; `by` is that person's number
    asked_at  when he was asked; `agreed_at` when he agreed to how supporters act, None while he did not
    """

    row: Supporter
    key: Locker
    how: str
    by: int
    asked_at: datetime
    agreed_at: datetime | None


def vetting_context(row: Supporter) -> bytes:
    """What the sealed words about his vetting are bound to."""
    through = "" if row.through is None else f":{row.through}"
    return f"supporter:{row.number}:{row.advocate_id}:{row.person_id}:{row.begun}{through}".encode()


def supporter_key(row: Supporter) -> Locker:
    """What seals a supporter's row, and the entries about it. Raises KeyWrong."""
    return Locker(keyring().unwrap(bytes(row.wrapped_key), about=supporter_context(row.number)))


def call_key(row: SupportCall) -> Locker:
    """What seals a call's steps, and the entries about it. Raises KeyWrong."""
    return Locker(keyring().unwrap(bytes(row.wrapped_key), about=support_call_context(row.number)))


def support_keys(numbers: Collection[int]) -> dict[int, Locker]:
    """What opens the entries of the log about those of `numbers` that are supporters or calls; without those whose key does not open."""
    keys: dict[int, Locker] = {}
    for supporter in Supporter.objects.filter(number__in=numbers):
        try:
            keys[supporter.number] = supporter_key(supporter)
        except KeyWrong:
            continue
    for call in SupportCall.objects.filter(number__in=numbers):
        try:
            keys[call.number] = call_key(call)
        except KeyWrong:
            continue
    return keys


def keys_beside(numbers: Collection[int]) -> dict[int, Locker]:
    """What opens the entries of the log about those of `numbers` that stand where a case would, and are none: what is said of
    emergencies and of support, under keys that the home opens."""
    return plan_keys(numbers) | support_keys(numbers) if numbers else {}


def supporters_for(advocate: Advocate) -> list[Backing]:
    """Everybody who was asked and did not end it, or was ended, as they were asked."""
    rows = Supporter.objects.filter(advocate=advocate).select_related("advocate", "person").order_by("number")
    return [each for each in believed(rows) if each.row.person.is_active]


def backings_of(person: Person) -> list[Backing]:
    """For whom somebody who is active was asked to be a supporter, and still is."""
    if not person.is_active:
        return []
    return believed(Supporter.objects.filter(person=person).select_related("advocate", "person").order_by("number"))


def believed(rows: Iterable[Supporter]) -> list[Backing]:
    """Those of these that this home wrote and that nothing ended, in their order. Raises LogBroken as `ends`."""
    rows = list(rows)
    if not rows:
        return []
    ended = {case for _person, _advocate, case in ends() if case is not None}
    entries: dict[int, list[LogEntry]] = {}
    for entry in LogEntry.objects.filter(kind=KIND, case_number__in=[row.number for row in rows]).order_by("index"):
        entries.setdefault(entry.case_number or 0, []).append(entry)
    found = []
    for row in rows:
        if row.number in ended:
            continue
        backing = _backing(row, entries.get(row.number, []))
        if backing is not None:
            found.append(backing)
    return found


def _backing(row: Supporter, entries: list[LogEntry]) -> Backing | None:
    try:
        key = supporter_key(row)
        said = json.loads(key.unlock(bytes(row.sealed_vetting), about=vetting_context(row)))
    except KeyWrong:
        return None
    asked = next((e for e in entries if e.index == row.begun and _step(e, row, key) == ASK), None)
    if asked is None:
        return None
    agreed = next((e.at for e in entries if e.index > row.begun and _step(e, row, key) == CONSENT), None)
    return Backing(row, key, said["how"], said["by"], asked.at, agreed)


def _step(entry: LogEntry, row: Supporter, key: Locker) -> str:
    if not is_vouched(entry) or (entry.advocate_number, entry.person_number) != (row.advocate_id, row.person_id):
        return ""
    try:
        return str(read_leaf(opening.leaf_bytes(entry, key))["details"].get("step", ""))
    except (KeyWrong, ValueError):
        return ""
