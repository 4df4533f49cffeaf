"""The veil: how much somebody sees of a message before she asks for its text."""

from __future__ import annotations

import enum
from collections.abc import Collection, Mapping

from attrs import field, frozen

from parapet.domain.judgement import Harm


class Level(enum.IntEnum):
    """From the strictest to the most open. Asking for the text of one message, there and then, works at each of them."""

    NOTHING = 0  # that there is something, and whether it is urgent
    COUNTS = 1  # what it is, how grave, how many; no word of it
    MASKED = 2  # its words, those that carry the harm covered
    TEXT = 3  # its words

    @property
    def code(self) -> str:
        """The stable name: "nothing", "counts", "masked", "text"."""
        return self.name.lower()


#: What may be chosen for one harm: each of them makes the veil stricter than "all of it".
FOR_ONE_HARM = (Level.NOTHING, Level.COUNTS, Level.MASKED)


def stricter(one: Level, other: Level | None) -> Level:
    """The stricter of two; None makes nothing stricter."""
    return one if other is None else min(one, other)


@frozen
class Veil:
    """What one person chose for herself.

    level    None while she chose nothing: then what she is to the advocate decides (`unchosen`)
    by_harm  for messages with that harm: counts where it is stricter. Never looser: a message carries several harms, and may be judged wrong
    """

    level: Level | None = None
    by_harm: Mapping[Harm, Level] = field(factory=dict)

    def over(self, harms: Collection[Harm], *, known: bool, unchosen: Level) -> Level:
        """The veil of a message that carries `harms`.

        known  False while nobody knows what it carries (not sorted yet, or left to a person): then it may carry any, and the strictest
               that she chose for any of them counts
        """
        level = unchosen if self.level is None else self.level
        for harm, chosen in self.by_harm.items():
            if harm in harms or not known:
                level = stricter(level, chosen)
        return level


@frozen
class Piece:
    """A stretch of a stranger's text. Of what is covered, nothing is here: neither its letters nor how many."""

    text: str
    covered: bool = False


COVERED = Piece("", covered=True)
