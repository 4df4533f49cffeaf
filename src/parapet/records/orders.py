"""Orders that stand: what must be kept (hold, release), and what may go after a time (retention).

There is no table of them: they are the leaves of the log that say so, and only this home's key can write one. So that no
hand in the database frees what is held by taking its entry away, each order carries its number, `OrderHead` says with a
code (MAC) how many there are, and before anything is erased the log itself must have no gap. What does not add up
frees nothing: LogBroken, and nothing is erased.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from attrs import field, frozen

from parapet.domain.errors import LogBroken
from parapet.evidence.seal import event_body
from parapet.records.bulk import run
from parapet.records.chain import Event, append
from parapet.records.keyring import keyring
from parapet.records.lasting import HOLD, RELEASE, RETENTION, home_locker, told
from parapet.records.models import OrderHead, Person

# The condition stands letter for letter in the index `log_orders`. One statement, so that both are of one moment: somebody may
# give an order between two of them, and what was whole would seem to lack one.
_ORDERS = """
SELECT NULL, NULL, NULL, count, mac FROM records_orderhead WHERE number = 1 UNION ALL
SELECT "index", leaf_hash, sealed_leaf, NULL, NULL FROM records_logentry WHERE kind IN ('hold', 'release', 'retention')
"""
_HOW_MANY = "SELECT size, (SELECT COUNT(*) FROM records_logentry) FROM records_loghead WHERE number = 1"  # of one moment, too


@frozen
class Order:
    """One order in force. `subject` is our id of what it is about, `at` as the leaf has it, `actor` our id of the person."""

    index: int
    subject: str
    at: str
    actor: str
    details: Mapping[str, Any]


@frozen
class Orders:
    """What stands now, by subject; and how many orders there ever were."""

    holds: Mapping[str, Order] = field(factory=dict)
    rules: Mapping[str, Order] = field(factory=dict)
    count: int = 0


def orders(*, strictly: bool = False) -> Orders:
    """The orders that stand. `strictly`: the log must have no gap either, as before an erasure. Raises LogBroken."""
    found = run(_ORDERS, ())
    heads = [row[3:] for row in found if row[0] is None]
    rows = sorted((row[:3] for row in found if row[0] is not None), key=lambda row: row[0])
    holds: dict[str, Order] = {}
    rules: dict[str, Order] = {}
    locker = home_locker() if rows else None
    for nth, (index, hashed, sealed) in enumerate(rows, 1):
        assert locker is not None
        body = told(index, bytes(hashed), bytes(sealed), locker)
        if body["details"].get("nth") != nth:
            raise LogBroken("An order to keep or to erase is missing from the log.")
        order = Order(index, body["subjects"][0], body["at"], body["actor"], body["details"])
        if body["kind"] == RETENTION:
            rules[order.subject] = order
        elif body["kind"] == HOLD:
            holds[order.subject] = order
        elif body["kind"] == RELEASE:
            holds.pop(order.subject, None)
    last = rows[-1][0] if rows else -1
    if not heads and rows:
        raise LogBroken("Nothing says how many orders to keep or to erase there are.")
    for count, mac in heads:
        if count != len(rows) or not hmac.compare_digest(bytes(mac), _mac(len(rows), last)):
            raise LogBroken("The orders to keep or to erase are not as many as this home wrote.")
    if strictly:
        counted = run(_HOW_MANY, ())
        if not counted or counted[0][0] != counted[0][1]:
            raise LogBroken("An entry of the log is missing.")
    return Orders(holds, rules, len(rows))


def give(
    kind: str,
    subject: str,
    *,
    person: Person,
    details: Mapping[str, str | int],
    now: datetime,
    advocate: int | None = None,
    item: int | None = None,
    case: int | None = None,
) -> int:
    """Write an order; the index of its leaf. Inside a transaction that holds the log. Raises LogBroken."""
    nth = orders().count + 1
    body = event_body(kind=kind, at=now, subjects=[subject], actor=person.id, details={**details, "nth": nth})
    event = Event(kind, now, body, home_locker(), advocate=advocate, item=item, case=case, person=person.number)
    [index] = append([event])
    OrderHead.objects.update_or_create(number=1, defaults={"count": nth, "mac": _mac(nth, index)})
    return index


def _mac(count: int, last: int) -> bytes:
    return keyring().digest_once("orders", f"{count}:{last}")
