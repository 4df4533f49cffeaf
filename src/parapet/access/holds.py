"""What is on hold, and why: an item itself, the case it was ever put into, its advocate, or a message of the same file."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from attrs import frozen

from parapet.access import opening
from parapet.access.case_cards import case_key
from parapet.domain.errors import KeyWrong, LogBroken, OnHold
from parapet.domain.errors import gettext_noop as _
from parapet.evidence.canonical import read_leaf
from parapet.records.lasting import LASTING
from parapet.records.models import Case, CaseItem, ErasedInCase, Item, LogEntry, Occurrence
from parapet.records.numbers import number_of, public
from parapet.records.orders import Order, Orders, orders

#: Why something is kept, said to whoever wants to erase it, by what is on hold.
WHY = {
    "item": _("This message is on hold."),
    "case": _("A case that it belongs to is on hold."),
    "advocate": _("Everything of this person is on hold."),
    "file": _("The file that it came in also holds a message that is on hold."),
}


@frozen
class Held:
    """What stands now, worked out once for many items."""

    orders: Orders
    items: frozenset[int]
    of_cases: frozenset[int]
    advocates: frozenset[int]

    def why(self, item: int, advocate: int, sources: Iterable[int] = ()) -> str:
        """A word of `WHY`, or "" when nothing keeps this item."""
        if item in self.items:
            return "item"
        if item in self.of_cases:
            return "case"
        if advocate in self.advocates:
            return "advocate"
        return "file" if self.in_held_files(sources) else ""

    def free(self, items: Collection[int], advocate: int, sources: Mapping[int, Collection[int]]) -> list[int]:
        """Those of an advocate's `items` that nothing keeps; `sources`: in which files each lies."""
        if advocate in self.advocates:
            return []
        kept = self.in_held_files({source for item in items for source in sources.get(item, ())})
        loose = (item for item in items if item not in self.items and item not in self.of_cases)
        return [item for item in loose if kept.isdisjoint(sources.get(item, ()))]

    def in_held_files(self, sources: Iterable[int]) -> frozenset[int]:
        """Those of these sealed files that hold something that is on hold."""
        wanted = list(sources)
        if not wanted or not (self.items or self.of_cases or self.advocates):
            return frozenset()
        within = Occurrence.objects.filter(source_id__in=wanted)
        kept = set(within.filter(version__item__advocate__in=self.advocates).values_list("source_id", flat=True))
        numbers = list(self.items | self.of_cases)
        for first in range(0, len(numbers), 500):
            part = numbers[first : first + 500]
            kept.update(within.filter(version__item__in=part).values_list("source_id", flat=True))
        return frozenset(kept)


def held(*, strictly: bool = False) -> Held:
    """All that is on hold. `strictly`, before an erasure: the log must be whole. Raises LogBroken."""
    standing = orders(strictly=strictly)
    items, advocates, cases = set[int](), set[int](), set[int]()
    for subject in standing.holds:
        for prefix, numbers in (("itm", items), ("adv", advocates), ("cas", cases)):
            number = number_of(prefix, subject)
            if number is not None:
                numbers.add(number)
    return Held(standing, frozenset(items), frozenset(_ever_in(cases)), frozenset(advocates))


def hold_on(subject: str) -> Order | None:
    """The hold that stands on this very item, case or advocate. Raises LogBroken."""
    return orders().holds.get(subject)


def refuse(why: str) -> None:
    """Raises OnHold unless `why` is ""."""
    if why:
        sentence = WHY[why]
        raise OnHold(sentence)


def put_in(case: Case) -> list[tuple[str, frozenset[int]]]:
    """What the log says was put into a case and taken out, in order: ("case_add", items)... Raises LogBroken."""
    key, said = case_key(case), []
    entries = LogEntry.objects.filter(case_number=case.number).exclude(kind__in=LASTING).order_by("index")
    for entry in entries:
        if entry.kind not in ("case_open", "case_add", "case_remove"):
            continue
        try:
            subjects = read_leaf(opening.leaf_bytes(entry, key))["subjects"]
        except KeyWrong:
            raise LogBroken("An entry of the log about a case does not open.") from None
        said.append((entry.kind, frozenset(n for n in (number_of("itm", name) for name in subjects[1:]) if n is not None)))
    return said


def in_cases(advocate: int, *, closed_too: bool) -> frozenset[int]:
    """Items that are in an open case of this advocate, or in any, by the log and by the rows: either is enough."""
    held_by: set[int] = set()
    for case in Case.objects.filter(advocate_id=advocate).select_related("advocate"):
        if case.state != "open" and not closed_too:
            continue
        now: set[int] = set()
        for kind, items in put_in(case):
            now = now - items if kind == "case_remove" else now | items
        held_by |= now | _rows_of([case.number], still=True)
    return frozenset(held_by)


def _ever_in(cases: Collection[int]) -> set[int]:
    """Whoever takes a message out of a case on hold does not free it."""
    found = _rows_of(cases)
    for case in Case.objects.filter(number__in=cases).select_related("advocate"):
        for _kind, items in put_in(case):
            found |= items
    return found


def _rows_of(cases: Collection[int], *, still: bool = False) -> set[int]:
    rows = CaseItem.objects.filter(case_id__in=cases)
    if still:
        rows = rows.filter(removed_at=None)
    return set(rows.values_list("item_id", flat=True))


def sources_of(items: Collection[int]) -> dict[int, set[int]]:
    """Item to the sealed files that it lies in."""
    found: dict[int, set[int]] = {}
    numbers = list(items)
    for first in range(0, len(numbers), 500):
        rows = Occurrence.objects.filter(version__item__in=numbers[first : first + 500])
        for item, source in rows.values_list("version__item_id", "source_id"):
            found.setdefault(item, set()).add(source)
    return found


def others_in(sources: Collection[int], items: Collection[int]) -> int:
    """How many other messages lie in these files. Their own originals stay."""
    rows = Occurrence.objects.filter(source_id__in=list(sources)).exclude(version__item__in=list(items))
    return rows.values("version__item_id").distinct().count()


def cases_of(item: Item) -> tuple[str, ...]:
    """The public names of the cases that an item is in."""
    rows = CaseItem.objects.filter(item=item, removed_at=None).values_list("case_id", flat=True)
    return tuple(public("cas", number) for number in rows)


def erased_in(case: Case) -> list[int]:
    """The numbers of the items that were in `case` when they were erased."""
    return list(ErasedInCase.objects.filter(case=case).order_by("pk").values_list("item_number", flat=True))
