"""Entries of the log that nobody can read any more: what a bag holds in their place, and when that is believed.

An erased entry stands in the bag as its hash and its index, proven to be in the log as any other. What it said is gone. It is
believed only when another entry of the bag, the event `erase`, names its index: the log holds that event, so nobody can strip
an entry and call it erased, unless the log says that it was.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from parapet.evidence.reader.files import Blame
from parapet.evidence.reader.layout import CUSTODY, ERASED, ITEMS
from parapet.evidence.reader.leaves import Leaf

#: The event that says that something was erased.
ERASE = "erase"


def check_erased(leaves: list[Leaf], blame: Blame) -> dict[str, int]:
    """Blame every erased entry among `leaves` that no event names, or only one that came before it; and what is whole though
    it is said to be erased. Returns how many entries were erased, and how many items by people and by a rule."""
    named: dict[int, tuple[str, int]] = {}
    versions = Counter(leaf.folder.split("/")[2] for leaf in leaves if not leaf.body and leaf.folder.startswith(f"{ITEMS}/"))
    by = {"erased": sum(not leaf.body for leaf in leaves), "by_people": 0, "by_rule": 0}
    for leaf in leaves:
        if leaf.body.get("kind") != ERASE:
            continue
        subjects, details = leaf.body.get("subjects"), leaf.body.get("details")
        listed = details.get("leaves") if isinstance(details, dict) else None
        if not isinstance(subjects, list) or not subjects or not isinstance(listed, list):
            blame("leaf.form", leaf.file)
            continue
        here = versions[str(subjects[0])]
        if here and isinstance(details, dict) and details.get("versions") != here:
            blame("erased.untold", f"{ITEMS}/{subjects[0]}")
        by["by_people" if leaf.body.get("actor") else "by_rule"] += 1
        for each in listed:
            if isinstance(each, str) and each.isascii() and each.isdigit() and len(each) <= 16:
                named[int(each)] = (str(subjects[0]), leaf.place)
    for leaf in leaves:
        item, told = named.get(leaf.place, ("", -1))
        if leaf.body:
            if item:
                blame("erased.whole", leaf.file)
            continue
        elsewhere = not leaf.folder.startswith(CUSTODY) and leaf.folder.split("/")[2] != item
        if told <= leaf.place or elsewhere:
            blame("erased.untold", f"{leaf.folder}/{ERASED}")
    return by


def owners_of_erased(leaves: list[Leaf]) -> dict[int, str]:
    """Index of each erased entry that an event names, to the item that it was about."""
    owners: dict[int, str] = {}
    for leaf in leaves:
        details, subjects = leaf.body.get("details"), leaf.body.get("subjects")
        if leaf.body.get("kind") != ERASE or not isinstance(details, dict) or not isinstance(subjects, list):
            continue
        for each in details.get("leaves") or ():
            if isinstance(each, str) and each.isascii() and each.isdigit() and len(each) <= 16:
                owners[int(each)] = str(subjects[0]) if subjects else ""
    return owners


def erased_facts(number: int, index: int, hashed: bytes) -> dict[str, Any]:
    """What `item.json` says of a version that was erased."""
    return {"version": number, "log_index": index, "leaf_hash": hashed.hex(), "erased": True}


def whole(items: Iterable[dict[int, Leaf]], events: list[Leaf]) -> tuple[int, int, int]:
    """How many items, versions and events can be read."""
    readable = [sum(bool(leaf.body) for leaf in versions.values()) for versions in items]
    return sum(map(bool, readable)), sum(readable), sum(bool(event.body) for event in events)
