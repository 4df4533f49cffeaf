"""The work engine: takes entries from the outbox and sees to it that each is handled.

Who keeps what:
1. The outbox (our database) says what remains to be done. Nothing else is the truth.
2. DBOS (jobs.sqlite3, or a schema of the same PostgreSQL) says which process does it now, and finds it again after a
   crash. Its database may be lost: what it held is handed over anew.
3. A seat (`seats`) says which processes live.

After kill -9, entry by entry: not yet handed over, it still waits in the outbox. Handed over but not marked so, it is
handed over again under the same workflow id, which DBOS takes once. Marked, it is in DBOS, and the next one to sit in
the dead worker's seat, or the `sweep` of any other, runs it. Handled but not crossed off, it is handled again.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import psycopg
import sqlalchemy as sa
import structlog
from attrs import frozen
from dbos import DBOS, DBOSConfig, DBOSPortableJSONSerializer
from dbos._serialization import DefaultSerializer
from django.conf import settings
from django.db import close_old_connections, connection
from django.utils import timezone

from parapet.jobs import deliver, dispatch, handlers, outbox, seats
from parapet.jobs.models import OutboxEntry, last_id_of_now

log = structlog.get_logger("parapet.jobs")

SCHEMA = "parapet_jobs"
#: One for all releases. DBOS runs a workflow only under the version that began it; ours has one step and never
#: changes shape (`deliver`), so a version for each release would only strand work at every upgrade.
APPLICATION_VERSION = "1"
POLL_S = 0.2
SWEEP_S = 10.0
TIDY_S = 600.0
STOP_S = 1.5
#: An entry that is to be tried later than this is not waited for.
PATIENCE_S = 20.0


class Engine:
    """DBOS, the dispatcher and the sweep, in threads of this process, until `stop`. One at a time in a process."""

    def __init__(self, seat: seats.Seat) -> None:
        self._seat = seat
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._database: sa.Engine | None = None
        self._unlisten: Callable[[], None] = lambda: None

    def start(self) -> None:
        """Launch. The seat must have been taken. Raises what DBOS raises when its database cannot be used."""
        if not self._seat.take():
            raise RuntimeError("an engine needs a seat")
        _refuse_pickles()
        dispatch.forget()
        self._database = _sqlite_engine() if connection.vendor == "sqlite" else _postgres_engine()
        config: DBOSConfig = {
            "name": "parapet",
            "system_database_engine": self._database,
            "dbos_system_schema": SCHEMA,
            "application_version": APPLICATION_VERSION,
            "executor_id": self._seat.executor_id,
            "serializer": DBOSPortableJSONSerializer(),
            "enable_otlp": False,
            "log_level": "WARNING",
            "use_listen_notify": False,  # nothing of ours waits for DBOS's messages
            "notification_listener_polling_interval_sec": 0.2,  # it waits this out when told to stop, and asks nothing
        }
        DBOS(config=config)
        _quiet_logs()
        DBOS.launch()
        dispatch.sweep(self._seat, oldest_s=0.0 if connection.vendor == "sqlite" else SWEEP_S / 2)
        self._unlisten = outbox.listen(self._wake.set)
        deliver.when_settled(self._wake.set)
        self._thread = threading.Thread(target=self._run, name="parapet-dispatch", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop taking work, give what runs `STOP_S` to end, and go. What did not end is done by the next worker."""
        self._unlisten()
        self._stopping.set()
        self._wake.set()
        if self._thread is not None:
            self._thread.join(STOP_S)
            self._thread = None
        until = time.monotonic() + STOP_S
        while deliver.any_running() and time.monotonic() < until:
            time.sleep(0.02)
        DBOS.destroy()
        if self._database is not None:
            self._database.dispose()
            self._database = None

    @property
    def is_well(self) -> bool:
        """False when the seat or the dispatcher was lost: stop, and start anew."""
        return self._thread is not None and self._thread.is_alive() and self._seat.is_held()

    def _run(self) -> None:
        swept = tidied = time.monotonic()
        trouble_s = 0.0
        while not self._stopping.is_set():
            try:
                close_old_connections()
                moved = dispatch.hand_over()
                if time.monotonic() - swept > SWEEP_S:
                    dispatch.sweep(self._seat, oldest_s=SWEEP_S / 2)
                    swept = time.monotonic()
                if time.monotonic() - tidied > TIDY_S:
                    tidied = time.monotonic()
                    dispatch.tidy()
                trouble_s = 0.0
            except Exception as error:  # the process's edge: a database that is away comes back
                trouble_s = min(max(1.0, trouble_s * 2), 30.0)
                log.warning("cannot hand over work", exc_info=error, wait_s=trouble_s)
                moved = 0
            if not moved:
                self._wake.wait(trouble_s or POLL_S)
            self._wake.clear()
        connection.close()


@frozen
class Idle:
    """How `run_until_idle` left things.

    failed   given up, of what was open at the beginning or came of it
    later    failed this time, and tried again after `PATIENCE_S` or more, by whichever worker runs then
    """

    failed: int
    later: int


def run_until_idle(progress: Callable[[int], None] | None = None) -> Idle:
    """Return when all work open now, and all that comes of it, is settled.

    progress   is called about ten times a second with the number still open

    Another process that works on this home is left to it; should it die, this one takes over. Without other workers
    the engine is launched here, in threads. Nothing to do costs nothing. Kinds that this process has no handler for
    are not waited for.
    """
    mark = last_id_of_now()
    seat = seats.seat()
    engine: Engine | None = None
    try:
        while left := _open_until(mark):
            if progress is not None:
                progress(left)
            if engine is None and seat.take():
                engine = Engine(seat)
                engine.start()
            elif engine is not None and not engine.is_well:
                engine.stop()
                engine = None
            time.sleep(POLL_S)
    finally:
        if engine is not None:
            engine.stop()
        seat.leave()
    if progress is not None:
        progress(0)
    ours = OutboxEntry.objects.filter(root_id__lte=mark, done_at__isnull=True)
    return Idle(failed=ours.exclude(failed_code="").count(), later=ours.filter(failed_code="").count())


def _open_until(mark: str) -> int:
    soon = timezone.now() + timedelta(seconds=PATIENCE_S)
    return outbox.still_open().filter(root_id__lte=mark, next_try_at__lte=soon, kind__in=handlers.kinds()).count()


def _sqlite_engine() -> sa.Engine:
    database = sa.create_engine(f"sqlite:///{settings.JOBS_FILE}", pool_size=8, max_overflow=8)

    @sa.event.listens_for(database, "connect")
    def prepare(raw: Any, _record: Any) -> None:
        raw.isolation_level = "IMMEDIATE"
        raw.execute("PRAGMA busy_timeout=30000")
        raw.execute("PRAGMA foreign_keys=ON")
        raw.execute("PRAGMA journal_mode=WAL")
        # Not FULL: a power cut may take the last moments of this file, and `sweep` then finds the entries again.
        raw.execute("PRAGMA synchronous=NORMAL")

    return database


def _postgres_engine() -> sa.Engine:
    parameters = seats.postgres_parameters()
    return sa.create_engine(
        "postgresql+psycopg://",
        creator=lambda: psycopg.connect(**parameters, application_name="parapet jobs"),
        pool_size=8,
        max_overflow=8,
        pool_pre_ping=True,
    )


def _quiet_logs() -> None:
    """DBOS's warnings go where ours go; the rest, an advertisement among it, nowhere."""
    theirs = logging.getLogger("dbos")
    for handler in list(theirs.handlers):
        theirs.removeHandler(handler)
    theirs.propagate = True
    theirs.setLevel(logging.WARNING)


def _refuse_pickles() -> None:
    """Whoever can write to the engine's database must not thereby run code here. We store JSON; DBOS would also read
    a row that says it is a pickle."""

    def refuse(_self: DefaultSerializer, _data: str) -> Any:
        raise ValueError("pickles are not read here")

    DefaultSerializer.deserialize = refuse  # type: ignore[assignment,method-assign]
