"""The queue of one advocate under the veil: pages, counts, search."""

from __future__ import annotations

import base64
from collections import defaultdict
from datetime import UTC, datetime, timedelta

from attrs import evolve, frozen
from django.utils import timezone

from parapet.access.alerts import AlertCard, standing_of
from parapet.access.campaigns import of_one
from parapet.access.connections import standing_still
from parapet.access.due import due_counts
from parapet.access.emergencies import RequestCard
from parapet.access.emergency_plans import requests_about
from parapet.access.looks import log_search
from parapet.access.opening import locker_of
from parapet.access.parts import counts_within
from parapet.access.people import advocate_number, card_of, grant_among, grant_for
from parapet.access.rows import NEWEST, OLDEST, Place, Where, alone, listed, rows_of
from parapet.access.search import Needle
from parapet.access.shield_reasons import Calm, calm_under
from parapet.access.veils import Sight
from parapet.access.views import AdvocateCard, Counts, Filters, Page, Row
from parapet.domain.errors import NotFound
from parapet.domain.judgement import Harm, Severity, Urgency
from parapet.domain.rights import Right
from parapet.domain.scopes import Scope
from parapet.domain.veil import Level
from parapet.records.bulk import find, moment, run, stored_time
from parapet.records.grants import ADVOCATE, Held
from parapet.records.models import Advocate, Item, Person, Tally
from parapet.records.numbers import number_of
from parapet.records.on_call import reaches_somebody

#: Items opened for one request of a search for words; `Page.older` then goes on.
SEARCH_STEP = 20_000
_SEARCH_CHUNK = 500
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@frozen
class Screen:
    """All that one screen of an inbox shows, and all advocates she may act for.

    hides_sums      she sees only that messages are there: no number, and not how grave
    due             tasks overdue, and due soon
    nobody_called   there is danger, and nobody has said how to be told of it
    emergencies     requests of those whom the advocate named, that wait or are open
    shield_since    her shield is up since then
    calm            what she is told in place of her messages while it is up; None for everybody else
    standing_still  watched accounts that cannot be looked at
    """

    advocate: AdvocateCard
    advocates: tuple[AdvocateCard, ...]
    counts: Counts
    page: Page
    hides_sums: bool
    alerts: tuple[AlertCard, ...] = ()
    due: tuple[int, int] = (0, 0)
    nobody_called: bool = False
    emergencies: tuple[RequestCard, ...] = ()
    shield_since: datetime | None = None
    calm: Calm | None = None
    standing_still: int = 0


def screen(
    person: Person, advocate_id: str, filters: Filters, *, cursor: str = "", newer: bool = False, size: int = 50
) -> Screen:
    """`counts` and `page` for one screen, which asks once whether the advocate is hers. Raises NotFound."""
    grant, advocates = grant_among(person, advocate_number(advocate_id), Right.READ, scoped=True)
    card, number, sight, now = card_of(grant), grant.advocate.number, Sight(person), datetime.now(UTC)
    if card.id != advocate_id:  # no address but the one that is shown leads here
        raise NotFound("There is nothing here.")
    counted, alerts = _counts(number, card.scope), standing_of(card, now=now)
    found = _page(person, number, card.scope, filters, cursor, newer, size, sight=sight)
    hides_sums = sight.over_all(number, role=card.role) is Level.NOTHING
    if card.scope is not None:  # tasks are of cases, and who is called is about all of her messages
        return Screen(card, advocates, counted, found, hides_sums, alerts)
    shield = sight.shield(number)
    return Screen(
        advocate=card,
        advocates=advocates,
        counts=counted,
        page=found,
        hides_sums=hides_sums,
        alerts=alerts,
        due=due_counts(number, timezone.localdate()),
        nobody_called=not alerts and counted.by_urgency[Urgency.IMMEDIATE] > 0 and not reaches_somebody(number),
        emergencies=requests_about(grant.advocate, asked_by=person, now=now),
        shield_since=shield.up.at if shield.up is not None else None,
        calm=calm_under(shield, spared=person, now=now) if card.role == ADVOCATE else None,
        standing_still=_standing_still(card, number),
    )


def _standing_still(card: AdvocateCard, number: int) -> int:
    """How many of the accounts that are watched stand still: told to who may mend them."""
    return standing_still(number) if Right.KEEP in card.rights else 0


def page(person: Person, advocate_id: str, filters: Filters, *, cursor: str = "", newer: bool = False, size: int = 50) -> Page:
    """One page of the queue. `cursor` is `Page.older` or, with `newer`, `Page.newer` of another page.

    Raises NotFound when the advocate is not hers. A cursor that was tampered with starts at the newest.
    """
    grant = _reads(person, advocate_id)
    return _page(person, grant.advocate.number, grant.scope, filters, cursor, newer, size)


def counts(person: Person, advocate_id: str) -> Counts:
    """How many, from where, how serious: read from tallies that are kept with the rows; for a part of them, counted there."""
    grant = _reads(person, advocate_id)
    return _counts(grant.advocate.number, grant.scope)


def _reads(person: Person, advocate_id: str) -> Held:
    return grant_for(person, advocate_number(advocate_id), Right.READ, scoped=True)


def _page(
    person: Person,
    advocate: int,
    scope: Scope | None,
    filters: Filters,
    cursor: str,
    newer: bool,
    size: int,
    *,
    sight: Sight | None = None,
) -> Page:
    where = narrowed(advocate, filters).within(scope)
    if filters.around:  # who sees a part is told of no others
        where = _around(where, advocate, filters.around) if scope is None else where.and_("1 = 0")
    at = _read_cursor(cursor)
    if filters.words.strip():
        found_page = _search(
            person, Advocate.objects.get(number=advocate), where, filters.words, at, size, sight or Sight(person)
        )
        return found_page if scope is None else evolve(found_page, rows=alone(found_page.rows))
    if at is None:
        newer = False
    else:
        where = _beyond(where, at, newer=newer)
    found = listed(person, where, most=size + 1, order=OLDEST if newer else NEWEST, sight=sight)
    more, found = len(found) > size, found[:size]
    if newer:
        found.reverse()
    rows = tuple(row for row, _ in found)
    return Page(
        rows=rows if scope is None else alone(rows),
        older=_cursor(found[-1][1]) if found and (newer or more) else "",
        newer=_cursor(found[0][1]) if found and at is not None and (more or not newer) else "",
    )


def _counts(advocate: int, scope: Scope | None) -> Counts:
    if scope is not None:
        return counts_within(advocate, scope)
    facets: dict[str, dict[str, int]] = defaultdict(dict)
    for facet, value, n in find(Tally, ("facet", "value", "items"), "advocate_id", [advocate]):
        if n:
            facets[facet][value] = n
    total = facets["all"].get("", 0)
    return Counts(
        total=total,
        waiting=total - facets["assessed"].get("", 0),
        unsure=facets["unsure"].get("", 0),
        by_channel=dict(sorted(facets["channel"].items(), key=lambda row: (-row[1], row[0]))),
        by_severity={s: facets["severity"].get(str(int(s)), 0) for s in Severity},
        by_urgency={u: facets["urgency"].get(str(int(u)), 0) for u in Urgency},
        by_harm={h: facets["harm"].get(str(h), 0) for h in Harm},
        by_lang=facets["lang"],
    )


def narrowed(advocate: int, filters: Filters) -> Where:
    """The items of an advocate that filters leave, whatever their words.

    Conditions in literal numbers stand letter for letter as in the partial indexes: with parameters SQLite would not use
    them.
    """
    where = Where("advocate_id = %s AND own = %s", (advocate, filters.own))
    if filters.channel:
        where = where.and_("channel = %s", filters.channel)
    if filters.severity:
        where = where.and_(f"severity >= {int(filters.severity)}")
    if filters.urgency:
        where = where.and_(f"urgency >= {int(filters.urgency)}")
    if filters.harm:
        where = where.and_(f"(harms & {filters.harm.bit}) <> 0")
    if filters.unsure:
        where = where.and_("abstain")
    if filters.lang:
        where = where.and_("lang = %s", filters.lang)
    if filters.sender:
        where = where.and_("sender = %s", number_of("snd", filters.sender))
    if filters.since:
        where = where.and_("sent_at >= %s", stored_time(filters.since))
    if filters.until:
        where = where.and_("sent_at < %s", stored_time(filters.until))
    return where


def _around(where: Where, advocate: int, item_id: str) -> Where:
    """Those of them that are of the campaign of one of this advocate's messages; none where it is not hers."""
    number = number_of("itm", item_id) or 0
    numbers = sorted(of_one(number)) if Item.objects.filter(number=number, advocate_id=advocate).exists() else [0]
    return where.and_(f"number IN ({', '.join('%s' for _ in numbers)})", *numbers)


def _beyond(where: Where, at: Place, *, newer: bool = False) -> Where:
    """Those older than a place in the queue, or newer. The plain bound first: both databases begin their scan of an index there."""
    past = ">" if newer else "<"
    when = stored_time(at.sent_at)
    return where.and_(f"sent_at {past}= %s AND (sent_at {past} %s OR number {past} %s)", when, when, at.number)


def _search(person: Person, advocate: Advocate, where: Where, words: str, at: Place | None, size: int, sight: Sight) -> Page:
    """Open items newest first until a page is full or a step is done. Rows come back veiled; the words are not kept."""
    log_search(person, advocate, locker_of(advocate))
    needle = Needle(advocate, words)
    hits: list[Place] = []
    searched = 0
    while searched < SEARCH_STEP:
        chunk = _with_keys(where if at is None else _beyond(where, at))
        found = needle.found_in({place.number: key for place, key in chunk})
        hits += [place for place, _ in chunk if place.number in found]
        if len(hits) > size:
            return Page(_rows(person, hits[:size], sight), _cursor(hits[size - 1]), "", searched, search_done=False)
        searched += len(chunk)
        if len(chunk) < _SEARCH_CHUNK:
            return Page(_rows(person, hits, sight), "", "", searched)
        at = chunk[-1][0]
    assert at is not None
    return Page(_rows(person, hits, sight), _cursor(at), "", searched, search_done=False)


def _with_keys(where: Where) -> list[tuple[Place, bytes]]:
    """A chunk of the queue, newest first: places and wrapped keys."""
    sql, values = where.first("sent_at, number, wrapped_key", order=NEWEST, most=_SEARCH_CHUNK)
    return [(Place(moment(at), number), bytes(key)) for at, number, key in run(sql, values)]


def _rows(person: Person, places: list[Place], sight: Sight) -> tuple[Row, ...]:
    return rows_of(person, [place.number for place in places], sight=sight)


def _cursor(place: Place) -> str:
    micros = (place.sent_at - _EPOCH) // timedelta(microseconds=1)
    return base64.urlsafe_b64encode(f"{micros}.{place.number}".encode()).decode().rstrip("=")


def _read_cursor(cursor: str) -> Place | None:
    try:
        micros, _, number = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode().partition(".")
        # A number beyond the database's own is one that no row has.
        return Place(_EPOCH + timedelta(microseconds=int(micros)), max(0, min(int(number), (1 << 63) - 1)))
    except (ValueError, OverflowError):
        return None
