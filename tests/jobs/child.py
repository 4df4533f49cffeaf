"""A worker as a process of its own: `child.py NOTES [seconds between sweeps]`, on the home of PARAPET_HOME.

Its handler writes one line to the file NOTES for each entry that it handles.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time

from parapet.settings.start import configure_for


def register(notes: str, *, pause_s: float = 0.005) -> None:
    """The kinds of work that the tests use. Two appends of one line each never mix."""
    from parapet.jobs.handlers import handler

    handle = os.open(notes, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    @handler("note")
    def note(payload):
        time.sleep(pause_s)
        os.write(handle, f"{payload['number']} {os.getpid()}\n".encode())


def main() -> None:
    configure_for()
    from parapet.jobs import engine
    from parapet.jobs.worker import work

    if len(sys.argv) > 2:
        engine.SWEEP_S = float(sys.argv[2])
    register(sys.argv[1])
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    work(stop, ready=lambda: print("ready", flush=True))


if __name__ == "__main__":
    main()
