"""The cases as they lie in `cases.jsonl`, one JSON object a line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from importlib import resources

import msgspec
from attrs import frozen

from parapet.domain.judgement import Harm, Severity

#: After the id of a disguised case: the same case in plain spelling.
PLAIN = "#plain"

_FIELDS = ("id", "language", "function", "text", "plain", "abusive", "labels", "severity", "channel", "pair", "note")


@frozen
class Case:
    """One text and what is right about it.

    id        the function's name and a number; stays when others are added
    language  "en", "fr", or "en-fr": both in one breath
    plain     the same words undisguised, for a case whose function is a spelling; else ""
    severity  `none` exactly when the case is not abusive
    channel   "post", "mail", "review" or "complaint"
    pair      shared by two cases of one function and language that differ little and stand on opposite sides; "" without one
    note      what a reader of the card needs to know, mostly ""
    """

    id: str
    language: str
    function: str
    text: str
    plain: str
    abusive: bool
    labels: frozenset[Harm]
    severity: Severity
    channel: str
    pair: str
    note: str


def read_cases() -> list[Case]:
    """Every case, in the file's order: that of the functions."""
    raw = resources.files("parapet.triage.functions").joinpath("cases.jsonl").read_bytes()
    return [_case(msgspec.json.decode(line)) for line in raw.splitlines()]


def rows(cases: Iterable[Case]) -> Iterator[dict[str, object]]:
    """Each case as its line says it; after a disguised one its plain twin, whose id ends in PLAIN."""
    for case in cases:
        row = {name: getattr(case, name) for name in _FIELDS}
        row |= {"labels": [h.value for h in Harm if h in case.labels], "severity": case.severity.code}
        yield row
        if case.plain:
            yield row | {"id": case.id + PLAIN, "text": case.plain, "plain": "", "pair": ""}


def _case(row: dict[str, object]) -> Case:
    held = msgspec.convert(row, dict[str, str | bool | list[str]])
    given = {**held, "labels": frozenset(Harm(str(h)) for h in msgspec.convert(row["labels"], list[str]))}
    return Case(**{**given, "severity": Severity[str(row["severity"]).upper()]})  # type: ignore[arg-type]
