"""How often, how grave, by which ways and from how many accounts, week by week: numbers alone, and no word of a sender."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from attrs import frozen

from parapet.domain.judgement import Severity
from parapet.dossiers.case_file import CaseFile, Exhibit

#: More weeks than these are told by month.
MAX_WEEKS = 60
#: So many accounts are listed, those with most messages.
MAX_ACCOUNTS = 25


@frozen
class Span:
    """One week or month. `fresh`: accounts that had sent nothing before."""

    start: date
    total: int
    grave: int
    accounts: int
    fresh: int
    channels: int
    gravest: Severity


@frozen
class AccountLine:
    """An account by number: what it sent, between which days, through how many channels."""

    number: int
    total: int
    grave: int
    first: date
    last: date
    channels: tuple[str, ...]
    gravest: Severity


@frozen
class Half:
    """One half of the period, so that a rise can be told from a fall: `last` is its last day."""

    first: date
    last: date
    total: int
    grave: int
    accounts: int


@frozen
class Pattern:
    """All of it. `by`: "week" or "month". `left_out`: accounts that are not listed."""

    by: str
    spans: tuple[Span, ...]
    accounts: tuple[AccountLine, ...]
    left_out: int
    halves: tuple[Half, ...]

    @property
    def busiest(self) -> Span | None:
        """The one with most messages, the first of them."""
        return max(self.spans, key=lambda span: span.total, default=None)


def pattern(case: CaseFile, tz: ZoneInfo) -> Pattern:
    """Count what others wrote. Days are local days in `tz`."""
    dated = sorted(((e.sent_at.astimezone(tz).date(), e) for e in case.counted), key=lambda pair: (pair[0], pair[1].number))
    if not dated:
        return Pattern("week", (), (), 0, ())
    first, last = dated[0][0], dated[-1][0]
    by = "week" if (last - first).days <= 7 * MAX_WEEKS else "month"
    accounts = _accounts(case, dated)
    return Pattern(by, tuple(_spans(dated, by)), accounts[:MAX_ACCOUNTS], len(accounts[MAX_ACCOUNTS:]), _halves(dated))


def _spans(dated: Sequence[tuple[date, Exhibit]], by: str) -> list[Span]:
    held: dict[date, list[Exhibit]] = {}
    for day, exhibit in dated:
        held.setdefault(_start(day, by), []).append(exhibit)
    known: set[str] = set()
    spans, at, last = [], _start(dated[0][0], by), dated[-1][0]
    while at <= last:
        within = held.get(at, [])
        here = {e.author.key for e in within if e.author.key}
        spans.append(
            Span(
                start=at,
                total=len(within),
                grave=sum(e.grave for e in within),
                accounts=len(here),
                fresh=len(here - known),
                channels=len({e.channel for e in within}),
                gravest=_gravest(within),
            )
        )
        known |= here
        at = _start(at + timedelta(days=7 if by == "week" else 31), by)
    return spans


def _accounts(case: CaseFile, dated: Sequence[tuple[date, Exhibit]]) -> tuple[AccountLine, ...]:
    numbers = case.senders
    held: dict[str, list[tuple[date, Exhibit]]] = {}
    for day, exhibit in dated:
        if exhibit.author.key:
            held.setdefault(exhibit.author.key, []).append((day, exhibit))
    lines = [
        AccountLine(
            number=numbers[key],
            total=len(sent),
            grave=sum(e.grave for _, e in sent),
            first=sent[0][0],
            last=sent[-1][0],
            channels=tuple(dict.fromkeys(e.channel for _, e in sent)),
            gravest=_gravest([e for _, e in sent]),
        )
        for key, sent in held.items()
    ]
    return tuple(sorted(lines, key=lambda line: (-line.total, -line.gravest, line.number)))


def _halves(dated: Sequence[tuple[date, Exhibit]]) -> tuple[Half, ...]:
    """None of a period of fewer than four days: there is no rise to tell."""
    first, last = dated[0][0], dated[-1][0]
    if (last - first).days < 3:
        return ()
    middle = first + (last - first) // 2
    found = []
    for start, end in ((first, middle), (middle + timedelta(days=1), last)):
        within = [e for day, e in dated if start <= day <= end]
        accounts = {e.author.key for e in within if e.author.key}
        found.append(Half(start, end, len(within), sum(e.grave for e in within), len(accounts)))
    return tuple(found)


def _gravest(exhibits: Sequence[Exhibit]) -> Severity:
    return max((e.severity for e in exhibits if e.weighed), default=Severity.NONE)


def _start(day: date, by: str) -> date:
    return day - timedelta(days=day.weekday()) if by == "week" else day.replace(day=1)
