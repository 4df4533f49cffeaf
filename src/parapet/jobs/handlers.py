"""Who does what: functions by kind of work, and what is done from time to time.

Modules of `parapet.work` register themselves by being imported; this room knows none of them.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Any

from attrs import field, frozen

Run = Callable[[Mapping[str, Any]], None]

#: Eight tries, 1 s to 15 min apart, make about 40 minutes: longer than a restart, shorter than a working day.
DEFAULT_TRIES = 8
LONGEST_WAIT_S = 900.0


@frozen
class Handler:
    """One kind of work. `run` may be called twice for one entry and must then come to the same end.

    given_up   called with the payload once nothing more will be tried, in the transaction that writes so
    """

    kind: str
    run: Run
    tries: int = DEFAULT_TRIES
    first_wait_s: float = 1.0
    given_up: Run | None = None

    def wait_s(self, failed: int) -> float:
        """Seconds before the next try after `failed` failures (1 or more)."""
        # 5 is where the power passes any LONGEST_WAIT_S; higher ones would only overflow.
        return float(min(self.first_wait_s * 4 ** min(failed - 1, 5), LONGEST_WAIT_S))


@frozen
class Chore:
    """Something done every `seconds` while a worker runs, by one worker at a time.

    apart  it waits for somebody outside, and so has a thread of its own: the others do not wait for it
    """

    name: str
    seconds: float
    run: Callable[[], None] = field(eq=False)
    apart: bool = False


#: What goes on all the time beside the work: told the worker's seat, and when to stop.
Beside = Callable[[str, threading.Event], None]

_handlers: dict[str, Handler] = {}
_chores: dict[str, Chore] = {}
_beside: dict[str, Beside] = {}


def handler(
    kind: str, *, tries: int = DEFAULT_TRIES, first_wait_s: float = 1.0, given_up: Run | None = None
) -> Callable[[Run], Run]:
    """Register the function that does `kind`. It gets the payload and raises when it could not.

    A ParapetError that is `permanent` ends the tries at once; any other error is tried again, `tries` times in all.
    Then `given_up` is called, so that what waits for this work can say that it will not come.
    """

    def register(run: Run) -> Run:
        known = _handlers.get(kind)
        if known is not None and _origin(known.run) != _origin(run):
            raise ValueError(f"two functions for {kind!r}")
        _handlers[kind] = Handler(kind, run, tries, first_wait_s, given_up)
        return run

    return register


def every(seconds: float, *, apart: bool = False) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """Register a function that a worker calls every so many seconds. Its errors are logged and it is called again."""

    def register(run: Callable[[], None]) -> Callable[[], None]:
        name = f"{run.__module__}.{run.__qualname__}"
        _chores[name] = Chore(name, seconds, run, apart)
        return run

    return register


def beside(run: Beside) -> Beside:
    """Register a function that every worker runs in a thread of its own, from its start until it is told to stop.

    It is given the seat's name, which a worker that starts anew has again. Its errors are logged and it is called again.
    """
    _beside[f"{run.__module__}.{run.__qualname__}"] = run
    return run


def handler_for(kind: str) -> Handler | None:
    return _handlers.get(kind)


def kinds() -> list[str]:
    """All kinds that this process can do."""
    return sorted(_handlers)


def chores() -> list[Chore]:
    return list(_chores.values())


def all_beside() -> list[Beside]:
    return list(_beside.values())


def _origin(run: Callable[..., object]) -> tuple[str, str]:
    return run.__module__, run.__qualname__
