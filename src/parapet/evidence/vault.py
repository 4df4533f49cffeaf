"""The vault: encrypted bytes on disk, appended and never changed.

A pack is one file, written once under a random name, holding many small blobs that were locked by the caller; so a
batch of items costs one fsync. A large file has a pack of its own, encrypted in chunks (`stream`), so that memory stays flat.
Nothing refers to a pack before the call that wrote it has returned: what a crash leaves behind is never read.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import BinaryIO

from attrs import frozen

from parapet.domain.errors import HomeUnwritable, SealBroken, reason_of
from parapet.domain.errors import gettext_noop as _
from parapet.evidence import stream
from parapet.evidence.disk import make_folders, sync_folder

CHUNK_BYTES = stream.CHUNK_BYTES
_PACK_MAGIC = b"PARPACK1"
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
        with _NewPack(self.root) as pack:
            size, sha256 = stream.seal(source, pack.write, key=key, about=about)
        return Sealed(Slot(pack.name, 0, pack.size), size, sha256)

    def open_stream(self, slot: Slot, *, key: bytes, about: bytes) -> BinaryIO:
        """A seekable reader of what `seal_stream` took in, opening one chunk at a time.

        The last chunk is checked at once, which settles the length. Raises KeyWrong here when key, `about` or that
        chunk are not those sealed, SealBroken when the file is not whole; reading raises SealBroken at a changed chunk.
        """
        return stream.reader(self._open(slot), offset=slot.offset, length=slot.length, key=key, about=about)

    def has(self, pack: str) -> bool:
        """True when a pack of this name is here."""
        return _PACK_NAME.fullmatch(pack) is not None and self._path(pack).is_file()

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
