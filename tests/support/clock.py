"""Commands that run while the computer's clock is wrong."""

from __future__ import annotations

import os
from pathlib import Path


def clock_wrong_by(seconds: float) -> dict[str, str]:
    """Variables for `terminal.parapet`: that process sees a clock that is `seconds` ahead (or behind, below 0)."""
    folder = Path(__file__).with_name("set_clock")
    return {"SET_CLOCK_S": str(seconds), "PYTHONPATH": os.pathsep.join([str(folder), os.environ.get("PYTHONPATH", "")])}
