"""Where a home is being served, known to other commands for as long as it is."""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator

from parapet.settings.environment import Environment


@contextlib.contextmanager
def address_told(environment: Environment) -> Iterator[None]:
    """Say in run/address where this process serves. A lock goes with it, which no crash leaves behind."""
    with _opened(environment) as file:
        # Two servers of one home, at two addresses, are possible: the first one's is told.
        with contextlib.suppress(BlockingIOError):
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.ftruncate(file, 0)
            os.pwrite(file, environment.origin.encode(), 0)
        yield


def address_of(environment: Environment) -> str:
    """Where this home is served now; else where it would be, as the settings say."""
    with _opened(environment) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return os.pread(file, 1_000, 0).decode("utf-8", "replace") or environment.origin
    return environment.origin


@contextlib.contextmanager
def _opened(environment: Environment) -> Iterator[int]:
    file = os.open(environment.run / "address", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        yield file
    finally:
        os.close(file)
