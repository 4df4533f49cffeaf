"""A process that is told to end ends, within a bound, whatever its threads do."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from collections.abc import Iterator
from types import FrameType

#: Ctrl-C, what systems send, and a closed terminal.
TOLD_BY = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
#: From being told to the end. Far longer than an orderly end takes, also on a machine that has no time.
END_S = 30.0


@contextlib.contextmanager
def ends_when_told(stop: threading.Event) -> Iterator[None]:
    """Inside, `TOLD_BY` sets `stop`, and this process is gone `END_S` later. Then what was there is put back, and the bound stays.

    The handlers do nothing themselves. They run within whatever line the main thread has come to, also one of `stop.wait` that
    holds the lock which `stop.set` takes, and would then wait for each other for ever. Python's C half writes the signal's number
    into a pipe, without a lock, and a thread reads it.
    """
    if threading.current_thread() is not threading.main_thread():  # only that one is told of signals
        yield
        return
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    threading.Thread(target=_pass_on, args=(reading, stop), name="parapet-told", daemon=True).start()
    wakes = signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    before = {number: signal.signal(number, _heard) for number in TOLD_BY}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(wakes)
        os.close(writing)


def end_in_time() -> None:
    """From now on this process has `END_S`. The system's clock ends it: no lock, no thread and no library can keep it from that."""
    signal.setitimer(signal.ITIMER_REAL, END_S)


def _heard(_number: int, _frame: FrameType | None) -> None:
    pass


def _pass_on(reading: int, stop: threading.Event) -> None:
    bounded = False
    with os.fdopen(reading, "rb", buffering=0) as told:
        while number := told.read(1):
            if number[0] not in TOLD_BY:
                continue
            if not bounded:
                end_in_time()  # once: whoever tells it again and again does not thereby keep it
                bounded = True
            stop.set()
