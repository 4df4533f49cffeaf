"""What went wrong beneath us (disk, database, a fault of our own), as an error with a sentence and an advice."""

from __future__ import annotations

import errno
import os
import sqlite3
import traceback
from collections.abc import Iterator
from pathlib import Path

import psycopg

from parapet.domain.errors import DatabaseUnreachable, HomeBusy, HomeUnwritable, ParapetError, reason_of
from parapet.domain.errors import gettext_noop as _

_UNWRITABLE = {
    errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EACCES, errno.EPERM, errno.EIO, errno.EMFILE, errno.ENFILE,
}  # fmt: skip
_FULL = ("SQLITE_FULL", "SQLITE_IOERR", "SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM")
_BUSY = ("SQLITE_BUSY", "SQLITE_LOCKED")


def known(error: BaseException) -> ParapetError | None:
    """What `error` means for a person, where it came of disk, database or us on purpose; None where nobody foresaw it."""
    return next((found for each in _chain(error) if (found := _known(each)) is not None), None)


def as_ours(error: BaseException) -> ParapetError:
    """An error of ours that says what `error` means for a person. It repeats nothing of what `error` says: that may be a stranger's."""
    found = known(error)
    if found is not None:
        return found
    return ParapetError(_("Something failed inside (%(kind)s, %(place)s)."), kind=type(error).__name__, place=_place(error))


def _known(error: BaseException) -> ParapetError | None:
    if isinstance(error, ParapetError):
        return error
    if isinstance(error, sqlite3.Error):
        code = getattr(error, "sqlite_errorname", None) or ""
        if code.startswith(_FULL):
            return HomeUnwritable(_("The database cannot be written: the disk is full, or the home is read-only."))
        if code.startswith(_BUSY):
            return HomeBusy(_("Another program holds the database."))
    if isinstance(error, psycopg.errors.DiskFull | psycopg.errors.ReadOnlySqlTransaction):
        return HomeUnwritable(_("The database server cannot write."))
    if isinstance(error, psycopg.OperationalError):
        return DatabaseUnreachable(_("The database server does not answer."))
    if isinstance(error, OSError) and error.errno in _UNWRITABLE:
        return HomeUnwritable(_("Something cannot be written (%(reason)s)."), reason=reason_of(error))
    return None


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """`error` and what led to it, the nearest first."""
    seen: set[int] = set()
    waiting = [error]
    while waiting:
        each = waiting.pop(0)
        if each is not None and id(each) not in seen:
            seen.add(id(each))
            yield each
            # Both: a database that could not undo says so in an error of its own, and why it had to stands in the context.
            waiting += [each.__cause__, each.__context__]


def _place(error: BaseException) -> str:
    """File and line where it happened, in our own code if it passed through there."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [f for f in frames if f"{os.sep}parapet{os.sep}" in f.filename] or frames
    return f"{Path(ours[-1].filename).name}, line {ours[-1].lineno}" if ours else _("no place known")
