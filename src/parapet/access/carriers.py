"""Which messages hold another one's bytes: a mail that forwards it, a post that quotes it, an answer within a thread's file.

The places tell. A message that lies within the bytes of another, in the same file, is in that one's original too.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from attrs import frozen

from parapet.access import opening
from parapet.domain.errors import KeyWrong
from parapet.dossiers.quoting import Quotes
from parapet.evidence.keys import Locker
from parapet.records.bulk import find
from parapet.records.keyring import keyring
from parapet.records.models import CaseItem, Item, Occurrence, Version

#: Of one conversation, file or case at most this many are looked through for a quotation, the newest first.
MOST_LOOKED_THROUGH = 500
#: Who floods a conversation with long mails must not keep this page from opening: a few seconds of reading.
_MOST_CHARS = 4_000_000


@frozen
class _Spot:
    begin: int
    end: int
    item: int


def carriers_of(items: Collection[int]) -> dict[int, set[int]]:
    """Item to the other items whose originals hold its bytes, also by way of a third. Raises KeyWrong."""
    found: dict[int, set[int]] = {item: set() for item in items}
    waiting = set(items)
    direct: dict[int, set[int]] = {}
    while waiting:
        new = _directly(waiting)
        direct.update(new)
        waiting = {each for carriers in new.values() for each in carriers} - direct.keys()
    for item, all_of_it in found.items():
        stack = [item]
        while stack:
            fresh = direct.get(stack.pop(), set()) - all_of_it - {item}
            all_of_it |= fresh
            stack.extend(fresh)
    return found


def _directly(items: Collection[int]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {item: set() for item in items}
    versions = [number for (number,) in find(Version, ("number",), "item_id", items)]
    for source in {source for (source,) in find(Occurrence, ("source_id",), "version_id", versions)}:
        for spots in _by_member(source):
            _within(spots, found)
    return found


def _by_member(source: int) -> Iterable[list[_Spot]]:
    """What lies in a file, apart for each member of an archive."""
    rows = Occurrence.objects.filter(source_id=source)
    if len(rows.values_list("pk", flat=True)[:2]) < 2:
        return ()
    members: dict[str, list[_Spot]] = {}
    said = rows.values_list("version_id", "version__item_id", "offset", "length", "sealed_place")
    for version, item, offset, length, sealed in said.iterator():
        place = keyring().unlock_text(bytes(sealed), about=f"place:{version}".encode())
        members.setdefault(place.partition("\0")[0], []).append(_Spot(offset, offset + length, item))
    return members.values()


def _within(spots: list[_Spot], found: dict[int, set[int]]) -> None:
    """Enter, for each wanted item among `spots`, those that begin no later and end no earlier than it."""
    ranges: dict[tuple[int, int], set[int]] = {}
    for spot in spots:
        ranges.setdefault((spot.begin, spot.end), set()).add(spot.item)
    around: list[tuple[int, int]] = []
    for begin, end in sorted(ranges, key=lambda each: (each[0], -each[1])):
        around = [each for each in around if each[1] > begin] + [(begin, end)]
        here = ranges[begin, end]
        for item in here & found.keys():
            for each in around:
                if each[1] >= end:
                    found[item] |= ranges[each] - {item}


def quoting(item: Item, besides: Collection[int] = ()) -> list[int]:
    """Items of the same conversation, file or case that repeat words of this one, but `besides`; the newest first. Raises KeyWrong."""
    locker = opening.locker_of(item.advocate)
    quotes = Quotes(_texts(item, locker))
    found, left = [], _MOST_CHARS
    for other in _near(item):
        texts = _texts(other, locker) if left > 0 and other.number not in besides else []
        left -= sum(map(len, texts))
        if any(quotes.spans(text) for text in texts):
            found.append(other.number)
    return found


def _texts(item: Item, locker: Locker) -> list[str]:
    try:
        key = opening.item_key(item, locker)
        return [opening.face(row, key).text for row in Version.objects.filter(item=item)]
    except KeyWrong:
        return []  # `parapet check` tells of it


def _near(item: Item) -> list[Item]:
    own = Item.objects.filter(advocate_id=item.advocate_id).exclude(number=item.number).order_by("-sent_at", "-number")
    sources = Occurrence.objects.filter(version__item=item).values("source_id")
    cases = CaseItem.objects.filter(item=item, removed_at=None).values("case_id")
    near = {
        "number__in": Occurrence.objects.filter(source_id__in=sources).values("version__item_id"),
        "caseitem__in": CaseItem.objects.filter(case_id__in=cases, removed_at=None).values("pk"),
    }
    found: dict[int, Item] = {}
    for name, value in ({"thread": item.thread} | near).items():
        if value is not None:
            found.update((each.number, each) for each in own.filter(**{name: value})[:MOST_LOOKED_THROUGH])
    return sorted(found.values(), key=lambda each: (each.sent_at, each.number), reverse=True)
