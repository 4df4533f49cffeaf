"""Leaves that outlive what they tell of: that something was erased, held, released, or is to go after a time.

They are sealed under the home's own advocate (the unmatched, who is never erased), not under the item's, the case's or the
advocate's key, which may be destroyed.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from parapet.domain.errors import KeyWrong, LogBroken
from parapet.evidence.canonical import read_leaf
from parapet.evidence.keys import Locker
from parapet.evidence.log import leaf_hash
from parapet.records.bulk import find
from parapet.records.chain import leaf_context
from parapet.records.keyring import keyring
from parapet.records.models import Advocate, Erased, LogEntry
from parapet.records.numbers import public

ERASE, HOLD, RELEASE, RETENTION = "erase", "hold", "release", "retention"
#: The kinds of such leaves.
LASTING = (ERASE, HOLD, RELEASE, RETENTION)
_PREFIX = {"item": "itm", "advocate": "adv", "source": "src"}


def home_locker() -> Locker:
    """What seals and opens these leaves."""
    home = Advocate.objects.get(number=Advocate.UNMATCHED)
    return keyring().advocate(home.number, bytes(home.wrapped_key))


def told(index: int, hashed: bytes, sealed: bytes, locker: Locker) -> dict[str, Any]:
    """What the leaf at `index` says. Raises LogBroken when it is not one that this home wrote there."""
    try:
        raw = locker.unlock(sealed, about=leaf_context(index))
        if leaf_hash(raw) != hashed:
            raise ValueError
        return read_leaf(raw)
    except (KeyWrong, ValueError):
        raise LogBroken("An entry of the log about what is kept or erased was changed.") from None


def vouched(numbers: Collection[int]) -> dict[int, tuple[int, dict[str, Any]]]:
    """Those of `numbers` that were erased: number to the index and the words of the leaf that says so.

    A row alone tells nothing: whoever may write rows could call something erased that was taken away.
    """
    columns = ("number", "what", "advocate_number", "log_index")
    rows = list(find(Erased, columns, "number", numbers)) if numbers else []
    if not rows:
        return {}
    locker, said = home_locker(), _said({row[3] for row in rows})
    found: dict[int, tuple[int, dict[str, Any]]] = {}
    opened: dict[int, dict[str, Any]] = {}
    for number, what, advocate, index in rows:
        if index not in said:
            continue
        if index not in opened:
            try:
                opened[index] = told(index, *said[index], locker)
            except LogBroken:
                opened[index] = {}
        body = opened[index]
        names = {public(_PREFIX.get(what, "?"), number), *((public("adv", advocate),) if advocate else ())}
        if body.get("kind") == ERASE and not names.isdisjoint(body.get("subjects", ())):
            found[number] = index, body
    return found


def _said(indexes: Collection[int]) -> dict[int, tuple[bytes, bytes]]:
    rows = find(LogEntry, ("index", "leaf_hash", "sealed_leaf"), "index", indexes)
    return {index: (bytes(hashed), bytes(sealed)) for index, hashed, sealed in rows}
