"""How Google takes reports: its reasons, its limits, and how one is made there. Data alone; each rule with the page that states it."""

from __future__ import annotations

from datetime import date

from parapet.domain.judgement import Harm
from parapet.domain.reporting import Desk, Reason, Said, Seen

_RULES = "https://support.google.com/contributionpolicy/answer/7400114"
_SEEN = Seen(date(2026, 11, 30))

DESK = Desk(
    code="google_reviews",
    title=Said("Google reviews", "Avis Google"),
    channels=("google_reviews",),
    hosts=("google.com", "google.ca", "goo.gl"),
    # Google's own pages name the Reviews Management Tool; several guides of others name it by this address.
    form="https://support.google.com/business/workflow/9945796",
    form_seen=_SEEN,
    max_chars=1_000,
    langs=("en", "fr"),
    reasons=(
        Reason(
            "harassment",
            Said("Bullying or harassment", "Intimidation ou harcèlement"),
            Said("no harassment of a person", "pas de harcèlement d’une personne"),
            _RULES,
            (Harm.THREAT, Harm.SEXUAL, Harm.INSULT),
            _SEEN,
        ),
        Reason(
            "personal_information",
            Said("Personal information", "Renseignements personnels"),
            Said("no personal information without consent", "pas de renseignements personnels sans consentement"),
            _RULES,
            (Harm.DOXING,),
            _SEEN,
        ),
        Reason(
            "hate_speech",
            Said("Discrimination or hate speech", "Discrimination ou discours haineux"),
            Said("no hate speech", "pas de discours haineux"),
            _RULES,
            (Harm.IDENTITY_HATE,),
            _SEEN,
        ),
        Reason(
            "fake_engagement",
            Said("Fake or deceptive", "Faux ou trompeur"),
            Said(
                "a review must rest on a real experience, and not come from many accounts to move a rating",
                "un avis doit reposer sur une expérience réelle, et ne pas venir de plusieurs comptes pour changer une note",
            ),
            _RULES,
            (Harm.REPUTATION, Harm.INCITEMENT),
            _SEEN,
        ),
    ),
    how=Said(
        "Find the review, choose Report review under its three dots, then the reason. Whoever manages the profile can use the form, and "
        "appeal there once. Do not answer the review in public: that can breach confidentiality.",
        "Trouvez l’avis, choisissez Signaler l’avis dans le menu à trois points, puis le motif. Qui gère la fiche peut prendre le formulaire, et y "
        "faire appel une fois. Ne répondez pas à l’avis en public : cela peut enfreindre le secret professionnel.",
    ),
    answers=Said(
        "Google says that a review can take several days to assess. Who used the form sees there how the report stands.",
        "Google dit que l’examen d’un avis peut prendre plusieurs jours. Qui a pris le formulaire y voit où en est le signalement.",
    ),
    source="https://support.google.com/business/answer/4596773",
    seen=_SEEN,
)
