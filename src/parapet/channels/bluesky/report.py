"""How Bluesky takes reports: its reasons, its limits, and how one is made there. Data alone; each rule with the page that states it."""

from __future__ import annotations

from datetime import date

from parapet.domain.judgement import Harm
from parapet.domain.reporting import Desk, Reason, Said, Seen

# The names of the reasons and what they mean: lexicons/tools/ozone/report/defs.json of bluesky-social/atproto.
_RULES = "https://bsky.social/about/support/community-guidelines"
# The guidelines of 22 May 2024 as Open Terms Archive keeps them (Bluesky/Community Guidelines.md); that of September 2026 only in quotations.
_SEEN = Seen(date(2026, 11, 30), "2024-05")
_QUOTED = Seen(date(2026, 11, 30), "2026-09")
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
            _SEEN,
        ),
        Reason(
            f"{_ABOUT}reasonHarassmentDoxxing",
            Said("Doxxing", "Divulgation de renseignements privés"),
            Said("no publishing of private facts", "pas de divulgation de renseignements privés"),
            _RULES,
            (Harm.DOXING,),
            _SEEN,
        ),
        Reason(
            f"{_ABOUT}reasonHarassmentHateSpeech",
            Said("Hate speech", "Discours haineux"),
            Said("no hate speech", "pas de discours haineux"),
            _RULES,
            (Harm.IDENTITY_HATE,),
            _SEEN,
        ),
        Reason(
            f"{_ABOUT}reasonHarassmentTargeted",
            Said("Targeted harassment", "Harcèlement ciblé"),
            Said("no targeted harassment", "pas de harcèlement ciblé"),
            _RULES,
            (Harm.SEXUAL, Harm.INCITEMENT),
            _SEEN,
        ),
        Reason(
            f"{_ABOUT}reasonHarassmentOther",
            Said("Other harassing or hateful content", "Autre contenu harcelant ou haineux"),
            Said("respect for others", "le respect d’autrui"),
            _RULES,
            (Harm.INSULT,),
            _SEEN,
        ),
        Reason(
            f"{_ABOUT}reasonMisleadingOther",
            Said("Other misleading content", "Autre contenu trompeur"),
            Said("no deceiving and no manipulating", "ni tromperie ni manipulation"),
            _RULES,
            (Harm.REPUTATION,),
            _QUOTED,
        ),
    ),
    how=Said(
        "Open the post, choose Report post under its three dots, then the reason.",
        "Ouvrez la publication, choisissez Signaler la publication dans le menu à trois points, puis le motif.",
    ),
    answers=Said(
        "Bluesky says that it reviews reports. Do not wait for an answer: look whether the post is still there.",
        "Bluesky dit examiner les signalements. N’attendez pas de réponse : voyez si la publication y est encore.",
    ),
    source=_RULES,
    seen=_SEEN,
)
