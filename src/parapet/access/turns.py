"""Who is on one message, how it ended, and who else could be."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from parapet.access import opening
from parapet.access.shields import Shield
from parapet.access.views import OnIt
from parapet.domain.errors import KeyWrong
from parapet.domain.rights import Right
from parapet.evidence.canonical import read_leaf
from parapet.evidence.keys import Locker
from parapet.records.grants import ADVOCATE, given_for
from parapet.records.models import Item, LogEntry, Person, Turn
from parapet.records.vouching import is_vouched


def turn_of(item: Item, key: Locker, *, asked_by: Person, shield: Shield, now: datetime | None = None) -> OnIt:
    """What the page of `item` tells of its turn, `shield` being its advocate's. That `asked_by` may read it was asked before."""
    now = now or datetime.now(UTC)
    turn = Turn.objects.filter(item=item, until__gt=now).select_related("person").first()
    entry = LogEntry.objects.filter(item_number=item.number, kind="sorted").order_by("-index").first()
    outcome = _outcome(entry, key) if item.sorted_at is not None and entry is not None else ""
    by = Person.objects.filter(number=entry.person_number or 0).first() if outcome and entry is not None else None
    return OnIt(
        who=turn.person.name if turn else "",
        me=turn is not None and turn.person_id == asked_by.number,
        until=turn.until if turn else None,
        outcome=outcome,
        done_by=by.name if by else "",
        done_at=entry.at if outcome and entry is not None else None,
        waits=item.sorted_at is None and not item.own and bool(item.severity or item.urgency or item.abstain),
        helpers=sorters_of(shield, besides=asked_by),
    )


def sorters_of(shield: Shield, *, besides: Person) -> tuple[tuple[str, str], ...]:
    """Id and name of everybody else who may sort for the advocate of this shield, by name. Not herself while it is up: nobody
    hands her a message then."""
    return _named(shield.advocate, Right.SORT, besides, spared=shield.up is not None)


def readers_of(advocate: int) -> tuple[tuple[str, str], ...]:
    """Id and name of everybody who may read for the advocate of this number, by name."""
    return _named(advocate, Right.READ, None)


def _named(advocate: int, right: Right, besides: Person | None, *, spared: bool = False) -> tuple[tuple[str, str], ...]:
    now = datetime.now(UTC)
    grants = [grant for grant in given_for(advocate) if grant.may(right) and not grant.over(now)]
    may = {grant.person for grant in grants if not (spared and grant.role == ADVOCATE)}
    people: Iterable[Person] = Person.objects.filter(number__in=may, is_active=True)
    named = ((each.id, each.name) for each in people if besides is None or each.number != besides.number)
    return tuple(sorted(named, key=lambda pair: pair[1]))


def _outcome(entry: LogEntry, key: Locker) -> str:
    """What the entry says, if it is as this home wrote it."""
    if not is_vouched(entry):
        return ""
    try:
        return str(read_leaf(opening.leaf_bytes(entry, key))["details"]["outcome"])
    except (KeyWrong, KeyError):
        return ""
