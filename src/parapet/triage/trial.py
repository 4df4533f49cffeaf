"""Learn a layer from corrections, and see whether it makes anything worse: on the functional suite, and on the corrections themselves.

Of the corrections it is asked how the program judges each one when it has learned from the others only (cross-validation): in FOLDS
parts, and the same words always in one part.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from weakref import WeakKeyDictionary

import numpy as np
from attrs import evolve, frozen
from numpy.typing import NDArray

from parapet.domain.judgement import Assessment, Harm, Severity, Verdict
from parapet.triage.functions import Answer, Case, answers_of, by_language, read_cases
from parapet.triage.local import Layer, Listening, Taught, learn, loss, taught_heads
from parapet.triage.model import Model
from parapet.triage.normalise import normalise
from parapet.triage.parts import parts
from parapet.triage.triage import Request, Triage
from parapet.triage.words import read_disguised, tokens

#: From so many different texts on, it is worth learning.
FEWEST_TEXTS = 10
#: The newest so many take part.
MOST_TEXTS = 1_000
FOLDS = 5
#: By how much the layer may worsen the suite: F1 of abusive, and what is no abuse called so. Grave cases found: not by one.
F1_MARGIN = 0.01
FALSE_ALARM_MARGIN = 0.02
#: Cases of the suite that are judged between two words of how far it is.
_AT_ONCE = 100
_TOLD_EVERY = 50

#: Told how many texts were judged so far, and how many there are to judge.
Tell = Callable[[int, int], None]


@frozen
class Lesson:
    """What a person said of one text. `request` is without private facts: rules find them, and no layer learns them."""

    request: Request
    verdict: Verdict


@frozen
class SuiteFigures:
    """The shipped suite, all languages: F1 of abusive, what is no abuse called so, critical cases called high or critical. 0..1."""

    f1: float
    false_alarms: float
    critical_found: float


@frozen
class Trial:
    """A layer and how it did.

    texts         different texts among the corrections
    decisions     how many decisions (abusive, each harm, each severity) the corrections hold in all
    right_before  how many of them the shipped model takes as the person did, and right_after with a layer learned from the others
    loss_before   mean surprise at what the person said, in nats a decision; loss_after likewise
    grave_before  of the corrections that say high or critical, how many the shipped model calls so; grave_after likewise
    differs       for each lesson on which the two decide differently: its place among the lessons, how many decisions are as the
                  person's before, and after
    faults        why it cannot be used: "few", "not_better", "grave", "suite_f1", "suite_false_alarms", "suite_critical"; none: it can
    """

    layer: Layer
    texts: int
    decisions: int
    right_before: int
    right_after: int
    loss_before: float
    loss_after: float
    grave_before: int
    grave_after: int
    suite_before: SuiteFigures
    suite_after: SuiteFigures
    differs: tuple[tuple[int, int, int], ...] = ()
    faults: tuple[str, ...] = ()


def try_out(plain: Triage, lessons: Sequence[Lesson], tell: Tell | None = None) -> Trial:
    """Let the judge without a layer learn from the newest MOST_TEXTS of `lessons` (oldest first), and measure. Takes seconds: the
    suite is judged with the layer, and once a process without one."""
    lessons = lessons[-MOST_TEXTS:]
    model = plain.model
    far = _HowFar(tell, 2 * len(lessons) + (1 if plain in _plain_suites else 2) * len(_cases()))
    taught = [_taught(plain, lesson, far) for lesson in lessons]
    words = [own_words(lesson.request) for lesson in lessons]
    layer = learn(plain.name, model, taught)
    before = plain.assess_many([lesson.request for lesson in lessons])
    after = _held_out(plain, lessons, taught, words, far)
    wanted = [_decisions(lesson.verdict) for lesson in lessons]
    now = [said for said, _ in after]
    grave = [lesson.verdict.severity >= Severity.HIGH for lesson in lessons]
    trial = Trial(
        layer=layer,
        texts=len(set(words)),
        decisions=sum(map(len, wanted)),
        right_before=_right(before, wanted),
        right_after=_right(now, wanted),
        loss_before=_loss(model, taught, [t.odds for t in taught]),
        loss_after=_loss(model, taught, [odds for _, odds in after]),
        grave_before=sum(g and said.severity >= Severity.HIGH for g, said in zip(grave, before, strict=True)),
        grave_after=sum(g and said.severity >= Severity.HIGH for g, said in zip(grave, now, strict=True)),
        suite_before=_plain_suite(plain, far),
        suite_after=_suite(plain.with_local(layer), far),
        differs=tuple(_differing(before, now, wanted)),
    )
    return _with_faults(trial)


def _differing(
    before: Sequence[Assessment], after: Sequence[Assessment], wanted: Sequence[dict[str, bool]]
) -> Iterable[tuple[int, int, int]]:
    for place, (was, now, theirs) in enumerate(zip(before, after, wanted, strict=True)):
        if _decisions(was.verdict) != _decisions(now.verdict):
            yield place, _right([was], [theirs]), _right([now], [theirs])


class _HowFar:
    """Counts what was judged, and tells of it."""

    def __init__(self, tell: Tell | None, total: int) -> None:
        self._tell, self._done, self._total = tell, 0, total

    def more(self, count: int) -> None:
        """So many more; told of at every `_TOLD_EVERY`th."""
        before, self._done = self._done, self._done + count
        if self._tell is not None and self._done // _TOLD_EVERY > before // _TOLD_EVERY:
            self._tell(self._done, self._total)


def _with_faults(trial: Trial) -> Trial:
    before, after = trial.suite_before, trial.suite_after
    found = {
        "few": trial.texts < FEWEST_TEXTS,
        "not_better": trial.right_after <= trial.right_before or trial.loss_after >= trial.loss_before,
        "grave": trial.grave_after < trial.grave_before,
        "suite_f1": after.f1 < before.f1 - F1_MARGIN,
        "suite_false_alarms": after.false_alarms > before.false_alarms + FALSE_ALARM_MARGIN,
        "suite_critical": after.critical_found < before.critical_found,
    }
    return evolve(trial, faults=tuple(fault for fault, holds in found.items() if holds))


def own_words(request: Request) -> str:
    """Subject and text as they are read, without what they quote and without stops: the same for the same words however spelt."""
    said = [request.subject, *(request.text[part.start : part.end] for part in parts(request.text))]
    read = (word for each in said for word in tokens(normalise(each, read_disguised).text).words)
    return " ".join(word for word in read if word not in _STOPS)


_STOPS = frozenset(".,;:!?'\"()[]-–—…«»“”‘’")


def _taught(plain: Triage, lesson: Lesson, far: _HowFar) -> Taught:
    ear = Listening()
    plain.with_local(ear).assess_many([lesson.request])
    far.more(1)
    told = _decisions(lesson.verdict)
    return Taught(ear.features, ear.odds, np.array([float(told[head]) for head in taught_heads(plain.model)]))


def _held_out(
    plain: Triage, lessons: Sequence[Lesson], taught: Sequence[Taught], words: Sequence[str], far: _HowFar
) -> list[tuple[Assessment, NDArray[np.float64]]]:
    """For each lesson, what is said and thought of it by a layer that learned from the other parts only."""
    turn = {
        each: n
        for n, each in enumerate(sorted(set(words), key=lambda w: hashlib.sha256(w.encode("utf-8", "surrogatepass")).digest()))
    }
    part = [turn[each] % FOLDS for each in words]
    others = [[t for t, of in zip(taught, part, strict=True) if of != n] for n in range(FOLDS)]
    layers = [learn(plain.name, plain.model, each) for each in others]
    found = []
    for lesson, each, n in zip(lessons, taught, part, strict=True):
        [said] = plain.with_local(layers[n]).assess_many([lesson.request])
        far.more(1)
        found.append((said, each.odds + np.array(layers[n].moves(each.features))))
    return found


def _decisions(verdict: Verdict) -> dict[str, bool]:
    """What a verdict says for each head that is taught."""
    return {
        "abusive": bool(verdict.harms),
        **{harm.value: harm in verdict.harms for harm in Harm},
        **{level.code: verdict.severity >= level for level in (Severity.MEDIUM, Severity.HIGH, Severity.CRITICAL)},
    }


def _right(said: Iterable[Assessment], wanted: Iterable[dict[str, bool]]) -> int:
    return sum(
        ours == theirs[head] for each, theirs in zip(said, wanted, strict=True) for head, ours in _decisions(each.verdict).items()
    )


def _loss(model: Model, taught: Sequence[Taught], odds: Sequence[NDArray[np.float64]]) -> float:
    if not taught:
        return 0.0
    return round(loss(model, np.concatenate(odds), np.concatenate([t.wanted for t in taught])), 6)


@cache
def _cases() -> tuple[Case, ...]:
    return tuple(read_cases())


#: What the suite says of a judge without a layer: the same for every trial of this process.
_plain_suites: WeakKeyDictionary[Triage, SuiteFigures] = WeakKeyDictionary()


def _plain_suite(plain: Triage, far: _HowFar) -> SuiteFigures:
    if plain not in _plain_suites:
        _plain_suites[plain] = _suite(plain, far)
    return _plain_suites[plain]


def _suite(judge: Triage, far: _HowFar) -> SuiteFigures:
    cases = _cases()
    answers: dict[str, Answer] = {}
    for first in range(0, len(cases), _AT_ONCE):
        some = cases[first : first + _AT_ONCE]
        answers |= answers_of(judge, some)
        far.more(len(some))
    found = by_language(cases, answers)["all"]
    assert found.f1 is not None and found.false_alarms is not None and found.critical_found is not None
    return SuiteFigures(found.f1, found.false_alarms, found.critical_found)
