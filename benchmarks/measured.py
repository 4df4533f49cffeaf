"""Run a piece of work in a process of its own, and tell what it cost."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from attrs import frozen

ROOT = Path(__file__).parent.parent


@frozen
class Cost:
    """Of a process and of those that it started and waited for.

    cpu_s    user and system time
    peak_mb  the largest resident set of any one of them
    """

    wall_s: float
    cpu_s: float
    peak_mb: float
    said: str

    def __str__(self) -> str:
        return f"{self.cpu_s:7.1f} s CPU {self.wall_s:7.1f} s wall {self.peak_mb:6.0f} MB"


def module(name: str, arguments: Sequence[str], environment: Mapping[str, str] | None = None) -> Cost:
    """Run `python -m name arguments` to its end. Raises RuntimeError when it fails."""
    variables = {**os.environ, **(environment or {})}
    started = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-m", name, *arguments], env=variables, cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    with process.stdout:
        said = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 3):  # 3: an import that refused some input
        raise RuntimeError(f"{name} ended with {process.returncode}")
    divisor = 1024 if sys.platform.startswith("linux") else 1024 * 1024
    return Cost(time.monotonic() - started, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / divisor, said)


def machine() -> str:
    """What it ran on, in a line, and how busy that was: figures of a busy machine compare with nothing."""
    load = os.getloadavg()[0]
    busy = "" if load < 0.5 else f"; NOT QUIET: {load:.1f} processes were running already"
    return f"{os.cpu_count()} processors, Python {sys.version.split()[0]}{busy}"
