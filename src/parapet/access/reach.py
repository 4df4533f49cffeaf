"""How people are reached, as they see it themselves; and who is called for whom."""

from __future__ import annotations

from attrs import frozen

from parapet.access.people import advocate_for
from parapet.domain.rights import Right
from parapet.records.models import Person
from parapet.records.numbers import public
from parapet.records.on_call import called_in_alerts, callees, may_be_called, on_call
from parapet.records.reach import reached


@frozen
class WayCard:
    """One way of hers. `shown` holds nothing with which anybody could write to her there."""

    id: str
    kind: str
    shown: str


@frozen
class ReachCard:
    """What she said of how to reach her. Quiet hours are minutes after midnight in `zone`, or None."""

    ways: tuple[WayCard, ...]
    quiet_from: int | None
    quiet_until: int | None
    zone: str
    same_day: bool


@frozen
class CalleeCard:
    """Somebody who may be called for an advocate. `place` is 1 for who is called first, 0 for who is not."""

    id: str
    name: str
    role: str
    place: int
    has_ways: bool
    part: bool = False  # called only for what is within her scope


@frozen
class OnCallCard:
    """Who is called for an advocate. `reached` is False when an alert would reach nobody."""

    people: tuple[CalleeCard, ...]
    wait_min: int
    called: str
    reaches: bool
    is_chosen: bool


def reach_of(person: Person) -> ReachCard:
    """How she herself is reached."""
    said = reached(person.number)
    ways = tuple(WayCard(public("way", way.number), way.kind, way.shown) for way in said.ways)
    return ReachCard(ways, said.quiet_from, said.quiet_until, said.zone, said.same_day)


def on_call_of(person: Person, advocate_id: str) -> OnCallCard:
    """Who may be called for an advocate, those of the list first and in its order. Raises NotFound."""
    advocate = advocate_for(person, advocate_id, Right.KEEP)
    said, able = on_call(advocate), may_be_called(advocate)
    chosen = [number for number in said.people if number in {each.person.number for each in able}]
    order = chosen or [each.person.number for each in able if each.reached.ways]
    place = {number: at for at, number in enumerate(order, 1)}
    cards = [
        CalleeCard(
            each.person.id,
            each.person.name,
            each.role,
            place.get(each.person.number, 0),
            bool(each.reached.ways),
            each.scope is not None,
        )
        for each in able
    ]
    cards.sort(key=lambda card: (card.place == 0, card.place))
    return OnCallCard(tuple(cards), said.wait_min, called_in_alerts(advocate), bool(callees(advocate)), bool(chosen))
