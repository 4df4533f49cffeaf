"""How YouTube takes reports: its reasons, its limits, and how one is made there. Data alone; each rule with the page that states it."""

from __future__ import annotations

from datetime import date

from parapet.domain.judgement import Harm
from parapet.domain.reporting import Desk, Reason, Said, Seen

_RULES = "https://support.google.com/youtube/answer"
_SEEN = Seen(date(2026, 11, 30))

DESK = Desk(
    code="youtube",
    title=Said("YouTube", "YouTube"),
    channels=("youtube",),
    hosts=("youtube.com", "youtu.be"),
    max_chars=500,
    langs=("en", "fr"),
    reasons=(
        Reason(
            "hate",
            Said("Hate speech", "Discours haineux"),
            Said("no hate speech", "pas de discours haineux"),
            f"{_RULES}/2801939",
            (Harm.IDENTITY_HATE,),
            _SEEN,
        ),
        Reason(
            "harassment",
            Said("Harassment and cyberbullying", "Harcèlement et cyberintimidation"),
            Said(
                "no threats, malicious attacks or private facts, and no inciting to them",
                "ni menaces, ni attaques malveillantes, ni renseignements privés, ni incitation",
            ),
            f"{_RULES}/2802268",
            (Harm.THREAT, Harm.DOXING, Harm.SEXUAL, Harm.INCITEMENT, Harm.INSULT),
            _SEEN,
        ),
    ),
    how=Said(
        "A comment: the three dots beside it, then Report. For several comments of one channel, report the channel.",
        "Un commentaire : les trois points à côté, puis Signaler. Pour plusieurs commentaires d’une même chaîne, signalez la chaîne.",
    ),
    answers=Said(
        "Do not wait for an answer: look whether the comment is still there.",
        "N’attendez pas de réponse : voyez si le commentaire y est encore.",
    ),
    source=f"{_RULES}/2802027",
    seen=_SEEN,
)
