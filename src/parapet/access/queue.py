"""What waits to be sorted, gravest and most urgent first; and who is on what.

A message waits while no person has said that it is done, and it was judged abusive or left to a person. One that somebody is
on is given to nobody else until her turn ends.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from attrs import frozen

from parapet.access.exposure import opened_today
from parapet.access.people import advocate_number as number_named
from parapet.access.people import card_of, grant_among, grant_for
from parapet.access.rows import alone, rows_of
from parapet.access.shields import Shield, shield_of
from parapet.access.turns import sorters_of
from parapet.access.veils import Sight
from parapet.access.views import AdvocateCard, Row
from parapet.domain.errors import NotFound
from parapet.domain.rights import Right
from parapet.domain.scopes import Scope
from parapet.domain.veil import Level
from parapet.records.bulk import moment, run, stored_time
from parapet.records.grants import ADVOCATE, Held
from parapet.records.models import Advocate, Person, Turn
from parapet.records.numbers import number_of, public
from parapet.records.scopes import Condition, conditions, numbers_within

#: How it ended for a message. `again`: it waits once more.
OUTCOMES = ("nothing", "in_case", "reported", "watch")
AGAIN = "again"
#: Beyond so many a screen says "more than".
MOST_COUNTED = 1_000
MOST_SHOWN = 100
# Both stand letter for letter in the index `item_turn`.
WAITS = "sorted_at IS NULL AND NOT own AND (severity > 0 OR urgency > 0 OR abstain)"
GRAVEST = "urgency DESC, severity DESC, sent_at DESC, number DESC"
_COUNTED = f"""
SELECT count(*) FROM (SELECT 1 AS one FROM records_item i WHERE advocate_id = %s AND {WAITS} AND {{within}} AND NOT EXISTS (
  SELECT 1 FROM records_turn t WHERE t.item_id = i.number AND t.until > %s
) LIMIT {MOST_COUNTED + 1}) AS counted
"""  # noqa: S608 - our own words
_TURNS = """
SELECT t.item_id, t.person_id, t.taken_at, t.until, t.given_by FROM records_turn t JOIN records_item i ON i.number = t.item_id
WHERE i.advocate_id = %s AND t.until > %s ORDER BY t.taken_at, t.item_id
"""


@frozen
class TurnCard:
    """One message in somebody's hands. `me` is whoever asks; `given_by` the name of who handed it over, or ""."""

    row: Row
    who: str
    me: bool
    since: datetime
    until: datetime
    given_by: str


@frozen
class Queue:
    """The shared queue of one advocate.

    waiting  how many are in nobody's hands; at most MOST_COUNTED + 1, which means more
    mine     what the person who asks is on; `others` what others are on, at most MOST_SHOWN
    room     how many more she wants to be given today by her own number of texts; None where she set none
    helpers  (id, name) of the others to whom a message can be handed
    spared   it is her own, and her shield is up: others sort, and nothing is asked of her
    hides_sums  she sees only that something waits: no number
    """

    advocate: AdvocateCard
    advocates: tuple[AdvocateCard, ...]  # all she may act for
    waiting: int
    mine: tuple[TurnCard, ...]
    others: tuple[TurnCard, ...]
    room: int | None
    helpers: tuple[tuple[str, str], ...]
    spared: bool
    hides_sums: bool


def queue(person: Person, advocate_id: str, *, now: datetime | None = None) -> Queue:
    """What waits for this advocate, and who is on what. Raises NotFound, for the unmatched too."""
    now = now or datetime.now(UTC)
    grant, advocates = grant_among(person, number_named(advocate_id), Right.SORT, scoped=True)
    card, advocate, sight = card_of(_not_unmatched(grant)), grant.advocate, Sight(person)
    within, values = within_of(grant.scope)
    [(waiting,)] = run(_COUNTED.format(within=within), [advocate.number, *values, stored_time(now)])
    cards = _cards(person, run(_TURNS, [advocate.number, stored_time(now)]), grant.scope, sight)
    mine = tuple(card for card in cards if card.me)
    shield = sight.shield(advocate.number)
    return Queue(
        advocate=card,
        advocates=advocates,
        waiting=waiting,
        mine=mine,
        others=tuple(card for card in cards if not card.me)[:MOST_SHOWN],
        room=room(person, now=now),
        helpers=sorters_of(shield, besides=person),
        spared=_spared(grant, shield),
        hides_sums=sight.over_all(advocate.number, role=card.role) is Level.NOTHING,
    )


def spares(person: Person, advocate_number: int) -> bool:
    """True for the advocate herself while her shield is up. Raises NotFound unless `person` may sort for her."""
    grant = grant_for(person, advocate_number, Right.SORT, scoped=True)
    return grant.role == ADVOCATE and _spared(grant, shield_of(advocate_number))


def _spared(grant: Held, shield: Shield) -> bool:
    return grant.role == ADVOCATE and shield.up is not None


def room(person: Person, *, now: datetime | None = None) -> int | None:
    """How many more messages she wants to be given today; None where she set no number. What she is on counts as read."""
    if person.reading_limit is None:
        return None
    now = now or datetime.now(UTC)
    holds = Turn.objects.filter(person=person, until__gt=now).count()
    return max(0, person.reading_limit - opened_today(person, now=now) - holds)


def sortable(person: Person, advocate_id: str) -> Held:
    """The grant by which `person` may sort what is this advocate's. Raises NotFound, for the unmatched too."""
    return _not_unmatched(grant_for(person, number_named(advocate_id), Right.SORT, scoped=True))


def _not_unmatched(grant: Held) -> Held:
    if grant.advocate.number == Advocate.UNMATCHED:
        raise NotFound("There is nothing here.")
    return grant


def within_of(scope: Scope | None) -> Condition:
    """What a message meets that somebody with that scope may be given."""
    return ("TRUE", ()) if scope is None else conditions(scope)


def sorter(person: Person, advocate_number: int, helper_id: str) -> Person:
    """Whoever bears this public name, if she may sort all that is this advocate's; `person` herself too. Raises NotFound."""
    grant_for(person, advocate_number, Right.SORT, scoped=True)
    if helper_id == person.id:
        return person
    if helper_id not in dict(sorters_of(shield_of(advocate_number), besides=person)):
        raise NotFound("There is nothing here.")
    found: Person = Person.objects.get(number=number_of("per", helper_id) or 0)
    return found


def _cards(
    person: Person, turns: Sequence[tuple[int, int, datetime, datetime, int | None]], scope: Scope | None, sight: Sight
) -> list[TurnCard]:
    if scope is not None:
        within = numbers_within(scope, [turn[0] for turn in turns])
        turns = [turn for turn in turns if turn[0] in within]
    shown = [turn for turn in turns if turn[1] == person.number] + [t for t in turns if t[1] != person.number][:MOST_SHOWN]
    seen = rows_of(person, [turn[0] for turn in shown], sight=sight)
    rows = {row.id: row for row in (seen if scope is None else alone(seen))}
    numbers = {turn[1] for turn in shown} | {turn[4] for turn in shown if turn[4] is not None}
    names = {each.number: each.name for each in Person.objects.filter(number__in=numbers)}
    cards = []
    for item, holder, since, until, given_by in shown:
        row = rows.get(public("itm", item))
        if row is not None:
            me = holder == person.number
            given = names.get(given_by or 0, "")
            cards.append(TurnCard(row, names.get(holder, ""), me, moment(since), moment(until), given))
    return cards
