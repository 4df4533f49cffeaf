"""Figures on sets that the model never saw: functional cases and a scenario. Only numbers leave here, never sentences.

    python -m training.evaluate --cases cases.jsonl --truth scenario-a-truth.json

cases   lines {"text", "lang", "channel", "abusive", "severity"}
truth   {"messages": [{"text", "subject", "lang", "platform", "abusive", "labels", "severity", "kind", "fake_review", "needs_context"}]}
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from parapet.domain.judgement import Harm, Severity
from parapet.triage import Request, Triage
from parapet.triage.functions import Answer, answer_of

Row = dict[str, Any]

_LEVEL = {s.code: s for s in Severity}
_WITH_LANG = ("bluesky", "mastodon")  # the platforms that say in which language a post is


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=Path)
    parser.add_argument("--truth", type=Path)
    args = parser.parse_args()
    print(json.dumps(evaluate(Triage.load(), args.cases, args.truth), indent=1))


def evaluate(triage: Triage, cases: Path | None, truth: Path | None) -> dict[str, dict[str, float]]:
    """Figures by set; what is not given is left out."""
    found: dict[str, dict[str, float]] = {}
    if cases is not None:
        rows = read_cases(cases)
        for lang, language in (("en", "English"), ("fr", "French")):
            title = f"Functional cases of clinician-directed abuse and its look-alikes, {language}"
            found[title] = _cases(triage, [r for r in rows if r["lang"] == lang])
    if truth is not None:
        found["Scenario of three physicians under attack"] = _scenario(triage, read_truth(truth))
    return found


def read_cases(path: Path) -> list[Row]:
    """The rows of a file of cases."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]


def read_truth(path: Path) -> list[Row]:
    """The messages of a scenario's truth."""
    messages: list[Row] = json.loads(path.read_text(encoding="utf-8"))["messages"]
    return messages


def case_requests(rows: Sequence[Row]) -> list[Request]:
    """How cases are asked: with their channel, and without their language."""
    return [Request(r["text"], channel=r["channel"]) for r in rows]


def scenario_requests(rows: Sequence[Row]) -> list[Request]:
    """How a scenario's messages are asked: with what their platforms tell."""
    return [
        Request(
            r["text"],
            lang=r["lang"] if r["platform"] in _WITH_LANG else "",
            channel=r["platform"],
            subject=r["subject"] or "",
        )
        for r in rows
    ]


def case_figures(rows: Sequence[Row], answers: Sequence[Answer]) -> dict[str, float]:
    """Of any detector's answers. What needs a severity is left out where an answer has none."""
    told = list(zip(rows, answers, strict=True))
    critical = [a.severity for r, a in told if r["severity"] == "critical"]
    found = {
        "cases": len(rows),
        "abusive F1": _f1([bool(r["abusive"]) for r in rows], [a.abusive for a in answers]),
        "benign called abusive": _share([a.abusive for r, a in told if not r["abusive"]]),
    }
    if all(a.severity is not None for a in answers):
        found["critical called high or more"] = _share([_at_least(s, Severity.HIGH) for s in critical])
    return found


def scenario_figures(rows: Sequence[Row], answers: Sequence[Answer]) -> dict[str, float]:
    """Of any detector's answers. What needs harms or a severity is left out where an answer has none."""
    told = list(zip(rows, answers, strict=True))
    worded = [(r, a) for r, a in told if not r["needs_context"]]
    found = {"messages": float(len(rows)), "abusive F1": _f1([r["abusive"] for r, _ in worded], [a.abusive for _, a in worded])}
    for lang in ("en", "fr"):
        mine = [(r, a) for r, a in worded if r["lang"] == lang]
        found[f"abusive F1, {lang}"] = _f1([r["abusive"] for r, _ in mine], [a.abusive for _, a in mine])
    if all(a.labels is not None for a in answers):
        found |= _by_harm(worded)
    if all(a.severity is not None for a in answers):
        found |= _by_severity(told)
    found["hard benign called abusive"] = _share([a.abusive for r, a in told if r["kind"] == "hardneg"])
    if all(a.labels is not None for a in answers):
        found |= _by_review([(r, a) for r, a in worded if r["fake_review"] is not None])
    return found


def _by_harm(worded: Sequence[tuple[Row, Answer]]) -> dict[str, float]:
    return {
        f"{harm} F1": _f1([harm.value in r["labels"] for r, _ in worded], [harm in (a.labels or ()) for _, a in worded])
        for harm in Harm
    }


def _by_severity(told: Sequence[tuple[Row, Answer]]) -> dict[str, float]:
    grave = [(r, a.severity) for r, a in told if _LEVEL[r["severity"]] >= Severity.HIGH]
    critical = [(r, s) for r, s in grave if r["severity"] == "critical"]
    return {
        "grave called medium or more": _share([_at_least(s, Severity.MEDIUM) for _, s in grave]),
        "grave called medium or more, words enough": _share(
            [_at_least(s, Severity.MEDIUM) for r, s in grave if not r["needs_context"]]
        ),
        "critical called high or more": _share([_at_least(s, Severity.HIGH) for _, s in critical]),
        "critical called high or more, words enough": _share(
            [_at_least(s, Severity.HIGH) for r, s in critical if not r["needs_context"]]
        ),
        "called high or more": _share([_at_least(a.severity, Severity.HIGH) for _, a in told]),
    }


def _by_review(reviews: Sequence[tuple[Row, Answer]]) -> dict[str, float]:
    called = [(r["fake_review"], Harm.REPUTATION in (a.labels or ())) for r, a in reviews]
    return {
        "fake reviews found": _share([yes for fake, yes in called if fake]),
        "genuine reviews called fake": _share([yes for fake, yes in called if not fake]),
    }


def _cases(triage: Triage, rows: Sequence[Row]) -> dict[str, float]:
    said = triage.assess_many(case_requests(rows))
    return case_figures(rows, [answer_of(s) for s in said]) | {
        "language right": _share([s.lang == r["lang"] for r, s in zip(rows, said, strict=True)]),
        "abstains": _share([s.abstain for s in said]),
    }


def _scenario(triage: Triage, rows: Sequence[Row]) -> dict[str, float]:
    asked = scenario_requests(rows)
    began = time.process_time()
    said = triage.assess_many(asked)
    took = time.process_time() - began
    return scenario_figures(rows, [answer_of(s) for s in said]) | {
        "abstains": _share([s.abstain for s in said]),
        "messages a second": round(len(rows) / took),
    }


def _at_least(said: Severity | None, level: Severity) -> bool:
    return said is not None and said >= level


def _f1(truth: Sequence[bool], said: Sequence[bool]) -> float:
    hit = sum(t and y for t, y in zip(truth, said, strict=True))
    return round(2 * hit / max(1, sum(truth) + sum(said)), 3)


def _share(which: Sequence[bool]) -> float:
    return round(sum(which) / max(1, len(which)), 3)


if __name__ == "__main__":
    main()
