"""What is printed and written: sections of lines, a value for each judge, and a limit for ours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from attrs import field, frozen

from benchmarks.judges.served import OURS


@frozen
class Limit:
    """What our value must be. `way` is "at least", "at most", "over" or "under"."""

    way: str
    value: float

    def met(self, value: float) -> bool:
        """Whether `value` keeps it."""
        return {
            "at least": value >= self.value,
            "at most": value <= self.value,
            "over": value > self.value,
            "under": value < self.value,
        }[self.way]

    def __str__(self) -> str:
        return f"{self.way} {self.value:g}"


def least(value: float) -> Limit:
    """At least so much."""
    return Limit("at least", value)


def under(value: float) -> Limit:
    """Less than so much."""
    return Limit("under", value)


@frozen
class Line:
    """One figure of every judge. A judge that is not in `values`, or has None there, was not or could not be measured in it."""

    what: str
    values: Mapping[str, float | None]
    limit: Limit | None = None

    def met(self) -> bool | None:
        """Whether ours keeps the limit; None without a limit or without a value."""
        value = self.values.get(OURS)
        return None if self.limit is None or value is None else self.limit.met(value)


@frozen
class Section:
    """A table. `notes` are printed under it, a line each."""

    title: str
    lines: Sequence[Line]
    notes: Sequence[str] = field(default=())


def written(section: Section, judges: Sequence[str]) -> str:
    """The section as text, one column a judge."""
    here = [j for j in judges if any(j in line.values for line in section.lines)]
    first = max([len(line.what) for line in section.lines] + [20])
    rows = [f"{'':{first}}  " + "  ".join(f"{j:>{max(8, len(j))}}" for j in here) + "  limit for parapet"]
    for line in section.lines:
        cells = "  ".join(f"{_number(line.values.get(j)):>{max(8, len(j))}}" for j in here)
        rows.append(f"{line.what:{first}}  {cells}  {_verdict(line)}".rstrip())
    return "\n".join([f"\n== {section.title} ==", *rows, *section.notes])


def as_json(section: Section) -> dict[str, object]:
    """The section for machines."""
    return {
        "title": section.title,
        "notes": list(section.notes),
        "lines": [
            {"what": n.what, "values": dict(n.values), "limit": str(n.limit) if n.limit else None, "met": n.met()}
            for n in section.lines
        ],
    }


def _number(value: float | None) -> str:
    if value is None:
        return "-"
    if value == float("inf"):
        return "endless"
    if abs(value) < 10:
        return f"{value:.3f}"
    return f"{value:,.0f}" if abs(value) >= 100 or value == int(value) else f"{value:.1f}"


def _verdict(line: Line) -> str:
    if line.limit is None:
        return ""
    return f"{line.limit}  {({True: 'ok', False: 'MISSED', None: 'not measured'})[line.met()]}"
