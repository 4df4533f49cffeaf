"""What is handed over to be received, what becomes of it on the way, and what it comes to."""

from __future__ import annotations

from attrs import define, field, frozen

from parapet.domain.parsed import Found
from parapet.domain.source import SourceCheck
from parapet.evidence.keys import Locker
from parapet.evidence.vault import Slot
from parapet.records.models import Advocate


@frozen
class Arrival:
    """Something found, the source it lay in, and whose folder that was (an advocate's number, or None).

    renamed  it was known under another name: the one that it has now is kept beside that
    """

    found: Found
    source: int
    source_mark: str
    folder: int | None = None
    renamed: bool = False


@define
class Outcome:
    """What became of a batch. `found == new + already`."""

    new: int = 0
    versions: int = 0  # of new
    already: int = 0
    own: int = 0  # of new
    unmatched: int = 0  # of new


@define
class Incoming:
    """One arrival for one advocate on its way in."""

    arrival: Arrival
    advocate: int
    own: bool
    content_sha256: str
    content: bytes  # its keyed digest
    names: list[bytes]
    item_number: int = 0
    is_new_item: bool = False
    version_number: int = 0
    slot: Slot | None = None  # where the sealed original lies
    face: bytes = b""
    source: SourceCheck | None = None
    key: Locker | None = None
    raw_key: bytes = field(default=b"", repr=False)
    is_new: bool = False
    is_later_version: bool = False


def give(several: list[Incoming], advocate: int, by_name: dict[bytes, dict[int, int]]) -> int:
    """One item of this batch, seen first where nothing told whom it is aimed at, is aimed at `advocate`; returns her."""
    for one in several:
        one.advocate = advocate
        for name in one.names:
            by_name[name][advocate] = by_name[name].pop(Advocate.UNMATCHED, one.item_number)
    return advocate
