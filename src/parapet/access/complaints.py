"""Complaints of a case: what is kept of each, held against the log as notes are. What they allege is a stranger's, and stays veiled."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import date

from attrs import asdict, evolve, field, frozen

from parapet.access import opening
from parapet.access.case_cards import case_card, case_key
from parapet.access.case_files import case_items
from parapet.access.case_steps import steps_of
from parapet.access.case_work import summed
from parapet.access.cases import case_named, held_case
from parapet.access.people import advocate_for, card_of, grant_for
from parapet.access.rows import rows_of
from parapet.access.views import AdvocateCard, CaseCard, Row
from parapet.domain.complaints import Allegation, Complaint
from parapet.domain.errors import KeyWrong, NotFound, SealBroken
from parapet.domain.rights import Right
from parapet.evidence.canonical import read_leaf
from parapet.evidence.keys import Locker
from parapet.records import models
from parapet.records.models import Case, LogEntry, Person
from parapet.records.numbers import number_of
from parapet.records.vouching import is_vouched

KIND = "complaint"
#: What is told of an allegation whose letter was erased.
GONE = ""


@frozen
class Held:
    """A complaint as it stands. `gone`: its letter was erased, and what it alleges with it."""

    told: Complaint
    gone: bool = False


@frozen
class ComplaintLine:
    """One of them, on the page of a case. `told` is None when it is not what the log says."""

    id: str
    told: Complaint | None


@frozen
class ListedComplaint:
    """One of all of an advocate's. `told` is None when it is not what the log says; `done`: she said that the answer is away."""

    id: str
    told: Complaint | None
    case: CaseCard | None
    done: bool = False


@frozen
class ComplaintPage:
    """One of them. Nothing of a stranger's words but through `veil`.

    item       the letter's public name; "" for none
    seen       names the state that is shown: a change says which it was made from
    rows       the messages of the case in order of time: exhibit 1, 2, ...
    letter     the letter among them; None when it is in no case, or erased
    """

    id: str
    case: CaseCard
    advocate: AdvocateCard
    told: Complaint = field(repr=False)
    item: str
    gone: bool
    seen: int
    rows: tuple[Row, ...]

    def numbers(self, names: Sequence[str]) -> tuple[int, ...]:
        """The exhibit numbers of these messages, as far as they are in the case now."""
        at = {row.id: number for number, row in enumerate(self.rows, 1)}
        return tuple(sorted(at[name] for name in names if name in at))


def told_context(complaint: int) -> bytes:
    """What the part of people's own words is bound to."""
    return f"complaint:{complaint}:told".encode()


def letter_context(complaint: int) -> bytes:
    """What the part of the letter's words is bound to."""
    return f"complaint:{complaint}:letter".encode()


def complaint(person: Person, complaint_id: str) -> ComplaintPage:
    """One complaint with its case. Raises NotFound, SealBroken."""
    row = _named(complaint_id)
    grant = grant_for(person, row.case.advocate_id, Right.READ)
    case, held = exhibits_case(row.case), opened(row)
    rows = rows_of(person, [item.number for item in case_items(case)])
    return ComplaintPage(
        id=row.id,
        case=case_card(case),
        advocate=card_of(grant),
        told=held.told,
        item=row.item.id if row.item else "",
        gone=held.gone,
        seen=row.log_index,
        rows=rows,
    )


def lines_of(case: Case, within: Sequence[str]) -> tuple[ComplaintLine, ...]:
    """The complaints of a case and of the cases `within` it, the oldest first. That whoever asks may read it was asked before.

    A line without a complaint and a name stands for one that was taken away.
    """
    numbers = [case.number, *(number for name in within if (number := number_of("cas", name)) is not None)]
    rows = list(
        models.Complaint.objects.filter(case__in=numbers, case__advocate=case.advocate_id)
        .select_related("case__advocate", "item__advocate")
        .order_by("number")
    )
    gone = _logged(case, numbers) - {row.id for row in rows}
    return (*map(_line, rows), *(ComplaintLine("", None) for _missing in gone))


def complaints_of(person: Person, advocate_id: str) -> tuple[ListedComplaint, ...]:
    """All complaints of an advocate: those that are open by the day of their answer, then the others. Raises NotFound."""
    advocate = advocate_for(person, advocate_id, Right.READ)
    rows = list(models.Complaint.objects.filter(case__advocate=advocate).select_related("case__advocate", "item__advocate"))
    cases = {row.case_id: case_card(row.case) for row in rows}
    held = [(row, _line(row).told) for row in rows]
    tasks = [told.task for _row, told in held if told is not None and told.task]
    ended = set(models.Due.objects.filter(task__in=tasks, ended=True).values_list("task", flat=True))
    found = [ListedComplaint(row.id, told, cases[row.case_id], told is not None and told.task in ended) for row, told in held]
    found.sort(key=_by_day)
    told_of = LogEntry.objects.filter(advocate_number=advocate.number, kind=KIND, case_number__isnull=False)
    known = Case.objects.filter(number__in=told_of.values("case_number"), advocate=advocate).select_related("advocate")
    gone = {name for case in known for name in _logged(case, [case.number])} - {row.id for row in rows}
    return (*found, *(ListedComplaint("", None, None) for _missing in gone))


def _by_day(each: ListedComplaint) -> tuple[bool, date, str]:
    told = each.told
    over = told is not None and (bool(told.ended) or each.done)
    return over, told.due or date.max if told is not None else date.min, each.id


def _line(row: models.Complaint) -> ComplaintLine:
    try:
        return ComplaintLine(row.id, opened(row).told)
    except SealBroken:
        return ComplaintLine(row.id, None)


def _logged(case: Case, numbers: Sequence[int]) -> set[str]:
    """The complaints of which the log tells, in these cases of one advocate."""
    keys = {case.number: case_key(case)}
    entries = list(LogEntry.objects.filter(case_number__in=numbers, kind=KIND))
    for other in Case.objects.filter(number__in={entry.case_number or 0 for entry in entries} - keys.keys()).select_related(
        "advocate"
    ):
        keys[other.number] = case_key(other)
    found = (read_leaf(opening.leaf_bytes(entry, keys[entry.case_number or 0])) for entry in entries)
    return {str(body["details"]["complaint"]) for body in found}


def held_complaint(person: Person, complaint_id: str, right: Right) -> models.Complaint:
    """The row, if she may do this with its case. Raises NotFound."""
    row = _named(complaint_id)
    held_case(person, row.case.id, right)
    return row


def _named(complaint_id: str) -> models.Complaint:
    number = number_of("cpl", complaint_id)
    found = models.Complaint.objects.filter(number=number) if number is not None else models.Complaint.objects.none()
    row: models.Complaint | None = found.select_related("case__advocate", "item__advocate").first()
    if row is None:
        raise NotFound("There is nothing here.")
    return row


def exhibits_case(case: Case) -> Case:
    """The case in which its messages are now: itself, or the one that it was merged into."""
    for _step in range(8):
        if case.state != "merged":
            break
        into = summed(case.id, steps_of(case, case_key(case))).into
        if not into:
            break
        case = case_named(into)
    return case


def letter_key(row: models.Complaint) -> Locker | None:
    """What opens the part of the letter's words; None once the letter was erased."""
    if row.item is not None:
        return opening.item_key(row.item, opening.locker_of(row.item.advocate))
    return None


def opened(row: models.Complaint) -> Held:
    """A complaint as it stands, held against its leaf. Raises SealBroken when it is not what the log tells of, or not the newest."""
    key = case_key(row.case)
    entry = LogEntry.objects.filter(index=row.log_index, kind=KIND, case_number=row.case_id).first()
    try:
        if entry is None or not is_vouched(entry):
            raise ValueError
        details = read_leaf(opening.leaf_bytes(entry, key))["details"]
        told = key.unlock(bytes(row.sealed_told), about=told_context(row.number))
        said = json.loads(told)
        by_letter = letter_key(row) if said["of_letter"] else key
        letter = by_letter.unlock(bytes(row.sealed_letter), about=letter_context(row.number)) if by_letter else None
        if details["complaint"] != row.id or details["sha256"] != hashlib.sha256(told).hexdigest():
            raise ValueError
        if letter is not None and details["letter_sha256"] != hashlib.sha256(letter).hexdigest():
            raise ValueError
        later = LogEntry.objects.filter(case_number=row.case_id, kind=KIND, index__gt=row.log_index)
        if any(read_leaf(opening.leaf_bytes(each, key))["details"]["complaint"] == row.id for each in later):
            raise ValueError
    except (KeyWrong, ValueError, KeyError):
        raise SealBroken("This complaint is not what the log says of it.") from None
    texts = json.loads(letter)["texts"] if letter is not None else None
    return Held(_from(said, texts), texts is None)


def packed(told: Complaint, *, of_letter: bool, salts: Sequence[str]) -> tuple[bytes, bytes]:
    """Its two parts as bytes, the second of what is alleged."""
    said = asdict(told)
    said["received"] = told.received.isoformat()
    said["due"] = told.due.isoformat() if told.due else ""
    texts = [each.pop("text") for each in said["allegations"]]
    first = json.dumps({**said, "of_letter": of_letter, "salt": salts[0]}, sort_keys=True).encode()
    return first, json.dumps({"texts": texts, "salt": salts[1]}, sort_keys=True).encode()


def _from(said: dict[str, object], texts: list[str] | None) -> Complaint:
    values = {name: value for name, value in said.items() if name not in ("salt", "of_letter", "allegations")}
    rows = said["allegations"]
    assert isinstance(rows, list)
    texts = texts if texts is not None else [GONE] * len(rows)
    allegations = tuple(
        Allegation(text, each["answer"], tuple(each["supports"]), tuple(each["against"]))
        for text, each in zip(texts, rows, strict=True)
    )
    made = Complaint(**values)  # type: ignore[arg-type]
    return evolve(
        made,
        received=date.fromisoformat(str(said["received"])),
        due=date.fromisoformat(str(said["due"])) if said["due"] else None,
        allegations=allegations,
        left_out=tuple(made.left_out),
        asks=tuple(made.asks),
    )
