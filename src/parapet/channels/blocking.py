"""Where accounts are blocked and muted, and what a channel offers by whose connection a program may do it.

A channel whose accounts can be blocked has a module `block`, with `PLACES`: data. One that can do it has a module `set_block`, with
`open_blocks`. That `set` or `lift` return means that the platform did it. `NotSet` means that it certainly did not. Anything else may
be either: then `look` tells, which may be asked as often as one likes.
"""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
from collections.abc import Mapping
from functools import cache
from typing import Any, Protocol, cast

from parapet.domain.blocking import BLOCK, Asked, Effects, Found, Place
from parapet.domain.reporting import Said

#: Not a channel of ours: messages from there come in tables and captures.
REDDIT = Place(
    code="reddit",
    title=Said("Reddit", "Reddit"),
    platforms=("reddit",),
    effects={
        BLOCK: Effects(
            Said(
                "What the account writes is hidden from you, and it can send you no messages.",
                "Ce que ce compte écrit vous est caché, et il ne peut plus vous envoyer de messages.",
            ),
            Said(
                "Your posts and comments are not shown to it, and it may notice that.",
                "Vos publications et vos commentaires ne lui sont plus montrés; la personne peut le remarquer.",
            ),
            Said(
                "You no longer see there what it writes to others about you.",
                "Vous ne verrez plus là-bas ce que ce compte écrit à d’autres à votre sujet.",
            ),
        )
    },
    how={
        BLOCK: Said(
            "Open the profile of the account, choose the three dots, then Block account.",
            "Ouvrez le profil du compte, choisissez les trois points, puis Bloquer le compte.",
        )
    },
    undo=Said(
        "In the settings of Reddit, under privacy, open the list of blocked accounts and take it off.",
        "Dans les paramètres de Reddit, à la rubrique de la confidentialité, ouvrez la liste des comptes bloqués et retirez-le.",
    ),
)


class NotSet(Exception):
    """It certainly was not done. `code` says why; `for_good` when trying again is of no use."""

    def __init__(self, code: str, *, for_good: bool) -> None:
        super().__init__(code)
        self.code, self.for_good = code, for_good


class Blocks(Protocol):
    """The blocks of one account, signed in to. Used by one thread. Every method may raise NotSet."""

    def look(self, asked: Asked) -> Found:
        """How it stands. Changes nothing."""

    def set(self, asked: Asked) -> None:
        """Do it, and ask for it once. Whatever else than NotSet is raised may have done it."""

    def lift(self, asked: Asked) -> None:
        """Take it back, likewise."""

    def close(self) -> None:
        """Hang up. Never raises."""


class Opener(Protocol):
    """Signs in. `told`: the connection's, by field. `kept`: how far it was read, which may hold what still opens. Raises NotSet."""

    def __call__(self, told: Mapping[str, Any], kept: Mapping[str, Any], *, inside: bool) -> Blocks: ...


@cache
def places() -> dict[str, Place]:
    """All of them, by code."""
    import parapet.channels as house

    found: dict[str, Place] = {REDDIT.code: REDDIT}
    for module in pkgutil.iter_modules(house.__path__):
        name = f"{house.__name__}.{module.name}.block"
        if module.ispkg and importlib.util.find_spec(name) is not None:
            found |= {each.code: each for each in importlib.import_module(name).PLACES}
    return found


def place_of(platform: str) -> Place | None:
    """Where accounts of this platform are blocked; None where they cannot be."""
    return next((each for each in places().values() if platform in each.platforms), None)


def can_set(channel: str) -> bool:
    """Whether the channel of this name can do it by a program."""
    return bool(
        channel.isidentifier()
        and importlib.util.find_spec(f"parapet.channels.{channel}") is not None
        and importlib.util.find_spec(f"parapet.channels.{channel}.set_block")
    )


def opener_of(channel: str) -> Opener:
    """How the blocks of an account there are opened. Raises NotSet for a channel that cannot (any more)."""
    if not can_set(channel):
        raise NotSet("no_way", for_good=True)
    return cast("Opener", importlib.import_module(f"parapet.channels.{channel}.set_block").open_blocks)
