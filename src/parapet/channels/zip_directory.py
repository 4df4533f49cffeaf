"""The list of a zip file's members, read in bounded memory whatever the file claims of it.

`zipfile` reads the list in one piece, as long as a record at the file's end claims it to be. Which record that is, is a
matter of reading: one may hold the mark of another, and of the two places for that of large archives Python 3.11 looks
at one, and later ones at the other first. So all that any of them may take are looked at, for a plain answer before
anything is read; and `_Sparing` keeps the limit where the bytes are read, should one of them find yet another.
"""

from __future__ import annotations

import io
import struct
import zipfile
from typing import BinaryIO, cast

from parapet.channels.unpacking import Stop
from parapet.domain.parsed import Reason

#: A list beyond this would cost over 100 MB of memory.
MAX_DIRECTORY_BYTES = 8 * 1024 * 1024
#: How far from the file's end `zipfile` looks for the end record.
_TAIL_BYTES = 22 + 65_536

# APPNOTE.TXT, sections 4.3.14 to 4.3.16. Of the records: mark, number of this part, that of the list's first part, bytes of the list.
_END = struct.Struct("<4s2H4xL6x")
_LARGE = struct.Struct("<4s12x2L16xQ8x")
_LOCATOR = struct.Struct("<4sLQL")  # mark, number of the part with the large record, its place, how many parts there are
#: In the end record: the large record tells.
_TOLD_THERE, _PART_TOLD_THERE = 0xFFFFFFFF, 0xFFFF


def list_members(file: BinaryIO) -> list[zipfile.ZipInfo]:
    """Every member that the archive lists, in its order. What is said of them is a claim, no more.

    Raises Stop when the list is damaged, too long, or that of one part of several; OSError when the file cannot be read.
    """
    _look_at_claims(file)
    try:
        with zipfile.ZipFile(cast(BinaryIO, _Sparing(file))) as archive:
            return archive.infolist()
    except (zipfile.BadZipFile, struct.error, ValueError, OverflowError, EOFError, NotImplementedError):
        raise Stop(Reason.BAD_SYNTAX) from None


class _Sparing:
    """What `zipfile` needs of a file, which it never reads further at a time than a list may be long."""

    def __init__(self, file: BinaryIO) -> None:
        self.seek, self.tell, self._file = file.seek, file.tell, file

    def seekable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        if size < 0:
            here = self.tell()
            size = max(0, self.seek(0, io.SEEK_END) - here)
            self.seek(here)
        if size > MAX_DIRECTORY_BYTES:
            raise _too_long(size)
        return self._file.read(size)


def _look_at_claims(file: BinaryIO) -> None:
    at = _end_record(file)
    if at is None:
        return  # zipfile will say so
    _, part, first_part, claimed = _END.unpack(_at(file, at, _END.size))
    claims, parts = [claimed], {part, first_part}
    locator = _at(file, at - _LOCATOR.size, _LOCATOR.size)
    if locator.startswith(b"PK\x06\x07"):
        _, holder, place, count = _LOCATOR.unpack(locator)
        parts |= {holder, max(0, count - 1)}
        before = _at(file, at - _LOCATOR.size - _LARGE.size, _LARGE.size)
        large = [_LARGE.unpack(each) for each in (before, _at(file, place, _LARGE.size)) if each.startswith(b"PK\x06\x06")]
        if large:
            parts.discard(_PART_TOLD_THERE)
        if before.startswith(b"PK\x06\x06") and claimed == _TOLD_THERE:
            claims.clear()  # elsewhere Python 3.11 does not find it, and goes by this claim
        for _, part, first_part, claimed in large:
            claims.append(claimed)
            parts |= {part, first_part}
    if parts != {0}:
        raise Stop(Reason.UNKNOWN_FORMAT, "one part of an archive of several")
    if max(claims) > MAX_DIRECTORY_BYTES:
        raise _too_long(max(claims))


def _end_record(file: BinaryIO) -> int | None:
    """Where `zipfile` finds the end record: as the file's last bytes, else where its mark stands last."""
    end = file.seek(0, io.SEEK_END)
    last = _at(file, end - _END.size, _END.size)
    if last.startswith(b"PK\x05\x06") and last.endswith(b"\x00\x00"):
        return end - _END.size
    start = max(0, end - _TAIL_BYTES)
    found = _at(file, start, end - start).rfind(b"PK\x05\x06")
    return start + found if 0 <= found <= end - start - _END.size else None


def _at(file: BinaryIO, offset: int, size: int) -> bytes:
    """`size` bytes from `offset` on; none when they do not all lie in the file."""
    if not 0 <= offset <= file.seek(0, io.SEEK_END) - size:
        return b""
    file.seek(offset)
    return file.read(size)


def _too_long(size: int) -> Stop:
    return Stop(Reason.TOO_LARGE, f"a directory of {size} bytes")
