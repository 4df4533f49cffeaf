"""The queue of one advocate under the veil: pages, counts, search."""

from __future__ import annotations

import base64
from collections import defaultdict
from datetime import UTC, datetime, timedelta

from django.db.models import Q, QuerySet

from parapet.access.looks import log_search
from parapet.access.opening import locker_of
from parapet.access.people import number_for
from parapet.access.rows import COLUMNS, Queued, rows_of
from parapet.access.search import Needle
from parapet.access.views import Counts, Filters, Page
from parapet.domain.judgement import Harm, Severity, Urgency
from parapet.records.bulk import find
from parapet.records.models import Advocate, Item, Person, Tally
from parapet.records.numbers import number_of

#: Items opened for one request of a search for words; `Page.older` then goes on.
SEARCH_STEP = 20_000
_SEARCH_CHUNK = 500
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def page(person: Person, advocate_id: str, filters: Filters, *, cursor: str = "", newer: bool = False, size: int = 50) -> Page:
    """One page of the queue. `cursor` is `Page.older` or, with `newer`, `Page.newer` of another page.

    Raises NotFound when the advocate is not hers. A cursor that was tampered with starts at the newest.
    """
    return _page(person, number_for(person, advocate_id), filters, cursor, newer, size)


def screen(
    person: Person, advocate_id: str, filters: Filters, *, cursor: str = "", newer: bool = False, size: int = 50
) -> tuple[Counts, Page]:
    """`counts` and `page` for one screen, which asks once whether the advocate is hers. Raises NotFound."""
    advocate = number_for(person, advocate_id)
    return _counts(advocate), _page(person, advocate, filters, cursor, newer, size)


def _page(person: Person, advocate: int, filters: Filters, cursor: str, newer: bool, size: int) -> Page:
    query = _narrowed(advocate, filters)
    at = _read_cursor(cursor)
    if filters.words.strip():
        return _search(person, Advocate.objects.get(number=advocate), query, filters.words, at, size)
    if at is None:
        newer = False
    else:
        when, number = at
        beyond = Q(sent_at__gt=when) | Q(sent_at=when, number__gt=number)
        short = Q(sent_at__lt=when) | Q(sent_at=when, number__lt=number)
        # The plain bound first: both databases turn it into the start of the index scan, which the OR alone is not.
        query = query.filter(sent_at__gte=when).filter(beyond) if newer else query.filter(sent_at__lte=when).filter(short)
    order = ("sent_at", "number") if newer else ("-sent_at", "-number")
    found = [Queued(*row) for row in query.order_by(*order).values_list(*COLUMNS)[: size + 1]]
    more, found = len(found) > size, found[:size]
    if newer:
        found.reverse()
    return Page(
        rows=rows_of(person, found),
        older=_cursor(found[-1]) if found and (newer or more) else "",
        newer=_cursor(found[0]) if found and at is not None and (more or not newer) else "",
    )


def counts(person: Person, advocate_id: str) -> Counts:
    """How many, from where, how serious: read from tallies that are kept with the rows."""
    return _counts(number_for(person, advocate_id))


def _counts(advocate: int) -> Counts:
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


def _narrowed(advocate: int, filters: Filters) -> QuerySet[Item]:
    # Django would say "NOT own", for which SQLite has no use for an index.
    query = Item.objects.filter(advocate_id=advocate).extra(where=["own = %s"], params=[filters.own])
    if filters.channel:
        query = query.filter(channel=filters.channel)
    # Conditions in literal numbers, letter for letter as in the partial indexes: with parameters SQLite would not use them.
    if filters.severity:
        query = query.extra(where=[f"severity >= {int(filters.severity)}"])
    if filters.urgency:
        query = query.extra(where=[f"urgency >= {int(filters.urgency)}"])
    if filters.harm:
        query = query.extra(where=[f"(harms & {filters.harm.bit}) <> 0"])
    if filters.unsure:
        query = query.extra(where=["abstain"])
    if filters.lang:
        query = query.filter(lang=filters.lang)
    if filters.sender:
        query = query.filter(sender=number_of("snd", filters.sender))
    if filters.since:
        query = query.filter(sent_at__gte=filters.since)
    if filters.until:
        query = query.filter(sent_at__lt=filters.until)
    return query


def _search(
    person: Person, advocate: Advocate, query: QuerySet[Item], words: str, at: tuple[datetime, int] | None, size: int
) -> Page:
    """Open items newest first until a page is full or a step is done. Rows come back veiled; the words are not kept."""
    log_search(person, advocate, locker_of(advocate))
    if at is not None:
        when, number = at
        query = query.filter(sent_at__lte=when).filter(Q(sent_at__lt=when) | Q(sent_at=when, number__lt=number))
    needle = Needle(advocate, words)
    hits: list[Item] = []
    searched = 0
    last: Item | None = None
    while searched < SEARCH_STEP:
        step = (
            query
            if last is None
            else query.filter(sent_at__lte=last.sent_at).filter(
                Q(sent_at__lt=last.sent_at) | Q(sent_at=last.sent_at, number__lt=last.number)
            )
        )
        chunk = list(step.order_by("-sent_at", "-number").only(*COLUMNS, "wrapped_key")[:_SEARCH_CHUNK])
        hits += needle.found_in(chunk)
        if len(hits) > size:
            return Page(rows_of(person, hits[:size]), _cursor(hits[size - 1]), "", searched, search_done=False)
        searched += len(chunk)
        if len(chunk) < _SEARCH_CHUNK:
            return Page(rows_of(person, hits), "", "", searched)
        last = chunk[-1]
    assert last is not None
    return Page(rows_of(person, hits), _cursor(last), "", searched, search_done=False)


def _cursor(item: Item | Queued) -> str:
    micros = (item.sent_at - _EPOCH) // timedelta(microseconds=1)
    return base64.urlsafe_b64encode(f"{micros}.{item.number}".encode()).decode().rstrip("=")


def _read_cursor(cursor: str) -> tuple[datetime, int] | None:
    try:
        micros, _, number = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode().partition(".")
        return _EPOCH + timedelta(microseconds=int(micros)), int(number)
    except (ValueError, OverflowError):
        return None
