"""One member of a zip file, piece by piece: in bounded memory whatever packed it, and its damage told from the disk's.

`zipfile` lists the members (`zip_directory`); it unpacks none. It would give back at once all that a piece of input
expands to, for bzip2 and LZMA without any limit: 2 KB become 3 GB. What it raises cannot be told apart: bzip2's damage
is an OSError, as a failing disk's is. And it reads the whole directory again for each member that is opened.
"""

from __future__ import annotations

import bz2
import io
import lzma
import struct
import sys
import zipfile
import zlib
from collections.abc import Iterator
from typing import BinaryIO, Protocol

from parapet.domain.parsed import Reason

#: Read at a time, and given at a time. What is read may not be more: `_Stored` gives it back in one piece.
_PACKED_BYTES = 64 * 1024
_PIECE_BYTES = 256 * 1024
#: LZMA keeps a window of what it unpacked in memory, of the size that the member claims. 7-Zip's is 32 MiB unless it is told otherwise.
MAX_WINDOW_BYTES = 64 * 1024 * 1024

_LOCAL_HEADER = struct.Struct("<4s2xH18x2H")  # signature, flags, length of the name, length of what follows it
_NAME_IS_UTF8 = 0x800

if sys.version_info >= (3, 14):
    from compression.zstd import ZstdDecompressor, ZstdError

    _MORE_FAULTS: tuple[type[Exception], ...] = (ZstdError,)
else:
    _MORE_FAULTS = ()

#: What the decompressors raise at bytes that were never packed so. For bzip2 that is OSError; none of them touches a disk.
_FAULTS: tuple[type[Exception], ...] = (zlib.error, lzma.LZMAError, OSError, EOFError, ValueError, struct.error, *_MORE_FAULTS)


class Stop(Exception):
    """Unpacking reached a limit, or found damage. Both words are safe to show."""

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(reason, detail)
        self.reason = reason
        self.detail = detail


class Decompressor(Protocol):
    """As those of bz2 and lzma: at most `max_length` bytes a call; what is left of `data` waits inside."""

    @property
    def eof(self) -> bool: ...

    @property
    def needs_input(self) -> bool: ...

    def decompress(self, data: bytes, max_length: int) -> bytes: ...


def pieces(file: BinaryIO, info: zipfile.ZipInfo) -> Iterator[bytes]:
    """What the member `info` of the zip in `file` holds, in order, at most `info.file_size` bytes of it.

    Raises Stop when a byte of it is not what was packed, which its checksum may tell at the very end only, and when
    nothing here unpacks its method; OSError when `file` cannot be read.
    """
    decompressor = _decompressor(info)
    packed = _packed(file, info)
    left, checksum = info.file_size, 0
    while left and not decompressor.eof:
        data = next(packed, b"") if decompressor.needs_input else b""
        try:
            # Never more than is claimed: LZMA without its end mark would go on and make bytes of nothing.
            piece = decompressor.decompress(data, min(left, _PIECE_BYTES))
        except _FAULTS:
            raise Stop(Reason.DAMAGED_MEMBER) from None
        if not data and not piece:
            break
        left -= len(piece)
        checksum = zlib.crc32(piece, checksum)
        if piece:
            yield piece
    if left or checksum != info.CRC:
        raise Stop(Reason.DAMAGED_MEMBER)


def _packed(file: BinaryIO, info: zipfile.ZipInfo) -> Iterator[bytes]:
    """The member's bytes as they lie in the file, found through its own header, which must agree with the directory."""
    end = file.seek(0, io.SEEK_END)
    if not 0 <= info.header_offset < end:
        raise Stop(Reason.DAMAGED_MEMBER)
    file.seek(info.header_offset)
    header = file.read(_LOCAL_HEADER.size)
    if len(header) < _LOCAL_HEADER.size or not header.startswith(b"PK\x03\x04"):
        raise Stop(Reason.DAMAGED_MEMBER)
    _, flags, name_bytes, more_bytes = _LOCAL_HEADER.unpack(header)
    name = file.read(name_bytes)
    if name.decode("utf-8" if flags & _NAME_IS_UTF8 else "cp437", "replace") != info.orig_filename:
        raise Stop(Reason.DAMAGED_MEMBER)
    file.seek(more_bytes, io.SEEK_CUR)
    left = info.compress_size
    while left and (data := file.read(min(left, _PACKED_BYTES))):
        left -= len(data)
        yield data


def _decompressor(info: zipfile.ZipInfo) -> Decompressor:
    method = info.compress_type
    if method == zipfile.ZIP_STORED:
        return _Stored()
    if method == zipfile.ZIP_DEFLATED:
        return _Deflated()
    if method == zipfile.ZIP_BZIP2:
        return bz2.BZ2Decompressor()
    if method == zipfile.ZIP_LZMA:
        return _Lzma(info.file_size)
    if sys.version_info >= (3, 14) and method == zipfile.ZIP_ZSTANDARD:
        return ZstdDecompressor()  # its window is at most 128 MiB unless it is told otherwise
    raise Stop(Reason.UNKNOWN_FORMAT, f"compression method {method}")


class _Stored:
    """No packing at all."""

    eof, needs_input = False, True

    def decompress(self, data: bytes, max_length: int) -> bytes:
        return data[:max_length]


class _Deflated:
    """zlib's, with the ways of the others."""

    def __init__(self) -> None:
        self._zlib = zlib.decompressobj(-zlib.MAX_WBITS)

    @property
    def eof(self) -> bool:
        return self._zlib.eof

    @property
    def needs_input(self) -> bool:
        return not self._zlib.unconsumed_tail

    def decompress(self, data: bytes, max_length: int) -> bytes:
        return self._zlib.decompress(data or self._zlib.unconsumed_tail, max_length)


class _Lzma:
    """lzma's, made once its settings are known: they lie before the data (APPNOTE.TXT, section 5.8.8)."""

    _SETTINGS = struct.Struct("<2xHBL")  # of the packer's version, length of the rest, lc and lp and pb in one, window

    def __init__(self, unpacked_bytes: int) -> None:
        self._unpacked_bytes = unpacked_bytes
        self._lzma: lzma.LZMADecompressor | None = None

    @property
    def eof(self) -> bool:
        return self._lzma is not None and self._lzma.eof

    @property
    def needs_input(self) -> bool:
        return self._lzma is None or self._lzma.needs_input

    def decompress(self, data: bytes, max_length: int) -> bytes:
        if self._lzma is None:
            length, mixed, window_bytes = self._SETTINGS.unpack_from(data)
            if length != 5:
                raise ValueError("settings of another length")
            window_bytes = min(window_bytes, max(4096, self._unpacked_bytes))  # nothing lies further back than the beginning
            if window_bytes > MAX_WINDOW_BYTES:
                raise Stop(Reason.TOO_LARGE, f"a window of {window_bytes} bytes")
            rest, lc = divmod(mixed, 9)
            pb, lp = divmod(rest, 5)
            settings = {"id": lzma.FILTER_LZMA1, "dict_size": window_bytes, "lc": lc, "lp": lp, "pb": pb}
            self._lzma = lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=[settings])
            data = data[self._SETTINGS.size :]
        return self._lzma.decompress(data, max_length)
