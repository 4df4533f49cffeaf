"""What is asked: the suite, and sets that are named on the command line and never lie in the repository."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

from attrs import frozen

from parapet.domain.judgement import Harm, Severity
from parapet.triage import Request
from parapet.triage.functions import Case
from training.evaluate import Row, case_requests, read_cases, read_truth, scenario_requests
from training.rows import held_out, public_rows

_LEVEL = {s.code: s for s in Severity}
_SEED = 1
_T = TypeVar("_T")


@frozen
class Asked:
    """Texts of one set, in order.

    cases     what is right about each
    requests  how each is asked
    rows      each as its file has it, for `training.evaluate`
    """

    cases: list[Case]
    requests: list[Request]
    rows: list[Row]


def clinician(path: Path, most: int) -> Asked:
    """Functional cases: lines {"text", "lang", "channel", "abusive", "severity", "labels", "pair"}. At most `most`, as for each set."""
    rows = _some(read_cases(path), most)
    pairs = {r["id"]: "+".join(sorted((r["id"], r["pair"]))) for r in rows if r.get("pair")}
    cases = [_case(r["id"], r["lang"], r["functionality"], r, pairs.get(r["id"], "")) for r in rows]
    return Asked(cases, case_requests(rows), rows)


def scenario(path: Path, most: int) -> Asked:
    """A scenario's messages, by its truth."""
    rows = _some(read_truth(path), most)
    cases = [_case(r["id"], r["lang"], r["kind"], r, "") for r in rows]
    return Asked(cases, scenario_requests(rows), rows)


@frozen
class Public:
    """Public rows with a verdict: `held` that nothing learned from, to ask; `learned`, lines for the peer that learns."""

    held: Asked
    learned: list[str]


def public(folder: Path, most: int) -> Public:
    """Parted as the learning parts them. The function of a case is the set that it comes from."""
    every = [r for r in public_rows(folder, _SEED, most=10**9) if "abusive" in r.labels]
    held = _some([r for r in every if held_out(r.group)], most)
    cases = [
        Case(f"public-{n}", r.lang, r.source, r.text, "", bool(r.labels["abusive"]), frozenset(), Severity.NONE, "post", "", "")
        for n, r in enumerate(held)
    ]
    rest = [r for r in every if not held_out(r.group)]
    lines = [json.dumps({"text": r.text, "abusive": r.labels["abusive"]}) for r in rest]
    return Public(Asked(cases, [Request(c.text) for c in cases], []), lines)


def text_of(request: Request) -> str:
    """All that a judge without fields of its own can be told."""
    return f"{request.subject}\n\n{request.text}" if request.subject else request.text


def _case(name: str, lang: str, function: str, row: Row, pair: str) -> Case:
    harms = frozenset(Harm(name) for name in row["labels"])
    abusive, severity = bool(row["abusive"]), _LEVEL[row["severity"]]
    return Case(name, lang, function, row["text"], "", abusive, harms, severity, row.get("channel", ""), pair, "")


def _some(every: Sequence[_T], most: int) -> list[_T]:
    """All, or `most` of them drawn by a fixed seed, in their order."""
    if len(every) <= most:
        return list(every)
    return [every[n] for n in sorted(random.Random(_SEED).sample(range(len(every)), most))]
