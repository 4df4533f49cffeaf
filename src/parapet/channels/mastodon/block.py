"""What blocking and muting bring about on Mastodon. Data alone."""

from __future__ import annotations

from parapet.domain.blocking import BLOCK, MUTE, Effects, Place
from parapet.domain.reporting import Said

PLACES = (
    Place(
        code="mastodon",
        title=Said("Mastodon", "Mastodon"),
        platforms=("mastodon",),
        effects={
            BLOCK: Effects(
                Said(
                    "You no longer see what the account writes, nor notices of it.",
                    "Vous ne voyez plus ce que ce compte écrit, ni les avis à son sujet.",
                ),
                Said(
                    "It can no longer follow you or answer you, and may notice it. On other servers it may still see your public posts.",
                    "Il ne peut plus vous suivre ni vous répondre, et peut le remarquer. D’autres serveurs lui montrent peut-être encore vos publications.",
                ),
                Said(
                    "If you followed each other, that is over, and does not come back by itself.",
                    "Si vous vous suiviez, c’est terminé, et cela ne revient pas de soi-même.",
                ),
            ),
            MUTE: Effects(
                Said(
                    "You no longer see what the account writes, nor notices of it.",
                    "Vous ne voyez plus ce que ce compte écrit, ni les avis à son sujet.",
                ),
                Said(
                    "Nothing changes for it, and it cannot see that you muted it.",
                    "Rien ne change pour lui, et il ne peut pas voir que vous l’avez masqué.",
                ),
                Said(
                    "Nothing is lost. It can go on answering you, and others see that.",
                    "Rien n’est perdu. Il peut continuer à vous répondre, et les autres le voient.",
                ),
            ),
        },
        how={
            BLOCK: Said(
                "Open the profile of the account, choose the three dots, then Block.",
                "Ouvrez le profil du compte, choisissez les trois points, puis Bloquer.",
            ),
            MUTE: Said(
                "Open the profile of the account, choose the three dots, then Mute.",
                "Ouvrez le profil du compte, choisissez les trois points, puis Masquer.",
            ),
        },
        undo=Said(
            "In the menu of Mastodon, open the blocked or muted users, and take the account off.",
            "Dans le menu de Mastodon, ouvrez les comptes bloqués ou masqués, et retirez le compte.",
        ),
        sets="mastodon",
    ),
)
