"""A reply that somebody is tempted to send, and what it risks. Its words are kept nowhere."""

from __future__ import annotations

from enum import StrEnum

from attrs import frozen

#: The longest reply that is looked at, in characters: several pages.
MAX_REPLY_CHARS = 5_000


class Where(StrEnum):
    """Where it would stand."""

    POST = "post"
    REVIEW = "review"
    MAIL = "mail"
    MESSAGE = "message"


class Concern(StrEnum):
    """What is looked for, in the order in which it is told."""

    CONFIDENTIALITY = "confidentiality"
    ENGAGEMENT = "engagement"
    EVIDENCE = "evidence"
    TONE = "tone"
    PRIVATE = "private"


@frozen
class Risk:
    """One thing that may do harm.

    code    which sign, stable; a screen has the reason in words
    words   what triggered it, exactly as in the reply at [start, end); "" when it is the reply as a whole
    detail  for `Concern.TONE`, the harm or the indicator that triage found; for `Concern.PRIVATE`, the kind of fact; else ""
    """

    concern: Concern
    code: str
    words: str = ""
    start: int = 0
    end: int = 0
    detail: str = ""


def not_found(risks: tuple[Risk, ...]) -> tuple[Concern, ...]:
    """What was looked for and did not turn up. That it did not is no promise."""
    there = {risk.concern for risk in risks}
    return tuple(concern for concern in Concern if concern not in there)
