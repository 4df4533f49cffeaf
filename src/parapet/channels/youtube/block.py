"""What hiding somebody from a channel brings about on YouTube. Data alone; YouTube lets no program of ours do it."""

from __future__ import annotations

from parapet.domain.blocking import BLOCK, Effects, Place
from parapet.domain.reporting import Said

PLACES = (
    Place(
        code="youtube",
        title=Said("YouTube", "YouTube"),
        platforms=("youtube",),
        effects={
            BLOCK: Effects(
                Said(
                    "Its comments no longer appear on your channel.",
                    "Ses commentaires n’apparaissent plus sur votre chaîne.",
                ),
                Said(
                    "It is not told. It can still see your videos, and comment elsewhere.",
                    "Il n’en est pas averti. Il peut encore voir vos vidéos, et commenter ailleurs.",
                ),
                Said(
                    "What it wrote before may disappear from your channel: keep it here first.",
                    "Ce qu’il a écrit auparavant peut disparaître de votre chaîne : gardez-le ici d’abord.",
                ),
            )
        },
        how={
            BLOCK: Said(
                "Beside one of its comments on your channel, choose the three dots, then Hide user from channel.",
                "À côté d’un de ses commentaires sur votre chaîne, choisissez les trois points, puis Masquer l’utilisateur sur la chaîne.",
            )
        },
        undo=Said(
            "In YouTube Studio, in the settings for the community, take it off the list of hidden users.",
            "Dans YouTube Studio, dans les paramètres de la communauté, retirez-le de la liste des utilisateurs masqués.",
        ),
    ),
)
