"""What a watched account says of itself, sealed: how to sign in, and how far it was read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import msgspec

from parapet.records.keyring import keyring
from parapet.records.models import Connection


def told_context(number: int) -> bytes:
    """What the sealed way in is bound to."""
    return f"connection:{number}".encode()


def cursor_context(number: int) -> bytes:
    """What the sealed place is bound to."""
    return f"connection cursor:{number}".encode()


def told_of(row: Connection) -> dict[str, Any]:
    """What the person typed, by field: it holds a password. Raises KeyWrong."""
    return cast("dict[str, Any]", msgspec.json.decode(keyring().unlock(bytes(row.sealed_told), about=told_context(row.number))))


def cursor_of(row: Connection) -> dict[str, Any]:
    """How far it was read. Raises KeyWrong."""
    return cast(
        "dict[str, Any]", msgspec.json.decode(keyring().unlock(bytes(row.sealed_cursor), about=cursor_context(row.number)))
    )


def sealed_told(number: int, told: Mapping[str, Any]) -> bytes:
    """The inverse of `told_of`."""
    return keyring().lock(msgspec.json.encode(dict(told)), about=told_context(number))


def sealed_cursor(number: int, cursor: Mapping[str, Any]) -> bytes:
    """The inverse of `cursor_of`."""
    return keyring().lock(msgspec.json.encode(dict(cursor)), about=cursor_context(number))
