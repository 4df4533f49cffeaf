"""Folders of the home in which something lies in the clear for a while, and how they go when their process was killed."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

_PREFIX = "reading-"
#: Between making a folder and locking it; and between writing a zip and handing it out, when it loses its name.
_YOUNG_S, _ZIP_YOUNG_S = 5, 600


@contextmanager
def plain_place() -> Iterator[Path]:
    """A folder for this user only, gone afterwards. A lock on it, which dies with the process, tells that it is in use."""
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=settings.ENVIRONMENT.run))
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(handle)


def sweep_plain_places() -> int:
    """Remove what processes that are gone left behind; returns how many. What is in use stays."""
    run = Path(settings.ENVIRONMENT.run)
    return sum(_swept(folder) for folder in run.glob(f"{_PREFIX}*")) + sum(_unsent(file) for file in run.glob("bag-*.zip*"))


def _swept(folder: Path) -> bool:
    try:
        handle = os.open(folder, os.O_RDONLY | os.O_NOFOLLOW)
    except OSError:  # gone meanwhile, or none of ours
        return False
    try:
        if time.time() - os.fstat(handle).st_ctime < _YOUNG_S:
            return False
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(folder, ignore_errors=True)
        return True
    except BlockingIOError:
        return False
    finally:
        os.close(handle)


def _unsent(file: Path) -> bool:
    try:
        if time.time() - file.stat().st_mtime < _ZIP_YOUNG_S:
            return False
        file.unlink()
    except OSError:
        return False
    return True
