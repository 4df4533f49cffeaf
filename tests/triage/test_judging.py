"""The figures by which our triage is compared with others, and the texts that are made for it. No peer is asked."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from benchmarks import stages
from benchmarks.judges import disguises, figures, sets, speed, tables
from benchmarks.judges.identities import sentences
from benchmarks.judges.install import LOCK, wanted
from benchmarks.judges.served import OURS
from parapet.domain.judgement import Severity
from parapet.triage import Request, Triage
from parapet.triage.functions import Answer, Case, read_cases
from training.evaluate import case_figures, scenario_figures
from training.figures import calibration_error

CASES = read_cases()
#: A few of the suite, half of them abusive, all in pairs.
FEW = [c for c in CASES if c.function in ("threat_veiled", "insult_direct", "benign_hyperbole")]


def answers(cases: list[Case], score: dict[bool, float], threshold: float = 0.5) -> dict[str, Answer]:
    """Each case with the score of its side."""
    return {c.id: Answer(score[c.abusive] >= threshold, score[c.abusive]) for c in cases}


def test_who_is_right_gets_everything_right() -> None:
    told = answers(FEW, {True: 0.9, False: 0.1})
    found = figures.quality(FEW, told, figures.best_of(FEW, told))
    assert [found[n] for n in ("F1", "recall", "accuracy", "AUC", "pairs right", "best: F1")] == [1.0] * 6
    assert (found["false alarms"], found["best threshold"]) == (0.0, 0.9)


def test_who_is_right_below_her_own_threshold_is_so_at_the_best_one() -> None:
    told = answers(FEW, {True: 0.3, False: 0.2})
    found = figures.quality(FEW, told, figures.best_of(FEW, told))
    assert (found["F1"], found["recall"], found["pairs right"]) == (0.0, 0.0, 0.0)
    assert (found["best threshold"], found["best: F1"], found["best: pairs right"]) == (0.3, 1.0, 1.0)


def test_who_always_says_abuse_gets_no_pair_right() -> None:
    told = answers(FEW, {True: 1.0, False: 1.0})
    found = figures.quality(FEW, told, figures.best_of(FEW, told))
    assert (found["recall"], found["false alarms"], found["pairs right"], found["AUC"]) == (1.0, 1.0, 0.0, 0.5)


scored = st.lists(st.tuples(st.sampled_from([0.0, 0.2, 0.5, 0.7, 1.0]), st.booleans()), min_size=1, max_size=30)


@given(scored)
def test_no_threshold_is_better_than_the_best(rows: list[tuple[float, bool]]) -> None:
    scores, truth = [s for s, _ in rows], [t for _, t in rows]
    best = figures.best_threshold(scores, truth)
    if best is None:
        assert not any(truth)
        return
    by_threshold = {}
    for at in set(scores):
        hit = sum(t for s, t in rows if s >= at)
        by_threshold[at] = 2 * hit / (sum(s >= at for s in scores) + sum(truth))
    assert best.f1 == pytest.approx(max(by_threshold.values()))
    assert by_threshold[best.threshold] == pytest.approx(best.f1)


def test_probabilities_that_come_true_are_calibrated() -> None:
    said = np.array([0.75] * 8 + [0.25] * 8)
    so = np.array([True] * 6 + [False] * 2 + [True] * 2 + [False] * 6)
    assert calibration_error(said, so) == pytest.approx(0)
    assert calibration_error(said, ~so) == pytest.approx(0.5)
    assert figures.calibration(FEW, answers(FEW, {True: 1.0, False: 0.0})) == pytest.approx(0)
    assert figures.calibration(FEW, answers(FEW, {True: 0.8, False: 0.0})) == pytest.approx(0.1)


def test_abstaining_helps_where_one_errs() -> None:
    found = figures.abstention([True, True, False, False], [True, False, True, False], [False, False, True, True])
    assert (found.share, found.wrong, found.wrong_elsewhere) == (0.5, 0.5, 0.5)
    assert figures.abstention([False], [True], [True]).wrong is None


def test_ratios_of_nothing() -> None:
    assert figures.ratio(0.3, 0.6) == 0.5
    assert figures.ratio(0.3, 0.0) == float("inf")
    assert figures.ratio(0.0, 0.0) is None
    assert figures.ratio(None, 0.5) is None


def test_every_function_of_the_suite_is_in_one_group() -> None:
    for function in {c.function for c in CASES}:
        assert sum(function.startswith(begins) for begins in figures.GROUPS.values()) == 1, function
    parted = figures.grouped(CASES)
    assert all(parted.values())
    assert sum(len(cases) for cases in parted.values()) == len(CASES)
    with pytest.raises(KeyError):
        figures.group_of("unheard_of")


@pytest.mark.parametrize("name", sorted(disguises.DISGUISES))
def test_a_disguise_hides_words_and_keeps_lines(name: str) -> None:
    hide = disguises.DISGUISES[name]
    hidden = hide("Stop lying, docteure.\nOn va te tuer, no 5!")
    assert not re.search(r"\b(Stop|lying|docteure|tuer)\b", hidden)
    assert hidden.count("\n") == 1
    assert re.search(r"no +5!$", hidden), "short words and numbers stay"
    for case in FEW:
        assert hide(case.text) != case.text
        assert hide(case.text) == hide(case.text)


def test_disguises_as_one_would_type_them() -> None:
    ways = {name.partition(" ")[0]: hide for name, hide in disguises.DISGUISES.items()}
    assert ways["leet"]("kill") == "k1ll"
    assert ways["spaced"]("kill you") == "k i l l  y o u"
    assert ways["elongated"]("kill") == "kiiiill"
    assert ways["masked"]("kill") == "k*ll"
    assert ways["letters"]("été") == ways["letters"]("ete") == "\U0001f1ea\U0001f1f9\U0001f1ea"


@pytest.mark.parametrize("language", ["en", "fr"])
def test_identities_have_twins_without(language: str) -> None:
    told, twins = (sentences(language, identity=kind) for kind in (True, False))
    assert len(set(told)) == len(told) >= 150
    assert len(set(twins)) == len(twins) >= 90
    assert not set(told) & set(twins)
    assert not any("{" in text or re.search(r"ss\b", text) for text in told)
    assert not any(re.search(r"\ba [aeiou]|\ban [^aeiou]", text, re.IGNORECASE) for text in told if language == "en")


def test_a_stream_has_its_share_of_abuse_and_its_length() -> None:
    named = [evolve(c, text=f"{'worse' if c.abusive else 'good'}{n} and so on", plain="") for n, c in enumerate(FEW)]
    made = speed.stream(named, 200, speed.WAVE_SHARE)
    assert sum("worse" in text for text in made) == 70
    assert sum("worse" in text for text in made[:20]) == 7
    assert all(("worse" in text) != ("good" in text) for text in made)
    assert {len(text) for text in speed.stream(FEW, 200, 1.0)} <= {speed.CHARS - 1, speed.CHARS}
    assert len(set(speed.stream(CASES, 200, speed.WAVE_SHARE))) == 200
    assert made == speed.stream(named, 200, speed.WAVE_SHARE)


def test_limits_are_told_met_or_missed() -> None:
    line = tables.Line("recall", {OURS: 0.8, "other": 0.1}, tables.least(0.8))
    assert line.met() is True
    assert tables.Line("error", {OURS: 0.05}, tables.under(0.05)).met() is False
    assert tables.Line("speed", {"other": 9.0}, tables.Limit("over", 1)).met() is None
    section = tables.Section("Title", [line, tables.Line("missing", {OURS: None})], ("A note.",))
    shown = tables.written(section, [OURS, "other", "absent"])
    assert "at least 0.8  ok" in shown
    assert "absent" not in shown
    assert json.loads(json.dumps(tables.as_json(section))) == {
        "title": "Title",
        "notes": ["A note."],
        "lines": [
            {"what": "recall", "values": {OURS: 0.8, "other": 0.1}, "limit": "at least 0.8", "met": True},
            {"what": "missing", "values": {OURS: None}, "limit": None, "met": None},
        ],
    }


def row(name: str, *, abusive: bool, severity: str = "none", **more: Any) -> dict[str, Any]:
    return {"id": name, "lang": "en", "text": name, "abusive": abusive, "labels": [], "severity": severity, **more}


def test_cases_of_a_file_are_measured_for_judges_with_and_without_severities(tmp_path: Path) -> None:
    rows = [
        row("a", abusive=True, severity="critical", channel="post", functionality="f", pair="b"),
        row("b", abusive=False, channel="post", functionality="f", pair="a"),
        row("c", abusive=False, channel="post", functionality="f", pair=None),
    ]
    path = tmp_path / "cases.jsonl"
    path.write_text("".join(json.dumps(r) + "\n" for r in rows), "utf-8")
    asked = sets.clinician(path, most=10)
    assert [c.pair for c in asked.cases] == ["a+b", "a+b", ""]
    assert len(sets.clinician(path, most=2).cases) == 2
    plain = [Answer(True, 1.0), Answer(True, 1.0), Answer(False, 0.0)]
    assert case_figures(asked.rows, plain) == {"cases": 3, "abusive F1": 0.667, "benign called abusive": 0.5}
    graded = [Answer(a.abusive, a.score, frozenset(), Severity.HIGH) for a in plain]
    assert case_figures(asked.rows, graded)["critical called high or more"] == 1.0


def test_a_scenario_is_measured_for_judges_with_and_without_harms() -> None:
    more = {"needs_context": False, "kind": "review", "fake_review": True}
    rows = [
        row("a", abusive=True, severity="high", **more),
        row("b", abusive=False, **more | {"kind": "hardneg", "fake_review": False}),
    ]
    plain = scenario_figures(rows, [Answer(True, 1.0), Answer(True, 1.0)])
    assert plain == {
        "messages": 2.0,
        "abusive F1": 0.667,
        "abusive F1, en": 0.667,
        "abusive F1, fr": 0.0,
        "hard benign called abusive": 1.0,
    }
    full = Answer(True, 1.0, frozenset({"reputation"}), Severity.MEDIUM)
    found = scenario_figures(rows, [full, Answer(False, 0.0, frozenset(), Severity.NONE)])
    assert [found[n] for n in ("abusive F1", "fake reviews found", "genuine reviews called fake")] == [1.0, 1.0, 0.0]
    assert [found[n] for n in ("grave called medium or more", "called high or more")] == [1.0, 0.0]


def test_the_peers_are_locked_with_their_digests() -> None:
    held = LOCK.read_text("utf-8")
    assert len(wanted()) == 5
    for peer in wanted():
        assert f"{peer} \\\n    --hash=sha256:" in held
    assert "//" not in held


def test_the_steps_of_a_judgement_say_what_it_says_whole() -> None:
    asked = [Request(text) for text in speed.stream(CASES, 24, speed.WAVE_SHARE)]
    steps = stages.Steps(asked)
    assert steps.round() == Triage.load().assess_many(asked)
    assert len(steps.best_s) == len(stages.STEPS)
    assert all(0 <= took_s < float("inf") for took_s in steps.best_s)
    assert 0 < steps.sent <= len(asked), "one window each, and not of every text"
    assert 0 < stages.products(steps.net.shapes[:1]) < 1
