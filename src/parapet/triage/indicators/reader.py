"""Rules over the words of one part."""

from __future__ import annotations

import re
from functools import cache

from attrs import frozen

from parapet.domain.judgement import Harm, Severity, Urgency
from parapet.triage.indicators import rules_en, rules_fr
from parapet.triage.indicators.pattern import compile_pattern
from parapet.triage.indicators.rule import Rule
from parapet.triage.language import LITTLE
from parapet.triage.words import Tokens


@frozen
class Hit:
    """A rule that matched: the tokens from `first` up to, not including, `last`."""

    rule: Rule
    first: int
    last: int


@frozen
class _Index:
    """Every pattern, with the sets of words that it needs, and which patterns each word of their first sets (`triggers`) calls for."""

    patterns: tuple[tuple[Rule, re.Pattern[str], tuple[frozenset[str], ...]], ...]
    by_word: dict[str, tuple[int, ...]]
    triggers: frozenset[str]


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
    return _Index(tuple(compiled), {w: tuple(ns) for w, ns in by_word.items()}, frozenset(by_word))


def find_hits(tokens: Tokens) -> list[Hit]:
    """Every rule that holds in these words, once for each place."""
    index = _index()
    there = tokens.distinct
    candidates: set[int] = set()
    for word in index.triggers & there:
        candidates.update(index.by_word[word])
    line = ""
    hits: list[Hit] = []
    for number in sorted(candidates):
        rule, expression, needs = index.patterns[number]
        if any(map(there.isdisjoint, needs)):
            continue
        line = line or f" {' '.join(tokens.words)} "
        first, at = -1, 0
        for match in expression.finditer(line):
            first, at = first + line.count(" ", at, match.start()), match.start()
            hits.append(Hit(rule, first, first + match.group().count(" ") + 1))
    return hits


__all__ = ["Harm", "Hit", "Severity", "Urgency", "find_hits"]
