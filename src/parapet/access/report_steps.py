"""What happened to a report, step by step, held against the log as the steps of a case are: believed when its leaf tells of it.

Whoever sends asks this, too: what goes out is what a person approved, by the log, or it does not go.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import attrs
from attrs import field, frozen
from django.utils import timezone

from parapet.access import opening
from parapet.domain import reporting as r
from parapet.domain.errors import KeyWrong, SealBroken
from parapet.dossiers.report_text import Facts, report_text
from parapet.evidence.canonical import read_leaf
from parapet.evidence.keys import Locker
from parapet.evidence.seal import stamp
from parapet.records.models import Item, LogEntry, Person, Report, ReportStep
from parapet.records.vouching import is_vouched

KIND = "platform_report"


@frozen
class Step:
    """One of them. `who` is "" for the program, and for somebody who is no longer here; `words` are people's own, a stranger's, or a platform's."""

    at: datetime
    who: str
    what: str
    details: Mapping[str, Any]
    words: Mapping[str, Any]
    log_index: int
    by_program: bool
    raw: str = field(default="", repr=False)  # the words as the entry of the log digests them


@frozen
class Draft:
    """What a report is to say. `passage`, `url` and what is made of them are a stranger's words."""

    reason: str
    note: str
    lang: str
    quote: bool
    passage: str
    url: str
    sent_at: str
    copies: tuple[int, int] | None = None
    name: str = ""
    email: str = ""
    law: str = ""
    to: str = ""
    rules: str = ""
    version: int = 0

    @classmethod
    def of(cls, words: Mapping[str, Any]) -> Draft:
        """From what was kept."""
        known = {name: words[name] for name in attrs.fields_dict(cls) if name in words}
        copies = known.get("copies")
        return cls(**{**known, "copies": (copies[0], copies[1]) if copies else None})

    def told(self) -> dict[str, Any]:
        """What is kept: the inverse of `of`."""
        named = {name: getattr(self, name) for name in attrs.fields_dict(type(self))}
        return {**named, "copies": list(self.copies) if self.copies else None}

    def facts(self, reference: str) -> Facts:
        """What the text tells."""
        at = datetime.fromisoformat(self.sent_at) if self.sent_at else None
        return Facts(reference, self.passage, self.url, at, self.copies)

    def text(self, desk: r.Desk, reference: str) -> str:
        """Exactly what is to go."""
        note = "\n".join(part for part in (self.note, _law(self.law, self.lang)) if part)
        return report_text(desk, desk.reason(self.reason), self.facts(reference), note, lang=self.lang, quote=self.quote)


_LAW = r.Said("Law that it breaks, in my view: {law}", "Loi enfreinte, à mon avis : {law}")


def _law(law: str, lang: str) -> str:
    return _LAW.within(lang).format(law=law) if law else ""


@frozen
class Standing:
    """How a report stands: the sum of its steps.

    text       what was approved, "" before that
    approved   the place in the log of the newest approval; its text goes, and none else
    reference  what the desk called it, as told or received
    next       what is to be done next, and on which day
    """

    state: str
    draft: Draft
    way: str = ""
    text: str = ""
    approved: int = -1
    sent_at: datetime | None = None
    reference: str = ""
    outcome: str = ""
    outcome_at: datetime | None = None
    code: str = ""
    next: tuple[str, date | None] = ("", None)
    connection: int = 0


def step_context(report: int, log_index: int) -> bytes:
    """What the sealed words are bound to: their report and their leaf."""
    return f"report:{report}:step:{log_index}".encode()


def steps_of(report: Report, item: Item, key: Locker) -> tuple[Step, ...]:
    """All steps of a report, in the order of the log. Raises SealBroken when one was changed, moved, added or taken away."""
    return all_steps(item, key).get(report.number, ())


def all_steps(item: Item, key: Locker) -> dict[int, tuple[Step, ...]]:
    """The same of every report of one message, by number. Raises SealBroken."""
    rows = {row.log_index: row for row in ReportStep.objects.filter(report__item=item).select_related("report")}
    entries = list(LogEntry.objects.filter(item_number=item.number, kind=KIND).order_by("index"))
    if sorted(rows) != [entry.index for entry in entries]:
        raise SealBroken("What was done about a report is not what the log tells of.")
    numbers = {entry.person_number for entry in entries if entry.person_number is not None}
    names = {person.number: person.name for person in Person.objects.filter(number__in=numbers)}
    found: dict[int, list[Step]] = {}
    for entry in entries:
        row = rows[entry.index]
        found.setdefault(row.report_id, []).append(_opened(item, key, row, entry, names))
    return {number: tuple(steps) for number, steps in found.items()}


def _opened(item: Item, key: Locker, row: ReportStep, entry: LogEntry, names: Mapping[int, str]) -> Step:
    try:
        body = read_leaf(opening.leaf_bytes(entry, key))
        raw = key.unlock(bytes(row.sealed_words), about=step_context(row.report_id, entry.index))
    except KeyWrong:
        raise SealBroken("What was done about a report does not open.") from None
    details = body["details"]
    told = (body["kind"], body["subjects"], body["at"], details.get("report"), details.get("sha256"), details.get("desk"))
    held = (KIND, [item.id], stamp(row.at), row.report.id, hashlib.sha256(raw).hexdigest(), row.report.desk)
    if not is_vouched(entry) or told != held:
        raise SealBroken("What was done about a report is not what the log says.")
    words = {name: value for name, value in json.loads(raw).items() if name != "salt"}
    by = entry.person_number
    return Step(row.at, names.get(by, "") if by else "", details["step"], details, words, entry.index, by is None, raw.decode())


def summed(steps: Sequence[Step], desk: r.Desk) -> Standing:
    """What the steps come to. At least one."""
    state, way, code, text, reference, outcome = r.DRAFT, "", "", "", "", ""
    draft = Draft.of(steps[0].words)
    approved, connection, reminded = -1, 0, 0
    sent_at: datetime | None = None
    outcome_at: datetime | None = None
    for step in steps:
        what, details = step.what, step.details
        state = r.AFTER.get(what, state)
        if what in (r.DRAFTED, r.CHANGED):
            draft = Draft.of(step.words)
        elif what == r.APPROVE:
            way, text, approved, code = details["way"], step.words["text"], step.log_index, ""
            connection = int(step.words.get("connection", 0))
            state = r.WAITING if way == r.BY_PROGRAM else r.READY
        elif what in (r.RECEIPT, r.TICK, r.ARRIVED):
            happened = details.get("happened_at")
            sent_at = datetime.fromisoformat(happened) if happened else step.at
            reference = step.words.get("reference", "") or reference
        elif what in (r.REMIND, r.ESCALATE):
            reminded += 1
        elif what == r.OUTCOME:
            outcome, outcome_at = details["code"], datetime.fromisoformat(details["happened_at"])
            state = r.REFUSED if outcome == "refused" else r.CLOSED
        if what in (r.FAIL, r.LATER, r.LOST, r.NEVER_ARRIVED):
            code = details.get("code", "")
    last = timezone.localtime(steps[-1].at).date()
    told = timezone.localtime(outcome_at).date() if outcome_at and state == r.REFUSED else last
    sent_on = timezone.localtime(sent_at).date() if sent_at else None
    following = r.next_for(state, sent_on, told, reminded, desk.remind_days)
    return Standing(state, draft, way, text, approved, sent_at, reference, outcome, outcome_at, code, following, connection)


def standing_of(report: Report, item: Item, key: Locker, desk: r.Desk) -> Standing:
    """How a report stands, by the log. Raises SealBroken, also for a row of which the log tells nothing."""
    steps = steps_of(report, item, key)
    if not steps or steps[0].what != r.DRAFTED:
        raise SealBroken("The log tells of no such report.")
    return summed(steps, desk)


def for_a_bag(items: Iterable[Item], before: int) -> bytes:
    """The reports of these messages as JSON, by the log's first `before` entries; b"" where there are none. Raises SealBroken.

    `words` of each step is the very text whose SHA-256 its entry holds: the draft, what was approved, what the platform answered.
    """
    found = []
    for item in items:
        if not Report.objects.filter(item=item).exists():
            continue
        key = opening.item_key(item, opening.locker_of(item.advocate))
        for steps in all_steps(item, key).values():
            told = [
                {"entry": step.log_index, "at": stamp(step.at), "step": step.what, "words": step.raw}
                for step in steps
                if step.log_index < before
            ]
            if told:
                first = steps[0].details
                found.append({"report": first["report"], "item": item.id, "desk": first["desk"], "steps": told})
    return json.dumps({"format": "parapet-reports-v1", "reports": found}, indent=1).encode() if found else b""
