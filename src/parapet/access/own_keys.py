"""What a person sees of her own key, and of who has the keys of closed material."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

from attrs import frozen

from parapet.domain.rights import Right
from parapet.records.grants import Held, given_for, held_by
from parapet.records.keyring import is_closed, keyring
from parapet.records.models import Advocate, KeyShare, OwnKey, Person
from parapet.records.numbers import public
from parapet.records.presence import present
from parapet.records.profiles import profile_of

#: What a reader of closed material waits for: nothing, that she be let in, or that she make a key of her own.
HAS, READY, NONE = "has", "ready", "none"


@frozen
class Reader:
    """Somebody who may read closed material. `number`: of her key, to compare; "" when she has none, or has what she needs."""

    id: str
    name: str
    state: str  # HAS, READY, NONE
    number: str


@frozen
class Material:
    """One advocate's: whether it is closed, and opens now; whether this person may close it and let others in."""

    id: str
    name: str
    closed: bool
    opens: bool
    may_close: bool
    readers: tuple[Reader, ...]


@frozen
class OwnPage:
    """Whether she has a key of her own, which number it has ("" for none), whether it is open here, and what she may read."""

    has_key: bool
    number: str
    is_open: bool
    material: tuple[Material, ...]


def own_page(person: Person) -> OwnPage:
    """All of it for `person`, of those whom she may read."""
    row, who = OwnKey.objects.filter(person=person).first(), present()
    found = [
        _material(person, held) for held in held_by(person) if held.may(Right.READ) and held.advocate.number != Advocate.UNMATCHED
    ]
    return OwnPage(
        has_key=row is not None,
        number="" if row is None else number_of_key(bytes(row.public)),
        is_open=who is not None and who.person == person.number,
        material=tuple(sorted(found, key=lambda each: (not each.may_close, each.name))),
    )


def number_of_key(half: bytes) -> str:
    """What two people compare over the phone, so that nobody puts a key of her own in the place of one: six groups of four digits.

    half  the public half of a person's own key
    """
    value = int.from_bytes(hashlib.sha256(b"parapet own key number\0" + half).digest(), "big")
    digits = f"{value % 10**24:024}"
    return " ".join(digits[i : i + 4] for i in range(0, 24, 4))


def _material(person: Person, held: Held) -> Material:
    advocate, gives = held.advocate, held.may(Right.GRANT)
    closed = is_closed(bytes(advocate.wrapped_key))
    opens = not closed or not keyring().advocate(advocate.number, bytes(advocate.wrapped_key)).closed
    readers = tuple(_readers(person, advocate)) if closed and gives else ()
    return Material(advocate.id, profile_of(advocate).name, closed, opens, gives, readers)


def _readers(person: Person, advocate: Advocate) -> list[Reader]:
    now = datetime.now(UTC)
    may = [g.person for g in given_for(advocate.number) if g.may(Right.READ) and not g.over(now) and g.person != person.number]
    names = {p.number: p.name for p in Person.objects.filter(number__in=may, is_active=True)}
    halves = {row.person_id: bytes(row.public) for row in OwnKey.objects.filter(person__in=names)}
    generation, _half = keyring().closed_to(advocate.number, bytes(advocate.wrapped_key))
    shares = KeyShare.objects.filter(advocate=advocate, generation=generation)
    has = {row.person_id: bytes(row.public) for row in shares if bytes(row.sealed)}
    found = []
    for number in may:
        if number not in names:
            continue
        half = halves.get(number)
        state = NONE if half is None else HAS if has.get(number) == half else READY
        told = number_of_key(half) if half is not None and state == READY else ""
        found.append(Reader(public("per", number), names[number], state, told))
    return found
