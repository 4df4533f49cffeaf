"""How X takes reports: its reasons, its limits, and how one is made there. Data alone; each rule with the page that states it."""

from __future__ import annotations

from datetime import date

from parapet.domain.judgement import Harm
from parapet.domain.reporting import Desk, Reason, Said, Seen

_RULES = "https://help.x.com/en/rules-and-policies"
# The X Rules and what they lead to, as Open Terms Archive keeps them (X/Community Guidelines.md).
_SEEN = Seen(date(2026, 11, 30))

DESK = Desk(
    code="x",
    title=Said("X", "X"),
    channels=("x",),
    hosts=("x.com", "twitter.com"),
    # No page was seen that says to what this leads: X's own pages speak of the report button.
    form="https://help.x.com/en/forms/safety-and-sensitive-content",
    max_chars=1_000,
    reasons=(
        Reason(
            "violent_speech",
            Said("Violent speech", "Discours violent"),
            Said("no threats, and no wishing of harm", "ni menaces ni souhaits de malheur"),
            f"{_RULES}/violent-content",
            (Harm.THREAT,),
            Seen(date(2026, 11, 30), "2025-02"),
        ),
        Reason(
            "private_content",
            Said("Private information", "Renseignements privés"),
            Said("no posting of somebody’s private information", "pas de publication des renseignements privés d’autrui"),
            f"{_RULES}/personal-information",
            (Harm.DOXING,),
            _SEEN,
        ),
        Reason(
            "hateful_conduct",
            Said("Hate", "Haine"),
            Said("no attacks for who somebody is", "pas d’attaques fondées sur l’identité"),
            f"{_RULES}/hateful-conduct-policy",
            (Harm.IDENTITY_HATE,),
            _SEEN,
        ),
        Reason(
            "abuse",
            Said("Abuse and harassment", "Abus et harcèlement"),
            Said(
                "no targeting of others, and no encouraging of it", "ni acharnement contre autrui ni encouragement à s’acharner"
            ),
            f"{_RULES}/abusive-behavior",
            (Harm.SEXUAL, Harm.INCITEMENT, Harm.INSULT),
            _SEEN,
        ),
    ),
    how=Said(
        "Open the post, choose Report under its three dots, and answer the questions. Several posts of one account can go into one report. "
        "X forbids large numbers of reports by programs without its consent: a person sends each.",
        "Ouvrez la publication, choisissez Signaler dans le menu à trois points, et répondez aux questions. Plusieurs publications d’un compte "
        "peuvent aller dans un même signalement. X interdit les signalements en grand nombre par programme sans son accord : une personne "
        "envoie chacun.",
    ),
    answers=Said(
        "X says that it follows up by e-mail and by notification.",
        "X dit donner suite par courriel et par notification.",
    ),
    source="https://help.twitter.com/en/safety-and-security/report-abusive-behavior",
    seen=_SEEN,
)
