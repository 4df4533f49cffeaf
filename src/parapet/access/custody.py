"""Who did what, and when: the log's entries about an item or a case."""

from __future__ import annotations

from collections.abc import Iterable

from parapet.access.views import CustodyLine
from parapet.records.models import Advocate, Case, Grant, Item, LogEntry, Person
from parapet.records.vouching import REVOKE, is_vouched

#: Lines shown on a screen; the whole of it is in the log and in an exported bag.
_MAX_LINES = 200
EXPORTS = ("export", "dossier")


def custody_of_item(item: Item) -> tuple[CustodyLine, ...]:
    """Everything that happened to an item, oldest first."""
    return custody_of_number(item.number)


def custody_of_number(item: int) -> tuple[CustodyLine, ...]:
    """The same for an item of which only the number is left."""
    return _lines(LogEntry.objects.filter(item_number=item).order_by("index")[:_MAX_LINES])


def custody_of_case(case: Case, kinds: Iterable[str] = ()) -> tuple[CustodyLine, ...]:
    """Everything that happened to a case, oldest first; only of `kinds` when given."""
    entries = LogEntry.objects.filter(case_number=case.number)
    if kinds:
        entries = entries.filter(kind__in=list(kinds))
    return _lines(entries.order_by("index")[:_MAX_LINES])


def exports_among(case: Case, custody: tuple[CustodyLine, ...]) -> tuple[CustodyLine, ...]:
    """What was taken out of a case, oldest first: of its custody, and asked of the log only where that was cut off."""
    if len(custody) < _MAX_LINES:
        return tuple(line for line in custody if line.kind in EXPORTS)
    return custody_of_case(case, EXPORTS)


def who_could_see(advocate: Advocate) -> tuple[CustodyLine, ...]:
    """Who was let act for an advocate, and so see all of hers, and who no longer; oldest first. `who` is whom it concerns."""
    granted = dict(Grant.objects.filter(advocate=advocate).values_list("log_index", "person_id"))
    begun = LogEntry.objects.filter(index__in=list(granted), kind="grant", advocate_number=advocate.number)
    ended = LogEntry.objects.filter(
        kind=REVOKE, advocate_number=advocate.number, case_number=None, person_number__in=set(granted.values())
    )
    return _lines(sorted([*begun[:_MAX_LINES], *ended[:_MAX_LINES]], key=lambda entry: entry.index))


def _lines(entries: Iterable[LogEntry]) -> tuple[CustodyLine, ...]:
    entries = list(entries)
    people = {p.number: p.name for p in Person.objects.filter(number__in={e.person_number for e in entries if e.person_number})}
    return tuple(CustodyLine(e.at, e.kind, people.get(e.person_number or 0, ""), e.index, is_vouched(e)) for e in entries)
