"""What a parser makes of a file: items found, deletions seen, records passed over, and refusals that name their place."""

from __future__ import annotations

import enum
import re
from collections.abc import Iterator
from datetime import datetime
from itertools import groupby

from attrs import field, frozen

from parapet.domain.items import Item


@frozen
class Place:
    """Where in a source something lay.

    member   path inside the archive, "" for a plain file
    pointer  JSON pointer ("/3/notifications/17"), "line 12", "message 4", "row 9", "part 2.1", in words a person can follow
    offset   of the first byte, counted in the member
    length   in bytes
    """

    member: str = ""
    pointer: str = ""
    offset: int = 0
    length: int = 0


#: What a pointer counts by, in our own words; then, perhaps, a JSON pointer.
_COUNTED = re.compile(r"(line|message|row|part) ([0-9.]{1,40})(?=/|\Z)")
_LEFT_OUT = "…"


def counted(pointer: str) -> Iterator[tuple[str, str]]:
    """`pointer` without a stranger's words, which the field names of a JSON pointer can be: what is counted, and where.

    "message 4, part 2.1" gives ("message", "4") and ("part", "2.1"); "/3/likes/17" gives ("field", "/3/…/17").
    """
    for step in pointer.split(", ") if pointer else ():
        known = _COUNTED.match(step)
        if known:
            yield known[1], known[2]
        rest = step[known.end() :] if known else step
        if rest:
            names = (part if part.isascii() and part.isdigit() else _LEFT_OUT for part in rest.removeprefix("/").split("/"))
            yield "field", "/" + "/".join(part for part, _same in groupby(names))


@frozen
class Found:
    """An item with the exact bytes it came as (`len(raw) == place.length`).

    delivered  False when it came from a stream of everybody's posts, so that whose folder the file lay in says nothing
    """

    item: Item
    raw: bytes
    place: Place
    media_type: str = "application/octet-stream"  # of `raw`: "application/json", "message/rfc822", "text/csv", ...
    delivered: bool = True


@frozen
class Gone:
    """A deletion seen: the platform of `channel` says that `uri` is no more, or a later poll of the same list lacks it."""

    uri: str
    place: Place
    raw: bytes = b""
    at: datetime | None = None
    channel: str = field(kw_only=True)


@frozen
class Passed:
    """A record that is no message (a like, a follow, an identity change). Counted, kept within the sealed file."""

    kind: str
    place: Place


class Reason(enum.StrEnum):
    """Why an input was refused. Each has a sentence in both languages in `actions/reasons.py`."""

    EMPTY = "empty"
    NOTHING_FOUND = "nothing_found"  # a sound container with nothing inside
    UNKNOWN_FORMAT = "unknown_format"
    TRUNCATED = "truncated"
    TOO_DEEP = "too_deep"
    BAD_SYNTAX = "bad_syntax"
    BAD_RECORD = "bad_record"  # right container, wrong shape inside
    BAD_ENCODING = "bad_encoding"
    NUMBER_TOO_LARGE = "number_too_large"
    TOO_LARGE = "too_large"
    BOMB = "bomb"  # expands beyond the ratio or size limit
    NESTED_ARCHIVE = "nested_archive"
    UNSAFE_NAME = "unsafe_name"  # absolute, with "..", a drive, a link
    DUPLICATE_MEMBER = "duplicate_member"
    DAMAGED_MEMBER = "damaged_member"  # CRC
    ENCRYPTED = "encrypted"
    NO_TEXT_LAYER = "no_text_layer"
    UNREADABLE = "unreadable"  # the system would not give the bytes
    BAD_ADDRESS = "bad_address"  # not the address of a page
    UNREACHABLE = "unreachable"  # a page whose server does not answer as it must
    BAD_CERTIFICATE = "bad_certificate"  # nobody whom Chromium trusts vouches for its server
    NOT_PUBLIC = "not_public"  # it leads to an address that only this machine or its network reaches
    NOT_A_PAGE = "not_a_page"  # a file to download, or nothing that can be shown
    TOO_SLOW = "too_slow"
    NO_BROWSER = "no_browser"  # there is no Chromium, or it does not start
    READER_FAILED = "reader_failed"  # a fault of ours: something that nobody foresaw in it stopped the reading


@frozen
class Refused:
    """A part of the input that could not be taken. Holds no text of the message."""

    reason: Reason
    place: Place
    detail: str = ""  # numbers and field names only: "expected 9 columns, found 4"


Parsed = Found | Gone | Passed | Refused
