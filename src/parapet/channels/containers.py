"""The walk from what a person names (folders, files, archives) to the sources that channels can read.

Nothing is skipped in silence: what cannot be opened comes out of `walk` as a `Turned` file with its reason, and what
nobody recognises comes out of `parse_source` as a refusal. Recognition goes by content; names are never trusted.
"""

from __future__ import annotations

import io
import json
import os
import re
import stat
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path, PurePosixPath
from typing import BinaryIO

import structlog
from attrs import evolve, field, frozen

from parapet.channels.archives import MAX_SIBLING_BYTES, Archive, Turned, is_archive, is_gzip, is_zip, open_gzip, open_zip, shown
from parapet.channels.contract import HEAD_BYTES, About, Head, Manifest, channels, is_read_whole, recognise
from parapet.channels.pictures import claimed_size
from parapet.domain.errors import ParapetError
from parapet.domain.parsed import Found, Gone, Parsed, Passed, Place, Reason, Refused

log = structlog.get_logger("parapet.channels")

#: How the bytes of a file on this machine are read.
Opener = Callable[[Path], BinaryIO]

#: Folders deeper than this are turned away.
MAX_FOLDER_DEPTH = 64

_SYSTEM_FILES = ("thumbs.db", "desktop.ini", ".ds_store")
_MEDIA_MAGIC = (
    *(b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a", b"ID3", b"OggS", b"fLaC", b"\x1aE\xdf\xa3"),
    *(b"II*\x00", b"MM\x00*"),
)


@frozen
class Source:
    """Bytes that a channel may read.

    file       the path as the person named it, for display
    member     path within the archive, "" for a plain file; always relative, without ".."
    number     which member of the archive it is, from 1; 0 for what lies in no zip
    container  the archive file that holds it; None for a plain file
    path       the file on this machine, to be sealed whole; `file` may be spelt otherwise, so as to be safe to show
    open       a new reader at position 0, seekable; close it after use. Raises OSError, for a member also when the
               archive has changed meanwhile
    sibling    a small neighbour by its path from the archive's root (or from the folder's), or None
    """

    file: str
    member: str
    size_bytes: int
    open: Callable[[], BinaryIO]
    sibling: Callable[[str], bytes | None] = field(default=lambda _name: None)
    container: Path | None = None
    of_export: Callable[[], bool] = field(default=lambda: False)  # True within an archive that some channel knows
    path: Path | None = None
    number: int = 0

    @property
    def name(self) -> str:
        """The last part of the path."""
        return PurePosixPath(self.member or self.file.replace("\\", "/")).name


@frozen
class NotOpened:
    """A file or a member that could not become a source, and why.

    path   the file on this machine, worth sealing even so; None for what must not be opened at all: pipes, devices,
           links that lead out of the folder
    number which member of the archive it is, from 1; 0 for a whole file
    """

    file: str
    refused: Refused
    path: Path | None = None
    number: int = 0


def plainly(path: Path) -> BinaryIO:
    """The file itself."""
    return path.open("rb")


def walk(paths: Iterable[Path], open_file: Opener = plainly) -> Iterator[Source | NotOpened]:
    """Every source under `paths`, in a stable order: as named, then sorted by name; archives in their own order.

    open_file  how a file's bytes are read, seekable: by way of the vault, for those who keep them. Raises OSError

    Consume it one by one: an archive's member is unpacked when its turn comes and given back at the next. Links that
    lead out of a named folder are not followed; devices and pipes are never opened.
    """
    for path in paths:
        try:
            is_folder = path.is_dir()
        except OSError:
            yield _unreadable(path)
            continue
        if is_folder:
            for each in _files(path):
                if isinstance(each, NotOpened):
                    yield each
                else:
                    yield from _on_disk(each, path, open_file)
        else:
            yield from _on_disk(path, None, open_file)


def _files(root: Path) -> Iterator[Path | NotOpened]:
    top = root.resolve()
    waiting: list[tuple[Path, int]] = [(root, 0)]
    while waiting:
        path, depth = waiting.pop()
        try:
            if path != root and path.is_symlink():
                if not path.resolve().is_relative_to(top):
                    yield _closed(path, Turned(Reason.UNSAFE_NAME, detail="link that leads out of the folder"))
                    continue
                if path.is_dir():
                    continue  # it lies within the folder and is met there
            if not path.is_dir():
                yield path
            elif depth >= MAX_FOLDER_DEPTH:
                yield _closed(path, Turned(Reason.TOO_DEEP, detail=f"more than {MAX_FOLDER_DEPTH} folders deep"))
            else:
                waiting.extend((inner, depth + 1) for inner in sorted(path.iterdir(), reverse=True))
        except (OSError, RuntimeError):  # RuntimeError: links in a circle
            yield _unreadable(path)


def _on_disk(path: Path, root: Path | None, open_file: Opener) -> Iterator[Source | NotOpened]:
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            yield _closed(path, Turned(Reason.UNREADABLE, detail="not a file"))
            return
    except (OSError, ValueError):
        yield _unreadable(path)
        return
    yield from within(path, lambda: open_file(path), _neighbours(path, root))


def within(
    path: Path, reopen: Callable[[], BinaryIO], sibling: Callable[[str], bytes | None] = lambda _name: None
) -> Iterator[Source | NotOpened]:
    """Every source in one file, which `reopen` opens whatever `path` says: one, or the members of an archive."""
    try:
        with reopen() as file:
            start = file.read(512)
            size = file.seek(0, io.SEEK_END)
    except (OSError, ValueError):
        yield _unreadable(path)
        return
    try:
        if is_read_whole(start):
            yield Source(_display(path), "", size, reopen, sibling, path=path)
        elif is_zip(start):
            yield from _members(path, reopen)
        elif is_gzip(start):
            yield from _gzip(path, reopen)
        elif is_archive(start):
            yield _turned(path, Turned(Reason.UNKNOWN_FORMAT, detail="an archive of a kind that is not opened"))
        else:
            yield Source(_display(path), "", size, reopen, sibling, path=path)
    except OSError:
        yield _unreadable(path)
    except (ParapetError, MemoryError):
        raise
    except Exception as error:  # a generator that raises is over: every file after this one would be lost in silence
        log.error("a file was not opened", exc_info=error)
        yield _turned(path, Turned(Reason.READER_FAILED, detail=type(error).__name__))


def _gzip(path: Path, reopen_packed: Callable[[], BinaryIO]) -> Iterator[Source | NotOpened]:
    unpacked = open_gzip(reopen_packed)
    if isinstance(unpacked, Turned):
        yield _turned(path, unpacked)
        return
    member = path.stem if path.suffix.lower() == ".gz" else path.name

    def reopen() -> BinaryIO:
        if not unpacked.retired:
            return unpacked.view()
        again = open_gzip(reopen_packed)
        if isinstance(again, Turned):
            raise OSError(again.reason)
        view = again.view()
        again.retire()
        return view

    try:
        yield Source(_display(path), shown(member), unpacked.size_bytes, reopen, container=path, path=path)
    finally:
        unpacked.retire()


def _members(path: Path, reopen: Callable[[], BinaryIO]) -> Iterator[Source | NotOpened]:
    archive = open_zip(reopen)
    if isinstance(archive, Turned):
        yield _turned(path, archive)
        return
    for turned in archive.turned:
        yield _turned(path, turned)
    try:
        for name in list(archive.infos):
            unpacked = archive.unpack(name)
            if isinstance(unpacked, Turned):
                yield _turned(path, evolve(unpacked, number=archive.numbers[name]))
                continue
            yield Source(
                _display(path),
                name,
                unpacked.size_bytes,
                _opener(archive, name),
                archive.sibling,
                path,
                lambda: _is_export(archive),
                path,
                archive.numbers[name],
            )
    finally:
        archive.close()
    if not archive.infos and not archive.turned:
        yield _turned(path, Turned(Reason.NOTHING_FOUND))


def _is_export(archive: Archive) -> bool:
    if archive.is_export is None:
        known = (recognise(Head(start, size, PurePosixPath(name).name)) for name, size, start in archive.starts(HEAD_BYTES))
        archive.is_export = any(channel is not None for channel in known)
    return archive.is_export


def _opener(archive: Archive, name: str) -> Callable[[], BinaryIO]:
    def reopen() -> BinaryIO:
        unpacked = archive.unpack(name)
        if isinstance(unpacked, Turned):
            raise OSError(unpacked.reason)
        return unpacked.view()

    return reopen


def _neighbours(path: Path, root: Path | None) -> Callable[[str], bytes | None]:
    """For an export that was unpacked into a folder: its files by their path from any folder above, up to `root`."""

    def sibling(name: str) -> bytes | None:
        if root is None or not name or PurePosixPath(name).is_absolute() or ".." in PurePosixPath(name).parts:
            return None
        for folder in path.parents:
            there = folder / name
            try:
                if there.is_file() and not there.is_symlink() and there.stat().st_size <= MAX_SIBLING_BYTES:
                    return there.read_bytes()
            except (OSError, ValueError):
                return None
            if folder == root:
                return None
        return None

    return sibling


def _display(path: Path) -> str:
    return shown(os.fsencode(path).decode("utf-8", "replace"))


def _turned(path: Path, turned: Turned) -> NotOpened:
    return NotOpened(_display(path), Refused(turned.reason, Place(member=turned.member), turned.detail), path, turned.number)


def _closed(path: Path, turned: Turned) -> NotOpened:
    return evolve(_turned(path, turned), path=None)


def _unreadable(path: Path) -> NotOpened:
    return _closed(path, Turned(Reason.UNREADABLE))


# ------------------------------------------------------------------------------------------------------------- parsing


def parse_source(source: Source, mapping: dict[str, str] | None = None, channel: str = "") -> Iterator[Parsed]:
    """Everything in `source`, each with `Place.member` filled in. Never raises on hostile content that its channel foresaw.

    mapping   column names for the generic table channel: our field name to theirs; it also settles recognition
    channel   by which it came, where that is known: nothing is recognised then
    """
    try:
        with source.open() as stream:
            if channel:
                yield from _parse(channels()[channel], stream, source, {})
                return
            start = stream.read(HEAD_BYTES)
            verdict = _at_a_glance(source, start)
            if verdict is not None:
                yield verdict
                return
            manifest = recognise(Head(start, source.size_bytes, source.name))
            if manifest is None:
                yield _unknown(source, start)
                return
            stream.seek(0)
            yield from _parse(manifest, stream, source, mapping or {})
    except OSError:
        yield Refused(Reason.UNREADABLE, Place(member=source.member))


def _unknown(source: Source, start: bytes) -> Parsed:
    """Exports are full of settings and pictures: those are passed over, and stay within the sealed archive."""
    if source.of_export():
        return Passed("other file of an export", Place(member=source.member, length=source.size_bytes))
    return Refused(Reason.UNKNOWN_FORMAT, Place(member=source.member), _dimensions(start))


def _parse(manifest: Manifest, stream: BinaryIO, source: Source, mapping: dict[str, str]) -> Iterator[Parsed]:
    about = About(member=source.member, sibling=source.sibling, mapping=mapping, name=source.name)
    nothing = True
    try:
        for parsed in manifest.parse(stream, about):
            nothing = False
            yield parsed if parsed.place.member or not source.member else _placed(parsed, source.member)
    except (OSError, ParapetError, MemoryError):
        raise
    except Exception as error:  # the edge of a hostile world: what a parser missed must not lose the other files
        log.error("a parser stopped", channel=manifest.name, exc_info=error)
        yield Refused(Reason.READER_FAILED, Place(member=source.member), f"{manifest.name} stopped: {type(error).__name__}")
        return
    if nothing:
        yield Refused(Reason.NOTHING_FOUND, Place(member=source.member))


def _placed(parsed: Parsed, member: str) -> Parsed:
    place = evolve(parsed.place, member=member)
    match parsed:
        case Found():
            return evolve(parsed, place=place)
        case Gone():
            return evolve(parsed, place=place)
        case Passed():
            return evolve(parsed, place=place)
        case _:
            return evolve(parsed, place=place)


def _at_a_glance(source: Source, start: bytes) -> Parsed | None:
    """What needs no channel: empty files, files of the system, pictures within an export, lists of whom we protect."""
    place = Place(member=source.member, length=source.size_bytes)
    if not source.size_bytes:
        return Refused(Reason.EMPTY, Place(member=source.member))
    if source.name.lower() in _SYSTEM_FILES or start.startswith((b"\x00\x00\x00\x01Bud1", b"\x00\x05\x16\x07")):
        return Passed("system file", place)
    if source.container is not None and _is_media(start):
        return Passed("media file", place)
    if _lists_advocates(start, source.size_bytes):
        return Passed("advocates file", place)
    return None


def _is_media(start: bytes) -> bool:
    return (
        start.startswith(_MEDIA_MAGIC)
        or start[4:8] == b"ftyp"
        or (start[:4] == b"RIFF" and start[8:12] in (b"WEBP", b"WAVE", b"AVI "))
    )


def _dimensions(start: bytes) -> str:
    """For a bare picture: what it claims, read without decoding."""
    size = claimed_size(start)
    return f"a picture of {size[0]} x {size[1]}" if size else ""


def _lists_advocates(start: bytes, size_bytes: int) -> bool:
    if not re.match(rb"(?:\xef\xbb\xbf)?\s*\[\s*\{", start) or b'"handles"' not in start or b'"name"' not in start:
        return False
    if size_bytes > len(start):
        return re.search(rb'"handles"\s*:\s*\{', start) is not None
    try:
        people = json.loads(start)
    except (ValueError, RecursionError):
        return False
    return isinstance(people, list) and all(isinstance(p, dict) and isinstance(p.get("handles"), dict) for p in people)
