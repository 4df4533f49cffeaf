"""Hold every head that a case ever had in the log to the entries before it."""

from __future__ import annotations

from typing import Any

from parapet.access import opening
from parapet.evidence.canonical import read_leaf
from parapet.evidence.keys import Locker
from parapet.evidence.reader.heads import check_heads
from parapet.evidence.reader.leaves import MEMBERSHIP, Leaf, items_after
from parapet.evidence.seal import HEAD_KIND
from parapet.records import models
from parapet.records.bulk import find
from parapet.records.clock import EVERY_CASE
from parapet.records.numbers import number_of, public


def broken_heads(case: models.Case, key: Locker) -> list[int]:
    """The places in the log of those heads of `case` that the entries before them do not give. Raises KeyWrong, ValueError."""
    leaves, ever = [], set()
    for entry in models.LogEntry.objects.filter(case_number__in=(case.number, EVERY_CASE)).order_by("index"):
        own = entry.case_number == case.number
        body: dict[str, Any] = {"kind": entry.kind, "subjects": [case.id] if own else []}
        if own and entry.kind in (HEAD_KIND, *MEMBERSHIP):
            body = read_leaf(opening.leaf_bytes(entry, key))
            ever |= items_after(case.id, set(), {**body, "kind": "case_add"})
        leaves.append(Leaf(str(entry.index), body, bytes(entry.leaf_hash), entry.index))
    numbers = [number for number in map(_item, ever) if number is not None]
    for index, hashed, item in find(models.LogEntry, ("index", "leaf_hash", "item_number"), "item_number", numbers):
        leaves.append(Leaf(str(index), {"kind": "", "subjects": [public("itm", item)]}, bytes(hashed), index))
    leaves.sort(key=lambda leaf: leaf.place)
    # The last leaf of a bag is checked by itself there; here the last of all may be a head as any other.
    leaves.append(Leaf("", {}, b"", -1))
    broken: list[int] = []
    check_heads(leaves, case.id, ever, set(), lambda _code, file="", *_numbers: broken.append(int(file.partition("/")[0])))
    return broken


def _item(name: str) -> int | None:
    return number_of("itm", name)
