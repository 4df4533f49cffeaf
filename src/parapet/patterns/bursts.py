"""Whether more came within some days than usually comes, and whether that began with something that she said in public. Pure."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from datetime import datetime, timedelta

from attrs import frozen

#: What is looked at as one wave, and the time before it from which the usual is counted.
WAVE = timedelta(days=7)
BEFORE, LEAST_BEFORE = timedelta(days=365), timedelta(days=30)
#: Fewer are no wave, whatever is usual; and so seldom would as many come by chance.
LEAST, MOST_CHANCE = 3, 0.001
#: A wave that begins within this after a post of hers may be about it.
AFTER_POST = timedelta(days=3)


@frozen
class Burst:
    """More than usual.

    usual_days  one came in so many days before
    chance      how likely as many would come within these days, were all as usual
    post_at     when she last said something in public before it, if that was shortly before
    """

    first: datetime
    last: datetime
    count: int
    usual_days: float
    chance: float
    post_at: datetime | None


def newest_burst(times: Sequence[datetime], posts: Sequence[datetime] = (), *, since: datetime | None = None) -> Burst | None:
    """The newest wave among `times`; None where there is none. Nobody is judged by it: whoever writes in one may have been there.

    times   when each was written, in any order
    posts   when she said something in public
    since   from when on it is known what came; None for the first of `times`
    """
    ordered = sorted(times)
    start = since or (ordered[0] if ordered else None)
    if start is None:
        return None
    end = len(ordered)
    while end >= LEAST:
        first = bisect_left(ordered, ordered[end - 1] - WAVE)
        found = _burst(ordered, first, end, start)
        if found is not None:
            return _with_post(found, sorted(posts))
        end -= 1
    return None


def _burst(ordered: Sequence[datetime], first: int, end: int, start: datetime) -> Burst | None:
    """Those from `first` up to `end`, if they are a wave; it begins with the first that is near to others."""
    count = end - first
    if count < LEAST:
        return None
    before = bisect_left(ordered, ordered[first] - BEFORE)
    span = min(ordered[first] - start, BEFORE)
    if span < LEAST_BEFORE:
        return None  # what is usual is not known yet
    usual_s = span.total_seconds() / (first - before + 1)  # one more than were seen: what never came may yet come
    chance = _at_least(count, WAVE.total_seconds() / usual_s)
    if chance > MOST_CHANCE:
        return None
    while end < len(ordered) and ordered[end] - ordered[end - 1] <= WAVE / 2:
        end += 1
    return Burst(ordered[first], ordered[end - 1], end - first, usual_s / 86_400, chance, None)


def _with_post(found: Burst, posts: Sequence[datetime]) -> Burst:
    at = bisect_right(posts, found.first) - 1
    if at >= 0 and found.first - posts[at] <= AFTER_POST:
        return Burst(found.first, found.last, found.count, found.usual_days, found.chance, posts[at])
    return found


def _at_least(count: int, usual: float) -> float:
    """How likely at least `count` come where `usual` do on average (Poisson)."""
    below = sum(math.exp(n * math.log(usual) - usual - math.lgamma(n + 1)) for n in range(count))
    return max(0.0, 1.0 - below)
