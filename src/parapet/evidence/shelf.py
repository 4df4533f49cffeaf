"""The folder that backups lie in.

    <id>/manifest.txt         a folder a backup: signed, and there only when all it names is
    <id>/checkpoint.txt, database.sealed, packs.txt
    packs/a/b/<name>.pack     copies of the vault's packs, as they are; every backup here shares them
    unfinished-<id>/          what a backup that was killed left; the next one clears it away

A pack never changes, so a pack that an earlier backup lists is not copied again. Nothing below the folder is reached
through a link: whoever can write to the stick must not make us read or write elsewhere.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import hashlib
import io
import os
import shutil
import stat
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from parapet.domain.errors import BackupBroken, HomeBusy, HomeUnwritable, RequestRefused, SealBroken, reason_of
from parapet.domain.errors import gettext_noop as _
from parapet.evidence import manifest as m
from parapet.evidence import stream
from parapet.evidence.disk import sync_folder
from parapet.evidence.keys import InstanceKey
from parapet.evidence.manifest import Listed, Manifest

_UNFINISHED = "unfinished-"
_PIECE_BYTES = 1 << 20
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC


def pack_place(name: str) -> tuple[str, str, str]:
    """Where a pack lies below `packs/` here, and below the vault."""
    return name[0], name[1], f"{name}.pack"


class Shelf:
    """The backups in one folder. A link may lead to it, for a person named it; none may lie below."""

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()

    # Reading

    def ids(self) -> list[str]:
        """The whole backups here, oldest first. Raises RequestRefused when this is no folder that can be read."""
        try:
            return sorted(e.name for e in os.scandir(self.root) if m.ID.fullmatch(e.name) and e.is_dir(follow_symlinks=False))
        except OSError as error:
            raise RequestRefused(_("There are no backups to be read here (%(reason)s)."), reason=reason_of(error)) from None

    def read(self, identity: str, key: InstanceKey) -> Manifest:
        """The manifest of one backup, its signature checked. Raises KeyWrong, BackupBroken."""
        with self.open(identity, m.MANIFEST) as file:
            raw = file.read(200_000)
        try:
            manifest = m.read(raw.decode(), key)
        except UnicodeDecodeError:
            raise BackupBroken(_("The manifest of the backup is not as it was signed.")) from None
        if manifest.id != identity:
            raise BackupBroken(_("The manifest of the backup is that of another backup."))
        return manifest

    def check(self, manifest: Manifest) -> Iterator[Listed]:
        """Every file of a backup in turn, once its size and digest are those that were signed. Raises BackupBroken."""
        for listed in manifest.files:
            self._check(listed, manifest.id, listed.name)
            yield listed
        count = 0
        for count, pack in enumerate(self.packs(manifest), 1):  # noqa: B007 - counted
            self._check(pack, "packs", *pack_place(pack.name))
            yield pack
        if count != manifest.packs:
            raise BackupBroken(_("The list of packs of the backup has not as many as were signed."))

    def packs(self, manifest: Manifest) -> Iterator[Listed]:
        """The packs that a backup lists, sorted by name. Its list must have been checked."""
        with self.open(manifest.id, m.PACKS) as file:
            yield from m.read_packs(file)

    def open(self, *parts: str) -> io.BufferedReader:
        """A file of a backup. Raises BackupBroken when it is missing, a link, or no file."""
        return _opened(self.root, parts)

    def _check(self, listed: Listed, *parts: str) -> None:
        with self.open(*parts) as file:
            if _digest(file) != (listed.size_bytes, listed.sha256):
                raise BackupBroken(_("A file of the backup was changed: %(file)s."), file="/".join(parts))

    def checked_list(self, manifest: Manifest) -> Iterator[Listed]:
        """The packs of an earlier backup; none when its list is no longer the one that was signed."""
        try:
            self._check(manifest.file(m.PACKS), manifest.id, m.PACKS)
            yield from self.packs(manifest)
        except BackupBroken:
            return  # then nothing is known of the packs here, and each is read

    # Writing

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Make the folder, keep other backups out of it, and clear away what killed ones left. Raises HomeBusy, HomeUnwritable."""
        try:
            self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle = os.open(self.root, _FOLDER)
        except OSError as error:
            raise _unwritable(error) from error
        try:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise HomeBusy(_("Another backup is being written to this folder.")) from None
            for left in self.root.glob(f"{_UNFINISHED}*"):
                if not left.is_symlink():
                    shutil.rmtree(left, ignore_errors=True)
            yield
        except OSError as error:
            raise _unwritable(error) from error
        finally:
            os.close(handle)

    def keep_pack(self, vault: Path, name: str, known: Listed | None) -> tuple[Listed, bool]:
        """See that a pack of `vault` is here; what it is, and whether it was copied now.

        known   what an earlier backup's signed list says of it: then a copy of that size is not read again

        Raises SealBroken when the vault has not the pack that was known, or none.
        """
        parts = ("packs", *pack_place(name))
        held = self._held(parts)
        if known is not None and held == known.size_bytes:
            return known, False
        source = _opened(vault, pack_place(name), missing=SealBroken("A pack of the vault is missing."))
        with source:
            if held == os.fstat(source.fileno()).st_size:
                listed = Listed(name, *_digest(source))
                with self.open(*parts) as copy:
                    same = _digest(copy) == (listed.size_bytes, listed.sha256)
                if same and known in (None, listed):
                    return listed, False
                source.seek(0)
            listed = Listed(name, *self._copy(source, parts, known))
        return listed, True

    def _held(self, parts: tuple[str, ...]) -> int:
        """The size of a file here; -1 when it is not."""
        try:
            with self.open(*parts) as file:
                return os.fstat(file.fileno()).st_size
        except BackupBroken:
            return -1

    def _copy(self, source: BinaryIO, parts: tuple[str, ...], known: Listed | None) -> tuple[int, str]:
        folder = _folder(self.root, parts[:-1], make=True)
        part = parts[-1] + ".part"
        try:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(part, dir_fd=folder)
            with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600, dir_fd=folder), "wb") as file:
                size, sha256 = _digest(source, file)
                if known is not None and (size, sha256) != (known.size_bytes, known.sha256):
                    raise SealBroken("A pack of the vault is not the one that an earlier backup lists.")
                file.flush()
                os.fsync(file.fileno())
            os.rename(part, parts[-1], src_dir_fd=folder, dst_dir_fd=folder)
            os.fsync(folder)
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(part, dir_fd=folder)
            raise
        finally:
            os.close(folder)
        return size, sha256


class Unfinished:
    """A backup that is being written: a folder that no one takes for whole until `finish`."""

    def __init__(self, shelf: Shelf, identity: str) -> None:
        self._shelf, self.id = shelf, identity
        self._folder = shelf.root / f"{_UNFINISHED}{identity}"
        self._files: dict[str, Listed] = {}

    def __enter__(self) -> Unfinished:
        try:
            self._folder.mkdir(mode=0o700)
        except OSError as error:
            raise _unwritable(error) from error
        return self

    def __exit__(self, *_: object) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)  # finished, it has its own name, and this finds nothing

    def seal(self, name: str, source: BinaryIO, key: InstanceKey) -> None:
        """Encrypt all of `source` into the file `name`."""
        self._write(name, lambda write: stream.seal(source, write, key=key.for_backups, about=context(self.id, name)))

    def write(self, name: str, pieces: Iterable[bytes]) -> None:
        """Write `pieces`, as they come, to the file `name`."""

        def each(write: Callable[[bytes], object]) -> None:
            for piece in pieces:
                write(piece)

        self._write(name, each)

    def files(self) -> tuple[Listed, ...]:
        """All that was written, as a manifest lists it."""
        return tuple(self._files[name] for name in m.LISTED)

    def finish(self, note: str) -> Path:
        """Add the manifest, and give the backup its name: from here on it is whole."""
        self.write(m.MANIFEST, [note.encode()])
        try:
            sync_folder(self._folder)
            done = self._folder.rename(self._shelf.root / self.id)
            sync_folder(self._shelf.root)
        except OSError as error:
            raise _unwritable(error) from error
        return done

    def _write(self, name: str, fill: Callable[[Callable[[bytes], object]], object]) -> None:
        digest, size = hashlib.sha256(), 0
        try:
            handle = os.open(self._folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
            with os.fdopen(handle, "wb") as file:

                def write(piece: bytes) -> None:
                    nonlocal size
                    digest.update(piece)
                    size += file.write(piece)

                fill(write)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise _unwritable(error) from error
        self._files[name] = Listed(name, size, digest.hexdigest())


def context(identity: str, name: str) -> bytes:
    """What a sealed file of a backup is bound to."""
    return f"backup:{identity}:{name}".encode()


def install_pack(shelf: Shelf, pack: Listed, vault: Path) -> None:
    """Copy a pack to `vault`, unless it is there. Raises BackupBroken when it is no longer what was checked."""
    place = vault.joinpath(*pack_place(pack.name))
    if place.exists():
        with place.open("rb") as held:
            if _digest(held) == (pack.size_bytes, pack.sha256):
                return
    part = place.with_suffix(".part")
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part.unlink(missing_ok=True)
    with shelf.open("packs", *pack_place(pack.name)) as source:
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            try:
                same = _digest(source, file) == (pack.size_bytes, pack.sha256)
            except HomeUnwritable as error:  # the vault, not the backup
                raise HomeUnwritable(_("The home cannot be written (%(reason)s)."), **error.particulars) from error
            file.flush()
            os.fsync(file.fileno())
    if not same:
        part.unlink()
        raise BackupBroken(_("A file of the backup was changed: %(file)s."), file="/".join(("packs", *pack_place(pack.name))))
    part.rename(place)
    sync_folder(place.parent)


def _opened(root: Path, parts: tuple[str, ...], *, missing: Exception | None = None) -> io.BufferedReader:
    name = "/".join(parts)
    try:
        folder = _folder(root, parts[:-1])
        try:
            # Without waiting: a pipe that lies there in a file's place has nobody at its other end.
            handle = os.open(parts[-1], os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=folder)
        finally:
            os.close(folder)
    except FileNotFoundError:
        raise missing or BackupBroken(_("A file of the backup is missing: %(file)s."), file=name) from None
    except OSError as error:
        if missing is not None:
            raise HomeUnwritable(_("A pack of the vault cannot be opened (%(reason)s)."), reason=reason_of(error)) from error
        if error.errno in (errno.ELOOP, errno.ENOTDIR):
            raise BackupBroken(_("Where the backup should have a file, there is something else: %(file)s."), file=name) from None
        raise BackupBroken(
            _("A file of the backup cannot be read: %(file)s (%(reason)s)."), file=name, reason=reason_of(error)
        ) from error
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise BackupBroken(_("Where the backup should have a file, there is something else: %(file)s."), file=name)
    return os.fdopen(handle, "rb")


def _folder(root: Path, parts: Iterable[str], *, make: bool = False) -> int:
    """A handle of the folder `parts` below `root`, made where it is missing, and never through a link."""
    handle = os.open(root, _FOLDER)
    for part in parts:
        try:
            if make:
                with contextlib.suppress(FileExistsError):
                    os.mkdir(part, 0o700, dir_fd=handle)
                    os.fsync(handle)
            inner = os.open(part, _FOLDER | os.O_NOFOLLOW, dir_fd=handle)
        finally:
            os.close(handle)
        handle = inner
    return handle


def _digest(source: BinaryIO, copy: BinaryIO | None = None) -> tuple[int, str]:
    """Size and SHA-256 of what `source` still has; written to `copy` as it is read."""
    digest, size = hashlib.sha256(), 0
    try:
        while piece := source.read(_PIECE_BYTES):
            digest.update(piece)
            size += len(piece)
            if copy is not None:
                copy.write(piece)
    except OSError as error:
        raise _unwritable(error) from error
    return size, digest.hexdigest()


def _unwritable(error: OSError) -> HomeUnwritable:
    return HomeUnwritable(_("The backup cannot be written (%(reason)s)."), reason=reason_of(error))
