"""Who works with the keys of this home: all may at once, but for the one who changes them.

A lock on `run/keys.lock`, which no crash leaves behind. Servers on several machines have several such folders: they must
all be stopped by hand before the keys are changed.
"""

from __future__ import annotations

import errno
import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from parapet.domain.errors import HomeBusy, HomeUnwritable, reason_of
from parapet.domain.errors import gettext_noop as _

WAIT_S = 3.0


class InUse:
    """The keys are in use by this process until this object is gone. Raises HomeBusy, HomeUnwritable."""

    def __init__(self, run: Path) -> None:
        self._file = -1
        self._file = _opened(run / "keys.lock")
        if not self._take(fcntl.LOCK_SH):
            raise HomeBusy(_("The keys of this home are being changed just now."))

    @contextmanager
    def alone(self) -> Iterator[None]:
        """By this process alone, inside. Raises HomeBusy when others work with the keys."""
        try:
            if not self._take(fcntl.LOCK_EX):
                raise HomeBusy(_("Other Parapets work with this home: its keys are changed while nothing else runs."))
            yield
        finally:
            self._take(fcntl.LOCK_SH)

    def _take(self, kind: int) -> bool:
        if self._file < 0:
            return True
        until = time.monotonic() + WAIT_S
        while True:
            try:
                fcntl.flock(self._file, kind | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() > until:
                    return False
                time.sleep(0.05)
            else:
                return True

    def release(self) -> None:
        """The keys that were opened under this lock are used no more."""
        file, self._file = self._file, -1
        if file >= 0:
            os.close(file)

    def __del__(self) -> None:
        self.release()


def _opened(path: Path) -> int:
    """The lock's file; -1 where a home is read-only and has none, for there nobody changes keys."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    except OSError as error:
        if error.errno not in {errno.EROFS, errno.EACCES, errno.EPERM}:
            raise HomeUnwritable(_("The home cannot be written (%(reason)s)."), reason=reason_of(error)) from error
    try:
        return os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
    except OSError:
        return -1
