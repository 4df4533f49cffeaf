"""Alerts as people see them: what became of each, and which of them still need somebody."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from attrs import frozen
from django.db.models import QuerySet

from parapet.access.people import advocate_number, advocates_of
from parapet.access.rows import rows_of
from parapet.access.views import AdvocateCard, Row
from parapet.domain.errors import NotFound
from parapet.domain.judgement import Urgency
from parapet.domain.rights import Right, suffices
from parapet.domain.scopes import Scope
from parapet.records.models import Alert, AlertEvent, AlertItem, Person
from parapet.records.numbers import number_of
from parapet.records.scopes import numbers_within

#: How long the inbox shows an alert that nobody took.
SHOWN_DAYS = 14
#: So many at once.
_MOST_STANDING = 3
_MOST_LOOKED_THROUGH = 100
#: Rows on the page of an alert.
MOST_ROWS = 50


@frozen
class State:
    """What became of an alert: the sum of its events.

    taken_by     number of who said that she has it; None while nobody did
    reached      persons of whom at least one service took it
    unreached    persons who were called, and no way led to them
    unanswered   everybody was called as often as people are, and nobody said so
    nobody       there was nobody to call
    """

    taken_by: int | None = None
    taken_at: datetime | None = None
    called: tuple[int, ...] = ()
    reached: frozenset[int] = frozenset()
    unreached: frozenset[int] = frozenset()
    unanswered: bool = False
    nobody: bool = False
    ended: bool = False

    @property
    def is_over(self) -> bool:
        """True when nobody need be called any more."""
        return self.taken_by is not None or self.ended

    @property
    def code(self) -> str:
        """For screens: "taken", "unreached", "unanswered", "nobody", "sent" or "going"."""
        if self.taken_by is not None:
            return "taken"
        if self.nobody:
            return "nobody"
        if self.unreached and not self.reached:
            return "unreached"
        if self.unanswered:
            return "unanswered"
        return "sent" if self.reached else "going"


@frozen
class AlertLine:
    """One event of an alert. `who` is a name of a person, "" where it is about none."""

    at: datetime
    what: str
    who: str
    code: str


@frozen
class AlertCard:
    """An alert under the veil. `messages` counts those that are not erased; `taken_by` is a name, or ""."""

    id: str
    advocate: AdvocateCard
    opened_at: datetime
    urgency: Urgency
    messages: int
    state: str
    taken_by: str
    taken_at: datetime | None
    called: tuple[str, ...]
    unreached: tuple[str, ...]


@frozen
class AlertPage:
    """All that the page of an alert shows. Who is on call and may not read sees no row of it.

    may_take  whether this person is one who can say that she has it
    """

    card: AlertCard
    may_take: bool
    may_read: bool
    rows: tuple[Row, ...]
    lines: tuple[AlertLine, ...]


def state_of(events: Sequence[AlertEvent]) -> State:
    """The sum of `events`, oldest first."""
    taken = next((e for e in events if e.what == "taken"), None)
    called = tuple(e.person for e in events if e.what == "called" and e.person is not None)
    reached = frozenset(e.person for e in events if e.what == "sent" and e.person is not None)
    lost = frozenset(e.person for e in events if e.what == "undelivered" and e.person is not None) - reached
    return State(
        taken_by=taken.person if taken else None,
        taken_at=taken.at if taken else None,
        called=called,
        reached=reached,
        unreached=lost,
        unanswered=any(e.what == "unanswered" for e in events),
        nobody=any(e.what == "nobody" for e in events),
        ended=any(e.what == "ended" for e in events),
    )


def standing_of(card: AdvocateCard, *, now: datetime) -> tuple[AlertCard, ...]:
    """Alerts of an advocate that still need somebody, newest first, at most three. Who may see her card was asked before."""
    since = now - timedelta(days=SHOWN_DAYS)
    rows = Alert.objects.filter(advocate_id=advocate_number(card.id), emergency=None, opened_at__gt=since)
    found = []
    # Of who sees a part, those beyond it must not push hers off the list.
    for alert in rows.order_by("-opened_at", "-number")[: 10 if card.scope is None else _MOST_LOOKED_THROUGH]:
        if not _seen_whole(alert, card.scope):
            continue
        each = _card(alert, card)
        if each.messages and each.state != "taken":
            found.append(each)
        if len(found) == _MOST_STANDING:
            break
    return tuple(found)


def alert_page(person: Person, alert_id: str) -> AlertPage:
    """One alert, with the rows of its messages: for who is on call, and for who may read. Raises NotFound."""
    alert, advocate = held_alert(person, alert_id, Right.ALERT, Right.READ)
    events = _events(alert)
    names = _names({e.person for e in events if e.person is not None})
    lines = tuple(
        AlertLine(e.at, e.what, names.get(e.person or 0, ""), e.code)
        for e in events
        if e.what != "claimed"  # said by what came of it
    )
    numbers = dict.fromkeys(_items(alert).order_by("-at", "-id").values_list("item_id", flat=True)[: 4 * MOST_ROWS])
    may_read = suffices(advocate.rights, Right.READ)
    rows = rows_of(person, list(numbers)[:MOST_ROWS]) if may_read else ()
    return AlertPage(_card(alert, advocate), suffices(advocate.rights, Right.ALERT), may_read, rows, lines)


def held_alert(person: Person, alert_id: str, *rights: Right) -> tuple[Alert, AdvocateCard]:
    """The row of an alert, and whom it is about, if she holds one of these rights there; where she may act for a part, if all
    that the alert is about is within it: its counts, its state and its history are of all. Raises NotFound."""
    number = number_of("alr", alert_id)
    alert = Alert.objects.filter(number=number, emergency=None).first() if number is not None else None
    if alert is None:
        raise NotFound("There is nothing here.")
    for card in advocates_of(person, *rights, scoped=True):
        if advocate_number(card.id) == alert.advocate_id and _seen_whole(alert, card.scope):
            return alert, card
    raise NotFound("There is nothing here.")


def _seen_whole(alert: Alert, scope: Scope | None) -> bool:
    if scope is None:
        return True
    items = alerted(alert)
    return bool(items) and numbers_within(scope, items) == items


def alerted(alert: Alert) -> set[int]:
    """The numbers of the messages that an alert is still about."""
    return set(_items(alert).values_list("item_id", flat=True))


def items_left(alert: Alert) -> int:
    """How many messages an alert is still about: those that were erased, or given to somebody else, are not."""
    return _items(alert).values("item_id").distinct().count()


def _items(alert: Alert) -> QuerySet[AlertItem]:
    return AlertItem.objects.filter(alert=alert, item__advocate_id=alert.advocate_id)


def _events(alert: Alert) -> list[AlertEvent]:
    return list(AlertEvent.objects.filter(alert=alert).order_by("id"))


def _card(alert: Alert, advocate: AdvocateCard) -> AlertCard:
    state = state_of(_events(alert))
    people = {*state.called, *state.unreached, *({state.taken_by} if state.taken_by is not None else ())}
    names = _names(people)
    return AlertCard(
        id=alert.id,
        advocate=advocate,
        opened_at=alert.opened_at,
        urgency=Urgency(alert.urgency),
        messages=items_left(alert),
        state=state.code,
        taken_by=names.get(state.taken_by or 0, ""),
        taken_at=state.taken_at,
        called=tuple(names[number] for number in dict.fromkeys(state.called) if number in names),
        unreached=tuple(sorted(names[number] for number in state.unreached if number in names)),
    )


def _names(numbers: set[int]) -> dict[int, str]:
    return {person.number: person.name for person in Person.objects.filter(number__in=numbers)}
