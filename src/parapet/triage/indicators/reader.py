"""Rules over the words of one part."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from attrs import frozen

from parapet.domain.judgement import Harm, Severity, Urgency
from parapet.triage.indicators import rules_en, rules_fr
from parapet.triage.indicators.pattern import compile_pattern
from parapet.triage.indicators.rule import Rule
from parapet.triage.language import LITTLE
from parapet.triage.words import Token


@frozen
class Hit:
    """A rule that matched: the tokens from `first` up to, not including, `last`."""

    rule: Rule
    first: int
    last: int


@frozen
class _Index:
    """Every pattern, with the sets of words that it needs, and which patterns each word of their first sets calls for."""

    patterns: tuple[tuple[Rule, re.Pattern[str], tuple[frozenset[str], ...]], ...]
    by_word: dict[str, tuple[int, ...]]


@cache
def _index() -> _Index:
    compiled: list[tuple[Rule, re.Pattern[str], tuple[frozenset[str], ...]]] = []
    by_word: dict[str, list[int]] = {}
    common = LITTLE["en"] | LITTLE["fr"]
    for rule in (*rules_en.RULES, *rules_fr.RULES):
        for pattern in rule.patterns:
            expression, needs = compile_pattern(pattern)
            triggers, *others = sorted(needs, key=lambda words: len(words & common))  # the rarest first
            for word in triggers:
                by_word.setdefault(word, []).append(len(compiled))
            compiled.append((rule, expression, tuple(others)))
    return _Index(tuple(compiled), {w: tuple(ns) for w, ns in by_word.items()})


def find_hits(tokens: Sequence[Token]) -> list[Hit]:
    """Every rule that holds in these words, once for each place."""
    index = _index()
    there = {t.word for t in tokens}
    candidates: set[int] = set()
    for word in there & index.by_word.keys():
        candidates.update(index.by_word[word])
    line = ""
    hits: list[Hit] = []
    for number in sorted(candidates):
        rule, expression, needs = index.patterns[number]
        if any(map(there.isdisjoint, needs)):
            continue
        line = line or f" {' '.join(t.word for t in tokens)} "
        for match in expression.finditer(line):
            first = line.count(" ", 0, match.start()) - 1
            hits.append(Hit(rule, first, first + match.group().count(" ") + 1))
    return hits


__all__ = ["Harm", "Hit", "Severity", "Urgency", "find_hits"]
