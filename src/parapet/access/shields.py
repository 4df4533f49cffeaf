"""Whether an advocate's shield is up: what the log says, and nothing else.

Entries of three kinds tell of it. That one was raised or lowered is its kind, so that it can be told while her material is closed
and nobody is there to open it; the rest is sealed under her key. The newest entry decides. One that this home did not write as it
is counts as a shield that is up, and so does a reason to raise one whose entry is not to be found: a hand that changes an entry does
not take it down. One that takes away both is found by `parapet check`, as whatever is missing in the log.

    shield_of     how it stands, asked once for a whole screen and handed on
    is_up         asked by whoever changes something
    holds_veil    while it is up, and as long after as people chose, texts stay veiled
    was_up        at a moment: an alert goes the way that it began
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from attrs import frozen

from parapet.access.opening import leaf_bytes, locker_of
from parapet.access.people import advocate_for
from parapet.domain.errors import KeyClosed, KeyWrong, NotFound
from parapet.domain.rights import Right
from parapet.evidence.canonical import read_leaf
from parapet.evidence.keys import Locker
from parapet.records.bulk import run
from parapet.records.models import Advocate, LogEntry, Person
from parapet.records.vouching import is_vouched

UP, DOWN, STEP = "shield_up", "shield_down", "shield_step"
#: How long the veil may be kept after a shield was lowered.
VEIL_DAYS = (0, 3, 7, 14)
#: After so long it is asked whether a shield is still needed. It never comes down by itself.
ASKS_AFTER = timedelta(days=7)

# The condition stands letter for letter in the index `log_shields`.
_ENTRIES = """
SELECT "index" FROM records_logentry WHERE kind IN ('shield_up', 'shield_down', 'shield_step') AND advocate_number = %s AND "index" > %s
"""
_MOVED = f"{_ENTRIES} AND kind <> 'shield_step'"
_NEWEST = f"""
SELECT (SELECT max("index") FROM ({_MOVED}) moved), (SELECT max(log_index) FROM records_shieldreason WHERE advocate_id = %s)
"""  # noqa: S608 - our own words
_ALL = f'{_ENTRIES} ORDER BY "index"'
_FIRST = -1


@frozen
class Standing:
    """A shield that is up.

    log_index  of the entry that tells of raising it
    person     number of who raised it; None when the entry is not as it was written
    """

    log_index: int
    at: datetime
    person: int | None


@frozen
class Shield:
    """How the shield of the advocate of this number stands, at the moment when it was asked.

    up     the shield, while it is up
    moved  the newest entry that says that it went up or down
    """

    advocate: int
    up: Standing | None = None
    moved: LogEntry | None = None

    def veil_until(self) -> datetime | None:
        """Until when the veil is kept after a shield that was lowered; None when it is not. The end of time when nobody can read it."""
        if self.moved is None or self.moved.kind != DOWN:
            return None
        try:
            key = locker_of(Advocate.objects.get(number=self.advocate))
            days = details(self.moved, key).get("veil_days", 0)
        except (KeyClosed, KeyWrong):
            return datetime.max.replace(tzinfo=UTC)
        return self.moved.at + timedelta(days=int(days)) if days else None

    def holds_veil(self, *, now: datetime | None = None) -> bool:
        """True while her texts stay veiled for everybody as far as can be: while it is up, and as long after as was chosen.

        Where it cannot be read how long, because her material is closed or the entry was changed, it is held.
        """
        if self.up is not None:
            return True
        until = self.veil_until()
        return until is not None and (now or datetime.now(UTC)) < until


def shield_of(advocate: int) -> Shield:
    """How her shield stands: one statement where it never went up, two where it did."""
    [(moved, raised)] = run(_NEWEST, [advocate, _FIRST, advocate])
    asked = {index for index in (moved, raised) if index is not None}
    if not asked:
        return Shield(advocate)
    entries = LogEntry.objects.in_bulk(asked)
    last = max(asked)
    return Shield(advocate, _standing(entries.get(last), last, moved), entries.get(moved))


def _standing(entry: LogEntry | None, last: int, moved: int | None) -> Standing | None:
    if entry is None:
        return Standing(last, datetime.now(UTC), None)
    if last != moved or not is_vouched(entry):
        return Standing(last, entry.at, None)
    return Standing(last, entry.at, entry.person_number) if entry.kind == UP else None


def is_up(advocate_id: int) -> bool:
    """True while the shield of the advocate of this number is up."""
    return standing(advocate_id) is not None


def standing(advocate: int) -> Standing | None:
    """Her shield, if it is up."""
    return shield_of(advocate).up


def newest(advocate: int) -> LogEntry | None:
    """The newest entry that says that it went up or down."""
    return shield_of(advocate).moved


def was_up(advocate: int, at: datetime) -> bool:
    """True when it was up at that moment."""
    moved = [entry for entry in entries(advocate) if entry.kind != STEP and entry.at <= at]
    return bool(moved) and not (moved[-1].kind == DOWN and is_vouched(moved[-1]))


def holds_veil(advocate_id: int, *, now: datetime | None = None) -> bool:
    """`Shield.holds_veil` of the advocate of this number."""
    return shield_of(advocate_id).holds_veil(now=now)


def entries(advocate: int, after: int = _FIRST) -> list[LogEntry]:
    """The entries about her shield after the one at `after`, the oldest first."""
    indexes = [index for (index,) in run(_ALL, [advocate, after])]
    return list(LogEntry.objects.filter(index__in=indexes).order_by("index"))


def details(entry: LogEntry, key: Locker) -> dict[str, str | int]:
    """What an entry says. Raises KeyWrong when it is not as it was written, KeyClosed while her material is closed."""
    if not is_vouched(entry):
        raise KeyWrong
    said: dict[str, str | int] = read_leaf(leaf_bytes(entry, key))["details"]
    return said


def shielded(person: Person, advocate_id: str, right: Right) -> Advocate:
    """The advocate of this public name, if `person` may do this. Raises NotFound, for the unmatched too, who are nobody."""
    advocate = advocate_for(person, advocate_id, right)
    if advocate.number == Advocate.UNMATCHED:
        raise NotFound("There is nothing here.")
    return advocate
