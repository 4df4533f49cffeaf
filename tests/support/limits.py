"""Limits that a child process sets on itself before it becomes the program: `subprocess.Popen(preexec_fn=...)`."""

from __future__ import annotations

import ctypes
import os
import resource
from collections.abc import Callable

_PR_CAPBSET_DROP, _CAP_DAC_OVERRIDE = 24, 1


def obey_permissions() -> None:
    """Let permissions hold for root too, as they do for everybody else."""
    if os.geteuid() == 0 and ctypes.CDLL(None).prctl(_PR_CAPBSET_DROP, _CAP_DAC_OVERRIDE, 0, 0, 0):
        raise OSError("the capability could not be dropped")


def files_up_to(max_bytes: int) -> Callable[[], None]:
    """No file may grow beyond: what a full disk does, at a place of our choosing."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (max_bytes, max_bytes))

    return limit
