"""What a rule is."""

from __future__ import annotations

from attrs import frozen

from parapet.domain.judgement import Harm, Severity, Urgency


@frozen
class Rule:
    """If one of `patterns` is in the words, then at least this.

    harms     given whatever the model says
    severity  the least severity; NONE leaves it to the model
    grave     a threat to life or safety: inside quotation marks it makes the judgement abstain instead of passing in silence
    """

    code: str
    urgency: Urgency
    harms: frozenset[Harm]
    severity: Severity
    patterns: tuple[str, ...]

    @property
    def grave(self) -> bool:
        return self.severity >= Severity.HIGH


def rule(code: str, urgency: Urgency, harms: str, severity: Severity, *patterns: str) -> Rule:
    """A rule, its harms as words: "threat doxing"."""
    return Rule(code, urgency, frozenset(Harm(h) for h in harms.split()), severity, patterns)
