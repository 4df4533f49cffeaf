"""How Facebook or Instagram takes reports: its reasons, its limits, and how one is made there. Data alone; each rule with the page that states it."""

from __future__ import annotations

from datetime import date

from parapet.domain.judgement import Harm
from parapet.domain.reporting import Desk, Reason, Said, Seen

_RULES = "https://transparency.meta.com/policies/community-standards"
# The four rules as Open Terms Archive keeps them (Facebook/Community Guidelines.md), after the change of January 2025.
_SEEN = Seen(date(2026, 11, 30))

DESK = Desk(
    code="meta",
    title=Said("Facebook, Instagram", "Facebook, Instagram"),
    channels=("meta", "instagram", "facebook"),
    hosts=("facebook.com", "instagram.com", "threads.net", "threads.com"),
    max_chars=1_000,
    langs=("en", "fr"),
    reasons=(
        Reason(
            "violence_incitement",
            Said("Violence and incitement", "Violence et incitation"),
            Said("no threats of violence", "pas de menaces de violence"),
            f"{_RULES}/violence-incitement/",
            (Harm.THREAT,),
            _SEEN,
        ),
        Reason(
            "privacy_violations",
            Said("Privacy violations", "Atteintes à la vie privée"),
            Said("no sharing of private information", "pas de partage de renseignements privés"),
            f"{_RULES}/privacy-violations-image-privacy-rights/",
            (Harm.DOXING,),
            _SEEN,
        ),
        Reason(
            "hateful_conduct",
            Said("Hateful conduct", "Conduite haineuse"),
            Said("no attacks for who somebody is", "pas d’attaques fondées sur l’identité"),
            f"{_RULES}/hateful-conduct/",
            (Harm.IDENTITY_HATE,),
            _SEEN,
        ),
        Reason(
            "bullying_harassment",
            Said("Bullying and harassment", "Intimidation et harcèlement"),
            Said("no bullying, harassment or unwanted contact", "ni intimidation, ni harcèlement, ni contacts non souhaités"),
            f"{_RULES}/bullying-harassment/",
            (Harm.SEXUAL, Harm.INCITEMENT, Harm.INSULT),
            _SEEN,
        ),
    ),
    how=Said(
        "Open the post, comment or message, choose Report under its three dots, and answer the questions. There may be no field for words.",
        "Ouvrez la publication, le commentaire ou le message, choisissez Signaler dans le menu à trois points, et répondez aux questions. "
        "Il n’y a peut-être pas de champ pour du texte.",
    ),
    answers=Said(
        "Facebook says that the state of a report may stand in the Support Inbox. On Instagram, look whether it stands under Support Requests.",
        "Facebook dit que l’état d’un signalement peut figurer dans la boîte d’assistance (Support Inbox). "
        "Sur Instagram, voyez s’il figure sous Support Requests.",
    ),
    source="https://www.facebook.com/help/1753719584844061",
    seen=Seen(date(2026, 11, 30), "2016-03"),
)
