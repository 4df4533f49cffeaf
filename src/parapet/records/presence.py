"""Who is present with her own key, for the length of a request or of a command: what closed material opens by.

A request carries her key under a key that only her browser holds (`web/opened.py`), a command asks for her passphrase. Nothing here
outlives either, and nothing of it is written down.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from attrs import define, field, frozen

from parapet.domain.errors import KeyWrong
from parapet.domain.errors import gettext_noop as _
from parapet.evidence.boxes import Opener
from parapet.evidence.keys import KEY_BYTES, Coder, Locker
from parapet.records.bulk import run

_SHARE = "SELECT generation, sealed FROM records_keyshare WHERE person_id = %s AND advocate_id = %s"
_EARLIER = "SELECT generation, sealed FROM records_earlierkey WHERE advocate_id = %s ORDER BY generation DESC"


@frozen(eq=False)
class Ring:
    """The keys of a closed advocate that somebody present opened.

    keys     of every generation, the newest first
    letting  the secret by which others are let in; b"" for who may let nobody in
    opener   opens by all of `keys`, locks under the first
    """

    generation: int
    keys: tuple[bytes, ...] = field(repr=False)
    letting: bytes = field(repr=False)
    opener: Opener = field(repr=False)


@define(eq=False)
class Presence:
    """A person by number, her own key, and what it opened so far."""

    person: int
    own: bytes = field(repr=False)
    rings: dict[tuple[int, int], Ring | None] = field(factory=dict, repr=False)


_here: ContextVar[Presence | None] = ContextVar("parapet_presence", default=None)
_staying: list[Presence] = []


def present() -> Presence | None:
    """Who is present; None for nobody."""
    return _here.get() or (_staying[-1] if _staying else None)


@contextmanager
def here(person: int, own: bytes) -> Iterator[Presence]:
    """Somebody is present until the block ends, for what this thread does."""
    made = Presence(person, own)
    token = _here.set(made)
    try:
        yield made
    finally:
        _here.reset(token)


@contextmanager
def staying(person: int, own: bytes) -> Iterator[Presence]:
    """The same for all threads of a process: for a command, which serves nobody else."""
    made = Presence(person, own)
    _staying.append(made)
    try:
        yield made
    finally:
        _staying.remove(made)


def ring_of(advocate: int, generation: int, vouch: Coder) -> Ring | None:
    """The keys of a closed advocate, when somebody present was let in to this generation; None otherwise. Raises KeyWrong."""
    who = present()
    if who is None:
        return None
    if (advocate, generation) not in who.rings:
        who.rings[advocate, generation] = _opened(who, advocate, generation, vouch)
    return who.rings[advocate, generation]


def _opened(who: Presence, advocate: int, generation: int, vouch: Coder) -> Ring | None:
    shares = [bytes(sealed) for said, sealed in run(_SHARE, [who.person, advocate]) if said == generation and bytes(sealed)]
    if not shares:
        return None
    held = Opener((who.own,), vouch).unlock(shares[0], about=share_context(advocate, who.person, generation))
    keys, letting = [held[:KEY_BYTES]], held[KEY_BYTES:]
    for earlier, sealed in run(_EARLIER, [advocate]):
        if earlier < generation:
            keys.append(Locker(keys[-1]).unwrap(bytes(sealed), about=earlier_context(advocate, earlier)))
    if len(keys) != generation:
        raise KeyWrong(_("An earlier key of this material is missing."))
    return Ring(generation, tuple(keys), letting, Opener(keys, vouch))


def share_context(advocate: int, person: int, generation: int) -> bytes:
    """What a share is bound to."""
    return f"share:{advocate}:{person}:{generation}".encode()


def earlier_context(advocate: int, generation: int) -> bytes:
    """What an earlier key of a closed advocate, wrapped under the next one, is bound to."""
    return f"advocate:{advocate}:generation:{generation}".encode()
