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


class _Sets(ctypes.Structure):
    _fields_ = [(name, ctypes.c_uint32) for name in ("effective", "permitted", "inheritable")]


def obey_permissions_now() -> None:
    """`obey_permissions` for a process that goes on as it is (capset(2)). Raises OSError where that cannot be: nothing is passed over."""
    if os.geteuid() != 0:
        return
    libc = ctypes.CDLL(None, use_errno=True)
    header, sets = (ctypes.c_uint32 * 2)(0x20080522, 0), (_Sets * 2)()
    if libc.capget(header, sets):
        raise OSError(ctypes.get_errno(), "the capabilities cannot be read")
    for name in ("effective", "permitted", "inheritable"):
        setattr(sets[0], name, getattr(sets[0], name) & ~(1 << _CAP_DAC_OVERRIDE))
    if libc.capset(header, sets):
        raise OSError(ctypes.get_errno(), "the capability could not be dropped")


def files_up_to(max_bytes: int) -> Callable[[], None]:
    """No file may grow beyond: what a full disk does, at a place of our choosing."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (max_bytes, max_bytes))

    return limit
