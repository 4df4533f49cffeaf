"""Watching: a thread for each connection that this worker holds."""

from __future__ import annotations

import math
import threading
import time
from contextlib import suppress

import structlog
from django.db import Error as DatabaseError
from django.db import close_old_connections, connection

from parapet.actions import watch
from parapet.channels.live import Line
from parapet.domain.errors import ParapetError, SignInRefused
from parapet.jobs.handlers import beside

log = structlog.get_logger("parapet.watching")

#: Threads in one worker. Where there are more connections, they take turns.
MAX_LINES = 64
TURN_S = 30.0
LOOK_S = 1.0
#: A line is kept at least so long, whatever a service says of how long its words are good.
SHORTEST_S = 5.0
#: Words that are refused although they were had only now are not asked for again at once.
RENEWED_AGAIN_S = 600.0


@beside
def watching(holder: str, stop: threading.Event) -> None:
    """Watch all connections that are due, until told to stop."""
    held: dict[watch.Due, _Watcher] = {}
    try:
        while not stop.wait(LOOK_S if held else LOOK_S / 2):
            close_old_connections()
            _look(holder, held)
    finally:
        for watcher in held.values():
            watcher.end.set()


def _look(holder: str, held: dict[watch.Due, _Watcher]) -> None:
    for due in [due for due, watcher in held.items() if not watcher.is_alive()]:
        del held[due]
    standing = watch.keep_hold(holder, held) if held else set()
    for due, watcher in held.items():
        if due not in standing:
            watcher.end.set()
    numbers = {due.number for due in held}
    room = MAX_LINES - len(held)
    fresh = watch.take_over(holder, most=max(room, 0), besides=numbers)
    for due in fresh:
        held[due] = _Watcher(holder, due)
        held[due].start()
    for watcher in held.values():
        watcher.crowded = len(held) >= MAX_LINES


class _Watcher(threading.Thread):
    """One connection, until it fails, is changed, or `end` is set."""

    def __init__(self, holder: str, due: watch.Due) -> None:
        super().__init__(name="parapet-watch", daemon=True)
        self.holder, self.due = holder, due
        self.end = threading.Event()
        self.crowded = False
        self._renewed = -math.inf

    def run(self) -> None:
        line: Line | None = None
        try:
            while not self.end.is_set():
                line = watch.open_line(self.due)
                if not self._watch(line, watch.reopen_in_s(self.due)):
                    return
                line.close()
            self._let_go()
        except watch.Over:
            self._let_go()
        except Exception as error:  # the edge: whatever a server brings about is a state that a person sees
            if not isinstance(error, ParapetError):
                log.error("a connection failed", exc_info=error)
            with suppress(DatabaseError):  # it may be what failed; the lease runs out by itself
                watch.note_failure(self.due, error)
        finally:
            if line is not None:
                line.close()
            connection.close()

    def _watch(self, line: Line, reopen_in_s: float | None) -> bool:
        """Take in what comes; True once the line is to be opened anew."""
        until = math.inf if reopen_in_s is None else time.monotonic() + max(reopen_in_s, SHORTEST_S)
        while not self.end.is_set() and time.monotonic() < until:
            try:
                more = watch.take_next(self.due, line)
            except SignInRefused:
                if not self._has_new_words():
                    raise
                return True
            if more:
                continue
            connection.close()  # nothing is held while nothing comes
            if self.crowded:
                self._let_go(wait_s=TURN_S)
                return False
            while not self.end.is_set() and time.monotonic() < until and not line.wait(LOOK_S):
                pass
        if not self.end.is_set():
            return True
        self._let_go()
        return False

    def _has_new_words(self) -> bool:
        """Where words open it that were refused before their time: new ones, now and then."""
        if time.monotonic() - self._renewed < RENEWED_AGAIN_S:
            return False
        self._renewed = time.monotonic()
        return watch.renew(self.due)

    def _let_go(self, *, wait_s: float = 0.0) -> None:
        with suppress(DatabaseError):
            watch.let_go(self.holder, self.due, wait_s=wait_s)
