"""How RateMDs takes reports: its reasons, its limits, and how one is made there. Data alone; each rule with the page that states it."""

from __future__ import annotations

from datetime import date

from parapet.domain.judgement import Harm
from parapet.domain.reporting import Desk, Reason, Said, Seen

_FAQ = "https://www.ratemds.com/about/faq/"
_WHY = "https://ratemds.freshdesk.com/support/solutions/articles/61000269571"
_SEEN = Seen(date(2026, 11, 30))

DESK = Desk(
    code="ratemds",
    title=Said("RateMDs", "RateMDs"),
    channels=("ratemds",),
    hosts=("ratemds.com",),
    max_chars=1_000,
    reasons=(
        Reason(
            "threatening_language",
            Said("Hateful or threatening language", "Propos haineux ou menaçants"),
            Said("no inappropriate, hateful or threatening language", "pas de propos déplacés, haineux ou menaçants"),
            _WHY,
            (Harm.THREAT, Harm.SEXUAL, Harm.IDENTITY_HATE),
            _SEEN,
        ),
        Reason(
            "privacy",
            Said("Privacy violation", "Atteinte à la vie privée"),
            Said("no private facts such as numbers and addresses", "pas de renseignements privés tels que numéros et adresses"),
            _FAQ,
            (Harm.DOXING,),
            _SEEN,
        ),
        Reason(
            "profanity",
            Said("Profanity or vulgarity", "Grossièreté ou vulgarité"),
            Said("no profanity", "pas de grossièretés"),
            _FAQ,
            (Harm.INSULT,),
            _SEEN,
        ),
        Reason(
            "spam",
            Said("Spam: a profile flooded with ratings", "Pourriel : un profil inondé d’évaluations"),
            Said("no flooding of a profile", "pas d’inondation d’un profil"),
            _WHY,
            (Harm.INCITEMENT,),
            _SEEN,
        ),
        Reason(
            "not_about_a_visit",
            Said("Not about a visit", "Ne porte pas sur une consultation"),
            Said(
                "a rating is about a medical visit with this person",
                "une évaluation porte sur une consultation avec cette personne",
            ),
            _FAQ,
            (Harm.REPUTATION,),
            _SEEN,
        ),
        Reason(
            "unlawful_activity",
            Said("Accusation of unlawful activity", "Accusation d’activité illégale"),
            Said("no accusations of unlawful activity", "pas d’accusations d’activité illégale"),
            _FAQ,
            seen=_SEEN,
        ),
        Reason(
            "libellous",
            Said("Libellous", "Diffamatoire"),
            Said("no libel", "pas de diffamation"),
            _FAQ,
            seen=_SEEN,
        ),
        Reason(
            "inaccurate",
            Said("Inaccurate or out of date", "Inexact ou périmé"),
            Said("nothing that can be shown to be inaccurate", "rien dont on peut démontrer l’inexactitude"),
            _FAQ,
            seen=_SEEN,
        ),
    ),
    how=Said(
        "Find the rating, choose the flag beside it, and paste the text.",
        "Trouvez l’évaluation, choisissez le drapeau à côté, et collez le texte.",
    ),
    answers=Said(
        "RateMDs says that it reviews flagged ratings. If the rating stays, the flag disappears, and that is the answer.",
        "RateMDs dit examiner les évaluations signalées. Si l’évaluation reste, le drapeau disparaît : c’est la réponse.",
    ),
    source=_FAQ,
    seen=_SEEN,
)
