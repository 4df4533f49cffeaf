"""Codes that an app on a phone shows for half a minute (TOTP, RFC 6238), and codes on paper that work once."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import unicodedata
from datetime import datetime
from urllib.parse import quote, urlencode

import qrcode
from attrs import frozen

STEP_S = 30
DIGITS = 6
#: A phone's clock may be this many steps off, either way.
_OFF = 1
#: 160 bits, as RFC 4226 asks for.
_SECRET_BYTES = 20
RECOVERY_CODES = 10
#: Without letters and digits that are taken for one another: 31 are left, so that ten of them are 49 bits.
_LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"
_LENGTH = 10


def new_secret() -> str:
    """A fresh secret, in base 32 as apps take it."""
    return base64.b32encode(secrets.token_bytes(_SECRET_BYTES)).decode("ascii")


def step_at(now: datetime) -> int:
    """Which half minute since 1970 it is."""
    return int(now.timestamp()) // STEP_S


def code_at(secret: str, step: int) -> str:
    """The six digits of one half minute (RFC 4226, section 5.3)."""
    # SHA-1 is what every app computes by default; as an HMAC it is sound.
    made = hmac.new(base64.b32decode(secret), step.to_bytes(8, "big"), hashlib.sha1).digest()
    at = made[-1] & 15
    number = int.from_bytes(made[at : at + 4], "big") & 0x7FFFFFFF
    return f"{number % 10**DIGITS:0{DIGITS}}"


def step_of(secret: str, code: str, now: datetime, *, after: int = -1) -> int | None:
    """The half minute whose code this is, about now and later than `after`; None for any other code.

    Whoever keeps the step that was found lets no code count twice.
    """
    given = "".join(each for each in unicodedata.normalize("NFKC", code) if not each.isspace()).encode()
    found = None
    for step in range(step_at(now) - _OFF, step_at(now) + _OFF + 1):
        # All are compared, whichever it is: how long it takes tells nothing.
        if hmac.compare_digest(code_at(secret, step).encode(), given) and step > after:
            found = step
    return found


def app_address(secret: str, name: str) -> str:
    """What an app reads from the square: `otpauth://...`. `name` is what the app shows beside the code."""
    return f"otpauth://totp/{quote(f'Parapet:{name}')}?{urlencode({'secret': secret, 'issuer': 'Parapet'})}"


@frozen
class Square:
    """A QR code: how many modules wide, quiet zone and all, and the path of the dark ones for an SVG of that size."""

    size: int
    path: str


def square_of(text: str) -> Square:
    """The QR code of `text`."""
    drawn = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=4)
    drawn.add_data(text)
    rows = drawn.get_matrix()
    path = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark)
    return Square(len(rows), path)


def new_recovery_codes() -> tuple[str, ...]:
    """Ten codes for paper, such as "k7m2p-9xqwt"."""
    made = ("".join(secrets.choice(_LETTERS) for _ in range(_LENGTH)) for _ in range(RECOVERY_CODES))
    return tuple(f"{code[:5]}-{code[5:]}" for code in made)


def plain_recovery_code(typed: str) -> str:
    """What somebody typed, as it was made: without spaces and hyphens, in small letters; "" for what cannot be one."""
    plain = "".join(each for each in unicodedata.normalize("NFKC", typed).lower() if each in _LETTERS)
    return plain if len(plain) == _LENGTH else ""
