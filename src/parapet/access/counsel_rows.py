"""Which channels to counsel are believed, and what opens them: the one place where their rows are read.

Who is in a channel is vouched for by a code of the home, beside the place of the entry that invited; that counsel took it and that it
is open stand in entries about its number, and it ends by one that the log's head counts (`vouching.ends`). So a row that was written,
moved or put back gives nothing. What is written there opens by what the two people's own keys agree on, and by no key of the home.
"""

from __future__ import annotations

import hmac
from collections.abc import Collection

from attrs import frozen

from parapet.domain.errors import KeyClosed, KeyWrong
from parapet.evidence.boxes import between, public_of
from parapet.evidence.keys import Locker
from parapet.records.bulk import find
from parapet.records.keyring import keyring
from parapet.records.models import CounselChannel, LogEntry
from parapet.records.presence import present
from parapet.records.vouching import ends, is_vouched

KIND = "counsel"
INVITE, JOIN, OPEN, KEPT = "invite", "join", "open", "kept"
ENDED, LEFT = "ended", "left"


@frozen
class Channel:
    """A channel that is believed. `end` is the place of the entry that ended it, None while none did."""

    row: CounselChannel
    end: int | None

    @property
    def joined(self) -> bool:
        """True once counsel took it."""
        return self.row.joined is not None

    @property
    def is_open(self) -> bool:
        """True once both keys were compared, and its own was made."""
        return bool(bytes(self.row.wrapped_key))

    @property
    def hers_alone(self) -> bool:
        """True once its key was wrapped for the advocate alone."""
        return self.is_open and bytes(self.row.hers) == bytes(self.row.theirs)


def believed(rows: Collection[CounselChannel]) -> list[Channel]:
    """Those of these that this home wrote, in their order. The rows bring their cases. Raises LogBroken as `ends`."""
    if not rows:
        return []
    ended, found = ends(), []
    for row in rows:
        if not hmac.compare_digest(keyring().boxes.code(said_of(row)), bytes(row.code)) or not _entry(row, row.begun):
            continue
        if row.joined is not None and not (row.joined > row.begun and _entry(row, row.joined)):
            continue
        end = ended.get((row.counsel_id, row.case.advocate_id, row.number), -1)
        found.append(Channel(row, end if end > row.begun else None))
    return found


def said_of(row: CounselChannel) -> bytes:
    """What the code of a row is over."""
    return f"counsel channel\0{row.number}:{row.case_id}:{row.person_id}:{row.counsel_id}:{row.begun}".encode()


def key_context(row: CounselChannel) -> bytes:
    """What the wrapped key of a channel is bound to."""
    return f"counsel key:{row.number}:{row.person_id}:{row.counsel_id}:".encode() + bytes(row.hers) + bytes(row.theirs)


def own_key_of(number: int) -> bytes:
    """The own key of the person of this number, who is present with it. Raises KeyClosed."""
    who = present()
    if who is None or who.person != number:
        raise KeyClosed
    return who.own


def channel_key(channel: Channel, person: int) -> bytes:
    """The key of what is written, for one of the two, who is present. Raises KeyClosed; KeyWrong when her key is not the one that was compared."""
    row, own = channel.row, own_key_of(person)
    mine, other = bytes(row.hers), bytes(row.theirs)
    if person != row.person_id:
        mine, other = other, mine
    if not channel.is_open or public_of(own) != mine:
        raise KeyWrong
    return between(own, other).unwrap(bytes(row.wrapped_key), about=key_context(row))


def channel_locker(channel: Channel, person: int) -> Locker:
    """What opens and locks letters. Raises as `channel_key`."""
    return Locker(channel_key(channel, person))


def cases_of_channels(numbers: Collection[int]) -> dict[int, int]:
    """Of `numbers` those that are channels, each with its case: the entries about a channel are under the key of the case."""
    return dict(find(CounselChannel, ("number", "case_id"), "number", numbers))


def _entry(row: CounselChannel, index: int) -> bool:
    entry = LogEntry.objects.filter(index=index, kind=KIND, case_number=row.number, person_number=row.counsel_id).first()
    return entry is not None and entry.advocate_number == row.case.advocate_id and is_vouched(entry)
