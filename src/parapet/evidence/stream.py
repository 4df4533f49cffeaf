"""A stream: any number of bytes, encrypted in chunks, so that memory stays flat.

A stream is `PARSTRM1`, 16 random bytes of salt, then chunks of 1 MiB and a tag of 16 bytes each. Key: HKDF-SHA256 of
the caller's key with the salt. Nonce: the chunk's number in 11 bytes, then 1 for the last chunk, 0 before it (the
STREAM construction: Hoang, Reyhanitabar, Rogaway, Vizár, 2015). A chunk that is cut off, moved, or taken from another
stream does not open.
"""

from __future__ import annotations

import errno
import hashlib
import io
import os
from collections.abc import Callable
from typing import BinaryIO, cast

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from parapet.domain.errors import KeyWrong, SealBroken
from parapet.domain.errors import gettext_noop as _
from parapet.evidence.keys import KEY_BYTES, TAG_BYTES

CHUNK_BYTES = 1 << 20
_MAGIC = b"PARSTRM1"
_SALT_BYTES = 16
_HEADER_BYTES = len(_MAGIC) + _SALT_BYTES


def seal(source: BinaryIO, write: Callable[[bytes], object], *, key: bytes, about: bytes) -> tuple[int, str]:
    """Encrypt all of `source`, handing what comes of it to `write`; size and SHA-256 of what was read.

    key    32 bytes; may seal any number of streams
    about  what it is, as in `keys`: needed again to open it

    At most 3 chunks are in memory. What `source` and `write` raise goes through.
    """
    digest = hashlib.sha256()
    size = number = 0
    salt = os.urandom(_SALT_BYTES)
    cipher = _cipher(key, salt)
    write(_MAGIC + salt)
    chunk = _read_fully(source)
    while True:
        # Whether a chunk is the last is only known once there is nothing after it.
        following = _read_fully(source) if len(chunk) == CHUNK_BYTES else b""
        digest.update(chunk)
        size += len(chunk)
        write(cipher.encrypt(_nonce(number, last=not following), chunk, about))
        if not following:
            return size, digest.hexdigest()
        chunk = following
        number += 1


def reader(file: io.BufferedReader, *, offset: int, length: int, key: bytes, about: bytes) -> BinaryIO:
    """A seekable reader of the stream that is `length` bytes from `offset` to the end of `file`, one chunk at a time.

    The last chunk is checked at once, which settles the length. Raises KeyWrong here when key, `about` or that chunk
    are not those sealed, SealBroken when the file is not whole; reading raises SealBroken at a changed chunk. `file`
    is closed with the reader, and when this raises.
    """
    try:
        if os.fstat(file.fileno()).st_size != offset + length:
            raise SealBroken("A sealed file in the vault has not the length it had.")
        opened = _Reader(file, offset, length, key=key, about=about)
        return io.BufferedReader(opened, buffer_size=64 * 1024)
    except BaseException:
        file.close()
        raise


class _Reader(io.RawIOBase):
    """Random access to a sealed stream, by chunk."""

    def __init__(self, file: io.BufferedReader, offset: int, length: int, *, key: bytes, about: bytes) -> None:
        super().__init__()
        self._file = file
        self._about = about
        self._position = 0
        self._held: tuple[int, bytes] = (-1, b"")
        self._start = offset + _HEADER_BYTES
        file.seek(offset)
        header = file.read(_HEADER_BYTES)
        body = length - _HEADER_BYTES
        self._chunks, tail = divmod(body, CHUNK_BYTES + TAG_BYTES)
        if tail:
            self._chunks += 1
        self._tail = tail or CHUNK_BYTES + TAG_BYTES
        # An empty chunk stands only for an empty stream, so that one content has one form.
        least = TAG_BYTES + (self._chunks > 1)
        if header[: len(_MAGIC)] != _MAGIC or body < TAG_BYTES or self._tail < least:
            raise SealBroken("A sealed file in the vault has not the form it had.")
        self._opener = _cipher(key, header[len(_MAGIC) :])
        self._size = body - self._chunks * TAG_BYTES
        try:
            self._held = (self._chunks - 1, self._decrypt(self._chunks - 1))
        except InvalidTag:
            raise KeyWrong(_("The key does not open this, or the stored bytes were changed.")) from None

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        target = offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._size}[whence]
        if target < 0:
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))  # as of a file on the disk: zipfile counts on it
        self._position = target
        return target

    def tell(self) -> int:
        return self._position

    def readinto(self, buffer: object) -> int:
        view = memoryview(cast(bytearray, buffer)).cast("B")
        if self._position >= self._size or not view:
            return 0
        number, within = divmod(self._position, CHUNK_BYTES)
        piece = self._chunk(number)[within : within + len(view)]
        view[: len(piece)] = piece
        self._position += len(piece)
        return len(piece)

    def close(self) -> None:
        if not self.closed:
            self._file.close()
        super().close()

    def _chunk(self, number: int) -> bytes:
        if self._held[0] != number:
            try:
                self._held = (number, self._decrypt(number))
            except InvalidTag:
                raise SealBroken("A part of a sealed file was changed.") from None
        return self._held[1]

    def _decrypt(self, number: int) -> bytes:
        last = number == self._chunks - 1
        self._file.seek(self._start + number * (CHUNK_BYTES + TAG_BYTES))
        sealed = self._file.read(self._tail if last else CHUNK_BYTES + TAG_BYTES)
        return self._opener.decrypt(_nonce(number, last=last), sealed, self._about)


def _cipher(key: bytes, salt: bytes) -> AESGCM:
    if len(key) != KEY_BYTES:
        raise KeyWrong(_("A key has %(wanted)s bytes; this has %(found)s."), wanted=KEY_BYTES, found=len(key))
    return AESGCM(HKDF(SHA256(), KEY_BYTES, salt=salt, info=b"parapet v1 stream").derive(key))


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])


def _read_fully(source: BinaryIO) -> bytes:
    """One chunk, shorter only at the end: pipes and uploads give less than was asked."""
    pieces = []
    wanted = CHUNK_BYTES
    while wanted and (piece := source.read(wanted)):
        pieces.append(piece)
        wanted -= len(piece)
    return pieces[0] if len(pieces) == 1 else b"".join(pieces)
