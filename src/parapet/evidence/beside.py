"""A folder that is written beside its place, and takes its name once it is whole.

A lock on it, which dies with its process, tells that it is being written. What a killed process left has none: the next one
that writes into the same place removes it, for it may hold what nobody should find lying about.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import re
import shutil
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from attrs import define

_TAKEN = {errno.EEXIST, errno.ENOTEMPTY}
#: Between making a folder and locking it.
_YOUNG_S = 5
_PART = re.compile(r"\.[a-z]{3}_[0-9A-Za-z_-]{1,80}\.[0-9a-f]{12}\.part")


@define
class Beside:
    """`folder` is where it is written; `done` where it is, once `put` was called."""

    folder: Path
    done: Path | None = None

    def put(self, places: Iterable[Path]) -> None:
        """Take the first of `places` where nothing is, in one step. Raises OSError, FileExistsError when all are taken."""
        for place in places:
            try:
                self.folder.rename(place)
            except OSError as error:
                if error.errno not in _TAKEN:
                    raise
            else:
                self.done = place
                return
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))


@contextlib.contextmanager
def beside(place: Path) -> Iterator[Beside]:
    """A new folder beside `place`, for this user only; gone afterwards unless it was put. Raises OSError."""
    place.parent.mkdir(parents=True, exist_ok=True)
    _sweep(place.parent)
    folder = place.with_name(f".{place.name}.{os.urandom(6).hex()}.part")
    folder.mkdir(mode=0o700)
    handle = os.open(folder, os.O_RDONLY)
    try:
        with contextlib.suppress(OSError):  # a disk without locks
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield Beside(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(handle)


def _sweep(where: Path) -> None:
    for folder in where.glob(".*.part"):
        if _PART.fullmatch(folder.name):
            with contextlib.suppress(OSError):  # gone meanwhile, in use, or none of ours
                _remove(folder)


def _remove(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        if time.time() - os.fstat(handle).st_ctime < _YOUNG_S:
            return
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(folder, ignore_errors=True)
    finally:
        os.close(handle)
