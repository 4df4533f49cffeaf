"""The processes that `supervise` starts: `python -m parapet.cli.background web|worker|door`.

Each ends by itself when its parent is gone, however that went, so that nothing holds the port or the home unseen.
"""

from __future__ import annotations

import importlib
import os
import pkgutil
import signal
import sys
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from parapet.cli.ending import end_in_time, ends_when_told

ORPHAN_POLL_S = 0.5
#: Enough for pages that take a millisecond of Python each; every thread costs a database connection.
WEB_THREADS = 4
#: How long a request that runs may take to end once we are told to stop.
WEB_STOP_S = 2


def load_handlers() -> None:
    """Import every module of `parapet.work`: they register themselves with the engine."""
    import parapet.work as room

    for module in pkgutil.walk_packages(room.__path__, room.__name__ + "."):
        importlib.import_module(module.name)


def run_worker() -> int:
    """Do the work of the home that PARAPET_HOME names until SIGTERM; 0, or 1 when another should take over."""
    stop = threading.Event()
    with ends_when_told(stop):
        end_with_parent(stop.set)
        return _work(stop)


def _work(stop: threading.Event) -> int:
    from parapet.cli.collector import rest_the_collector
    from parapet.settings.start import configure_for

    configure_for()
    load_handlers()
    rest_the_collector()
    import structlog

    from parapet.jobs.worker import work

    try:
        work(stop)
    except Exception as error:  # the process's edge: said here, and the supervisor sees the status
        structlog.get_logger("parapet.jobs").error("worker ended", exc_info=error)
        return 1
    return 0


def run_door() -> int:
    """Take mail in for the home that PARAPET_HOME names, where PARAPET_DOOR says, until SIGTERM."""
    stop = threading.Event()
    with ends_when_told(stop):
        end_with_parent(stop.set)
        from parapet.settings.start import configure_for

        configure_for()
        from parapet.cli.door import keep_open

        keep_open(stop)
    return 0


def run_web() -> int:
    """Serve the home that PARAPET_HOME names on PARAPET_HOST and PARAPET_PORT until SIGTERM."""
    from granian import Granian
    from granian.constants import HTTPModes, Interfaces
    from granian.log import LogLevels

    from parapet.settings import unlocking
    from parapet.settings.environment import Environment
    from parapet.settings.perspective import OFF, PLACES

    environment = Environment.read()
    unlocking.take_over()
    end_with_parent(lambda: os.kill(os.getpid(), signal.SIGTERM))
    Granian(
        target="parapet.web.wsgi:application",
        address=environment.host,
        port=environment.port,
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,
        websockets=False,
        workers=1,
        blocking_threads=WEB_THREADS + (0 if environment.perspective == OFF else PLACES),
        workers_kill_timeout=WEB_STOP_S,
        log_level=LogLevels.error,
        log_dictconfig={
            "version": 1,
            "disable_existing_loggers": False,
            "loggers": {"_granian": {"level": "ERROR", "propagate": True, "handlers": []}},
        },
    ).serve(target_loader=partial(_load_web, unlocking.as_bytes()), wrap_loader=True)
    return 0


def _load_web(told: bytes, _target: str) -> Any:
    """In granian's own child process: the application. `told` is what unlocks the key; it came through memory, or a pipe."""
    end_with_parent(lambda: os._exit(1))
    from parapet.settings import unlocking

    unlocking.know(told)
    from parapet.web.wsgi import application

    return application


def end_with_parent(end: Callable[[], None]) -> None:
    """Call `end` when the process that started this one is gone; and then there is a bound, as when it is told."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(ORPHAN_POLL_S)
        end_in_time()
        end()

    threading.Thread(target=watch, name="parapet-orphan-watch", daemon=True).start()


if __name__ == "__main__":
    status = {"worker": run_worker, "web": run_web, "door": run_door}[sys.argv[1]]()
    sys.stderr.flush()
    # Not sys.exit: Python would wait for handlers that still run. What they began is done again by the next worker.
    os._exit(status)
