"""What is kept of a browser's code and token: digests, and its name, sealed."""

from __future__ import annotations

import hmac

from parapet.records.keyring import keyring
from parapet.records.models import Browser
from parapet.records.numbers import number_of, public


def name_context(number: int) -> bytes:
    """What the sealed name is bound to."""
    return f"browser:{number}".encode()


def name_of(row: Browser) -> str:
    """What the person calls it. Raises KeyWrong."""
    return keyring().unlock_text(bytes(row.sealed_name), about=name_context(row.number))


def sealed_name(number: int, name: str) -> bytes:
    """The inverse of `name_of`."""
    return keyring().lock_text(name, about=name_context(number))


def digest_of(row: Browser, sort: str, secret: str) -> bytes:
    """What is kept of a secret of this row. sort: "code" or "token"."""
    return keyring().digest_once("browser", f"{sort}:{row.number}:{row.person_id}:{row.advocate_id}:{secret}")


def is_right(row: Browser, sort: str, secret: str) -> bool:
    """Whether it is the one whose digest the row holds."""
    return hmac.compare_digest(bytes(row.digest), digest_of(row, sort, secret))


def joined(number: int, secret: str) -> str:
    """A token: by which row it is found, and what proves it."""
    return f"{public('brw', number)}.{secret}"


def parted(token: str) -> tuple[int, str] | None:
    """The inverse of `joined`; None for anything that is not of its form."""
    name, dot, secret = token.partition(".")
    number = number_of("brw", name)
    return (number, secret) if number is not None and dot and secret else None
