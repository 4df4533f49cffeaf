"""What blocking a sender brings about in a mail program. Data alone."""

from __future__ import annotations

from parapet.domain.blocking import BLOCK, Effects, Place
from parapet.domain.reporting import Said

PLACES = (
    Place(
        code="mail",
        title=Said("Your mail program", "Votre logiciel de courriel"),
        platforms=("mail",),
        effects={
            BLOCK: Effects(
                Said(
                    "Mail from this address goes into the junk or the bin. A name in front of an address is easily changed, and so is the address.",
                    "Les courriels de cette adresse vont aux indésirables ou à la corbeille. Le nom devant une adresse se change facilement, l’adresse aussi.",
                ),
                Said("The sender is not told.", "L’expéditeur n’en est pas averti."),
                Said(
                    "Some programs delete what is blocked. Choose the junk folder: Parapet watches that too, if you connected it.",
                    "Certains logiciels suppriment ce qui est bloqué. Choisissez les indésirables : Parapet les surveille aussi, si vous les avez connectés.",
                ),
            )
        },
        how={
            BLOCK: Said(
                "Open one of its mails in your mail program, choose the menu of the message, then Block sender; or make a rule that moves it into the junk.",
                "Ouvrez un de ses courriels, choisissez le menu du message, puis Bloquer l’expéditeur; ou créez une règle qui le met aux indésirables.",
            )
        },
        undo=Said(
            "In the settings of your mail program, open the blocked senders or the rules, and take it off.",
            "Dans les paramètres de votre logiciel de courriel, ouvrez les expéditeurs bloqués ou les règles, et retirez-le.",
        ),
    ),
)
