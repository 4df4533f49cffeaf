"""Workers of a served home that are killed (kill -9), as often as `serve` bears: five ends within a minute stop it, and rightly so."""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress

import psutil
from attrs import define, field

from parapet.cli.supervise import DEATHS_A_MINUTE

_MINUTE_S = 62.0


def _children() -> set[int]:
    return {child.pid for child in psutil.Process().children(recursive=True)}


@define
class Killing:
    """Made before the home is served: what runs already is none of its workers."""

    before: set[int] = field(factory=_children)
    at: list[float] = field(factory=list)

    def workers(self) -> int:
        """Kill every worker that runs at this moment; how many. Waits where one more would stop everything."""
        lately = [at for at in self.at if time.monotonic() - at < _MINUTE_S]
        if len(lately) >= DEATHS_A_MINUTE - 2:
            time.sleep(max(0.0, lately[0] + _MINUTE_S - time.monotonic()))
        killed = 0
        for child in psutil.Process().children(recursive=True):
            with suppress(psutil.NoSuchProcess):  # those of other servers come and go
                if child.pid not in self.before and child.cmdline()[-1:] == ["worker"]:
                    os.kill(child.pid, signal.SIGKILL)
                    killed += 1
        self.at += [time.monotonic()] * bool(killed)
        return killed
