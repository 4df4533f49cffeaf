"""The key of a sealed file: wrapped by the home's key, or, once messages of closed advocates were found in it, by each of theirs.

    "psc1" and for each of them: her number (8 bytes), a length (2 bytes), the file's key wrapped for her

Then only they open it, together with whom they let in; also for somebody else whose messages lie in the same file, of which she has
the originals.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from parapet.domain.errors import KeyClosed, KeyWrong
from parapet.evidence.keys import Locker
from parapet.records.keyring import WRAPPED_BYTES, keyring
from parapet.records.models import Advocate, Source

_CLOSED = b"psc1"


def source_context(number: int) -> bytes:
    """What the key and the bytes of a sealed file are bound to."""
    return f"source:{number}".encode()


def source_key(number: int, wrapped: bytes) -> bytes:
    """The key of a sealed file. Raises KeyWrong, KeyClosed when nobody is present who opens it."""
    if not is_closed_source(wrapped):
        return keyring().unwrap(wrapped, about=source_context(number))
    held = dict(_parts(wrapped))
    for advocate in Advocate.objects.filter(number__in=held):
        locker = keyring().advocate(advocate.number, bytes(advocate.wrapped_key))
        if not locker.closed:
            return locker.unwrap(held[advocate.number], about=source_context(number))
    raise KeyClosed


def closed_source_key(source: Source, advocates: Collection[Advocate]) -> bytes:
    """The file's key wrapped for these, who closed their material. Raises as `source_key`."""
    key, wrapped = source_key(source.number, bytes(source.wrapped_key)), _CLOSED
    for advocate in advocates:
        hers = keyring().advocate(advocate.number, bytes(advocate.wrapped_key)).wrap(key, about=source_context(source.number))
        wrapped += advocate.number.to_bytes(8, "big") + len(hers).to_bytes(2, "big") + hers
    return wrapped


def is_closed_source(wrapped: bytes) -> bool:
    """True for one that the home's key does not open. A wrapped key is shorter."""
    return wrapped.startswith(_CLOSED) and len(wrapped) > WRAPPED_BYTES


def reopen_source(old: Locker, wrapped: bytes, *, about: bytes) -> bytes:
    """For a change of the home's keys: the key; what is closed, as it is."""
    return wrapped if is_closed_source(wrapped) else old.unwrap(wrapped, about=about)


def relock_source(new: Locker, plain: bytes, *, about: bytes) -> bytes:
    """The inverse of `reopen_source`."""
    return plain if is_closed_source(plain) else new.wrap(plain, about=about)


def _parts(wrapped: bytes) -> Iterator[tuple[int, bytes]]:
    """Raises KeyWrong when it does not come to its end."""
    at = len(_CLOSED)
    while at < len(wrapped):
        number, length = int.from_bytes(wrapped[at : at + 8], "big"), int.from_bytes(wrapped[at + 8 : at + 10], "big")
        at += 10 + length
        if not length or at > len(wrapped):
            raise KeyWrong
        yield number, wrapped[at - length : at]
