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
from parapet.triage.words import Token


@frozen
class Hit:
    """A rule that matched: the tokens from `first` up to, not including, `last`."""

    rule: Rule
    first: int
    last: int


@frozen
class _Index:
    rules: tuple[tuple[Rule, re.Pattern[str]], ...]
    by_word: dict[str, tuple[int, ...]]


@cache
def _index() -> _Index:
    compiled: list[tuple[Rule, re.Pattern[str]]] = []
    by_word: dict[str, list[int]] = {}
    for rule in (*rules_en.RULES, *rules_fr.RULES):
        for pattern in rule.patterns:
            expression, triggers = compile_pattern(pattern)
            for word in triggers:
                by_word.setdefault(word, []).append(len(compiled))
            compiled.append((rule, expression))
    return _Index(tuple(compiled), {w: tuple(ns) for w, ns in by_word.items()})


def find_hits(tokens: Sequence[Token]) -> list[Hit]:
    """Every rule that holds in these words, once for each place."""
    index = _index()
    candidates: set[int] = set()
    for token in tokens:
        candidates.update(index.by_word.get(token.word, ()))
    if not candidates:
        return []
    line = " " + " ".join(t.word for t in tokens) + " "
    hits: list[Hit] = []
    for number in sorted(candidates):
        rule, expression = index.rules[number]
        for match in expression.finditer(line):
            first = line.count(" ", 0, match.start()) - 1
            hits.append(Hit(rule, first, first + match.group().count(" ") + 1))
    return hits


__all__ = ["Harm", "Hit", "Severity", "Urgency", "find_hits"]
