"""What happened to a call for support, step by step, held against the log: believed when its leaf tells of it. And what that comes to.

Whoever takes something asks this too, while it holds the log: two at once never exceed a limit.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from attrs import asdict, evolve, field, frozen

from parapet.access import opening
from parapet.access.support_rows import call_key
from parapet.domain.errors import KeyWrong, SealBroken
from parapet.domain.support import TAKEN_FOR, Felt, Help, Helped, Limits, Said
from parapet.evidence.canonical import read_leaf
from parapet.evidence.keys import Locker
from parapet.evidence.seal import stamp
from parapet.records.models import LogEntry, SupportCall, SupportStep
from parapet.records.vouching import REVOKE, ends, is_vouched

KIND = "support"
OPEN, TAKE, OWN, SAY, CONFIRM, REFUSE, FEEL, BACK, HELPED = (
    "open",
    "take",
    "own",
    "say",
    "confirm",
    "refuse",
    "feel",
    "back",
    "helped",
)
#: How a call stands.
ASKING, STOPPED, OVER = "asking", "stopped", "over"
#: How what somebody took stands. `LAPSED`: he said nothing for so long that it is free again.
TAKEN, DONE, FREE, LAPSED = "taken", "done", "free", "lapsed"


#: So often one person may take what one does, and give it back.
TRIES = 3


@frozen
class Terms:
    """What is asked, of whom, and what they see of it.

    people  numbers of supporters (`Supporter`); `items` numbers of messages, of which they see the covered words
    quiet   nothing in public
    when    and `place` in her words; the place is shown to whom she confirmed, and to nobody else
    """

    words: str
    links: tuple[str, ...]
    helps: tuple[Help, ...]
    quiet: bool
    people: tuple[int, ...]
    items: tuple[int, ...]
    until: datetime
    limits: Limits = field(factory=Limits)
    when: str = ""
    place: str = ""

    def told(self) -> dict[str, Any]:
        """What is kept: the inverse of `of`."""
        return {**asdict(self, recurse=True), "until": self.until.isoformat()}

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Terms:
        """From what was kept."""
        named = dict(told)
        named.pop("salt", None)
        for name in ("links", "people", "items"):
            named[name] = tuple(named[name])
        named["helps"] = tuple(Help(code) for code in named["helps"])
        named["limits"] = Limits(**named["limits"])
        named["until"] = datetime.fromisoformat(named["until"])
        return cls(**named)

    @property
    def digest(self) -> str:
        """What stands for these very terms, as they were shown: 64 hexadecimal digits."""
        return hashlib.sha256(json.dumps(self.told(), sort_keys=True).encode("utf-8", "surrogatepass")).hexdigest()


@frozen
class Slot:
    """One thing that somebody took. `number` is the place in the log of the taking; `own`: he has shown words of his own."""

    number: int
    help: Help
    person: int
    at: datetime
    state: str = TAKEN
    ended_at: datetime | None = None
    confirmed: bool = False
    own: bool = False

    def now(self, now: datetime) -> str:
        """How it stands at this moment."""
        lapsed = self.state == TAKEN and self.help.counted and now >= self.at + TAKEN_FOR
        return LAPSED if lapsed else self.state


@frozen
class Called:
    """A call that is believed, and how it stands: the sum of its steps.

    end     the place in the log of the entry that stopped it; None while none did
    felt    how each person, by number, said last that he is; `feelings`: how often
    pauses  when each person, by number, said last for how long he is to be left alone, and until when that is
    said    the numbers that stand for the words which people wrote of their own
    """

    row: SupportCall
    key: Locker
    terms: Terms
    opened_at: datetime
    by: int | None
    end: int | None = None
    slots: tuple[Slot, ...] = ()
    felt: Mapping[int, Felt] = field(factory=dict)
    feelings: Mapping[int, int] = field(factory=dict)
    pauses: Mapping[int, tuple[datetime, datetime]] = field(factory=dict)
    said: tuple[frozenset[int], ...] = ()
    helped: Helped | None = None
    line: str = ""

    @property
    def stopped_at(self) -> datetime | None:
        """When it was stopped; None when it was not, or the entry was changed."""
        entry = None if self.end is None else LogEntry.objects.filter(index=self.end).first()
        return entry.at if entry is not None and is_vouched(entry) else None

    def state(self, now: datetime) -> str:
        """ASKING, STOPPED or OVER."""
        if self.end is not None:
            return STOPPED
        return OVER if now >= self.terms.until else ASKING

    def holding(self, now: datetime, help_: Help | None = None) -> list[Slot]:
        """What counts against the limits: taken, or done."""
        return [s for s in self.slots if s.now(now) in (TAKEN, DONE) and help_ in (None, s.help)]

    def open_slot(self, person: int, now: datetime) -> Slot | None:
        """What this person has taken and not said anything of."""
        return next((s for s in self.slots if s.person == person and s.now(now) == TAKEN), None)


def why_not(call: Called, help_: Help, person: int, now: datetime, *, busy: bool, paused: bool) -> str:
    """Why this person may not take this now; "" when he may. Asked again while the log is held, for what counts.

    "ended", "paused", "busy" (he has something), "none_left", "at_once" (others are at it), "enough" (he did his), "wait"
    """
    if call.state(now) != ASKING or help_ not in call.terms.helps:
        return "ended"
    if paused:
        return "paused"
    if busy:
        return "busy"
    limits, holding = call.terms.limits, call.holding(now, help_)
    if len(holding) >= limits.in_all(help_):
        return "none_left"
    if not help_.counted:
        tried = sum(slot.person == person and slot.help is help_ for slot in call.slots)
        return "enough" if tried >= TRIES else ""
    counted = [slot for slot in call.holding(now) if slot.help.counted]
    if sum(slot.now(now) == TAKEN for slot in counted) >= limits.at_once:
        return "at_once"
    if sum(slot.person == person for slot in holding) >= limits.each(help_):
        return "enough"
    last = max((slot.ended_at or slot.at for slot in call.slots if slot.person == person and slot.help.counted), default=None)
    if last is not None and now < last + timedelta(minutes=limits.pause_min):
        return "wait"
    return ""


def step_context(call: int, log_index: int) -> bytes:
    """What the sealed words are bound to: their call and their leaf."""
    return f"support:{call}:step:{log_index}".encode()


def believed(rows: Iterable[SupportCall]) -> list[Called]:
    """Those of these that this home wrote, in their order; none of which a step was changed, moved, added or taken away.

    Raises LogBroken as `ends`.
    """
    rows = list(rows)
    ended = {case: index for (_person, _advocate, case), index in ends().items() if case is not None} if rows else {}
    found = []
    for row in rows:
        try:
            found.append(summed(row, ended.get(row.number)))
        except (SealBroken, KeyWrong):
            continue
    return found


def summed(row: SupportCall, end: int | None = None) -> Called:
    """How a call stands, by the log. Raises SealBroken, KeyWrong."""
    key = call_key(row)
    rows = list(SupportStep.objects.filter(call=row).order_by("log_index"))
    entries = list(LogEntry.objects.filter(case_number=row.number, kind=KIND).order_by("index"))
    if not rows or [each.log_index for each in rows] != [entry.index for entry in entries] or entries[0].index != row.begun:
        raise SealBroken("What was asked of supporters is not what the log tells of.")
    steps = [(entry, *_opened(row, key, step, entry)) for step, entry in zip(rows, entries, strict=True)]
    first, details, words = steps[0]
    if details["step"] != OPEN:
        raise SealBroken("The log tells of no such call.")
    if end is None:
        end = LogEntry.objects.filter(kind=REVOKE, case_number=row.number).values_list("index", flat=True).first()
    return _sum(Called(row, key, Terms.of(words), first.at, first.person_number, end), steps[1:])


def _opened(row: SupportCall, key: Locker, step: SupportStep, entry: LogEntry) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    try:
        body = read_leaf(opening.leaf_bytes(entry, key))
        raw = key.unlock(bytes(step.sealed_words), about=step_context(row.number, entry.index))
    except KeyWrong:
        raise SealBroken("What was asked of supporters does not open.") from None
    details = body["details"]
    told = (body["kind"], body["subjects"], body["at"], details.get("sha256"))
    if not is_vouched(entry) or told != (KIND, [row.id], stamp(step.at), hashlib.sha256(raw).hexdigest()):
        raise SealBroken("What was asked of supporters is not what the log says.")
    return details, json.loads(raw)


def _sum(call: Called, steps: Iterable[tuple[LogEntry, Mapping[str, Any], Mapping[str, Any]]]) -> Called:
    slots: dict[int, Slot] = {}
    felt, pauses, said = dict[int, Felt](), dict[int, tuple[datetime, datetime]](), list[frozenset[int]]()
    feelings: Counter[int] = Counter()
    helped, line = call.helped, call.line
    for entry, details, words in steps:
        what, slot, person = details["step"], slots.get(details.get("slot", -1)), entry.person_number or 0
        if what == TAKE:
            slots[entry.index] = Slot(entry.index, Help(details["help"]), person, entry.at)
        elif what == OWN and slot is not None:
            slots[slot.number] = evolve(slot, own=True)
            said.append(frozenset(words["words"]))
        elif what == SAY and slot is not None:
            state = DONE if details["code"] == Said.DONE else FREE
            slots[slot.number] = evolve(slot, state=state, ended_at=entry.at)
        elif what == CONFIRM and slot is not None:
            slots[slot.number] = evolve(slot, confirmed=True)
        elif what == REFUSE and slot is not None:
            slots[slot.number] = evolve(slot, state=FREE, ended_at=entry.at)
        elif what == FEEL:
            felt[person] = Felt(details["code"])
            feelings[person] += 1
        elif what == HELPED:
            helped, line = Helped(details["code"]), words["line"]
        if "pause_days" in words:
            pauses[person] = entry.at, entry.at + timedelta(days=words["pause_days"])
    return evolve(
        call, slots=tuple(slots.values()), felt=felt, feelings=feelings, pauses=pauses, said=tuple(said), helped=helped, line=line
    )
