"""What the program says of words that a person judged before, in another message to the same advocate: her word is where it starts."""

from __future__ import annotations

from attrs import evolve

from parapet.domain.judgement import BY_SAME_WORDS, Assessment, Severity, Verdict

#: Stable codes of `Assessment.reason`: her judgement was taken over; hers is milder, and this is too grave to follow.
SAME, MILDER = BY_SAME_WORDS, "person:same_words_milder"


def as_said_before(judgement: Assessment, verdict: Verdict) -> Assessment:
    """`judgement` as a person judged the same words.

    Another sender, or another day, may mean them. So she can raise anything, and lower only what is neither found by a rule (nor by a
    private fact, which is one) nor called high or critical by the program: there her milder word is told, and not followed.
    """
    if verdict == judgement.verdict:  # told only where others could still change it
        return judgement if verdict.harms else evolve(judgement, reason=(SAME, *judgement.reason))
    ruled = any(code.startswith("rule:") for code in judgement.reason)
    if not ruled and judgement.severity < Severity.HIGH:
        why = tuple(code for code in judgement.reason if not code.startswith("abstain:"))
        return evolve(judgement.as_said(verdict), reason=(SAME, *why))
    raised = Verdict(
        judgement.harms | verdict.harms,
        max(judgement.severity, verdict.severity),
        max(judgement.urgency, verdict.urgency),
    )
    if raised == judgement.verdict:
        return evolve(judgement, reason=(MILDER, *judgement.reason))
    return evolve(
        judgement, harms=raised.harms, severity=raised.severity, urgency=raised.urgency, reason=(SAME, *judgement.reason)
    )
