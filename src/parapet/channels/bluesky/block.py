"""What blocking and muting bring about on Bluesky. Data alone.

Records and calls: lexicons/app/bsky/graph/{block,list,listitem,listblock,muteActor}.json of bluesky-social/atproto, read in a stored public copy.
"""

from __future__ import annotations

from parapet.domain.blocking import BLOCK, LIST, MUTE, Effects, Place
from parapet.domain.reporting import Said

_SHE = Said(
    "You no longer see what the account writes, and it can neither answer nor mention you.",
    "Vous ne voyez plus ce que ce compte écrit, et il ne peut plus vous répondre ni vous mentionner.",
)
_LOST = Said(
    "Its answers disappear from your threads, for others too. If you followed each other, that is over.",
    "Ses réponses disparaissent de vos fils, pour tout le monde. Si vous vous suiviez, c’est terminé.",
)

PLACES = (
    Place(
        code="bluesky",
        title=Said("Bluesky", "Bluesky"),
        platforms=("bluesky",),
        effects={
            BLOCK: Effects(
                _SHE,
                Said(
                    "It no longer sees your posts while signed in, and sees that you blocked it. Blocks on Bluesky are public.",
                    "Il ne voit plus vos publications une fois connecté, et voit que vous l’avez bloqué. Sur Bluesky, les blocages sont publics.",
                ),
                _LOST,
            ),
            MUTE: Effects(
                Said(
                    "You no longer see what the account writes, nor notices of it.",
                    "Vous ne voyez plus ce que ce compte écrit, ni les avis à son sujet.",
                ),
                Said(
                    "Nothing changes for it, and nobody can see that you muted it.",
                    "Rien ne change pour lui, et personne ne peut voir que vous l’avez masqué.",
                ),
                Said(
                    "Nothing is lost. It can go on answering you, and others see that.",
                    "Rien n’est perdu. Il peut continuer à vous répondre, et les autres le voient.",
                ),
            ),
            LIST: Effects(
                Said(
                    "The account is put on a moderation list of yours, which is blocked as a whole: you no longer see what anybody on it writes.",
                    "Le compte est mis sur une liste de modération à vous, bloquée en entier : vous ne voyez plus ce qu’écrit quiconque y figure.",
                ),
                Said(
                    "It is as a block for it. The list is public, with everybody on it, and others can subscribe to it.",
                    "Pour lui, c’est comme un blocage. La liste est publique, avec tous ceux qui y figurent, et d’autres peuvent s’y abonner.",
                ),
                _LOST,
            ),
        },
        how={
            BLOCK: Said(
                "Open the profile of the account, choose the three dots, then Block account.",
                "Ouvrez le profil du compte, choisissez les trois points, puis Bloquer le compte.",
            ),
            MUTE: Said(
                "Open the profile of the account, choose the three dots, then Mute account.",
                "Ouvrez le profil du compte, choisissez les trois points, puis Masquer le compte.",
            ),
            LIST: Said(
                "Open the profile of the account, choose the three dots, then Add to lists, and your moderation list.",
                "Ouvrez le profil du compte, choisissez les trois points, puis Ajouter aux listes, et votre liste de modération.",
            ),
        },
        undo=Said(
            "In the settings of Bluesky, under Moderation, open the blocked or muted accounts, or your list, and take it off.",
            "Dans les paramètres de Bluesky, à Modération, ouvrez les comptes bloqués ou masqués, ou votre liste, et retirez-le.",
        ),
        sets="bluesky",
    ),
)
