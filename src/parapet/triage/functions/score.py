"""Cases and answers to figures. Only cases that have an answer count; how many have none is told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from attrs import frozen

from parapet.domain.judgement import Severity
from parapet.triage.functions.answers import Answer
from parapet.triage.functions.cases import PLAIN, Case

#: Functions of what looks like abuse and is none begin so; their abusive cases are the twins.
LOOK_ALIKE = "benign_"


@frozen
class Figures:
    """Of a set of cases. Rates are 0..1, and None where there is nothing to take them of.

    precision       of what was called abusive, how much is
    recall          of what is abusive, how much was called so
    false_alarms    of what is not abusive, how much was called so
    auc             that an abusive case scores above another; ties count half
    pairs_right     of pairs with both answers, how many have both right
    labels_f1       of the harms of all cases together (micro); None unless every answer names them
    critical_found  of critical cases, how many were called high or critical; None unless every answer has a severity
    plain_recall    recall on the plain twins of disguised cases
    """

    cases: int
    unanswered: int
    abusive: int
    right: int
    precision: float | None
    recall: float | None
    f1: float | None
    false_alarms: float | None
    auc: float | None
    pairs: int
    pairs_right: float | None
    labels_f1: float | None
    critical_found: float | None
    plain_recall: float | None


def figures(cases: Iterable[Case], answers: Mapping[str, Answer]) -> Figures:
    """The figures of all `cases` together."""
    every = list(cases)
    told = [(case, answers[case.id]) for case in every if case.id in answers]
    bad = [a for c, a in told if c.abusive]
    good = [a for c, a in told if not c.abusive]
    hit, alarm = sum(a.abusive for a in bad), sum(a.abusive for a in good)
    pairs = _pairs(told)
    plain = [answers[c.id + PLAIN].abusive for c in every if c.abusive and c.id + PLAIN in answers]
    return Figures(
        cases=len(told),
        unanswered=len(every) - len(told),
        abusive=len(bad),
        right=hit + len(good) - alarm,
        precision=_share(hit, hit + alarm),
        recall=_share(hit, len(bad)),
        f1=_share(2 * hit, hit + alarm + len(bad)) if bad else None,
        false_alarms=_share(alarm, len(good)),
        auc=_auc([a.score for a in bad], [a.score for a in good]),
        pairs=len(pairs),
        pairs_right=_share(sum(pairs), len(pairs)),
        labels_f1=_labels_f1(told),
        critical_found=_critical_found(told),
        plain_recall=_share(sum(plain), len(plain)),
    )


def by_function(cases: Iterable[Case], answers: Mapping[str, Answer]) -> dict[str, Figures]:
    """The figures of each function, in the suite's order."""
    groups: dict[str, list[Case]] = defaultdict(list)
    for case in cases:
        groups[case.function].append(case)
    return {name: figures(group, answers) for name, group in groups.items()}


def by_language(cases: Iterable[Case], answers: Mapping[str, Answer]) -> dict[str, Figures]:
    """The figures of "en", "fr", "en-fr" and "all"; and of the functions named for a look-alike, in "en", "fr" and all."""
    every = list(cases)
    alike = [c for c in every if c.function.startswith(LOOK_ALIKE)]
    groups = {
        **{name: [c for c in every if c.language == name] for name in ("en", "fr", "en-fr")},
        "all": every,
        **{f"{LOOK_ALIKE}{name}": [c for c in alike if c.language == name] for name in ("en", "fr")},
        f"{LOOK_ALIKE}all": alike,
    }
    return {name: figures(group, answers) for name, group in groups.items()}


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole else None


def _pairs(told: Sequence[tuple[Case, Answer]]) -> list[bool]:
    """Of each pair with both answers, whether both are right."""
    halves: dict[str, list[bool]] = defaultdict(list)
    for case, answer in told:
        if case.pair:
            halves[case.pair].append(answer.abusive == case.abusive)
    return [all(half) for half in halves.values() if len(half) == 2]


def _auc(bad: Sequence[float | None], good: Sequence[float | None]) -> float | None:
    """By ranks (Mann and Whitney); None where a score is missing."""
    scored = [(s, True) for s in bad if s is not None] + [(s, False) for s in good if s is not None]
    if not bad or not good or len(scored) != len(bad) + len(good):
        return None
    same: dict[float, list[int]] = defaultdict(lambda: [0, 0])
    for score, is_bad in scored:
        same[score][is_bad] += 1
    below, won = 0, 0.0
    for score in sorted(same):
        goods, bads = same[score]
        won += bads * (below + goods / 2)
        below += goods
    return won / (len(bad) * len(good))


def _labels_f1(told: Sequence[tuple[Case, Answer]]) -> float | None:
    named = [(frozenset(h.value for h in c.labels), a.labels) for c, a in told if a.labels is not None]
    if len(named) != len(told):
        return None
    both = sum(len(right & said) for right, said in named)
    return _share(2 * both, sum(len(right) + len(said) for right, said in named))


def _critical_found(told: Sequence[tuple[Case, Answer]]) -> float | None:
    critical = [a.severity for c, a in told if c.severity is Severity.CRITICAL]
    if any(a.severity is None for _, a in told):
        return None
    return _share(sum(s is not None and s >= Severity.HIGH for s in critical), len(critical))
