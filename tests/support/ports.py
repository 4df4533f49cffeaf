"""Ports for servers that a test starts."""

from __future__ import annotations

import random
import socket

#: Below the ports that systems give to outgoing connections (32768 and more on Linux), or one of these could take it first.
_FROM, _TO = 12_000, 32_000


def free_port() -> int:
    """A port of the loopback on which nobody listens, and which nobody is given by chance."""
    while True:
        port = random.SystemRandom().randrange(_FROM, _TO)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
