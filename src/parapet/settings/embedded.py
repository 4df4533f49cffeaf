"""One person, this machine, SQLite, plain HTTP that never leaves the loopback."""

from parapet.settings.base import *  # noqa: F403
