"""What a detector said of the cases: ours, or another's, read from JSON lines."""

from __future__ import annotations

import math
from collections.abc import Iterable

import msgspec
from attrs import frozen

from parapet.domain.errors import RequestRefused
from parapet.domain.errors import gettext_noop as _
from parapet.domain.judgement import Assessment, Harm, Severity
from parapet.triage.functions.cases import PLAIN, Case
from parapet.triage.triage import Request, Triage

_LEVELS = {level.code: level for level in Severity}
_HARMS = {h.value for h in Harm}


@frozen
class Answer:
    """One verdict. `score` is what the detector ranks by; None where it tells only yes or no, as `labels` and `severity` are."""

    abusive: bool
    score: float | None = None
    labels: frozenset[str] | None = None
    severity: Severity | None = None


def requests_of(cases: Iterable[Case]) -> dict[str, Request]:
    """How each case, and its plain twin, is asked: with the channel, as an item would be, and without the language."""
    asked: dict[str, Request] = {}
    for case in cases:
        asked[case.id] = Request(case.text, channel=case.channel)
        if case.plain:
            asked[case.id + PLAIN] = Request(case.plain, channel=case.channel)
    return asked


def answer_of(said: Assessment) -> Answer:
    """What of a judgement is measured."""
    return Answer(bool(said.harms), said.abusive, frozenset(h.value for h in said.harms), said.severity)


def answers_of(judge: Triage, cases: Iterable[Case]) -> dict[str, Answer]:
    """What `judge` says of each case, and of its plain twin."""
    asked = requests_of(cases)
    return {name: answer_of(a) for name, a in zip(asked, judge.assess_many(asked.values()), strict=True)}


def read_answers(lines: Iterable[bytes], *, threshold: float) -> dict[str, Answer]:
    """Lines {"id", "abusive"} with "abusive" true, false, or a number that counts from `threshold` on; "labels" and "severity" if there are.

    Where there are labels they decide, as in `parapet triage --jsonl`. The last line of an id holds. Raises RequestRefused, naming the line.
    """
    found: dict[str, Answer] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = msgspec.json.decode(line.removeprefix(b"\xef\xbb\xbf"))
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            row = None
        answer = _answer(row, threshold) if isinstance(row, dict) and isinstance(row.get("id"), str) else None
        if answer is None:
            raise RequestRefused(
                _("Line %(line)d of the answers is not an answer: it needs an id, and labels or “abusive”."), line=number
            )
        found[row["id"]] = answer
    return found


def _answer(row: dict[str, object], threshold: float) -> Answer | None:
    said, labels = row.get("abusive"), row.get("labels")
    severity = _LEVELS.get(str(row.get("severity")))
    score = float(said) if isinstance(said, int | float) and not isinstance(said, bool) and math.isfinite(said) else None
    if isinstance(labels, list):
        known = frozenset(name for name in labels if isinstance(name, str) and name in _HARMS)
        return Answer(bool(labels), score, known, severity)
    if isinstance(said, bool):
        return Answer(said, None, None, severity)
    return None if score is None else Answer(score >= threshold, score, None, severity)
