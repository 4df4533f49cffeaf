"""How much a person sees of a message before she asks: her own choice, what she is to the advocate, and what holds for everybody just then.

Nothing here decides what she may see. Who may read may ask for the text, at every level.
"""

from __future__ import annotations

from collections.abc import Collection

from attrs import define, field

from parapet.access.people import advocate_number
from parapet.access.shields import Shield, shield_of
from parapet.access.views import Row
from parapet.domain.judgement import Harm
from parapet.domain.veil import Level, Veil, stricter
from parapet.records.grants import HELPER
from parapet.records.models import Person
from parapet.records.veils import chosen_veil


def ceiling(shield: Shield) -> Level | None:
    """What nobody's veil over the messages of this shield's advocate may be more open than; None when nothing is held down.

    The one place where something that protects all who read for an advocate at once is joined in: her shield.
    """
    return Level.NOTHING if shield.holds_veil() else None


def unchosen(role: str) -> Level:
    """What holds for who chose nothing. Helpers came to read; who is attacked did not, and an officer reads what she asks for."""
    return Level.MASKED if role == HELPER else Level.COUNTS


def own_veil(person: Person) -> Veil:
    """What she chose herself."""
    return chosen_veil(person.number)


def veil_over(person: Person, advocate_id: str, *, role: str = "") -> Level:
    """Her veil over an advocate's messages as a whole: counts, lists, sums. Who asks for these was let in before."""
    return Sight(person).over_all(advocate_number(advocate_id), role=role)


def veil_over_row(person: Person, advocate_id: str, row: Row, *, role: str) -> Level:
    """Her veil over one message: what its page shows before she asks. Who asks for it was let in before."""
    return Sight(person).over_row(advocate_number(advocate_id), row, role=role)


def is_known(*, assessed: bool, abstain: bool) -> bool:
    """Whether it is known what a message carries: it was sorted, and not left to a person."""
    return assessed and not abstain


@define
class Sight:
    """How much one person sees before she asks, on one screen: her veil, and the shield of each advocate, asked once and handed on.

    Made for one answer, and gone with it: the next asks anew.
    """

    person: Person
    _veil: Veil | None = None
    _shields: dict[int, Shield] = field(factory=dict)
    _ceilings: dict[int, Level | None] = field(factory=dict)

    def shield(self, advocate: int) -> Shield:
        """How the shield of the advocate of this number stands."""
        if advocate not in self._shields:
            self._shields[advocate] = shield_of(advocate)
        return self._shields[advocate]

    def over_all(self, advocate: int, *, role: str) -> Level:
        """`veil_over`."""
        return self._over(advocate, (), known=True, unchosen=unchosen(role))

    def over_row(self, advocate: int, row: Row, *, role: str) -> Level:
        """`veil_over_row`."""
        known = is_known(assessed=row.assessed, abstain=row.abstain)
        return self._over(advocate, row.harms, known=known, unchosen=unchosen(role))

    def hides(self, advocate: int, harms: Collection[Harm], *, known: bool) -> bool:
        """True where she sees only that there is a message."""
        return self._over(advocate, harms, known=known, unchosen=Level.COUNTS) is Level.NOTHING

    def _over(self, advocate: int, harms: Collection[Harm], *, known: bool, unchosen: Level) -> Level:
        if self._veil is None:
            self._veil = own_veil(self.person)
        if advocate not in self._ceilings:
            self._ceilings[advocate] = ceiling(self.shield(advocate))
        return stricter(self._veil.over(harms, known=known, unchosen=unchosen), self._ceilings[advocate])
