"""In an emergency: who may ask to be let in, who may agree, and what may be read once two people agreed.

Nobody here holds a grant that lets her read, so no other door opens to her. What is not in force, not hers, or not urgent
answers as what does not exist.
"""

from __future__ import annotations

from datetime import datetime

from attrs import evolve, frozen
from django.db import transaction

from parapet.access import opening
from parapet.access.alerts import state_of
from parapet.access.emergency_rows import ASK, OPEN, WAITING, WAITS, Plan, Request, at_now, plans_naming, request_of, requests_of
from parapet.access.judgements import believed as judged_versions
from parapet.access.judgements import gravest
from parapet.access.looks import log_look
from parapet.access.rows import Where, among, listed
from parapet.access.views import Row
from parapet.domain.errors import NotFound
from parapet.domain.items import Item as Content
from parapet.domain.judgement import Indicator, Urgency
from parapet.domain.rights import Right
from parapet.records.chain import hold_log
from parapet.records.grants import ADVOCATE, given_for, held_by
from parapet.records.keyring import is_closed
from parapet.records.models import Alert, AlertEvent, Item, Person
from parapet.records.numbers import number_of
from parapet.records.profiles import profile_of

#: The most urgent ones that a list shows; the rest is for who may read everything.
MOST_ROWS = 100
#: Only of these may anything be seen.
URGENT = f"NOT own AND urgency >= {int(Urgency.SAME_DAY)}"
_ORDER = "urgency DESC, sent_at DESC, number DESC"


@frozen
class RequestCard:
    """A request to be let in. `reason` is the words of who asked; names are people's.

    who, agreed_by  "" for somebody who is no longer here, or nobody
    lapses_at       when it ends if nobody agrees; `until`: when it shuts, None while nobody agreed
    told            whether the advocate was told: "sent", "going", "failed", or "nobody" where she said no way to be reached
    closed          her texts open with keys of people alone, and stay shut
    mine            whoever looks asked; `may_agree` and `may_end` are hers too
    """

    id: str
    advocate_id: str
    advocate: str
    who: str
    reason: str
    hours: int
    asked_at: datetime
    lapses_at: datetime
    state: str
    agreed_by: str
    agreed_at: datetime | None
    until: datetime | None
    told: str
    closed: bool
    mine: bool
    may_agree: bool
    may_end: bool


@frozen
class NamedFor:
    """An advocate who named whoever looks. `others`: the names of who else is named and can agree; `request`: one of hers that stands."""

    advocate_id: str
    advocate: str
    others: tuple[str, ...]
    closed: bool
    reads: bool
    request: str


@frozen
class Emergencies:
    """All that somebody who was named sees; nothing for everybody else. `requests` stand: they wait, or are open."""

    named: tuple[NamedFor, ...] = ()
    requests: tuple[RequestCard, ...] = ()


@frozen
class RequestPage:
    """One request for who is named. `rows` for who asked, once it is open; `more` when there are more than are shown."""

    card: RequestCard
    others: tuple[str, ...]
    rows: tuple[Row, ...] = ()
    more: bool = False


@frozen
class UrgentText:
    """One message, unveiled and logged. Everything in `item` is a stranger's: escape it. `number` of `versions` is shown."""

    row: Row
    item: Content
    indicators: tuple[Indicator, ...]
    number: int
    versions: int


def emergencies(person: Person, *, now: datetime | None = None) -> Emergencies:
    """Who named her, and the requests that stand."""
    at, named, cards = at_now(now), [], []
    for plan in plans_naming(person):
        standing = _standing(plan, at)
        cards += [card_of(each, person, at) for each in standing]
        own = next((each.row.id for each in standing if each.row.person_id == person.number), "")
        reads = any(grant.may(Right.READ) for grant in held_by(person, plan.row.advocate_id, now=at))
        closed = is_closed(bytes(plan.advocate.wrapped_key))
        named.append(NamedFor(plan.advocate.id, profile_of(plan.advocate).name, others_of(plan, person), closed, reads, own))
    return Emergencies(tuple(sorted(named, key=lambda each: each.advocate)), tuple(cards))


def named_by(person: Person, advocate_id: str, *, now: datetime | None = None) -> NamedFor:
    """One advocate who named her, to ask for. Raises NotFound."""
    for each in emergencies(person, now=now).named:
        if each.advocate_id == advocate_id:
            return each
    raise NotFound("There is nothing here.")


def emergency_page(person: Person, request_id: str, *, now: datetime | None = None) -> RequestPage:
    """A request that stands, for who is named. Raises NotFound."""
    at, request = at_now(now), standing_request(person, request_id, now=now)
    card, others = card_of(request, person, at), others_of(request.plan, person)
    if card.state != OPEN or not card.mine:
        return RequestPage(card, others)
    where = Where(f"advocate_id = %s AND {URGENT}", (request.plan.row.advocate_id,))
    rows = [row for row, _place in listed(person, where, most=MOST_ROWS + 1, order=_ORDER)]
    return RequestPage(card, others, tuple(_bare(row) for row in rows[:MOST_ROWS]), len(rows) > MOST_ROWS)


def urgent_row(person: Person, request_id: str, item_id: str, *, now: datetime | None = None) -> tuple[RequestCard, Row]:
    """One urgent message under the veil. Raises NotFound."""
    request, item = _urgent(person, request_id, item_id, now)
    return card_of(request, person, at_now(now)), _row(person, item)


def opened_urgent(
    person: Person, request_id: str, item_id: str, *, now: datetime | None = None
) -> tuple[RequestCard, UrgentText]:
    """Its text, of the gravest version, after the look is in the log. Raises NotFound, KeyClosed."""
    with transaction.atomic():
        hold_log()  # whoever ends it waits, or has ended it: no look comes after the end
        request, item = _urgent(person, request_id, item_id, now)
        key = opening.item_key(item, opening.locker_of(item.advocate))
        versions = judged_versions(item, key)[0]
        chosen, judged = gravest(versions)
        log_look(person, item, key, why="emergency", version=chosen.ordinal)
    causes = judged.program.indicators if judged.program else ()
    text = UrgentText(_row(person, item), opening.face(chosen, key), causes, chosen.ordinal, len(versions))
    return card_of(request, person, at_now(now)), text


def standing_request(person: Person, request_id: str, *, now: datetime | None = None) -> Request:
    """A request that waits or is open, of an advocate who names `person`. Raises NotFound."""
    number, at = number_of("emg", request_id), at_now(now)
    request = request_of(number) if number is not None and person.is_active else None
    if request is None or person.number not in request.plan.people or not _stands(request, at):
        raise NotFound("There is nothing here.")
    return request


def others_of(plan: Plan, person: Person) -> tuple[str, ...]:
    """The names of who else is named and can agree."""
    people = Person.objects.filter(number__in=set(plan.people) - {person.number}, is_active=True)
    return tuple(sorted(each.name for each in people))


def card_of(request: Request, person: Person, now: datetime) -> RequestCard:
    """A request as `person` sees it, who may see it."""
    plan, state = request.plan, request.state(now)
    names = {p.number: p.name for p in Person.objects.filter(number__in={request.row.person_id, request.agreed_by or 0})}
    stands, named = state in (WAITING, OPEN), person.number in plan.people
    mine = request.row.person_id == person.number
    reads = any(grant.may(Right.READ) for grant in held_by(person, plan.row.advocate_id, now=now))
    return RequestCard(
        id=request.row.id,
        advocate_id=plan.advocate.id,
        advocate=profile_of(plan.advocate).name,
        who=names.get(request.row.person_id, ""),
        reason=request.reason,
        hours=request.hours,
        asked_at=request.asked_at,
        lapses_at=request.asked_at + WAITS,
        state=state,
        agreed_by=names.get(request.agreed_by or 0, ""),
        agreed_at=request.agreed_at,
        until=request.until,
        told=_told(request),
        closed=is_closed(bytes(plan.advocate.wrapped_key)),
        mine=mine,
        may_agree=state == WAITING and named and not mine,
        may_end=stands and (reads or (named and (mine or person.number == request.agreed_by))),
    )


def _standing(plan: Plan, now: datetime) -> list[Request]:
    return [each for each in requests_of(plan, since=now - WAITS * 5) if _stands(each, now)]


def _stands(request: Request, now: datetime) -> bool:
    """It waits or is open, and the account of who asked is not shut."""
    return request.state(now) in (WAITING, OPEN) and request.row.person.is_active


def _urgent(person: Person, request_id: str, item_id: str, now: datetime | None) -> tuple[Request, Item]:
    request, number = standing_request(person, request_id, now=now), number_of("itm", item_id)
    if request.row.person_id != person.number or request.state(at_now(now)) != OPEN or number is None:
        raise NotFound("There is nothing here.")
    item = Item.objects.filter(
        number=number, advocate_id=request.plan.row.advocate_id, own=False, urgency__gte=int(Urgency.SAME_DAY)
    )
    found = item.select_related("advocate").first()
    if found is None:
        raise NotFound("There is nothing here.")
    return request, found


def _row(person: Person, item: Item) -> Row:
    [(row, _place)] = listed(person, among([item.number]), most=1)
    return _bare(row)


def _bare(row: Row) -> Row:
    """Without what tells of other messages."""
    return evolve(row, sender="", sender_count=0)


def _told(request: Request) -> str:
    """Whether the advocate was told that somebody asked."""
    alert = Alert.objects.filter(emergency=request.row, step=ASK).order_by("number").first()
    state = state_of(list(AlertEvent.objects.filter(alert=alert).order_by("id")))
    hers = {grant.person for grant in given_for(request.plan.row.advocate_id) if grant.role == ADVOCATE}
    if hers & state.reached:
        return "sent"
    if hers & state.unreached:
        return "failed"
    return "going" if hers & set(state.called) else "nobody"
