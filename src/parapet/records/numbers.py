"""Numbers for rows and the names that people see for them."""

from __future__ import annotations

import itertools
import secrets
import time

_DIGITS = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32, lower case: no i, l, o, u
_PAIRS = [high + low for high in _DIGITS for low in _DIGITS]  # by two: a page of an inbox names a hundred rows
_SEQUENCE_BITS = 22
_sequence = itertools.count(secrets.randbits(_SEQUENCE_BITS))


def new_number() -> int:
    """63 bits: 41 of milliseconds since 1970, 22 of a sequence that starts at random in each process.

    Sorted by time, made without asking the database, so that rows that refer to each other are written in one go.
    Two processes that hit the same number in the same millisecond meet the primary key, and the later tries again.
    """
    return (time.time_ns() // 1_000_000) << _SEQUENCE_BITS | next(_sequence) % (1 << _SEQUENCE_BITS)


def public(prefix: str, number: int) -> str:
    """`number` as "<prefix>_" and 13 base-32 digits."""
    return (
        f"{prefix}_{_DIGITS[number >> 60]}{_PAIRS[number >> 50 & 1023]}{_PAIRS[number >> 40 & 1023]}"
        f"{_PAIRS[number >> 30 & 1023]}{_PAIRS[number >> 20 & 1023]}{_PAIRS[number >> 10 & 1023]}{_PAIRS[number & 1023]}"
    )


def number_of(prefix: str, name: str) -> int | None:
    """The inverse of `public`; None for anything that is not such a name."""
    head, _, digits = name.partition("_")
    if head != prefix or len(digits) != 13:
        return None
    number = 0
    for digit in digits:
        at = _DIGITS.find(digit)
        if at < 0:
            return None
        number = number * 32 + at
    return number if number < 1 << 63 else None
