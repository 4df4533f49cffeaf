"""When pages are asked for: how often one page, how far apart on one server, and how long a server is left alone. Pure.

Chance is passed in, from 0 up to 1: what was reported in one hour is not looked at in one hour.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TypeVar

from attrs import frozen

Link = TypeVar("Link")

DAY_S = 86_400.0
#: After a report went out, or somebody asked for it, a page is looked at after so long; then once a month.
STEPS_S = (DAY_S, 3 * DAY_S, 7 * DAY_S, 14 * DAY_S)
MONTH_S = 30 * DAY_S
#: By so much of its time a look may come later, and by no more than this.
LATER, MOST_LATER_S = 0.25, 2 * DAY_S
#: Whether what is gone is gone for good, or there was no answer: looked at once more after this.
AGAIN_S = DAY_S
#: For so long pages are looked at at most.
LONGEST = timedelta(days=730)

#: Between two requests to one server, at least. What a server asks for itself counts up to `MOST_SPACING_S`.
SPACING_S, MOST_SPACING_S = 20.0, 300.0
#: How long a server that asks for patience, or gives no answer, is left alone; it doubles with each time.
REST_S, BROKEN_S = 300.0, 60.0
LONGEST_REST_S = DAY_S


@frozen
class Host:
    """How a server stands: not before `free_at` is it asked again."""

    free_at: datetime
    failures: int = 0


def next_look(began_at: datetime, now: datetime, *, chance: float) -> datetime | None:
    """When a page is looked at after `now`; None when that is over. Looks that were missed are not caught up with."""
    since = (now - began_at).total_seconds()
    if now - began_at > LONGEST:
        return None
    for step in STEPS_S:
        if step > since:
            return began_at + timedelta(seconds=step + _later(step, chance))
    return now + timedelta(seconds=MONTH_S + _later(MONTH_S, chance))


def look_once_more(now: datetime, *, chance: float) -> datetime:
    """When to look again after a look that leaves a doubt."""
    return now + timedelta(seconds=AGAIN_S + _later(AGAIN_S, chance))


def _later(seconds: float, chance: float) -> float:
    return min(seconds * LATER, MOST_LATER_S) * chance


def claimed(host: Host, now: datetime) -> Host:
    """The server while it is being asked: nobody else asks it, and nobody for a while where whoever asks dies of it."""
    return Host(now + timedelta(seconds=MOST_SPACING_S), host.failures)


def after_answer(host: Host, now: datetime, *, status: int, retry_after_s: float | None, delay_s: float, chance: float) -> Host:
    """How the server stands after an answer; status 0 for none.

    retry_after_s  what it said itself
    delay_s        what its rules for programs ask for; 0 for nothing
    """
    if status in (429, 503) or retry_after_s is not None:
        grown = REST_S * 2 ** min(host.failures, 10)
        rest = min(max(grown if retry_after_s is None else retry_after_s, SPACING_S), LONGEST_REST_S)
        return Host(now + timedelta(seconds=rest * (1 + LATER * chance)), host.failures + 1)
    if status == 0 or status >= 500:
        rest = min(BROKEN_S * 2 ** min(host.failures, 12), LONGEST_REST_S)
        return Host(now + timedelta(seconds=rest * (1 + LATER * chance)), host.failures + 1)
    spacing = min(max(SPACING_S, delay_s), MOST_SPACING_S)
    return Host(now + timedelta(seconds=spacing * (1 + LATER * chance)))


def choose(
    waiting: Iterable[tuple[datetime, int, Link]], hosts: Mapping[int, Host], now: datetime, *, most: int
) -> list[tuple[int, Link]]:
    """Which links to look at now, with their servers: at most one on each server, and only where the server is free; the longest due first.

    waiting   when each is due, its server's number, and itself
    """
    found: dict[int, tuple[datetime, Link]] = {}
    for due, host, link in waiting:
        standing = hosts.get(host)
        if due > now or (standing is not None and standing.free_at > now):
            continue
        if host not in found or due < found[host][0]:
            found[host] = (due, link)
    chosen = sorted(found.items(), key=lambda each: each[1][0])[:most]
    return [(host, link) for host, (_due, link) in chosen]


def retry_after_s(said: str, now: datetime) -> float | None:
    """What a server's Retry-After asks for, in seconds or as a date; None where it says nothing that can be read."""
    said = said.strip()
    if said.isascii() and said.isdigit():
        return float(said[:9])
    try:
        at = parsedate_to_datetime(said)
    except (ValueError, TypeError, OverflowError):
        return None
    at = at if at.tzinfo is not None else at.replace(tzinfo=UTC)
    return max((at - now).total_seconds(), 0.0)
