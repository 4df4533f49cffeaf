"""Whether more reviews of an advocate came than usual, and whether that began with something that she said in public: numbers only."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from attrs import frozen

from parapet.access import opening
from parapet.access.people import advocate_for
from parapet.domain.errors import KeyClosed
from parapet.domain.items import ItemKind
from parapet.domain.rights import Right
from parapet.patterns.bursts import Burst, newest_burst
from parapet.records.models import Advocate, Item, Person, Version

#: So many of a wave are opened to count their stars.
MAX_OPENED = 200
MAX_REVIEWS = 5_000
#: A wave that ended longer ago is no news.
LATELY = timedelta(days=60)
LOW_STARS = 2
_SAID = (ItemKind.POST, ItemKind.REPLY, ItemKind.QUOTE)


@frozen
class Wave:
    """The newest wave of reviews. low: how many of those that were opened have few stars; rated: how many have any; abusive: judged so."""

    burst: Burst
    low: int
    rated: int
    abusive: int


def review_wave(person: Person, advocate_id: str) -> Wave | None:
    """The newest wave of the last weeks; None where there is none. Raises NotFound."""
    advocate = advocate_for(person, advocate_id, Right.READ)
    rows = Item.objects.filter(advocate=advocate, kind=ItemKind.REVIEW, own=False, time_is_ours=False)
    times = list(rows.order_by("-sent_at").values_list("sent_at", flat=True)[:MAX_REVIEWS])
    posts = Item.objects.filter(advocate=advocate, own=True, kind__in=_SAID).order_by("-sent_at")
    burst = newest_burst(times, list(posts.values_list("sent_at", flat=True)[:MAX_REVIEWS]))
    if burst is None or datetime.now(UTC) - burst.last > LATELY:
        return None
    within = rows.filter(sent_at__gte=burst.first, sent_at__lte=burst.last)
    stars = _stars(advocate, list(within.order_by("-sent_at")[:MAX_OPENED]))
    return Wave(burst, sum(each <= LOW_STARS for each in stars), len(stars), within.filter(severity__gt=0).count())


def _stars(advocate: Advocate, items: list[Item]) -> list[float]:
    found = []
    locker = opening.locker_of(advocate)
    for item in items:
        try:
            version = Version.objects.filter(item=item).order_by("-ordinal").first()
            rating = opening.face(version, opening.item_key(item, locker)).rating if version is not None else None
        except KeyClosed:
            return []
        if rating is not None:
            found.append(rating)
    return found
