"""What blocking brings about on Instagram and Facebook. Data alone; Meta lets no program of ours do it."""

from __future__ import annotations

from parapet.domain.blocking import BLOCK, MUTE, Effects, Place
from parapet.domain.reporting import Said

_BLOCK = Effects(
    Said(
        "What the account writes and sends no longer comes to you.",
        "Ce que ce compte écrit et envoie ne vous parvient plus.",
    ),
    Said(
        "It no longer finds your profile and your posts. It is not told, and may notice it. It may have other accounts.",
        "Il ne trouve plus votre profil ni vos publications. Il n’en est pas averti, mais peut le remarquer. Il a peut-être d’autres comptes.",
    ),
    Said(
        "If you were connected, that is over. What it wrote under your posts may disappear: keep it here first.",
        "Si vous étiez en relation, c’est terminé. Ce qu’il a écrit sous vos publications peut disparaître : gardez-le ici d’abord.",
    ),
)
_HOW = Said(
    "Open the profile of the account, choose the three dots, then Block, and confirm.",
    "Ouvrez le profil du compte, choisissez les trois points, puis Bloquer, et confirmez.",
)

PLACES = (
    Place(
        code="instagram",
        title=Said("Instagram", "Instagram"),
        platforms=("instagram",),
        effects={
            BLOCK: _BLOCK,
            MUTE: Effects(
                Said(
                    "Restricted: its comments are seen by nobody but itself until you approve them, and its messages wait apart.",
                    "Restreint : personne d’autre que lui ne voit ses commentaires avant que vous les approuviez, et ses messages attendent à part.",
                ),
                Said("It is not told, and sees no difference.", "Il n’en est pas averti, et ne voit aucune différence."),
                Said("Nothing is lost.", "Rien n’est perdu."),
            ),
        },
        how={
            BLOCK: _HOW,
            MUTE: Said(
                "Open the profile of the account, choose the three dots, then Restrict.",
                "Ouvrez le profil du compte, choisissez les trois points, puis Restreindre.",
            ),
        },
        undo=Said(
            "In the settings of Instagram, open the blocked or restricted accounts, and take it off.",
            "Dans les paramètres d’Instagram, ouvrez les comptes bloqués ou restreints, et retirez-le.",
        ),
    ),
    Place(
        code="facebook",
        title=Said("Facebook", "Facebook"),
        platforms=("facebook", "messenger"),
        effects={BLOCK: _BLOCK},
        how={BLOCK: _HOW},
        undo=Said(
            "In the settings of Facebook, open Blocking, and take it off.",
            "Dans les paramètres de Facebook, ouvrez Blocage, et retirez-le.",
        ),
    ),
)
