"""What an advocate wrote down for herself: opened for her alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import msgspec
from attrs import frozen

from parapet.access.opening import locker_of
from parapet.access.people import advocate_for
from parapet.domain.errors import KeyWrong
from parapet.domain.rights import Right
from parapet.evidence.keys import Locker
from parapet.records.models import Advocate, Person
from parapet.records.models import CheckIn as Row
from parapet.records.naming import check_in_context
from parapet.records.numbers import public

#: So many are shown; the older ones are kept until she erases them.
MOST_SHOWN = 50


@frozen
class CheckIn:
    """As it is sealed. Bound to who wrote it, so that a row given to somebody else opens for nobody.

    mood   a word of `MOODS`, or ""
    draft  whether `line` is a reply that she did not send
    """

    person: int
    at: datetime
    mood: str = ""
    line: str = ""
    draft: bool = False


#: Words, not scores: nothing is counted or computed of them.
MOODS = ("calm", "relief", "tired", "tense", "sad", "anger", "fear", "numb")


def herself(person: Person, advocate_id: str) -> Advocate:
    """The advocate of this public name, if that is who asks. Raises NotFound, for her helpers too."""
    return advocate_for(person, advocate_id, Right.GRANT)  # hers, and given to nobody


def check_ins(person: Person, advocate_id: str) -> tuple[tuple[str, CheckIn], ...]:
    """Her newest, each with its public name, newest first. Raises NotFound unless she is the advocate."""
    advocate = herself(person, advocate_id)
    key = locker_of(advocate)
    rows = Row.objects.filter(advocate=advocate, person=person).order_by("-number")[:MOST_SHOWN]
    return tuple((public("chk", row.number), opened(row, key)) for row in rows)


def opened(row: Row, key: Locker) -> CheckIn:
    """One of them. Raises KeyWrong when it is not as she wrote it, or not hers."""
    said = msgspec.msgpack.decode(key.unlock(bytes(row.sealed), about=check_in_context(row.number)), type=CheckIn)
    if said.person != row.person_id:
        raise KeyWrong
    return said


def broken_check_ins(advocate: Advocate, key: Locker) -> Iterator[str]:
    """The name of each that no longer opens. For the check of the home, which shows nothing of what they say."""
    for row in Row.objects.filter(advocate=advocate).order_by("number").iterator():
        try:
            opened(row, key)
        except (KeyWrong, ValueError):
            yield public("chk", row.number)
