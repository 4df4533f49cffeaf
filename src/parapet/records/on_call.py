"""Who is called for an advocate, and what she is called in alerts: sealed in her own list."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

import msgspec
from attrs import frozen

from parapet.domain.rights import Right
from parapet.domain.scopes import Scope
from parapet.records.grants import held_by
from parapet.records.keyring import is_closed, keyring
from parapet.records.models import Advocate, Grant, OnCallList, Person
from parapet.records.naming import on_call_context
from parapet.records.profiles import profile_of
from parapet.records.reach import Reached, reached
from parapet.records.scopes import numbers_within

#: Who comes first where nobody said otherwise: herself, then who helps her.
_ROLES = {"advocate": 0, "helper": 1}


@frozen
class OnCall:
    """People by number, in the order in which they are called.

    wait_min  how long one of them has to say that she has it, before the next is called
    called    what the advocate is called in alerts; "" for her initials
    """

    people: tuple[int, ...] = ()
    wait_min: int = 10
    called: str = ""


@frozen
class Callee:
    """Somebody who may be called, and how. `scope`: for which part of the messages; None for all."""

    person: Person
    role: str
    reached: Reached
    scope: Scope | None = None

    def hears_of(self, items: AbstractSet[int]) -> bool:
        """True when she may be told of something that is about all of these items, and about nothing else."""
        return self.scope is None or numbers_within(self.scope, items) == items


def on_call(advocate: Advocate) -> OnCall:
    """Her list; an empty one when nobody made one. Raises KeyWrong."""
    row = OnCallList.objects.filter(advocate=advocate).first()
    if row is None:
        return OnCall()
    return msgspec.msgpack.decode(_opened(row, advocate), type=OnCall)


def keep_on_call(advocate: Advocate, said: OnCall) -> None:
    """Keep a list in place of the one that was there."""
    row = OnCallList.objects.filter(advocate=advocate).first() or OnCallList(advocate=advocate)
    _lock(row, advocate, msgspec.msgpack.encode(said))


def keep_at_home(advocate: Advocate, before: bytes) -> None:
    """Lock her list anew now that her row says that she closed her material; `before` is what it said. Raises KeyWrong."""
    for row in OnCallList.objects.filter(advocate=advocate):
        said = keyring().advocate(advocate.number, before).unlock(bytes(row.sealed), about=on_call_context(row.number))
        _lock(row, advocate, said)


def _opened(row: OnCallList, advocate: Advocate) -> bytes:
    unlock = keyring().unlock if row.at_home else keyring().advocate(advocate.number, bytes(advocate.wrapped_key)).unlock
    return unlock(bytes(row.sealed), about=on_call_context(row.number))


def _lock(row: OnCallList, advocate: Advocate, said: bytes) -> None:
    # People are called while nobody is there to open what is closed: the list of a closed advocate is the home's to open.
    row.at_home = is_closed(bytes(advocate.wrapped_key))
    lock = keyring().lock if row.at_home else keyring().advocate(advocate.number, bytes(advocate.wrapped_key)).lock
    row.sealed = lock(said, about=on_call_context(row.number))
    row.save()


def may_be_called(advocate: Advocate) -> list[Callee]:
    """All who hold a grant that lets them be called for her, each with how she is reached: herself first, then as they were let in."""
    people = Person.objects.filter(grant__advocate=advocate, grant__revoked_at=None, is_active=True).distinct()
    rows = dict(Grant.objects.filter(advocate=advocate, revoked_at=None).values_list("person_id", "log_index"))
    found = []
    for person in people:
        for held in held_by(person, advocate.number, scoped=True):
            if held.may(Right.ALERT):
                found.append(Callee(person, held.role, reached(person.number), held.scope))
    return sorted(found, key=lambda each: (_ROLES.get(each.role, 2), rows[each.person.number] or 0))


def reaches_somebody(advocate: int) -> bool:
    """Whether `callees` would name anybody, whatever comes. Asks no more people than it must: every inbox asks."""
    people = Person.objects.filter(grant__advocate_id=advocate, grant__revoked_at=None, is_active=True, reach__isnull=False)
    return any(reached(each.number).ways and _is_on_call(each, advocate) for each in people.distinct())


def _is_on_call(person: Person, advocate: int) -> bool:
    return any(held.may(Right.ALERT) for held in held_by(person, advocate))


def callees(advocate: Advocate, items: AbstractSet[int] | None = None) -> list[Callee]:
    """Who is called for her, in order: those of her list who may be called and can be reached; when there is none, all such.

    items  what they would be called for: who holds a scope is called when all of it is within. None: whoever is called for anything
    """
    able = {each.person.number: each for each in may_be_called(advocate) if each.reached.ways}
    if items is None:
        able = {number: each for number, each in able.items() if each.scope is None}
    else:
        able = {number: each for number, each in able.items() if each.hears_of(items)}
    listed = [able[number] for number in on_call(advocate).people if number in able]
    return listed or list(able.values())


def called_in_alerts(advocate: Advocate) -> str:
    """What she is called in alerts: as her list says, else her initials; "" for nobody known."""
    if advocate.number == Advocate.UNMATCHED:
        return ""
    words = [word for word in profile_of(advocate).name.split() if word.rstrip(".").casefold() not in ("dr", "dre")]
    return on_call(advocate).called or " ".join(f"{word[0].upper()}." for word in words)
