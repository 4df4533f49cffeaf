"""How YouTube takes reports: its reasons, its limits, and how one is made there. Data alone; each rule with the page that states it."""

from __future__ import annotations

from datetime import date

from parapet.domain.judgement import Harm
from parapet.domain.reporting import Desk, Reason, Said

_RULES = "https://support.google.com/youtube/answer"

DESK = Desk(
    code="youtube",
    title=Said("YouTube", "YouTube"),
    channels=("youtube",),
    hosts=("youtube.com", "youtu.be"),
    form="https://www.youtube.com/reportabuse",
    max_chars=500,
    langs=("en", "fr"),
    reasons=(
        Reason(
            "hate",
            Said("Hate speech", "Discours haineux"),
            Said("no hate speech", "pas de discours haineux"),
            f"{_RULES}/2801939",
            (Harm.IDENTITY_HATE,),
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
        ),
    ),
    how=Said(
        "A comment: the three dots beside it, then Report. For many comments or a whole account, the reporting form.",
        "Un commentaire : les trois points à côté, puis Signaler. Pour de nombreux commentaires ou un compte entier, le formulaire.",
    ),
    answers=Said(
        "Nobody answers reports of comments. Look whether the comment is still there.",
        "Personne ne répond au signalement d’un commentaire. Voyez si le commentaire y est encore.",
    ),
    source="https://support.google.com/youtube/answer/2801920",
    checked=date(2026, 11, 30),
)
