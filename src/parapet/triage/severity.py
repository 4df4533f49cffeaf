"""From probabilities and indicators to harms, severity, urgency, and whether a person must judge."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from attrs import frozen

from parapet.domain.judgement import Harm, Indicator, Severity, Urgency
from parapet.triage.indicators.rule import Rule
from parapet.triage.kindness import Kind

#: A rule that fired speaks at least this loudly in `Assessment.abusive` and in its harms.
RULE_PROBABILITY = {Severity.CRITICAL: 0.97, Severity.HIGH: 0.93, Severity.MEDIUM: 0.8, Severity.LOW: 0.6, Severity.NONE: 0.0}
_HARMS = tuple(Harm)
_URGENCY = {
    Severity.CRITICAL: Urgency.SAME_DAY,
    Severity.HIGH: Urgency.SAME_DAY,
    Severity.MEDIUM: Urgency.WATCH,
    Severity.LOW: Urgency.WATCH,
    Severity.NONE: Urgency.NONE,
}
#: Within this of the threshold the model cannot tell.
CLOSE_CALL = 0.03
#: A chance of danger from which it counts, whatever the chance of abuse at large. Of critical rows that nothing was learned from it hears 3 to
#: 8 more of 100 in English and 15 to 20 in French, and of the harmless ones at most one of 100 more.
DANGER = 0.3

#: A chance of abuse from which a person is asked though the words are kind; and one from which the models are believed: scorn borrows them.
LOUD, SURE = 0.8, 0.95
#: Kind words make abuse as likely as this at most, where no person is asked. Of 97 written rows with such words 2 were abuse, and both were heard.
OF_KIND_WORDS = 0.2


@frozen
class Verdict:
    """What `Assessment` holds besides the indicators, the language and the model's name."""

    probabilities: dict[Harm, float]
    abusive: float
    harms: frozenset[Harm]
    severity: Severity
    urgency: Urgency
    abstain: bool
    reason: tuple[str, ...]


def judge(
    said: Mapping[str, float],
    thresholds: Mapping[str, float],
    rules: Sequence[Rule],
    indicators: Sequence[Indicator],
    *,
    quoted_threat: bool,
    knows_language: bool,
    kind: Kind = Kind.NO,
) -> Verdict:
    """Weigh the model and the rules. A rule's severity is a floor that the model cannot lower.

    said           head to calibrated probability: "abusive", each harm, "medium", "high", "critical"
    thresholds     head to the probability from which it counts
    quoted_threat  a grave rule fired inside quotation marks or quoted lines only
    kind           whether its words speak for her: what the models alone hear then does not count, or is left to a person
    """
    if kind is not Kind.NO and not rules and not indicators and hears(said, thresholds) and said["abusive"] < SURE:
        return _kind_words(said, asks=kind is Kind.LONG or said["abusive"] >= LOUD)
    floor = max((r.severity for r in rules), default=Severity.NONE)
    ruled = frozenset(h for r in rules for h in r.harms)
    heard = hears(said, thresholds)
    harms = set(ruled)
    if heard:
        harms |= {h for h in _HARMS if said[h] >= thresholds[h]}
        if not harms:
            harms.add(max(_HARMS, key=lambda h: said[h] / thresholds[h]))
    severity = max(floor, _severity(said, thresholds, harms) if heard else Severity.NONE)
    if harms and severity is Severity.NONE:
        severity = Severity.LOW
    reason = [f"rule:{c}" for c in dict.fromkeys(r.code for r in sorted(rules, key=lambda r: -r.severity))]
    if heard:  # of harms equally likely, the first in their own order: a set's order differs from one run to the next
        reason += [f"model:{h}" for h in sorted((h for h in _HARMS if h in harms - ruled), key=lambda h: -said[h])]
    doubt = _doubt(said, thresholds, bool(rules), quoted_threat=quoted_threat, knows_language=knows_language)
    loud = RULE_PROBABILITY[floor]
    return Verdict(
        probabilities={h: max(said[h], RULE_PROBABILITY[_floor_of(h, rules)]) if rules else said[h] for h in _HARMS},
        abusive=max(said["abusive"], loud),
        harms=frozenset(harms),
        severity=severity,
        urgency=_urgency(severity, indicators),
        abstain=doubt != "",
        reason=(*reason, doubt) if doubt else tuple(reason),
    )


def _kind_words(said: Mapping[str, float], *, asks: bool) -> Verdict:
    """No harm, or a person's to say, where the words speak for her and only the models hear something."""
    most = 1.0 if asks else OF_KIND_WORDS
    return Verdict(
        probabilities={h: min(said[h], most) for h in _HARMS},
        abusive=min(said["abusive"], most),
        harms=frozenset(),
        severity=Severity.NONE,
        urgency=Urgency.NONE,
        abstain=asks,
        reason=("abstain:kind" if asks else "kind",),
    )


def hears(said: Mapping[str, float], thresholds: Mapping[str, float]) -> bool:
    """Whether the model calls it abuse: all in all, or because the danger alone is enough."""
    return said["abusive"] >= thresholds["abusive"] or said["critical"] >= max(DANGER, thresholds["critical"])


def _severity(said: Mapping[str, float], thresholds: Mapping[str, float], harms: set[Harm]) -> Severity:
    for level in (Severity.CRITICAL, Severity.HIGH, Severity.MEDIUM):
        if said[level.code] >= thresholds[level.code]:
            return level
    if harms & {Harm.THREAT, Harm.DOXING, Harm.SEXUAL}:
        return Severity.MEDIUM
    return Severity.LOW


def _floor_of(harm: Harm, rules: Sequence[Rule]) -> Severity:
    return max((r.severity for r in rules if harm in r.harms), default=Severity.NONE)


def _urgency(severity: Severity, indicators: Sequence[Indicator]) -> Urgency:
    told = max((i.urgency for i in indicators), default=Urgency.NONE)
    return max(told, _URGENCY[severity])


def _doubt(
    said: Mapping[str, float], thresholds: Mapping[str, float], ruled: bool, *, quoted_threat: bool, knows_language: bool
) -> str:
    if quoted_threat and not ruled:
        return "abstain:quoted"
    if not knows_language and not ruled:
        return "abstain:language"
    if not ruled and abs(said["abusive"] - thresholds["abusive"]) < CLOSE_CALL:
        return "abstain:close"
    return ""
