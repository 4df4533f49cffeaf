"""How a Mastodon server takes reports: its reasons, its limits, and how one is made there. Data alone; each rule with the page that states it."""

from __future__ import annotations

from datetime import date

from parapet.domain.judgement import Harm
from parapet.domain.reporting import Desk, Reason, Said, Seen

# Categories and the length of the text: https://docs.joinmastodon.org/methods/reports/. Which rules a server has, only the server itself can say.
_OWN = Said("that of your server against abuse", "celle de votre serveur contre les abus")

DESK = Desk(
    code="mastodon",
    title=Said("Mastodon", "Mastodon"),
    channels=("mastodon",),
    sends="mastodon",
    max_chars=1_000,
    limit_published=True,
    reasons=(
        Reason(
            "violation",
            Said("It breaks a rule of the server", "Il enfreint une règle du serveur"),
            _OWN,
            "",
            (Harm.THREAT, Harm.DOXING, Harm.SEXUAL, Harm.IDENTITY_HATE, Harm.INCITEMENT),
        ),
        Reason("other", Said("Something else", "Autre chose"), _OWN, "", (Harm.REPUTATION, Harm.INSULT)),
        Reason("spam", Said("Spam", "Pourriel"), _OWN, ""),
    ),
    how=Said(
        "Open the post on your own server, choose Report under its three dots, and let a copy go to the other server.",
        "Ouvrez la publication sur votre propre serveur, choisissez Signaler dans le menu à trois points, et faites suivre une copie à l’autre serveur.",
    ),
    answers=Said(
        "Each server has its own moderators. Do not wait for an answer: look whether the post is still there.",
        "Chaque serveur a ses modérateurs. N’attendez pas de réponse : voyez si la publication y est encore.",
    ),
    source="https://community.hachyderm.io/docs/mastodon/moderation/report-feature",
    seen=Seen(date(2026, 11, 30), "2024-07"),
    langs=("en", "fr"),
)
