"""Where each message of a mailbox lies (RFC 4155; mboxrd quoting), found in one pass with a small window."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from typing import BinaryIO

_CHUNK_BYTES = 1024 * 1024
_LOOK_AHEAD_BYTES = 1024
_TIME = re.compile(rb"\b\d{1,2}:\d{2}\b")
_YEAR = re.compile(rb"\b(?:19|20)\d{2}\b")
_HEADER = re.compile(
    rb"(?:Return-Path|Received|From|To|Subject|Date|Message-ID|MIME-Version|Delivered-To|Content-Type|X-[\w-]{1,60}|Status|>From)\s?:?",
    re.IGNORECASE,
)
_QUOTED = re.compile(rb"^>(?=>*From )", re.MULTILINE)


def is_from_line(window: bytes, at: int) -> bool:
    """True when a message of a mailbox begins at this place: "From " with a time, or followed by header fields."""
    if not window.startswith(b"From ", at):
        return False
    end = window.find(b"\n", at, at + 512)
    row = window[at : end if end >= 0 else at + 512].rstrip(b"\r")
    if _TIME.search(row) and _YEAR.search(row[-16:]):
        return True
    return end >= 0 and bool(_HEADER.match(window, end + 1)) and b":" in window[end + 1 : end + 200].split(b"\n")[0]


def messages(source: BinaryIO) -> Iterator[tuple[int, int]]:
    """(begin, end) of each message, without its "From " line and the blank line that parts it from the next.

    The file's position may be moved between two messages. A file that does not begin with a "From " line has one
    message at its beginning.
    """
    begin: int | None = None
    for at, line_length in _from_lines(source):
        if begin is not None:
            yield begin, _trimmed(source, begin, at)
        elif at:
            yield 0, _trimmed(source, 0, at)
        begin = at + line_length
    size = source.seek(0, 2)
    if begin is not None:
        yield begin, _trimmed(source, begin, size)


def _trimmed(source: BinaryIO, begin: int, end: int) -> int:
    """Leave out the one blank line before the next "From " line."""
    source.seek(max(begin, end - 4))
    tail = source.read(end - max(begin, end - 4))
    for blank in (b"\r\n\r\n", b"\n\n"):
        if tail.endswith(blank):
            return end - len(blank) // 2
    return end


def _from_lines(source: BinaryIO) -> Iterator[tuple[int, int]]:
    """(place, length with line end) of each "From " line."""
    base, window, next_read, ended = 0, b"", 0, False
    at = 0  # next place in the window to look at
    while True:
        found = 0 if base == 0 and at == 0 and window.startswith(b"From ") else _next(window, at)
        enough = found >= 0 and (ended or found + _LOOK_AHEAD_BYTES <= len(window))
        if found >= 0 and enough:
            if (base + found == 0 or _after_blank(window, found)) and is_from_line(window, found):
                end = window.find(b"\n", found)
                yield base + found, (end + 1 if end >= 0 else len(window)) - found
            at = found + 5
            continue
        if ended:
            return
        keep = max(0, (found if found >= 0 else len(window)) - 8)
        base, window, at = (
            base + keep,
            window[keep:],
            max(0, (found if found >= 0 else len(window)) - 7 - keep) if base + keep else 0,
        )
        source.seek(next_read)
        chunk = source.read(_CHUNK_BYTES)
        next_read += len(chunk)
        ended = not chunk
        window += chunk


def _next(window: bytes, at: int) -> int:
    found = window.find(b"\nFrom ", max(0, at - 1))
    return found + 1 if found >= 0 else -1


def _after_blank(window: bytes, at: int) -> bool:
    return window[max(0, at - 2) : at] == b"\n\n" or window[max(0, at - 4) : at].endswith(b"\n\r\n")


class Unquoted:
    """A message with ">From " unquoted, and the way back from its places to those of the quoted bytes."""

    def __init__(self, raw: bytes, *, is_quoted: bool) -> None:
        removed = [found.start() for found in _QUOTED.finditer(raw)] if is_quoted and b">From " in raw else []
        self.bytes = _QUOTED.sub(b"", raw) if removed else raw
        self._shifted = [place - count for count, place in enumerate(removed)]

    def original(self, at: int) -> int:
        """The place in the quoted bytes; a part that begins where a ">" was removed takes it along."""
        return at + bisect_left(self._shifted, at)
