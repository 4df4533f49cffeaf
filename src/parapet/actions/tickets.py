"""What a browser keeps for a few minutes and must bring back: sealed, for one purpose, and of no use afterwards."""

from __future__ import annotations

import base64
import binascii
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import msgspec

from parapet.domain.errors import KeyWrong
from parapet.records.keyring import keyring

#: Long enough to find the phone; short enough that what is found later in a browser opens nothing.
LIFE = timedelta(minutes=10)
_MAX_CHARS = 30_000
_Held = TypeVar("_Held")


def ticket(purpose: str, held: object, now: datetime) -> str:
    """`held` (attrs values, strings, numbers), for `purpose` alone."""
    raw = msgspec.msgpack.encode((now.astimezone(UTC), held))
    return base64.urlsafe_b64encode(keyring().lock(raw, about=_about(purpose))).decode("ascii")


def read_ticket(purpose: str, given: str, sort: type[_Held], now: datetime) -> tuple[_Held, datetime] | None:
    """What a ticket of this purpose holds, and when it was made; None for one that is old, changed, or none of ours."""
    if len(given) > _MAX_CHARS:
        return None
    try:
        raw = keyring().unlock(base64.urlsafe_b64decode(given), about=_about(purpose))
        made, held = msgspec.msgpack.decode(raw, type=tuple[datetime, sort])  # type: ignore[valid-type]
    except (KeyWrong, binascii.Error, ValueError, msgspec.MsgspecError):
        return None
    return (held, made) if made <= now < made + LIFE else None


def _about(purpose: str) -> bytes:
    return f"ticket:{purpose}".encode()
