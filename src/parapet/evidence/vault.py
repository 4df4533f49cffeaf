"""The vault: encrypted bytes on disk, appended and never changed.

A pack is one file, written once under a random name, holding many small blobs that were locked by the caller; so a
batch of items costs one fsync. A large file has a pack of its own, encrypted here in chunks, so that memory stays flat.
Nothing refers to a pack before the call that wrote it has returned: what a crash leaves behind is never read.

A stream is `PARSTRM1`, 16 random bytes of salt, then chunks of 1 MiB and a tag of 16 bytes each. Key: HKDF-SHA256 of
the caller's key with the salt. Nonce: the chunk's number in 11 bytes, then 1 for the last chunk, 0 before it (the
STREAM construction: Hoang, Reyhanitabar, Rogaway, Vizár, 2015). A chunk that is cut off, moved, or taken from another
stream does not open.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import io
import os
import re
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import BinaryIO, cast

from attrs import frozen
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from parapet.domain.errors import HomeUnwritable, KeyWrong, SealBroken, reason_of
from parapet.domain.errors import gettext_noop as _
from parapet.evidence.disk import make_folders, sync_folder
from parapet.evidence.keys import KEY_BYTES, TAG_BYTES

CHUNK_BYTES = 1 << 20
_PACK_MAGIC = b"PARPACK1"
_STREAM_MAGIC = b"PARSTRM1"
_SALT_BYTES = 16
_HEADER_BYTES = len(_STREAM_MAGIC) + _SALT_BYTES
_PACK_NAME = re.compile(r"[0-9a-f]{32}")


@frozen
class Slot:
    """Where bytes lie: `length` bytes at `offset` of a pack."""

    pack: str  # 32 hex digits
    offset: int
    length: int


@frozen
class Sealed:
    """A stream that was sealed; size and digest are those of the bytes before encryption."""

    slot: Slot
    size_bytes: int
    sha256: str  # 64 hex digits


class Vault:
    """The packs under one folder. Several processes may write at once: each writes files of its own."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def write_pack(self, blobs: Sequence[bytes]) -> list[Slot]:
        """Keep `blobs`, already encrypted, in one new pack; they are on the disk when this returns.

        Raises HomeUnwritable when the disk is full or read-only; nothing is then left behind.
        """
        if not blobs:
            return []
        with _NewPack(self.root) as pack:
            offset = pack.write(_PACK_MAGIC)
            pack.write(b"".join(blobs))
        slots = []
        for blob in blobs:
            slots.append(Slot(pack.name, offset, len(blob)))
            offset += len(blob)
        return slots

    def read(self, slot: Slot) -> bytes:
        """The bytes of `slot`, still encrypted. Raises SealBroken when they are no longer all there."""
        with self._open(slot) as file:
            try:
                file.seek(slot.offset)
                blob = file.read(slot.length)
            except OSError as error:
                raise SealBroken(f"The disk cannot read a pack of the vault ({error.strerror}).") from error
        if len(blob) != slot.length:
            raise SealBroken("A pack of the vault is shorter than it was.")
        return blob

    def seal_stream(self, source: BinaryIO, *, key: bytes, about: bytes) -> Sealed:
        """Encrypt all of `source` into a pack of its own, in chunks; at most 3 chunks are in memory.

        key    32 bytes; may seal any number of streams
        about  what it is, as in `keys`: needed again to open it

        Raises HomeUnwritable as `write_pack` does; what `source` itself raises goes through.
        """
        digest = hashlib.sha256()
        size = number = 0
        salt = os.urandom(_SALT_BYTES)
        cipher = _stream_cipher(key, salt)
        with _NewPack(self.root) as pack:
            pack.write(_STREAM_MAGIC + salt)
            chunk = _read_fully(source)
            while True:
                # Whether a chunk is the last is only known once there is nothing after it.
                following = _read_fully(source) if len(chunk) == CHUNK_BYTES else b""
                digest.update(chunk)
                size += len(chunk)
                pack.write(cipher.encrypt(_stream_nonce(number, last=not following), chunk, about))
                if not following:
                    break
                chunk = following
                number += 1
        return Sealed(Slot(pack.name, 0, pack.size), size, digest.hexdigest())

    def open_stream(self, slot: Slot, *, key: bytes, about: bytes) -> BinaryIO:
        """A seekable reader of what `seal_stream` took in, opening one chunk at a time.

        The last chunk is checked at once, which settles the length. Raises KeyWrong here when key, `about` or that
        chunk are not those sealed, SealBroken when the file is not whole; reading raises SealBroken at a changed chunk.
        """
        file = self._open(slot)
        try:
            if os.fstat(file.fileno()).st_size != slot.offset + slot.length:
                raise SealBroken("A sealed file in the vault has not the length it had.")
            return io.BufferedReader(_StreamReader(file, slot, key=key, about=about), buffer_size=64 * 1024)
        except BaseException:
            file.close()
            raise

    def strays(self, known: Collection[str]) -> list[Path]:
        """Files here that are no pack in `known`: leftovers of a crash, or a pack that is being written just now."""
        names = known if isinstance(known, (set, frozenset, dict)) else frozenset(known)
        found = []
        for folder, _folders, files in os.walk(self.root):
            for file in files:
                path = Path(folder, file)
                if path.suffix != ".pack" or path.stem not in names or path != self._path(path.stem):
                    found.append(path)
        return sorted(found)

    def _path(self, pack: str) -> Path:
        if _PACK_NAME.fullmatch(pack) is None:
            raise SealBroken("A pack's name is not one that the vault gives.")
        return _pack_path(self.root, pack)

    def _open(self, slot: Slot) -> io.BufferedReader:
        if slot.offset < 0 or slot.length < 0:
            raise SealBroken("A place in the vault is not possible.")
        try:
            return self._path(slot.pack).open("rb")
        except FileNotFoundError:
            raise SealBroken("A pack of the vault is missing.") from None
        except OSError as error:
            raise HomeUnwritable(_("A pack of the vault cannot be opened (%(reason)s)."), reason=reason_of(error)) from error


def _pack_path(root: Path, pack: str) -> Path:
    # Few folders: they soon all exist, and a batch then costs no fsync but those of its file and name.
    return root / pack[0] / pack[1] / f"{pack}.pack"


class _NewPack:
    """A pack being written. Leaving the block makes it durable; leaving it by an error removes it."""

    def __init__(self, root: Path) -> None:
        self.name = os.urandom(16).hex()
        self.size = 0
        self._root = root
        self._path = _pack_path(root, self.name)

    def __enter__(self) -> _NewPack:
        try:
            make_folders(self._path.parent, under=self._root)
            handle = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
            self._file = os.fdopen(handle, "wb", buffering=0)
        except OSError as error:
            raise _unwritable(error) from error
        return self

    def write(self, data: bytes) -> int:
        """Append all of `data`; returns its length."""
        rest = memoryview(data)
        try:
            while rest:
                rest = rest[self._file.write(rest) :]  # a disk nearly full takes a part, then refuses
        except OSError as error:
            raise _unwritable(error) from error
        self.size += len(data)
        return len(data)

    def __exit__(self, kind: object, *_: object) -> None:
        try:
            if kind is None:
                os.fsync(self._file.fileno())
                self._file.close()
                sync_folder(self._path.parent)
                return
        except OSError as error:
            self._discard()
            raise _unwritable(error) from error
        self._discard()

    def _discard(self) -> None:
        # The error that brought us here is the one to tell. What cannot be removed stays as a stray.
        with contextlib.suppress(OSError):
            self._file.close()
        with contextlib.suppress(OSError):
            self._path.unlink(missing_ok=True)


def _unwritable(error: OSError) -> HomeUnwritable:
    return HomeUnwritable(_("The vault cannot be written (%(reason)s)."), reason=reason_of(error))


class _StreamReader(io.RawIOBase):
    """Random access to a sealed stream, by chunk."""

    def __init__(self, file: io.BufferedReader, slot: Slot, *, key: bytes, about: bytes) -> None:
        super().__init__()
        self._file = file
        self._about = about
        self._position = 0
        self._held: tuple[int, bytes] = (-1, b"")
        self._start = slot.offset + _HEADER_BYTES
        file.seek(slot.offset)
        header = file.read(_HEADER_BYTES)
        body = slot.length - _HEADER_BYTES
        self._chunks, tail = divmod(body, CHUNK_BYTES + TAG_BYTES)
        if tail:
            self._chunks += 1
        self._tail = tail or CHUNK_BYTES + TAG_BYTES
        # An empty chunk stands only for an empty stream, so that one content has one form.
        least = TAG_BYTES + (self._chunks > 1)
        if header[: len(_STREAM_MAGIC)] != _STREAM_MAGIC or body < TAG_BYTES or self._tail < least:
            raise SealBroken("A sealed file in the vault has not the form it had.")
        self._cipher = _stream_cipher(key, header[len(_STREAM_MAGIC) :])
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
        return self._cipher.decrypt(_stream_nonce(number, last=last), sealed, self._about)


def _stream_cipher(key: bytes, salt: bytes) -> AESGCM:
    if len(key) != KEY_BYTES:
        raise KeyWrong(_("A key has %(wanted)s bytes; this has %(found)s."), wanted=KEY_BYTES, found=len(key))
    return AESGCM(HKDF(SHA256(), KEY_BYTES, salt=salt, info=b"parapet v1 stream").derive(key))


def _stream_nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])


def _read_fully(source: BinaryIO) -> bytes:
    """One chunk, shorter only at the end: pipes and uploads give less than was asked."""
    pieces = []
    wanted = CHUNK_BYTES
    while wanted and (piece := source.read(wanted)):
        pieces.append(piece)
        wanted -= len(piece)
    return pieces[0] if len(pieces) == 1 else b"".join(pieces)
