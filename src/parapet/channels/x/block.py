"""What blocking and muting bring about on X, as several public pages describe it. Data alone; X lets no program of ours do it."""

from __future__ import annotations

from parapet.domain.blocking import BLOCK, MUTE, Effects, Place
from parapet.domain.reporting import Said

PLACES = (
    Place(
        code="x",
        title=Said("X", "X"),
        platforms=("x", "twitter"),
        effects={
            BLOCK: Effects(
                Said(
                    "Its posts and messages no longer come to you.",
                    "Ses publications et ses messages ne vous parviennent plus.",
                ),
                Said(
                    "It can no longer answer, message or follow you, and sees that it is blocked. It can still read your public posts.",
                    "Il ne peut plus vous répondre, vous écrire ni vous suivre, et voit qu’il est bloqué. Il peut encore lire vos publications publiques.",
                ),
                Said(
                    "If you followed each other, that is over. What it writes about you goes on, and you do not see it there.",
                    "Si vous vous suiviez, c’est terminé. Ce qu’il écrit à votre sujet continue, et vous ne le voyez pas là-bas.",
                ),
            ),
            MUTE: Effects(
                Said(
                    "You no longer see its posts in your timeline.",
                    "Vous ne voyez plus ses publications dans votre fil.",
                ),
                Said("Nothing changes for it, and it is not told.", "Rien ne change pour lui, et il n’en est pas averti."),
                Said(
                    "Nothing is lost. It can go on answering you, and others see that.",
                    "Rien n’est perdu. Il peut continuer à vous répondre, et les autres le voient.",
                ),
            ),
        },
        how={
            BLOCK: Said(
                "Open the profile of the account, choose the three dots, then Block, and confirm.",
                "Ouvrez le profil du compte, choisissez les trois points, puis Bloquer, et confirmez.",
            ),
            MUTE: Said(
                "Open the profile of the account, choose the three dots, then Mute.",
                "Ouvrez le profil du compte, choisissez les trois points, puis Masquer.",
            ),
        },
        undo=Said(
            "Open the profile of the account again, and press Blocked, or choose Unmute under the three dots.",
            "Rouvrez le profil du compte, et pressez Bloqué, ou choisissez Ne plus masquer dans le menu à trois points.",
        ),
    ),
)
