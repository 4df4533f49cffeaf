"""How a shield stands, for the people on whom an advocate relies: names and numbers, and no word of a message."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from attrs import frozen

from parapet.access.first_hour import lines
from parapet.access.opening import locker_of
from parapet.access.people import advocate_number, advocates_of
from parapet.access.shields import ASKS_AFTER, STEP, Standing, details, entries, shield_of
from parapet.access.views import AdvocateCard
from parapet.domain.errors import KeyClosed, KeyWrong, NotFound
from parapet.domain.judgement import Severity
from parapet.domain.rights import Right, suffices
from parapet.records.bulk import run, stored_time
from parapet.records.grants import ADVOCATE, Held, given_for
from parapet.records.models import Advocate, LogEntry, Person, ShieldNotice, Turn
from parapet.records.on_call import callees

TICK, UNTICK, FINE, NEEDED = "tick", "untick", "fine", "needed"
#: What it takes to raise and to lower it, and to tick a line of the list.
RAISES, TICKS = Right.SHIELD, Right.ANNOTATE

_COUNTED = f"""
SELECT coalesce(sum(CASE WHEN received_at >= %s THEN 1 ELSE 0 END), 0),
       coalesce(sum(CASE WHEN sorted_at >= %s THEN 1 ELSE 0 END), 0),
       coalesce(sum(CASE WHEN received_at >= %s AND severity >= {int(Severity.HIGH)} THEN 1 ELSE 0 END), 0),
       coalesce(sum(CASE WHEN sorted_at IS NULL AND (severity > 0 OR urgency > 0 OR abstain) THEN 1 ELSE 0 END), 0)
FROM records_item WHERE advocate_id = %s AND NOT own
"""  # noqa: S608 - our own words


#: After so long without anybody having been told, it is said that nobody was.
TOLD_WITHIN = timedelta(minutes=2)
#: What became of telling one person by one way.
SENT, FAILED, UNDELIVERED = "sent", "failed", "undelivered"
Said = Sequence[tuple[LogEntry, Mapping[str, str | int]]]


@frozen
class Tick:
    """That a line of the list is done: by whom ("" for somebody who is no longer here), when."""

    who: str
    at: datetime


@frozen
class Circled:
    """Somebody of her circle.

    holds     how many messages she is on now
    told      "sent", "undelivered" or "": what became of telling her that it is up
    """

    name: str
    me: bool
    herself: bool
    reads: bool
    on_call: bool
    holds: int
    told: str


@frozen
class Counts:
    """Of her messages since the shield went up: how many came in, how many of them are grave, how many were sorted; how many wait."""

    came: int = 0
    sorted: int = 0
    grave: int = 0
    waiting: int = 0


@frozen
class ShieldPage:
    """All that the page of a shield shows.

    up          since when, by whom ("" for somebody who is no longer here); None while it is down
    ticks       line to who did it; None while her material is closed, and nobody can read it
    asks        it is up for long: is it still needed?
    unheard     nobody else was told, and nobody is about to be
    veil_until  until when texts stay veiled after it was lowered
    may_raise   and lower; `may_tick` and `herself`: whether it is the advocate who looks
    """

    card: AdvocateCard
    up: Standing | None
    by: str
    ticks: Mapping[str, Tick] | None
    fine_at: datetime | None
    asks: bool
    unheard: bool
    circle: tuple[Circled, ...]
    counts: Counts
    veil_until: datetime | None
    may_raise: bool
    may_tick: bool
    herself: bool


def shield_page(person: Person, advocate_id: str, *, now: datetime | None = None) -> ShieldPage:
    """How the shield of this advocate stands: for who may read, and for who is on call. Raises NotFound."""
    now = now or datetime.now(UTC)
    card = _card(person, advocate_id)
    number = advocate_number(card.id)
    shield = shield_of(number)
    up = shield.up
    said: Said | None = said_since(number, up) if up is not None else []
    until = shield.veil_until() if up is None else None
    circle = _circle(number, up, person, now)
    return ShieldPage(
        card=card,
        up=up,
        by=_name(up.person) if up is not None else "",
        ticks=None if said is None else _ticks(said),
        fine_at=_last(said, FINE),
        asks=up is not None and asks(up, said, now),
        unheard=up is not None and not any(each.told == SENT for each in circle) and _nobody_to_tell(up, number, now),
        circle=circle,
        counts=_counts(number, up.at) if up is not None else Counts(),
        veil_until=until if until is not None and until > now else None,
        may_raise=suffices(card.rights, RAISES),
        may_tick=suffices(card.rights, TICKS),
        herself=card.role == ADVOCATE,
    )


def _card(person: Person, advocate_id: str) -> AdvocateCard:
    for card in advocates_of(person, Right.READ, Right.ALERT):
        if card.id == advocate_id and advocate_number(card.id) != Advocate.UNMATCHED:
            return card
    raise NotFound("There is nothing here.")


def said_since(advocate: int, up: Standing) -> Said | None:
    """The steps since it went up, as far as they are as written; None while her material is closed."""
    key = locker_of(Advocate.objects.get(number=advocate))
    said = []
    for entry in entries(advocate, up.log_index):
        if entry.kind != STEP:
            continue
        try:
            said.append((entry, details(entry, key)))
        except KeyClosed:
            return None
        except KeyWrong:
            continue
    return said


def _ticks(said: Said) -> dict[str, Tick]:
    """The lines that are done: the newest step of each decides."""
    known, done = {line.code for line in lines()}, dict[str, LogEntry]()
    for entry, told in said:
        line = str(told.get("line", ""))
        if told.get("step") == TICK and line in known:
            done.setdefault(line, entry)
        elif told.get("step") == UNTICK:
            done.pop(line, None)
    names = _names({entry.person_number for entry in done.values()})
    return {line: Tick(names.get(entry.person_number or 0, ""), entry.at) for line, entry in done.items()}


def _last(said: Said | None, step: str) -> datetime | None:
    return next((entry.at for entry, told in reversed(said or []) if told.get("step") == step), None)


def asks(up: Standing, said: Said | None, now: datetime) -> bool:
    """Whether it is time to ask if it is still needed: long after it went up, and after somebody last said that it is."""
    return (_last(said, NEEDED) or up.at) + ASKS_AFTER <= now


def _circle(advocate: int, up: Standing | None, person: Person, now: datetime) -> tuple[Circled, ...]:
    grants = {held.person: held for held in given_for(advocate) if not held.over(now)}
    turns = Turn.objects.filter(item__advocate_id=advocate, until__gt=now).values_list("person_id", flat=True)
    holds, told = Counter(turns), _told(up)
    people = Person.objects.filter(number__in=grants, is_active=True)
    found = [_circled(each, grants[each.number], person, holds[each.number], told.get(each.number, "")) for each in people]
    return tuple(sorted(found, key=lambda one: (not one.herself, one.name)))


def _circled(each: Person, held: Held, asking: Person, holds: int, told: str) -> Circled:
    return Circled(
        name=each.name,
        me=each.number == asking.number,
        herself=held.role == ADVOCATE,
        reads=held.may(Right.READ),
        on_call=held.may(Right.ALERT),
        holds=holds,
        told=told,
    )


def _told(up: Standing | None) -> dict[int, str]:
    """By person, what came of telling her that it went up: one way that took it is enough."""
    told: dict[int, str] = {}
    for row in ShieldNotice.objects.filter(log_index=up.log_index).order_by("id") if up is not None else ():
        if told.get(row.person) != SENT and row.what in (SENT, UNDELIVERED):
            told[row.person] = row.what
    return told


def _nobody_to_tell(up: Standing, advocate: int, now: datetime) -> bool:
    able = {each.person.number for each in callees(Advocate.objects.get(number=advocate))} - {up.person}
    return not able or now - up.at > TOLD_WITHIN


def _counts(advocate: int, since: datetime) -> Counts:
    at = stored_time(since)
    [found] = run(_COUNTED, [at, at, at, advocate])
    return Counts(*map(int, found))


def _name(number: int | None) -> str:
    return _names({number}).get(number or 0, "")


def _names(numbers: set[int | None]) -> dict[int, str]:
    return {each.number: each.name for each in Person.objects.filter(number__in={n for n in numbers if n is not None})}
