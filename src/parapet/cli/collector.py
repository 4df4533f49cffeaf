"""Python's garbage collector, told what this program is like."""

from __future__ import annotations

import gc

#: An import makes and drops some hundred small objects for each message, hardly any of them in circles.
_NEW_OBJECTS = 50_000


def rest_the_collector() -> None:
    """Call once all modules are loaded: they are never garbage, and looking at them took one part in twelve of an import."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_NEW_OBJECTS, 20, 50)
