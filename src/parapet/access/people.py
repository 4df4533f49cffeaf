"""For whom a person may act."""

from __future__ import annotations

from attrs import field, frozen

from parapet.access.views import AdvocateCard
from parapet.domain.errors import NotFound
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


def advocates_of(person: Person) -> tuple[AdvocateCard, ...]:
    """Everybody `person` may act for, herself first, then by name; last the unmatched, when she may see those."""
    cards = [_card(grant.advocate, grant.role) for grant in held_by(person)]
    order = {"advocate": 0, "helper": 1, "unmatched": 2}
    return tuple(sorted(cards, key=lambda c: (order.get(c.role, 1), c.name)))


def advocate_for(person: Person, advocate_id: str) -> Advocate:
    """The advocate of this public name, if `person` may act for her. Raises NotFound, whichever it is that is missing."""
    return _grant(person, advocate_number(advocate_id)).advocate


def number_for(person: Person, advocate_id: str) -> int:
    """The number of the advocate of this public name, if `person` may act for her; nothing of her is opened. Raises NotFound."""
    return _grant(person, advocate_number(advocate_id)).advocate.number


def card_for(person: Person, advocate_number: int) -> AdvocateCard:
    """The card of an advocate, if `person` may act for her. Raises NotFound."""
    grant = _grant(person, advocate_number)
    return _card(grant.advocate, grant.role)


def profile_for(person: Person, advocate_id: str) -> Details:
    """What is known of an advocate. Raises NotFound, also for the unmatched, who are nobody."""
    number = advocate_number(advocate_id)
    grant = _grant(person, number)
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


def _grant(person: Person, advocate: int) -> Held:
    for grant in held_by(person, advocate):
        return grant
    raise NotFound("There is nothing here.")


def _card(advocate: Advocate, role: str) -> AdvocateCard:
    return AdvocateCard(advocate.id, profile_of(advocate).name, role)
