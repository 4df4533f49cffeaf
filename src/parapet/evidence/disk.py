"""Writing so that it is still there after the power fails."""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO


def sync_folder(folder: Path) -> None:
    """Make names created in `folder` durable. A file's own fsync does not (see fsync(2), notes)."""
    if os.name == "nt":  # Windows journals names itself, and cannot open a folder
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


#: What a disk says that knows no second name for a file, such as a stick's.
_NO_LINKS = {errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK}


@contextlib.contextmanager
def new_file(path: Path) -> Iterator[BinaryIO]:
    """A new file for this user only, written beside its place, durably, and named once it is whole: killed anywhere, it is there
    whole or not at all. What is there is never replaced.

    Raises FileExistsError, OSError; nothing is then left behind. A part that a kill left is removed by the next try.
    """
    part = path.with_name(path.name + ".part")
    if path.exists() or path.is_symlink():
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))
    part.unlink(missing_ok=True)
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        _name(part, path)
    finally:
        with contextlib.suppress(OSError):
            part.unlink()
    sync_folder(path.parent)


def _name(part: Path, path: Path) -> None:
    try:
        os.link(part, path)  # unlike a rename, it never replaces
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        part.replace(path)


def make_folders(folder: Path, *, under: Path) -> None:
    """Make `folder` and what is missing above it down from `under`, durably, for this user only."""
    if folder.is_dir():
        return
    if folder != under:
        make_folders(folder.parent, under=under)
        folder.mkdir(mode=0o700, exist_ok=True)
    else:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    sync_folder(folder.parent)
