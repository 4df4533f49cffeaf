"""The heads of a case: what belonged to it at each moment, and whose each entry was, held to the entries before them.

A head says how many entries belong to the case, the digest of their hashes in the order of the log, and (`owners`) the digest
of those hashes each with what it is about. It is written whenever the case has changed.
"""

from __future__ import annotations

import hashlib
from typing import Any

from parapet.evidence.reader.erased import owners_of_erased
from parapet.evidence.reader.files import Blame
from parapet.evidence.reader.layout import ITEMS
from parapet.evidence.reader.leaves import MEMBERSHIP, Leaf, items_after
from parapet.evidence.reader.order import EVERY_CASE, HEAD, owner_of
from parapet.evidence.reader.removed import TAKEN_OUT
from parapet.evidence.reader.withheld import WITHHELD

#: Of leaves that are gone through again after a change of what is in the case: a few seconds.
_MOST_HASHES = 5_000_000
#: An id has no more characters; a longer one is an attacker's, who would have it hashed again and again.
_MOST_OWNER = 80


class Tally:
    """What a head says of the entries that were added, which must come in the order of the log."""

    def __init__(self) -> None:
        self.count = 0
        self._hashes = hashlib.sha256(b"parapet v1 case head\n")
        self._owners = hashlib.sha256(b"parapet v1 case owners\n")

    def add(self, hashed: bytes, owner: str) -> None:
        """One more entry: its hash, and what it is about (`owner_of`)."""
        self._hashes.update(hashed)
        self._owners.update(hashed + owner[:_MOST_OWNER].encode("utf-8", "surrogatepass") + b"\n")
        self.count += 1

    @property
    def sha256(self) -> str:
        """Over the hashes."""
        return self._hashes.hexdigest()

    @property
    def owners(self) -> str:
        """Over the hashes, each with its owner."""
        return self._owners.hexdigest()


def head_of_leaves(leaves: list[Leaf], case: str) -> Tally:
    """The head over all of `leaves`, the entries of a bag but the head itself."""
    owners, tally = owners_of_erased(leaves), Tally()
    for leaf in leaves:
        tally.add(leaf.hashed, _owner(leaf, case, owners))
    return tally


def check_head(head: Leaf, tally: Tally, blame: Blame) -> None:
    """Blame a head that says something else than `tally`. Those of the first homes do not say whose the entries are."""
    stated = _details(head)
    count = stated.get("count")
    if count != tally.count:
        blame("head.count", head.file, count if isinstance(count, int) else 0, tally.count)
    if stated.get("sha256") != tally.sha256 or stated.get("owners", tally.owners) != tally.owners:
        blame("head.digest", head.file)


def check_heads(leaves: list[Leaf], case: str, held: set[str], blind: set[str], blame: Blame) -> int:
    """Blame earlier heads of `case` that are not those of the leaves before them: one of those was left out, or slipped in.

    A head is written whenever a case has changed, so an entry that is left out today contradicts the heads of its own days.

    held   items whose entries are all among `leaves`; a head of a time when the case had another cannot be reckoned again
    blind  those that are no longer in the case, whose entries are here as hashes alone. What stands for one of them could
           be an entry of another: only a head that says whose each is tells them apart
    Returns how many heads could not be held to that, also because it would take too long.
    """
    owners = owners_of_erased(leaves)
    members: set[str] = set()
    tally, stale = Tally(), False
    skipped = work = 0
    since = knows_owners_since(leaves, case)
    for at, leaf in enumerate(leaves):
        body = leaf.body
        owner = _owner(leaf, case, owners)
        ours = owner == case
        earlier_head = ours and body.get("kind") == HEAD and at < len(leaves) - 1
        if earlier_head and (not members <= held | blind or work > _MOST_HASHES):
            skipped += 1
        elif earlier_head:
            if stale:
                work += at
                tally, stale = _tally(leaves[:at], members | {case}, case, owners), False
            check_head(leaf, tally, blame)
            if leaf.place > since and "owners" not in _details(leaf):
                blame("head.digest", leaf.file)  # who stopped saying whose each entry is wants to pass one off
            skipped += bool(members & blind) and "owners" not in _details(leaf)
        if ours and body.get("kind") in MEMBERSHIP:
            changed = items_after(case, members, body)
            stale, members = stale or changed != members, changed
        if not stale and (ours or owner in members or body.get("kind") in EVERY_CASE):
            tally.add(leaf.hashed, owner)
    return skipped


def knows_owners_since(leaves: list[Leaf], case: str) -> int:
    """The place of the first head of `case` that says whose each entry is; beyond any place when none does."""
    told = (leaf.place for leaf in leaves if _is_head(leaf, case) and "owners" in _details(leaf))
    return min(told, default=1 << 62)


def _tally(leaves: list[Leaf], inside: set[str], case: str, owners: dict[int, str]) -> Tally:
    tally = Tally()
    for leaf in leaves:
        owner = _owner(leaf, case, owners)
        if leaf.body.get("kind") in EVERY_CASE or owner in inside:
            tally.add(leaf.hashed, owner)
    return tally


def _owner(leaf: Leaf, case: str, owners: dict[int, str]) -> str:
    """`owner_of` also for what is not shown here: an item's lies in its folder, the case's among the events."""
    if leaf.body == TAKEN_OUT:
        return leaf.folder.split("/")[2]
    if leaf.body == WITHHELD:
        return leaf.folder.split("/")[2] if leaf.folder.startswith(f"{ITEMS}/") else case
    return owners.get(leaf.place) or owner_of(leaf.body)


def _is_head(leaf: Leaf, case: str) -> bool:
    return leaf.body.get("kind") == HEAD and leaf.body.get("subjects") == [case]


def _details(leaf: Leaf) -> dict[str, Any]:
    details = leaf.body.get("details")
    return details if isinstance(details, dict) else {}
