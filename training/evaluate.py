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

from parapet.domain.judgement import Assessment, Harm, Severity
from parapet.triage import Request, Triage

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
        rows = [json.loads(line) for line in cases.read_text(encoding="utf-8").splitlines() if line]
        for lang, language in (("en", "English"), ("fr", "French")):
            title = f"Functional cases of clinician-directed abuse and its look-alikes, {language}"
            found[title] = _cases(triage, [r for r in rows if r["lang"] == lang])
    if truth is not None:
        found["Scenario of three physicians under attack"] = _scenario(
            triage, json.loads(truth.read_text(encoding="utf-8"))["messages"]
        )
    return found


def _cases(triage: Triage, rows: Sequence[dict[str, Any]]) -> dict[str, float]:
    said = triage.assess_many([Request(r["text"], channel=r["channel"]) for r in rows])
    benign = [s for r, s in zip(rows, said, strict=True) if not r["abusive"]]
    critical = [s for r, s in zip(rows, said, strict=True) if r["severity"] == "critical"]
    return {
        "cases": len(rows),
        "abusive F1": _f1([bool(r["abusive"]) for r in rows], said),
        "benign called abusive": _share([bool(s.harms) for s in benign]),
        "critical called high or more": _share([s.severity >= Severity.HIGH for s in critical]),
        "language right": _share([s.lang == r["lang"] for r, s in zip(rows, said, strict=True)]),
        "abstains": _share([s.abstain for s in said]),
    }


def _scenario(triage: Triage, rows: Sequence[dict[str, Any]]) -> dict[str, float]:
    asked = [
        Request(
            r["text"],
            lang=r["lang"] if r["platform"] in _WITH_LANG else "",
            channel=r["platform"],
            subject=r["subject"] or "",
        )
        for r in rows
    ]
    began = time.process_time()
    said = triage.assess_many(asked)
    took = time.process_time() - began
    pairs = list(zip(rows, said, strict=True))
    worded = [(r, s) for r, s in pairs if not r["needs_context"]]
    grave = [(r, s) for r, s in pairs if _LEVEL[r["severity"]] >= Severity.HIGH]
    reviews = [(r, s) for r, s in worded if r["fake_review"] is not None]
    found = {"messages": float(len(rows)), "abusive F1": _f1([r["abusive"] for r, _ in worded], [s for _, s in worded])}
    for lang in ("en", "fr"):
        mine = [(r, s) for r, s in worded if r["lang"] == lang]
        found[f"abusive F1, {lang}"] = _f1([r["abusive"] for r, _ in mine], [s for _, s in mine])
    for harm in Harm:
        found[f"{harm} F1"] = _f1([harm.value in r["labels"] for r, _ in worded], [s for _, s in worded], harm)
    return found | {
        "grave called medium or more": _share([s.severity >= Severity.MEDIUM for _, s in grave]),
        "grave called medium or more, words enough": _share(
            [s.severity >= Severity.MEDIUM for r, s in grave if not r["needs_context"]]
        ),
        "critical called high or more": _share([s.severity >= Severity.HIGH for r, s in pairs if r["severity"] == "critical"]),
        "critical called high or more, words enough": _share(
            [s.severity >= Severity.HIGH for r, s in worded if r["severity"] == "critical"]
        ),
        "called high or more": _share([s.severity >= Severity.HIGH for s in said]),
        "hard benign called abusive": _share([bool(s.harms) for r, s in pairs if r["kind"] == "hardneg"]),
        "fake reviews found": _share([Harm.REPUTATION in s.harms for r, s in reviews if r["fake_review"]]),
        "genuine reviews called fake": _share([Harm.REPUTATION in s.harms for r, s in reviews if not r["fake_review"]]),
        "abstains": _share([s.abstain for s in said]),
        "messages a second": round(len(rows) / took),
    }


def _f1(truth: Sequence[bool], said: Sequence[Assessment], harm: Harm | None = None) -> float:
    yes = [bool(s.harms) if harm is None else harm in s.harms for s in said]
    hit = sum(t and y for t, y in zip(truth, yes, strict=True))
    return round(2 * hit / max(1, sum(truth) + sum(yes)), 3)


def _share(which: Sequence[bool]) -> float:
    return round(sum(which) / max(1, len(which)), 3)


if __name__ == "__main__":
    main()
