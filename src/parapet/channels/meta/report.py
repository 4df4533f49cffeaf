"""How Facebook or Instagram takes reports: its reasons, its limits, and how one is made there. Data alone; each rule with the page that states it."""

from __future__ import annotations

from datetime import date

from parapet.domain.judgement import Harm
from parapet.domain.reporting import Desk, Reason, Said

_RULES = "https://transparency.meta.com/policies/community-standards"

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
        ),
        Reason(
            "privacy_violations",
            Said("Privacy violations", "Atteintes à la vie privée"),
            Said("no sharing of private information", "pas de partage de renseignements privés"),
            f"{_RULES}/privacy-violations/",
            (Harm.DOXING,),
        ),
        Reason(
            "hateful_conduct",
            Said("Hateful conduct", "Conduite haineuse"),
            Said("no attacks for who somebody is", "pas d’attaques fondées sur l’identité"),
            f"{_RULES}/hateful-conduct/",
            (Harm.IDENTITY_HATE,),
        ),
        Reason(
            "bullying_harassment",
            Said("Bullying and harassment", "Intimidation et harcèlement"),
            Said("no bullying, harassment or unwanted contact", "ni intimidation, ni harcèlement, ni contacts non souhaités"),
            f"{_RULES}/bullying-harassment/",
            (Harm.SEXUAL, Harm.INCITEMENT, Harm.INSULT),
        ),
    ),
    how=Said(
        "Open the post, comment or message, choose Report under its three dots, and answer the questions. There is rarely a field for words.",
        "Ouvrez la publication, le commentaire ou le message, choisissez Signaler dans le menu à trois points, et répondez aux questions. "
        "Il y a rarement un champ pour du texte.",
    ),
    answers=Said(
        "The outcome stands in the Support Inbox (Facebook) or under Support Requests (Instagram). No time is promised.",
        "L’issue se trouve dans la boîte d’assistance (Facebook) ou sous Demandes d’assistance (Instagram). Aucun délai n’est promis.",
    ),
    source="https://transparency.meta.com/en-gb/policies/community-standards/bullying-harassment/",
    checked=date(2026, 11, 30),
)
