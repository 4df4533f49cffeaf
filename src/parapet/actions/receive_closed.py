"""What is received for advocates who closed their material: judged at once, while its words are at hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from parapet.actions.arrivals import Incoming
from parapet.actions.assess import Arrived, assess_arrived
from parapet.records.bulk import find
from parapet.records.keyring import is_closed
from parapet.records.models import Advocate


def keys_changed(rows: Mapping[int, bytes]) -> bool:
    """True when somebody closed her material, or sent somebody away, since these were looked up: advocate to what her row holds."""
    now = find(Advocate, ("number", "wrapped_key"), "number", rows)
    return any(bytes(wrapped) != rows[number] for number, wrapped in now)


def judge_closed(new: Sequence[Incoming], rows: Mapping[int, bytes], moved: Mapping[int, int], now: datetime) -> list[int]:
    """Judge those that are for closed advocates; the versions of the others. In the transaction that receives them.

    moved  items that were given to somebody in this transaction: item to advocate
    """
    if not any(map(is_closed, rows.values())):
        return [one.version_number for one in new]
    left, arrived = [], {}
    for one in new:
        if one.key is not None and is_closed(rows[moved.get(one.item_number, one.advocate)]):
            arrived[one.version_number] = Arrived(one.key, one.face)
        else:
            left.append(one.version_number)
    if arrived:
        assess_arrived(arrived, now=now)
    return left
