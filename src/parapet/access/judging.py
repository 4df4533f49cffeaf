"""The model, once a process, for whoever asks it outside of background work too."""

from __future__ import annotations

import threading
from functools import cache

from parapet.triage import Triage

#: Judging is computing: several threads at it only take the interpreter from the screens.
one_at_a_time = threading.Lock()


@cache
def judge() -> Triage:
    """What ships. Raises ModelDamaged."""
    return Triage.load()
