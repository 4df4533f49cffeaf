"""Figures of answers, for any judge. Nothing here asks a judge or reads a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from attrs import evolve, frozen

from parapet.triage.functions import Answer, Case, figures
from training.figures import calibration_error

#: Function of the suite to the group in which it is told, by how its name begins.
GROUPS = {
    "threats": ("threat_",),
    "sexual": ("sexual_",),
    "private facts": ("doxing_",),
    "insults, contempt, sarcasm": ("insult_", "gendered_contempt", "sarcasm_"),
    "identity hate": ("identity_",),
    "calls upon a crowd": ("pile_on_call", "mass_report_call", "visit_call"),
    "reputation": ("licence_", "vexatious_", "fake_review", "false_accusation", "impersonation", "employer_"),
    "disguised spellings": ("spelled_",),
    "look-alikes": ("benign_",),
    "mixed languages, words to a model": ("code_switched", "addressed_to_a_model"),
}
#: Hate of groups, and what is taken for it.
HATE = ("identity_", "gendered_contempt", "benign_identity_neutral", "benign_counter_speech")

Answers = Mapping[str, Answer]


@frozen
class Best:
    """The threshold on the score at which F1 is highest, and that F1."""

    threshold: float
    f1: float


def best_threshold(scores: Sequence[float], truth: Sequence[bool]) -> Best | None:
    """Chosen on the very texts that it is measured on, so that it flatters; of equals the highest. None where nothing is abusive."""
    abusive = sum(truth)
    if not abusive:
        return None
    ranked = sorted(zip(scores, truth, strict=True), reverse=True)
    best: Best | None = None
    hit = 0
    for count, (score, bad) in enumerate(ranked, 1):
        hit += bad
        if count < len(ranked) and ranked[count][0] == score:
            continue  # a threshold does not part equals
        f1 = 2 * hit / (count + abusive)
        if best is None or f1 > best.f1:
            best = Best(score, f1)
    return best


def best_of(cases: Sequence[Case], answers: Answers) -> Best | None:
    """The best threshold for `cases`."""
    return best_threshold([_score(answers[c.id]) for c in cases], [c.abusive for c in cases])


def at(answers: Answers, threshold: float) -> dict[str, Answer]:
    """The same answers, called abusive from `threshold` on."""
    return {name: evolve(a, abusive=_score(a) >= threshold) for name, a in answers.items()}


def quality(cases: Sequence[Case], answers: Answers, best: Best | None) -> dict[str, float | None]:
    """What one judge's answers are worth, at its own threshold and at `best`."""
    own = figures(cases, answers)
    found = {
        "F1": own.f1,
        "recall": own.recall,
        "precision": own.precision,
        "false alarms": own.false_alarms,
        "accuracy": own.right / own.cases if own.cases else None,
        "AUC": own.auc,
    }
    if own.pairs:
        found["pairs right"] = own.pairs_right
    if best is None:
        return found
    other = figures(cases, at(answers, best.threshold))
    found |= {"best threshold": best.threshold, "best: F1": other.f1, "best: false alarms": other.false_alarms}
    return found | ({"best: pairs right": other.pairs_right} if own.pairs else {})


def grouped(cases: Sequence[Case]) -> dict[str, list[Case]]:
    """The suite's cases by group. Raises KeyError for a function of no group."""
    found: dict[str, list[Case]] = {name: [] for name in GROUPS}
    for case in cases:
        found[group_of(case.function)].append(case)
    return found


def group_of(function: str) -> str:
    """The group of a function. Raises KeyError when it is in none."""
    for name, beginnings in GROUPS.items():
        if function.startswith(beginnings):
            return name
    raise KeyError(function)


def flagged(answers: Sequence[Answer]) -> float | None:
    """Of these, how many were called abusive."""
    return sum(a.abusive for a in answers) / len(answers) if answers else None


def ratio(part: float | None, whole: float | None) -> float | None:
    """`part` over `whole`; without end where only `whole` is nothing, and None where both are."""
    if part is None or whole is None or not (part or whole):
        return None
    return part / whole if whole else float("inf")


def calibration(cases: Sequence[Case], answers: Answers) -> float | None:
    """Expected calibration error of scores that are probabilities, over ten equal bins."""
    if not cases:
        return None
    scores = np.array([_score(answers[c.id]) for c in cases], np.float64)
    return calibration_error(scores, np.array([c.abusive for c in cases]))


@frozen
class Abstention:
    """share: of all; wrong and wrong_elsewhere: how many of those abstained from, and of the others, were called wrongly."""

    share: float
    wrong: float | None
    wrong_elsewhere: float | None


def abstention(abstained: Sequence[bool], said: Sequence[bool], truth: Sequence[bool]) -> Abstention:
    """Whether a judge that abstains knows where it errs."""
    told = list(zip(abstained, said, truth, strict=True))
    inside = [s != t for a, s, t in told if a]
    outside = [s != t for a, s, t in told if not a]
    return Abstention(
        len(inside) / max(1, len(told)),
        sum(inside) / len(inside) if inside else None,
        sum(outside) / len(outside) if outside else None,
    )


def _score(answer: Answer) -> float:
    return answer.score if answer.score is not None else float(answer.abusive)
