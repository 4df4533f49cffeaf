"""A Redis of our own for the tests, on a free port of the loopback: Bluesky's servers keep their short memory there."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from support.ports import free_port

HINT = "Redis is missing. Type: sudo apt-get install redis-server"


@contextmanager
def redis() -> Iterator[str]:
    """Its host and port. It keeps nothing."""
    program = shutil.which("redis-server")
    assert program, HINT
    port = free_port()
    run = subprocess.Popen(
        [program, "--bind", "127.0.0.1", "--port", str(port), "--save", "", "--appendonly", "no"], stdout=subprocess.DEVNULL
    )
    try:
        yield f"127.0.0.1:{port}"
    finally:
        run.kill()
        run.wait()
