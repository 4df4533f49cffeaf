"""Which referrals are believed: the one place where their rows are opened.

What goes, for what and until when is sealed under the case's key, bound to the row, to whom, and to the places in the log of the
offer and of the last thing added. So a row that this home did not write, or that somebody moved, says nothing. That it was
accepted is what the log's entry says, and an end counts by its entry (`vouching.ends`), whatever the row was set back to.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from attrs import frozen

from parapet.access import opening
from parapet.access.case_cards import case_key
from parapet.access.case_notes import notes_of
from parapet.access.views import Note
from parapet.domain.errors import KeyWrong
from parapet.evidence.canonical import read_leaf
from parapet.evidence.keys import Locker
from parapet.records.grants import vouched
from parapet.records.models import Case, CaseItem, Item, LogEntry, Person, Referral
from parapet.records.numbers import public
from parapet.records.vouching import ends, is_vouched

KIND = "refer"
OFFER, EXTEND, ACCEPT = "offer", "extend", "accept"
DECLINED, RETURNED, TAKEN_BACK, PARTED = "declined", "returned", "taken_back", "parted"


@frozen
class Terms:
    """What goes. `items` by number, in order of time; `purpose` the words of who offers it; `salt` makes their digest no guess."""

    items: tuple[int, ...]
    notes: bool
    export: bool
    purpose: str
    until: datetime | None
    salt: str

    def raw(self) -> bytes:
        """One form of them, which the log keeps the digest of."""
        said = {
            "items": [public("itm", number) for number in self.items],
            "numbers": list(self.items),
            "notes": self.notes,
            "export": self.export,
            "purpose": self.purpose,
            "until": self.until.isoformat() if self.until else "",
            "salt": self.salt,
        }
        return json.dumps(said, sort_keys=True).encode()

    @property
    def digest(self) -> str:
        """64 hexadecimal digits."""
        return hashlib.sha256(self.raw()).hexdigest()


@frozen
class Referred:
    """A referral that is believed. `end` is the place of the entry that ended it, None while none did; `over` at its last day."""

    row: Referral
    terms: Terms
    accepted: bool
    end: int | None

    def in_force(self, now: datetime) -> bool:
        """True while it was not ended and its end has not come."""
        return self.end is None and not self.over(now)

    def over(self, now: datetime) -> bool:
        """True once its end has come."""
        return self.terms.until is not None and self.terms.until <= now


def terms_context(row: Referral) -> bytes:
    """What sealed terms are bound to."""
    through = "" if row.through is None else f":{row.through}"
    return f"referral:{row.number}:{row.case_id}:{row.person_id}:{row.begun}:{row.log_index}{through}".encode()


def words_context(row: Referral) -> bytes:
    """What the officer's sealed words are bound to."""
    return f"referral:{row.number}:{row.case_id}:{row.ended}:words".encode()


def believed(rows: Iterable[Referral]) -> list[Referred]:
    """Those of these that this home wrote, in their order. The rows bring their cases and advocates. Raises LogBroken as `ends`."""
    rows = list(rows)
    if not rows:
        return []
    ended = ends()
    found = []
    for row in rows:
        try:
            key = case_key(row.case)
            terms = _terms(key.unlock(bytes(row.sealed_terms), about=terms_context(row)))
        except KeyWrong:
            continue
        last = ended.get((row.person_id, row.case.advocate_id, row.case_id), -1)
        end = last if last > row.begun else None
        # One that ended and was offered anew has a later row: what ended the later one is not what ended this.
        if end is not None and row.ended is not None and row.begun < row.ended < end:
            end = row.ended
        found.append(Referred(row, terms, _is_accepted(row, key), end))
    return found


def to_person(person: Person, *, now: datetime | None = None) -> list[Referred]:
    """What was referred to somebody who is active and is still in force, the newest first."""
    if not person.is_active:
        return []
    rows = Referral.objects.filter(person=person).select_related("case__advocate").order_by("-number")
    now = now or datetime.now(UTC)
    return [each for each in believed(rows) if each.in_force(now)]


def of_case(case: Case) -> list[Referred]:
    """Every referral of a case, the newest first, ended or not."""
    rows = Referral.objects.filter(case=case).select_related("case__advocate", "person").order_by("-number")
    return believed(rows)


def has_others(person: Person, advocate: int) -> bool:
    """True for somebody who may act for another advocate, or to whom a case of another was referred."""
    others = any(grant.advocate.number != advocate for grant in vouched(person.number))
    return others or any(each.row.case.advocate_id != advocate for each in to_person(person))


def items_of(referred: Referred) -> list[Item]:
    """What the officer may see: what was listed and is still in the case and hers, in order of time. What came later is not among it."""
    held = CaseItem.objects.filter(case=referred.row.case_id, removed_at=None).values("item_id")
    found = Item.objects.filter(number__in=held, advocate_id=referred.row.case.advocate_id).select_related("advocate")
    listed = set(referred.terms.items)
    return sorted((item for item in found if item.number in listed), key=lambda item: (item.sent_at, item.number))


def notes_for(referred: Referred, person: Person) -> tuple[Note, ...]:
    """The notes that go, when notes go, and those that the officer wrote. Raises SealBroken when one is not as it was written."""
    case = referred.row.case
    entries = LogEntry.objects.filter(case_number=case.number, kind="note").order_by("index")
    notes = notes_of(case, case_key(case))
    shown = []
    for entry, note in zip(entries, notes, strict=True):
        own = entry.person_number == person.number and entry.index > referred.row.begun
        if own or (referred.terms.notes and entry.index < referred.row.log_index):
            shown.append(note)
    return tuple(shown)


def words_of(referred: Referred) -> str:
    """What the officer said when declining or handing back; "" when nothing."""
    row = referred.row
    if not row.sealed_words or row.ended is None:
        return ""
    try:
        words: str = json.loads(case_key(row.case).unlock(bytes(row.sealed_words), about=words_context(row)))["text"]
    except KeyWrong:
        return ""
    return words


def how_ended(referred: Referred) -> str:
    """ "declined", "returned", "taken_back" or "parted", as the log says; "" while it lasts, or when the entry does not open."""
    return "" if referred.end is None else _step(referred.end, case_key(referred.row.case))


def at_of(index: int) -> datetime | None:
    """When an entry was written; None when it is not as it was written."""
    entry = LogEntry.objects.filter(index=index).first()
    return entry.at if entry is not None and is_vouched(entry) else None


def _is_accepted(row: Referral, key: Locker) -> bool:
    if row.accepted is None or row.accepted <= row.begun:
        return False
    entry = LogEntry.objects.filter(index=row.accepted, kind=KIND, case_number=row.case_id, person_number=row.person_id).first()
    return entry is not None and _step(entry.index, key) == ACCEPT


def _step(index: int, key: Locker) -> str:
    entry = LogEntry.objects.filter(index=index).first()
    if entry is None or not is_vouched(entry):
        return ""
    try:
        return str(read_leaf(opening.leaf_bytes(entry, key))["details"].get("step", ""))
    except (KeyWrong, ValueError):
        return ""


def _terms(raw: bytes) -> Terms:
    said = json.loads(raw)
    numbers: Sequence[int] = said["numbers"]
    until = datetime.fromisoformat(said["until"]) if said["until"] else None
    return Terms(tuple(numbers), said["notes"], said["export"], said["purpose"], until, said["salt"])
