"""Whether this machine has a Chromium that keeps pages."""

from __future__ import annotations

from parapet.channels.web.chromium import find
from parapet.settings.environment import Environment


def has_browser(environment: Environment) -> bool:
    """True when there is a program to start; whether it starts, the first page tells."""
    return find(str(environment.chromium or "")) is not None
