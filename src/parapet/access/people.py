"""For whom a person may act, and what she may do there.

These functions are the gate. Whoever asks for something of an advocate names the right that it takes; what is not held
answers as what does not exist. A grant for a part of her messages opens only to who passes `scoped`, and so says that it
keeps to the scope of the grant.
"""

from __future__ import annotations

from collections.abc import Iterable

from attrs import field, frozen

from parapet.access.views import AdvocateCard
from parapet.domain.errors import NotFound
from parapet.domain.rights import Right
from parapet.records.grants import Held, held_by
from parapet.records.models import Advocate, Person
from parapet.records.numbers import number_of
from parapet.records.profiles import profile_of


@frozen
class Details:
    """Who an advocate is, as a screen shows it and as a person writes it.

    names    by which she is known, as written: "emails" (one a line), "bluesky_handle", "bluesky_did", "mastodon",
             "x_name", "x_id", "instagram", "facebook", "youtube"
    private  "home", "phone", ...: filled for herself only
    sealed   private facts that are held and not shown to this person
    """

    name: str
    specialty: str = ""
    workplace: str = ""
    city: str = ""
    names: dict[str, str] = field(factory=dict)
    private: dict[str, str] = field(factory=dict)
    sealed: frozenset[str] = frozenset()


def advocates_of(person: Person, *rights: Right, scoped: bool = False) -> tuple[AdvocateCard, ...]:
    """Everybody for whom `person` may do one of these, or read when none is named: herself first, then by name; last the
    unmatched, when she may see those."""
    asked = rights or (Right.READ,)
    return _cards(grant for grant in held_by(person, scoped=scoped) if any(grant.may(right) for right in asked))


def advocate_for(person: Person, advocate_id: str, right: Right) -> Advocate:
    """The advocate of this public name, if `person` may do this for her. Raises NotFound, whichever it is that is missing."""
    return grant_for(person, advocate_number(advocate_id), right).advocate


def number_for(person: Person, advocate_id: str, right: Right) -> int:
    """The number of the advocate of this public name, if `person` may do this for her; nothing of her is opened. Raises NotFound."""
    return grant_for(person, advocate_number(advocate_id), right).advocate.number


def card_for(person: Person, advocate_number: int, right: Right, *, scoped: bool = False) -> AdvocateCard:
    """The card of an advocate, if `person` may do this for her. Raises NotFound."""
    return card_of(grant_for(person, advocate_number, right, scoped=scoped))


def grant_for(person: Person, advocate_number: int, right: Right, *, scoped: bool = False) -> Held:
    """The grant by which `person` may do this for her. Raises NotFound."""
    for grant in held_by(person, advocate_number, scoped=scoped):
        if grant.may(right):
            return grant
    raise NotFound("There is nothing here.")


def grant_among(
    person: Person, advocate_number: int, right: Right, *, scoped: bool = False
) -> tuple[Held, tuple[AdvocateCard, ...]]:
    """`grant_for`, and `advocates_of` with those that are for a part: what a whole page asks of her grants, asked once. Raises NotFound."""
    grants = held_by(person, scoped=True)
    for grant in grants:
        if grant.advocate.number == advocate_number and grant.may(right) and (scoped or grant.scope is None):
            return grant, _cards(each for each in grants if each.may(Right.READ))
    raise NotFound("There is nothing here.")


def may_add(person: Person) -> bool:
    """True when files may come in by her hand: for somebody, or into a home where she is no helper's guest."""
    return person.invited_by is None or bool(advocates_of(person, Right.SORT))


def profile_for(person: Person, advocate_id: str) -> Details:
    """What is known of an advocate, to be corrected. Raises NotFound, also for the unmatched, who are nobody."""
    number = advocate_number(advocate_id)
    grant = grant_for(person, number, Right.KEEP)
    if number == Advocate.UNMATCHED:
        raise NotFound("There is nothing here.")
    known = profile_of(grant.advocate)
    shown = known.private if grant.role == "advocate" else {}
    return Details(
        name=known.name,
        specialty=known.specialty,
        workplace=known.workplace,
        city=known.city,
        names=dict(known.given),
        private=dict(shown),
        sealed=frozenset(known.private) - frozenset(shown),
    )


def advocate_number(advocate_id: str) -> int:
    """The number behind a public name. Raises NotFound for what is no such name."""
    if advocate_id == "adv_unmatched":
        return Advocate.UNMATCHED
    number = number_of("adv", advocate_id)
    if number is None:
        raise NotFound("There is nothing here.")
    return number


def _cards(grants: Iterable[Held]) -> tuple[AdvocateCard, ...]:
    order = {"advocate": 0, "helper": 1, "unmatched": 2}
    return tuple(sorted(map(card_of, grants), key=lambda c: (order.get(c.role, 1), c.name)))


def card_of(grant: Held) -> AdvocateCard:
    """What a screen shows of a grant that was asked for."""
    return AdvocateCard(grant.advocate.id, profile_of(grant.advocate).name, grant.role, grant.rights, grant.until, grant.scope)
