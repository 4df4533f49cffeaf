"""The numbers of the overview: how many, when, from where, how grave."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from attrs import frozen

from parapet.domain.judgement import Harm, Severity, Urgency
from parapet.dossiers.case_file import CaseFile, Exhibit

Level = TypeVar("Level", Severity, Urgency)

#: Bars that fit the width of the page and can still be told apart.
MAX_BARS = 45
#: What a bar may stand for, and the most days it has.
STEPS = {"day": 1, "week": 7, "month": 31, "year": 366}


@frozen
class Bar:
    """One period of the chart: `grave` of `total` messages are high or critical."""

    start: date
    total: int
    grave: int


@frozen
class SenderLine:
    """A sender by number: how many messages, and the first and last exhibit."""

    number: int
    count: int
    first: int
    last: int


@frozen
class Figures:
    """Everything in the overview; the advocate's own posts are not counted.

    unit   one of `STEPS`: what a bar stands for
    """

    total: int
    senders: int
    days: int
    grave: int
    unit: str
    bars: tuple[Bar, ...]
    by_channel: tuple[tuple[str, int], ...]
    by_harm: tuple[tuple[Harm | None, int], ...]
    by_severity: tuple[tuple[Severity | None, int], ...]
    by_urgency: tuple[tuple[Urgency | None, int], ...]
    top: tuple[SenderLine, ...]


def figures(case: CaseFile, tz: ZoneInfo) -> Figures:
    """Count a case. Days are local days in `tz`."""
    counted = case.counted
    days = [exhibit.sent_at.astimezone(tz).date() for exhibit in counted]
    unit, bars = _bars(counted, days)
    harms = Counter(harm for exhibit in counted for harm in exhibit.harms)
    without = sum(1 for exhibit in counted if not exhibit.harms)
    by_harm: list[tuple[Harm | None, int]] = [(harm, harms[harm]) for harm in Harm if harms[harm]]
    by_harm.sort(key=lambda pair: -pair[1])
    if without:
        by_harm.append((None, without))
    return Figures(
        total=len(counted),
        senders=len({exhibit.author.key for exhibit in counted if exhibit.author.key}),
        days=len(set(days)),
        grave=sum(1 for exhibit in counted if exhibit.grave),
        unit=unit,
        bars=bars,
        by_channel=tuple(Counter(exhibit.channel for exhibit in counted).most_common()),
        by_harm=tuple(by_harm),
        by_severity=_counted(Severity, [e.severity if e.weighed else None for e in counted]),
        by_urgency=_counted(Urgency, [e.urgency if e.weighed else None for e in counted]),
        top=_top(case),
    )


def _counted(kind: type[Level], values: Sequence[Level | None]) -> tuple[tuple[Level | None, int], ...]:
    """Each level that occurs, gravest first, then None."""
    counts = Counter(values)
    lines: list[tuple[Level | None, int]] = [(level, counts[level]) for level in sorted(kind, reverse=True) if counts[level]]
    if counts[None]:
        lines.append((None, counts[None]))
    return tuple(lines)


def _top(case: CaseFile) -> tuple[SenderLine, ...]:
    """The five with most messages, those with one message left out."""
    numbers = case.senders
    seen: dict[str, list[int]] = {}
    for exhibit in case.counted:
        if exhibit.author.key:
            seen.setdefault(exhibit.author.key, []).append(exhibit.number)
    ordered = sorted(seen.items(), key=lambda pair: (-len(pair[1]), numbers[pair[0]]))
    return tuple(SenderLine(numbers[key], len(which), which[0], which[-1]) for key, which in ordered[:5] if len(which) > 1)


def _bars(exhibits: Sequence[Exhibit], days: Sequence[date]) -> tuple[str, tuple[Bar, ...]]:
    if not days:
        return "day", ()
    span = (max(days) - min(days)).days + 1
    unit = next((unit for unit, length in STEPS.items() if span <= length * MAX_BARS), "year")
    total: Counter[date] = Counter()
    grave: Counter[date] = Counter()
    for exhibit, day in zip(exhibits, days, strict=True):
        start = _start(day, unit)
        total[start] += 1
        grave[start] += exhibit.grave
    at, last = _start(min(days), unit), max(days)
    bars: list[Bar] = []
    while at <= last:
        bars.append(Bar(at, total[at], grave[at]))
        at = _start(at + timedelta(days=STEPS[unit]), unit)
    return unit, tuple(bars)


def _start(day: date, unit: str) -> date:
    if unit == "week":
        return day - timedelta(days=day.weekday())
    if unit == "year":
        return day.replace(month=1, day=1)
    return day.replace(day=1) if unit == "month" else day
