"""How much a person sees of a message before she asks: her own choice, what she is to the advocate, and what holds for everybody just then.

Nothing here decides what she may see. Who may read may ask for the text, at every level.
"""

from __future__ import annotations

from collections.abc import Collection

from attrs import define, field

from parapet.access.people import advocate_number
from parapet.access.shields import holds_veil
from parapet.access.views import Row
from parapet.domain.judgement import Harm
from parapet.domain.veil import Level, Veil, stricter
from parapet.records.grants import HELPER
from parapet.records.models import Person
from parapet.records.veils import chosen_veil


def ceiling(advocate: int) -> Level | None:
    """What nobody's veil over the messages of the advocate of this number may be more open than; None when nothing is held down.

    The one place where something that protects all who read for an advocate at once is joined in: her shield.
    """
    return Level.NOTHING if holds_veil(advocate) else None


def unchosen(role: str) -> Level:
    """What holds for who chose nothing. Helpers came to read; who is attacked did not, and an officer reads what she asks for."""
    return Level.MASKED if role == HELPER else Level.COUNTS


def own_veil(person: Person) -> Veil:
    """What she chose herself."""
    return chosen_veil(person.number)


def veil_over(person: Person, advocate_id: str, *, role: str = "") -> Level:
    """Her veil over an advocate's messages as a whole: counts, lists, sums. Who asks for these was let in before."""
    return stricter(own_veil(person).over((), known=True, unchosen=unchosen(role)), ceiling(advocate_number(advocate_id)))


def veil_over_row(person: Person, advocate_id: str, row: Row, *, role: str) -> Level:
    """Her veil over one message: what its page shows before she asks. Who asks for it was let in before."""
    level = own_veil(person).over(row.harms, known=is_known(assessed=row.assessed, abstain=row.abstain), unchosen=unchosen(role))
    return stricter(level, ceiling(advocate_number(advocate_id)))


def is_known(*, assessed: bool, abstain: bool) -> bool:
    """Whether it is known what a message carries: it was sorted, and not left to a person."""
    return assessed and not abstain


@define
class Hiding:
    """Whether rows are hidden from a person: of many rows, everything is asked once."""

    person: Person
    _veil: Veil | None = None
    _ceilings: dict[int, Level | None] = field(factory=dict)

    def hides(self, advocate: int, harms: Collection[Harm], *, known: bool) -> bool:
        """True where she sees only that there is a message."""
        if self._veil is None:
            self._veil = own_veil(self.person)
        if advocate not in self._ceilings:
            self._ceilings[advocate] = ceiling(advocate)
        level = self._veil.over(harms, known=known, unchosen=Level.COUNTS)
        return stricter(level, self._ceilings[advocate]) is Level.NOTHING
