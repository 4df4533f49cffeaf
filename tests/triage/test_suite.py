"""Measuring a detector on the functional suite, through the command."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from parapet.cli.main import main
from parapet.domain.judgement import Harm, Severity
from parapet.triage import Triage
from parapet.triage.functions import Answer, Case, by_function, figures, read_cases

CASES = read_cases()


def typed(*words: str, given: bytes = b"") -> Result:
    return CliRunner().invoke(main, ["triage", *words], input=given)


def told(result: Result) -> dict[str, dict[str, object]]:
    assert result.exit_code == 0, result.output
    return {row.get("function") or row["language"]: row for row in map(json.loads, result.stdout.splitlines())}


def answered(tmp_path: Path, lines: list[object]) -> str:
    path = tmp_path / "answers.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    return str(path)


def case(name: str, *, abusive: bool, pair: str = "", severity: Severity = Severity.LOW, plain: str = "") -> Case:
    harms = frozenset([Harm.INSULT]) if abusive else frozenset[Harm]()
    return Case(name, "en", "f", name, plain, abusive, harms, severity if abusive else Severity.NONE, "post", pair, "")


def test_the_shipped_model_is_measured_and_named() -> None:
    said = told(typed("--suite", "--jsonl"))
    assert set(said) >= {c.function for c in CASES} | {"en", "fr", "en-fr", "all", "benign_all"}
    assert said["all"]["cases"] == len(CASES)
    assert said["all"]["unanswered"] == 0
    assert said["all"]["model"] == Triage.load().model.name
    assert all(said["all"][name] is not None for name in ("f1", "recall", "false_alarms", "auc", "pairs_right", "labels_f1"))
    assert said["spelled_leet"]["plain_recall"] is not None
    assert said["threat_veiled"]["plain_recall"] is None


def test_its_own_answers_from_a_file_give_the_same_figures(tmp_path: Path) -> None:
    cases = typed("--cases")
    judged = typed("--jsonl", given=cases.stdout_bytes)
    path = tmp_path / "own.jsonl"
    path.write_bytes(judged.stdout_bytes)
    own, direct = told(typed("--suite", "--answers", str(path), "--jsonl")), told(typed("--suite", "--jsonl"))
    for name in direct:
        assert {**own[name], "model": ""} == {**direct[name], "model": ""}, name


def test_a_detector_that_is_always_right(tmp_path: Path) -> None:
    path = answered(tmp_path, [{"id": c.id, "abusive": c.abusive} for c in CASES])
    everything = told(typed("--suite", "--answers", path, "--jsonl"))["all"]
    assert [everything[n] for n in ("f1", "recall", "precision", "false_alarms", "pairs_right")] == [1, 1, 1, 0, 1]
    assert (everything["auc"], everything["labels_f1"], everything["critical_found"]) == (None, None, None)


def test_a_detector_that_always_says_abuse_gets_no_pair_right(tmp_path: Path) -> None:
    path = answered(tmp_path, [{"id": c.id, "abusive": 0.9} for c in CASES])
    everything = told(typed("--suite", "--answers", path, "--jsonl"))["all"]
    assert [everything[n] for n in ("recall", "false_alarms", "pairs_right", "auc")] == [1, 1, 0, 0.5]
    higher = told(typed("--suite", "--answers", path, "--threshold", "0.95", "--jsonl"))["all"]
    assert [higher[n] for n in ("recall", "false_alarms")] == [0, 0]


def test_what_has_no_answer_is_told_and_not_counted(tmp_path: Path) -> None:
    french = [c for c in CASES if c.language == "fr"]
    path = answered(tmp_path, [{"id": c.id, "labels": []} for c in french])
    everything = told(typed("--suite", "--answers", path, "--jsonl"))["all"]
    assert (everything["cases"], everything["unanswered"]) == (len(french), len(CASES) - len(french))
    shown = typed("--suite", "--answers", path)
    assert f"not counted: {len(CASES) - len(french)}." in shown.output


@pytest.mark.parametrize(
    "line", [b"nonsense", b"[]", b'{"id": 3, "abusive": true}', b'{"id": "x"}', b'{"id": "x", "abusive": "yes"}', b"\xff"]
)
def test_a_line_that_is_no_answer_is_named(tmp_path: Path, line: bytes) -> None:
    path = tmp_path / "answers.jsonl"
    path.write_bytes(b'{"id": "insult_direct-01", "abusive": true}\n' + line + b"\n")
    refused = typed("--suite", "--answers", str(path))
    assert refused.exit_code == 2
    assert "Line 2" in refused.output
    assert "Traceback" not in refused.output


def test_the_table_is_for_people_in_both_languages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    assert "false alarms" in typed("--suite").output
    monkeypatch.setenv("LC_ALL", "fr_CA.UTF-8")
    assert "fausses alertes" in typed("--suite").output


@pytest.mark.parametrize("words", [[], ["--suite", "--cases"], ["--jsonl", "--answers", "-"]])
def test_what_makes_no_sense_together_is_refused(words: list[str]) -> None:
    assert typed(*words).exit_code == 2


def test_a_pair_counts_when_both_sides_are_right() -> None:
    cases = [
        case("a", abusive=True, pair="p"),
        case("b", abusive=False, pair="p"),
        case("c", abusive=True, pair="q"),
        case("d", abusive=False),
    ]
    found = figures(cases, {name: Answer(abusive) for name, abusive in (("a", True), ("b", False), ("c", True), ("d", True))})
    assert (found.pairs, found.pairs_right, found.right, found.false_alarms) == (1, 1.0, 3, 0.5)


def test_critical_cases_are_found_at_high_or_more() -> None:
    cases = [case(name, abusive=True, severity=Severity.CRITICAL) for name in "abc"]
    levels = {"a": Severity.HIGH, "b": Severity.CRITICAL, "c": Severity.MEDIUM}
    found = figures(cases, {name: Answer(True, severity=level) for name, level in levels.items()})
    assert found.critical_found == pytest.approx(2 / 3)


def test_harms_are_counted_together() -> None:
    said = {"a": Answer(True, labels=frozenset({"insult", "threat"})), "b": Answer(False, labels=frozenset())}
    assert figures([case("a", abusive=True), case("b", abusive=False)], said).labels_f1 == pytest.approx(2 / 3)


def test_the_plain_twin_is_counted_beside_its_disguise() -> None:
    cases = [case("a", abusive=True, plain="plain")]
    assert figures(cases, {"a": Answer(False), "a#plain": Answer(True)}).plain_recall == 1.0
    assert by_function(cases, {})["f"].plain_recall is None


@given(st.lists(st.tuples(st.booleans(), st.sampled_from([0.0, 0.25, 0.5, 1.0])), min_size=2, max_size=30))
def test_auc_is_the_share_of_comparisons_won(scored: list[tuple[bool, float]]) -> None:
    cases = [case(str(n), abusive=bad) for n, (bad, _) in enumerate(scored)]
    found = figures(cases, {str(n): Answer(score >= 0.5, score) for n, (_, score) in enumerate(scored)}).auc
    bads, goods = ([s for b, s in scored if b is side] for side in (True, False))
    won = [(b > g) + (b == g) / 2 for b in bads for g in goods]
    assert found == (pytest.approx(sum(won) / len(won)) if won else None)
