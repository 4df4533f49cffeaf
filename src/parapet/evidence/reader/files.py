"""What lies in the folder, looked at without trusting it: no link is followed, nothing but plain files is opened."""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

#: Called with a code, the file's path within the bag ("" for the whole), and numbers for the sentence.
Blame = Callable[..., None]

MAX_FILES = 2_000_000
MAX_DEPTH = 5
#: Of a leaf, a proof, a note, or anything else that is read into memory whole.
MAX_SMALL_BYTES = 4_000_000
_MAX_LINE_BYTES = 500
_PART = "[A-Za-z0-9](?:[A-Za-z0-9._-]{0,118}[A-Za-z0-9_-])?"
_PATH = re.compile(f"{_PART}(?:/{_PART})*")
_READ_BYTES = 1 << 20
_LARGE_BYTES = 1 << 17
#: Files that are begun, at most, before the first of them is done; and at once.
_WAITING, _MOST_THREADS = 500, 8


class Digests(NamedTuple):
    """Of one file."""

    sha256: str
    sha512: str
    size: int


def is_plain_path(path: str) -> bool:
    """True for a path whose parts are the same name on every system, and lead nowhere else."""
    return _PATH.fullmatch(path) is not None


def find_files(bag: str, blame: Blame) -> dict[str, int]:
    """Every plain file's path within the bag, with "/", and its size. All else in the folder is blamed."""
    found: dict[str, int] = {}
    folders = [("", 0)]
    while folders:
        inside, depth = folders.pop()
        before = len(found) + len(folders)
        try:
            with os.scandir(f"{bag}/{inside}") as entries:
                for entry in entries:
                    path = inside + "/" + entry.name if inside else entry.name
                    size = _look_at(entry, path, depth, folders, blame)
                    if size is not None:
                        found[path] = size
                    if len(found) + len(folders) > MAX_FILES:
                        blame("bag.too_many")
                        return found
        except OSError:
            blame("file.unreadable", inside)
            continue
        if inside and len(found) + len(folders) == before:
            blame("folder.empty", inside)
    return found


def _look_at(entry: os.DirEntry[str], path: str, depth: int, folders: list[tuple[str, int]], blame: Blame) -> int | None:
    if not is_plain_path(path):
        blame("file.name", path)
        return None
    status = entry.stat(follow_symlinks=False)
    if stat.S_ISDIR(status.st_mode):
        if depth >= MAX_DEPTH:
            blame("folder.too_deep", path)
        else:
            folders.append((path, depth + 1))
        return None
    if not stat.S_ISREG(status.st_mode):
        blame("file.not_plain", path)
        return None
    return status.st_size


def open_plain(bag: str, path: str) -> int:
    """A descriptor of a plain file. Raises OSError; never waits on a pipe, never follows a link."""
    flags = os.O_RDONLY
    for wish in ("O_NOFOLLOW", "O_NONBLOCK", "O_BINARY", "O_CLOEXEC"):
        flags |= getattr(os, wish, 0)
    handle = os.open(f"{bag}/{path}", flags)
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise OSError("not a plain file")
    return handle


def digest_file(bag: str, path: str, max_bytes: int) -> Digests:
    """Read a file once for both digests. Raises OSError, also when it has grown beyond `max_bytes`."""
    sha256, sha512, size = hashlib.sha256(), hashlib.sha512(), 0
    handle = open_plain(bag, path)
    try:
        while True:
            piece = os.read(handle, _READ_BYTES)
            size += len(piece)
            if not piece:
                return Digests(sha256.hexdigest(), sha512.hexdigest(), size)
            if size > max_bytes:
                raise OSError("larger than the bag says")
            sha256.update(piece)
            sha512.update(piece)
    finally:
        os.close(handle)


def digest_files(bag: str, asked: list[tuple[str, int]]) -> Iterator[Digests | None]:
    """`digest_file` for each (path, most bytes), in turn; None for one that cannot be read.

    Large files are hashed on all processors at once: hashing lets go of the interpreter. For small ones that costs more.
    """
    with ThreadPoolExecutor(min(_MOST_THREADS, os.cpu_count() or 1)) as pool:
        for first in range(0, len(asked), _WAITING):
            some = asked[first : first + _WAITING]
            begun = [pool.submit(_digest_or_none, bag, *one) if _is_large(bag, one[0]) else None for one in some]
            for one, future in zip(some, begun):  # noqa: B905  Python 3.9 has no strict
                yield _digest_or_none(bag, *one) if future is None else future.result()


def _digest_or_none(bag: str, path: str, max_bytes: int) -> Digests | None:
    try:
        return digest_file(bag, path, max_bytes)
    except OSError:
        return None


def _is_large(bag: str, path: str) -> bool:
    try:
        return os.lstat(f"{bag}/{path}").st_size >= _LARGE_BYTES
    except OSError:
        return False


def read_small(bag: str, path: str, max_bytes: int = MAX_SMALL_BYTES) -> bytes:
    """All of a small file. Raises OSError, also when it is larger than `max_bytes`."""
    handle = open_plain(bag, path)
    with os.fdopen(handle, "rb") as file:
        raw = file.read(max_bytes + 1)
    if len(raw) > max_bytes:
        raise OSError("larger than such a file can be")
    return raw


def read_manifest(bag: str, name: str, digits: int, max_lines: int, blame: Blame) -> dict[str, str]:
    """Path to digest from a BagIt manifest, which must be in its one form: digest, two spaces, path, newline.

    Reading ends at the first fault, and at `max_lines`, be the file endless.
    """
    listed: dict[str, str] = {}
    form = re.compile(rb"([0-9a-f]{%d})  ([\x21-\x7e]+)\n" % digits)
    try:
        with os.fdopen(open_plain(bag, name), "rb") as file:
            while line := file.readline(_MAX_LINE_BYTES):
                match = form.fullmatch(line)
                path = match.group(2).decode() if match else ""
                if not match or not is_plain_path(path) or path.startswith("data/") != name.startswith("manifest"):
                    blame("manifest.line", name, len(listed) + 1)
                    break
                if path in listed or len(listed) >= max_lines:
                    blame("manifest.twice" if path in listed else "bag.too_many", path)
                    break
                listed[path] = match.group(1).decode()
    except OSError:
        blame("file.unreadable", name)
    return listed
