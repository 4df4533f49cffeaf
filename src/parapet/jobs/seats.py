"""A worker's seat: the right to work, which falls free the moment its process dies, however it dies.

SQLite has one seat a home, a locked file: two engines on one SQLite database would take each other's work for dead.
PostgreSQL has `MAX_SEATS`, advisory locks of the session. In both the lock belongs to the operating system or the
server, so that no clock and no heartbeat decides who is alive.
"""

from __future__ import annotations

import fcntl
import os
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import psycopg
from django.conf import settings
from django.db import connection
from psycopg import sql

from parapet.domain.errors import HomeUnwritable

MAX_SEATS = 64
#: First half of our advisory locks: seats, and chores. Any two numbers that nobody else uses in this database.
_SEATS, _CHORES = 0x5EA7, 0xC40E


class Seat(Protocol):
    """`executor_id` is the engine's name for whoever sits here; the next one to sit takes over what the last left."""

    executor_id: str

    def take(self) -> bool:
        """Sit down if there is room; True when seated, also when already so."""

    def leave(self) -> None:
        """Stand up. Harmless when not seated."""

    def is_held(self) -> bool:
        """False when the seat was lost, because the connection that held it is gone."""

    def is_dead(self, executor_id: str) -> bool:
        """True when nobody sits where `executor_id` sat."""

    def alone(self, name: str) -> Any:
        """Context manager: True inside for at most one worker at a time."""


def seat() -> Seat:
    """The seat for the database in use; not yet taken."""
    return PostgresSeat() if connection.vendor == "postgresql" else HomeSeat(Path(settings.RUN_FOLDER))


class HomeSeat:
    """The one seat of an SQLite home: run/worker.lock."""

    executor_id = "home"

    def __init__(self, folder: Path) -> None:
        self._path = folder / "worker.lock"
        self._file: int | None = None

    def take(self) -> bool:
        if self._file is not None:
            return True
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            opened = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        except OSError as error:
            raise HomeUnwritable("run/worker.lock cannot be opened") from error
        try:
            fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(opened)
            return False
        # For people who wonder; nothing reads it. The file stays when we go: deleting it would let two hold "the" lock.
        os.ftruncate(opened, 0)
        os.pwrite(opened, f"{os.getpid()}\n".encode(), 0)
        self._file = opened
        return True

    def leave(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def is_held(self) -> bool:
        return self._file is not None

    def is_dead(self, executor_id: str) -> bool:
        return executor_id != self.executor_id

    @contextmanager
    def alone(self, name: str) -> Iterator[bool]:
        yield self.is_held()


class PostgresSeat:
    """One of many: the lowest free number, so that a worker that starts again sits where it sat and finds its work."""

    def __init__(self) -> None:
        self.executor_id = ""
        self._session: psycopg.Connection[tuple[Any, ...]] | None = None

    def take(self) -> bool:
        if self._session is not None:
            return True
        session = psycopg.connect(**postgres_parameters(), autocommit=True, application_name="parapet worker")
        # A machine that lost its power says no goodbye: have the server ask whether we are still there.
        for setting, value in (("idle", 30), ("interval", 10), ("count", 3)):
            session.execute(sql.SQL("SET tcp_keepalives_{} = {}").format(sql.SQL(setting), value))
        for number in range(MAX_SEATS):
            if _try_lock(session, _SEATS, number):
                self._session, self.executor_id = session, f"seat-{number}"
                return True
        session.close()
        return False

    def leave(self) -> None:
        if self._session is not None:
            self._session.close()
            self._session = None

    def is_held(self) -> bool:
        if self._session is None:
            return False
        try:
            self._session.execute("SELECT 1")
        except psycopg.Error:
            self.leave()
            return False
        return True

    def is_dead(self, executor_id: str) -> bool:
        name, _, number = executor_id.partition("-")
        if executor_id == self.executor_id or self._session is None:
            return False
        if name != "seat" or not number.isdecimal() or int(number) >= MAX_SEATS:
            return True
        if not _try_lock(self._session, _SEATS, int(number)):
            return False
        self._session.execute("SELECT pg_advisory_unlock(%s::int4, %s::int4)", (_SEATS, int(number)))
        return True

    @contextmanager
    def alone(self, name: str) -> Iterator[bool]:
        number, session = zlib.crc32(name.encode()) & 0x7FFFFFFF, self._session
        if session is None or not _try_lock(session, _CHORES, number):
            yield False
            return
        try:
            yield True
        finally:
            if not session.closed:
                session.execute("SELECT pg_advisory_unlock(%s::int4, %s::int4)", (_CHORES, number))


def _try_lock(session: psycopg.Connection[tuple[Any, ...]], group: int, number: int) -> bool:
    row = session.execute("SELECT pg_try_advisory_lock(%s::int4, %s::int4)", (group, number)).fetchone()
    return bool(row and row[0])


def postgres_parameters() -> dict[str, Any]:
    """What psycopg needs to reach the database that Django uses, without Django's own cursors and adapters."""
    given = connection.get_connection_params()
    return {key: value for key, value in given.items() if key not in {"cursor_factory", "context", "prepare_threshold"}}
