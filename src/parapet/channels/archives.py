"""Zip and gzip files opened without trusting them: names, sizes and checksums are claims until they are checked.

Nothing is ever written under a name from an archive. A member is unpacked into an anonymous temporary file of the system,
one at a time, and the unpacking stops at the first limit. Archives within archives are not opened. `zip_directory` lists
a zip's members, `unpacking` unpacks one.
"""

from __future__ import annotations

import io
import re
import stat
import unicodedata
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from gzip import BadGzipFile, GzipFile
from tempfile import SpooledTemporaryFile
from typing import TYPE_CHECKING, BinaryIO

from attrs import define, evolve, field, frozen

from parapet.channels.unpacking import Stop, pieces
from parapet.channels.zip_directory import list_members
from parapet.domain.parsed import Reason

if TYPE_CHECKING:
    from typing_extensions import Buffer

#: Opens the same file again, at position 0 and seekable.
Reopen = Callable[[], BinaryIO]

#: What one unpacked member may hold in memory before it moves to an unnamed file on disk.
SPOOL_BYTES = 8 * 1024 * 1024
#: Limits of unpacking. Real exports of text compress 3 to 40 times; a file of zeros about 1,000 times.
MAX_RATIO = 150
RATIO_COUNTS_FROM_BYTES = 16 * 1024 * 1024
MAX_MEMBER_BYTES = 2 * 1024**3
MAX_TOTAL_BYTES = 16 * 1024**3
MAX_MEMBERS = 60_000
MAX_SIBLING_BYTES = 1024 * 1024
MAX_NAME_CHARS = 1024

_CHUNK_BYTES = 256 * 1024
_DRIVE = re.compile(r"^[A-Za-z]:")
_ARCHIVE_MAGIC = (b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b", b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c", b"BZh", b"\xfd7zXZ\x00")


@frozen
class Turned:
    """Why a file or a member was not opened. `member` is "" for a whole file, else safe to show; `number` its place, from 1."""

    reason: Reason
    member: str = ""
    detail: str = ""
    number: int = 0


@define(eq=False)
class Unpacked:
    """The bytes of one member. Views of it may be open at once, each with its own position."""

    spool: SpooledTemporaryFile[bytes]
    size_bytes: int
    views: int = 0
    retired: bool = False

    def view(self) -> BinaryIO:
        """A seekable reader at position 0."""
        self.views += 1
        return io.BufferedReader(_View(self), 65_536)

    def retire(self) -> None:
        """Give the bytes back once no reader is open."""
        self.retired = True
        if not self.views:
            self.spool.close()


class _View(io.RawIOBase):
    def __init__(self, unpacked: Unpacked) -> None:
        self._unpacked = unpacked
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, buffer: Buffer, /) -> int:
        room = memoryview(buffer).cast("B")
        self._unpacked.spool.seek(self._at)
        found = self._unpacked.spool.read(len(room))
        room[: len(found)] = found
        self._at += len(found)
        return len(found)

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        base = (0, self._at, self._unpacked.size_bytes)[whence]
        self._at = max(0, base + offset)
        return self._at

    def close(self) -> None:
        if not self.closed:
            self._unpacked.views -= 1
            if self._unpacked.retired and not self._unpacked.views:
                self._unpacked.spool.close()
        super().close()


def is_zip(start: bytes) -> bool:
    """True when the first bytes are those of a zip file, an empty one included."""
    return start.startswith((b"PK\x03\x04", b"PK\x05\x06"))


def is_gzip(start: bytes) -> bool:
    """True when the first bytes are those of gzip with its one known method."""
    return start.startswith(b"\x1f\x8b\x08")


def is_archive(start: bytes) -> bool:
    """True for any kind of archive, those that we do not open included."""
    return start.startswith(_ARCHIVE_MAGIC) or start[257:262] == b"ustar"


def shown(name: str) -> str:
    """A stranger's file name as text that is safe to show: one line, no controls, no lone surrogates, cut."""
    name = name.encode("utf-8", "replace").decode("utf-8")
    return "".join(c if c.isprintable() else "\ufffd" for c in name[:MAX_NAME_CHARS])


def unsafe(name: str) -> str:
    """Why this member name must not be used ("" when it may): it could point outside, or hide what it is."""
    path = name.replace("\\", "/")
    if not path or len(path) > MAX_NAME_CHARS:
        return "length of name"
    if path.startswith("/") or _DRIVE.match(path):
        return "absolute path"
    if any(part in ("..", ".") for part in path.split("/")):
        return "path with dots"
    if any(unicodedata.category(c) in ("Cc", "Cs") for c in path):
        return "control character in name"
    return ""


def tidy(name: str) -> str:
    """The one spelling by which members are compared and asked for."""
    return unicodedata.normalize("NFC", name.replace("\\", "/"))


def _pour(pieces: Iterator[bytes], *, packed_bytes: int, allowed_bytes: int) -> Unpacked:
    """Keep all of `pieces`. Raises Stop at a limit; what was unpacked till then is given back."""
    spool: SpooledTemporaryFile[bytes] = SpooledTemporaryFile(max_size=SPOOL_BYTES)  # noqa: SIM115 - closed by Unpacked.retire
    size = 0
    try:
        for piece in pieces:
            size += len(piece)
            if size > RATIO_COUNTS_FROM_BYTES and size > MAX_RATIO * max(1, packed_bytes):
                raise Stop(Reason.BOMB, f"more than {MAX_RATIO} times its packed size of {packed_bytes} bytes")
            if size > allowed_bytes:
                raise Stop(Reason.TOO_LARGE, f"more than {allowed_bytes} bytes unpacked")
            spool.write(piece)
    except BaseException:
        spool.close()
        raise
    return Unpacked(spool, size)


# ---------------------------------------------------------------------------------------------------------------- gzip


def open_gzip(reopen: Reopen) -> Unpacked | Turned:
    """The content of a gzip file, unpacked with the limits above. Raises OSError when the file cannot be read."""
    with reopen() as raw:
        packed = raw.seek(0, io.SEEK_END)
        raw.seek(0)
        try:
            unzipped = iter(partial(GzipFile(fileobj=raw, mode="rb").read, _CHUNK_BYTES), b"")
            unpacked = _pour(unzipped, packed_bytes=packed, allowed_bytes=MAX_MEMBER_BYTES)
        except Stop as stop:
            return Turned(stop.reason, detail=stop.detail)
        except EOFError:
            return Turned(Reason.TRUNCATED)
        except (BadGzipFile, zlib.error):
            return Turned(Reason.DAMAGED_MEMBER)
    with unpacked.view() as view:
        if is_archive(view.read(512)):
            unpacked.retire()
            return Turned(Reason.NESTED_ARCHIVE)
    return unpacked


# ----------------------------------------------------------------------------------------------------------------- zip


@define(eq=False)
class Archive:
    """A zip file, opened afresh for each member so that no handle stays open between them.

    Holds one unpacked member at a time: the last one asked for.
    """

    reopen: Reopen
    size_bytes: int
    infos: dict[str, zipfile.ZipInfo] = field(factory=dict)  # usable members by `tidy` name, in the archive's order
    turned: list[Turned] = field(factory=list)
    numbers: dict[str, int] = field(factory=dict)  # by the same names: the place among all members, folders left out, from 1
    spent_bytes: int = 0
    is_export: bool | None = None  # whether some channel knows one of the members; set by whoever asks first
    _last: tuple[str, Unpacked] | None = None

    def unpack(self, name: str) -> Unpacked | Turned:
        """The bytes of a usable member, with CRC checked. Raises OSError when the archive cannot be read."""
        if self._last and self._last[0] == name:
            return self._last[1]
        self.close()
        info = self.infos[name]
        packed_total = self.size_bytes
        # Members may overlap within the file; all together they may not exceed the ratio either.
        left = min(MAX_TOTAL_BYTES, max(RATIO_COUNTS_FROM_BYTES, MAX_RATIO * packed_total)) - self.spent_bytes
        try:
            with self.reopen() as file:
                unpacked = _pour(
                    self._counted(pieces(file, info)),
                    packed_bytes=min(info.compress_size, packed_total),
                    allowed_bytes=min(MAX_MEMBER_BYTES, max(0, left)),
                )
        except Stop as stop:
            return Turned(stop.reason, shown(name), stop.detail)
        with unpacked.view() as view:
            start = view.read(512)
        if is_archive(start):
            unpacked.retire()
            return Turned(Reason.NESTED_ARCHIVE, shown(name))
        self._last = (name, unpacked)
        return unpacked

    def _counted(self, pieces: Iterator[bytes]) -> Iterator[bytes]:
        # What turns out damaged counts too: else thousands of members could each unpack the same bytes before they fail.
        for piece in pieces:
            self.spent_bytes += len(piece)
            yield piece

    def starts(self, max_bytes: int) -> Iterator[tuple[str, int, bytes]]:
        """(name, claimed size, first bytes) of each member that can be read. Raises OSError when the archive cannot."""
        with self.reopen() as file:
            for name, info in self.infos.items():
                start = _start(file, info, max_bytes)
                if start is not None:
                    yield name, info.file_size, start

    def sibling(self, name: str) -> bytes | None:
        """A small member by its exact path, or None."""
        info = self.infos.get(tidy(name))
        if info is None or info.file_size > MAX_SIBLING_BYTES:
            return None
        try:
            with self.reopen() as file:
                return _start(file, info, MAX_SIBLING_BYTES + 1)
        except OSError:
            return None

    def close(self) -> None:
        """Give back the member that is held."""
        if self._last:
            self._last[1].retire()
            self._last = None


def _start(file: BinaryIO, info: zipfile.ZipInfo, max_bytes: int) -> bytes | None:
    """The first bytes of a member, None when they are damaged or packed in an unknown way."""
    start = bytearray()
    try:
        for piece in pieces(file, info):
            start += piece
            if len(start) >= max_bytes:
                break
    except Stop:
        return None
    return bytes(start[:max_bytes])


def open_zip(reopen: Reopen) -> Archive | Turned:
    """List a zip file: its usable members, and each one that was turned away with the reason.

    Raises OSError when the file cannot be read.
    """
    try:
        with reopen() as file:
            size = file.seek(0, io.SEEK_END)
            infos = [info for info in list_members(file) if not info.filename.endswith("/")]
    except Stop as stop:
        return Turned(stop.reason, detail=stop.detail)
    if len(infos) > MAX_MEMBERS:
        return Turned(Reason.TOO_LARGE, detail=f"{len(infos)} members")
    if any(info.filename in ("[Content_Types].xml", "mimetype", "META-INF/MANIFEST.MF") for info in infos):
        return Turned(Reason.UNKNOWN_FORMAT)  # an office document, a book or a program, not a folder of exports
    archive = Archive(reopen, size)
    for number, info, turned in _judge(infos):
        if turned:
            archive.turned.append(evolve(turned, number=number))
        else:
            archive.infos[tidy(info.filename)] = info
            archive.numbers[tidy(info.filename)] = number
    return archive


def _judge(infos: list[zipfile.ZipInfo]) -> Iterator[tuple[int, zipfile.ZipInfo, Turned | None]]:
    copies = Counter(tidy(info.filename) for info in infos)
    named: set[str] = set()
    for number, info in enumerate(infos, 1):
        name = tidy(info.filename)
        why = unsafe(info.orig_filename)
        mode = info.external_attr >> 16
        if why:
            yield number, info, Turned(Reason.UNSAFE_NAME, shown(info.orig_filename), why)
        elif stat.S_IFMT(mode) and not stat.S_ISREG(mode):
            yield number, info, Turned(Reason.UNSAFE_NAME, shown(name), "link" if stat.S_ISLNK(mode) else "not a file")
        elif copies[name] > 1:
            if name not in named:
                named.add(name)
                yield number, info, Turned(Reason.DUPLICATE_MEMBER, shown(name), f"{copies[name]} members of this name")
        elif info.flag_bits & 0x1:
            yield number, info, Turned(Reason.ENCRYPTED, shown(name))
        else:
            yield number, info, None
