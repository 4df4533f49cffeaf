"""Python's memory, told what this program is like."""

from __future__ import annotations

import contextlib
import ctypes
import gc

#: An import makes and drops some hundred small objects for each message, hardly any of them in circles.
_NEW_OBJECTS = 50_000
#: `mallopt`'s name for how many pools the threads share (malloc.h of the GNU C library).
_M_ARENA_MAX = -8


def rest_the_collector() -> None:
    """Call once all modules are loaded, and before threads are started.

    Modules are never garbage, and looking at them took one part in twelve of an import. Each thread that judges would
    have a pool of memory of its own, and keep in it what another could use: a long import grew by a quarter.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_NEW_OBJECTS, 20, 50)
    with contextlib.suppress(OSError, AttributeError):  # another C library: as it is, then
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 1)
