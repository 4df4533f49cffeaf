"""How Bluesky takes reports: its reasons, its limits, and how one is made there. Data alone; each rule with the page that states it."""

from __future__ import annotations

from datetime import date

from parapet.domain.judgement import Harm
from parapet.domain.reporting import Desk, Reason, Said

# The names of the reasons and what they mean: the lexicon tools.ozone.report.defs.
_RULES = "https://bsky.social/about/support/community-guidelines"
_ABOUT = "tools.ozone.report.defs#"

DESK = Desk(
    code="bluesky",
    title=Said("Bluesky", "Bluesky"),
    channels=("bluesky",),
    hosts=("bsky.app", "bsky.social"),
    sends="bluesky",
    max_chars=2_000,
    limit_published=True,
    reasons=(
        Reason(
            f"{_ABOUT}reasonViolenceThreats",
            Said("Threats or incitement", "Menaces ou incitation"),
            Said("no threats of violence", "pas de menaces de violence"),
            _RULES,
            (Harm.THREAT,),
        ),
        Reason(
            f"{_ABOUT}reasonHarassmentDoxxing",
            Said("Doxxing", "Divulgation de renseignements privés"),
            Said("no publishing of private facts", "pas de divulgation de renseignements privés"),
            _RULES,
            (Harm.DOXING,),
        ),
        Reason(
            f"{_ABOUT}reasonHarassmentHateSpeech",
            Said("Hate speech", "Discours haineux"),
            Said("no hate speech", "pas de discours haineux"),
            _RULES,
            (Harm.IDENTITY_HATE,),
        ),
        Reason(
            f"{_ABOUT}reasonHarassmentTargeted",
            Said("Targeted harassment", "Harcèlement ciblé"),
            Said("no targeted harassment", "pas de harcèlement ciblé"),
            _RULES,
            (Harm.SEXUAL, Harm.INCITEMENT),
        ),
        Reason(
            f"{_ABOUT}reasonHarassmentOther",
            Said("Other harassing or hateful content", "Autre contenu harcelant ou haineux"),
            Said("respect for others", "le respect d’autrui"),
            _RULES,
            (Harm.INSULT,),
        ),
        Reason(
            f"{_ABOUT}reasonMisleadingOther",
            Said("Other misleading content", "Autre contenu trompeur"),
            Said("no misleading content", "pas de contenu trompeur"),
            _RULES,
            (Harm.REPUTATION,),
        ),
    ),
    how=Said(
        "Open the post, choose Report post under its three dots, then the reason.",
        "Ouvrez la publication, choisissez Signaler la publication dans le menu à trois points, puis le motif.",
    ),
    answers=Said(
        "Reports are read by people. No time is promised, and often no answer comes: look whether the post is still there.",
        "Des personnes lisent les signalements. Aucun délai n’est promis et souvent rien ne vient : voyez si la publication y est encore.",
    ),
    source="https://github.com/bluesky-social/atproto/blob/main/lexicons/tools/ozone/report/defs.json",
    checked=date(2026, 11, 30),
)
