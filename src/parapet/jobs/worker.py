"""A process that works until it is told to stop: the engine, and the chores."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence

import structlog
from django.db import close_old_connections, connection

from parapet.jobs import handlers, seats
from parapet.jobs.engine import Engine

log = structlog.get_logger("parapet.jobs")

SEAT_POLL_S = 0.2
#: Before what stopped by an error is begun again.
AGAIN_S = 5.0


class WorkerLost(RuntimeError):
    """The seat or the dispatcher is gone; this process must end, and another take its place."""


def work(stop: threading.Event, *, ready: Callable[[], None] | None = None) -> None:
    """Work until `stop` is set.

    Waits for a seat first: another process may hold it, `parapet import` for example, and does our work meanwhile.
    `ready` is called once the engine runs. Raises WorkerLost, and what keeps the engine from starting.
    """
    seat = seats.seat()
    try:
        while not seat.take():
            if stop.wait(SEAT_POLL_S):
                return
        engine = Engine(seat)
        try:
            engine.start()
            if ready is not None:
                ready()
            _watch(engine, seat, stop)
        finally:
            engine.stop()
    finally:
        seat.leave()


def _watch(engine: Engine, seat: seats.Seat, stop: threading.Event) -> None:
    together = [chore for chore in handlers.chores() if not chore.apart]
    apart = [[chore] for chore in handlers.chores() if chore.apart]
    threads = [
        threading.Thread(target=_do_chores, args=(each, seat, stop), name="parapet-chores", daemon=True)
        for each in (together, *apart)
    ]
    threads += [
        threading.Thread(target=_stand_beside, args=(run, seat.executor_id, stop), name="parapet-beside", daemon=True)
        for run in handlers.all_beside()
    ]
    for thread in threads:
        thread.start()
    while not stop.wait(1.0):
        if not engine.is_well:
            raise WorkerLost("the worker lost its seat or its dispatcher")
    until = time.monotonic() + 1.0  # one that waits for somebody outside holds no lock, and ends with the process
    for thread in threads:
        thread.join(max(0.0, until - time.monotonic()))


def _stand_beside(run: handlers.Beside, holder: str, stop: threading.Event) -> None:
    while not stop.is_set():
        try:
            run(holder, stop)
        except Exception as error:  # it must go on: what it watches has nobody else
            log.error("what goes on beside the work stopped", exc_info=error)
            stop.wait(AGAIN_S)
    connection.close()


def _do_chores(chores: Sequence[handlers.Chore], seat: seats.Seat, stop: threading.Event) -> None:
    due = {chore.name: time.monotonic() + min(chore.seconds, 1.0) for chore in chores}
    while not stop.wait(0.25):
        for chore in chores:
            if time.monotonic() < due[chore.name] or stop.is_set():
                continue
            try:
                close_old_connections()
                with seat.alone(chore.name) as alone:
                    if alone:
                        chore.run()
            except Exception as error:  # one chore's fault must not end the others
                log.error("chore failed", chore=chore.name, exc_info=error)
            due[chore.name] = time.monotonic() + chore.seconds
    connection.close()
