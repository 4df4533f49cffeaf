"""Perspective's attributes out of our judgement. What each means, and where it differs: docs/reference/perspective-api.md."""

from __future__ import annotations

from collections.abc import Iterable

from parapet.domain.judgement import Assessment, Harm, Severity
from parapet.triage.profanity import profanity

_NAMES = ("TOXICITY", "SEVERE_TOXICITY", "IDENTITY_ATTACK", "INSULT", "PROFANITY", "THREAT", "SEXUALLY_EXPLICIT")
#: Every spelling that is answered, to the attribute it stands for.
SCORED = {
    **{name: name for name in _NAMES},
    **{f"{name}_EXPERIMENTAL": name for name in _NAMES if name != "SEXUALLY_EXPLICIT"},
    "TOXICITY_FAST": "TOXICITY",
}
#: Those that Perspective had and we have no honest score for. They are refused as an attribute without the language is:
#: clients know that error, and ask again without.
ELSEWHERE = frozenset(
    "FLIRTATION ATTACK_ON_AUTHOR ATTACK_ON_COMMENTER INCOHERENT INFLAMMATORY LIKELY_TO_REJECT OBSCENE SPAM UNSUBSTANTIAL "
    "AFFINITY_EXPERIMENTAL COMPASSION_EXPERIMENTAL CURIOSITY_EXPERIMENTAL NUANCE_EXPERIMENTAL PERSONAL_STORY_EXPERIMENTAL "
    "REASONING_EXPERIMENTAL RESPECT_EXPERIMENTAL".split()
)
_HARM = {
    "IDENTITY_ATTACK": Harm.IDENTITY_HATE,
    "INSULT": Harm.INSULT,
    "THREAT": Harm.THREAT,
    "SEXUALLY_EXPLICIT": Harm.SEXUAL,
}
#: How much of TOXICITY is SEVERE_TOXICITY, by severity. An order, not a calibrated probability.
_SHARE = {Severity.NONE: 0.05, Severity.LOW: 0.2, Severity.MEDIUM: 0.5, Severity.HIGH: 0.85, Severity.CRITICAL: 1.0}


def scores(judged: Assessment, text: str, names: Iterable[str]) -> dict[str, float]:
    """0..1 for each of `names`, which are spellings of SCORED. `text` is what `judged` was made from."""
    return {name: round(_score(judged, text, SCORED[name]), 6) for name in names}


def _score(judged: Assessment, text: str, name: str) -> float:
    if name == "TOXICITY":
        return judged.abusive
    if name == "SEVERE_TOXICITY":
        return judged.abusive * _SHARE[judged.severity]
    if name == "PROFANITY":
        return profanity(text, judged.lang)
    return judged.probabilities[_HARM[name]]
