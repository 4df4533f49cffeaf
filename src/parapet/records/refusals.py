"""Where something refused lay: by numbers, which say nothing, and by names, which are a stranger's. Sealed in its row."""

from __future__ import annotations

import re

from attrs import frozen

from parapet.records.keyring import keyring
from parapet.records.naming import refusal_context

_NUMBERS = re.compile(r"\d+ \d+ \d+", re.ASCII)


@frozen
class Spot:
    """All numbers count from 1.

    delivery  which of the files or folders that a person named; 0 in rows of an earlier version
    file      which file of that folder, in the order they were read; 0 when the delivery is the file itself
    member    which member of an archive; 0 when it is no member, or the whole archive
    name      the member's name, safe to show
    pointer   the place within, as `Place.pointer`
    detail    as `Refused.detail`: numbers and field names only
    """

    delivery: int = 0
    file: int = 0
    member: int = 0
    name: str = ""
    pointer: str = ""
    detail: str = ""


def seal_spot(spot: Spot, intake: int) -> bytes:
    """For the row, bound to its import. The pointer comes last: only there may a NUL stand, in a stranger's field name."""
    words = "\0".join((f"{spot.delivery} {spot.file} {spot.member}", spot.detail, spot.name, spot.pointer))
    return keyring().lock_text(words, about=refusal_context(intake))


def spot_of(sealed: bytes, intake: int) -> Spot:
    """The inverse. A row of an earlier version, place and detail alone, has no numbers."""
    parts = keyring().unlock_text(sealed, about=refusal_context(intake)).split("\0", 3)
    if len(parts) == 4 and _NUMBERS.fullmatch(parts[0]):
        delivery, file, member = map(int, parts[0].split())
        return Spot(delivery, file, member, parts[2], parts[3], parts[1])
    return Spot(name=parts[0], detail=parts[-1] if len(parts) > 1 else "")
