"""A home served by `serve`, in processes of its own, on a free port of this machine."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_SCRIPT = """
import sys
from pathlib import Path
from parapet.cli.supervise import serve
serve(Path(sys.argv[1]), "127.0.0.1", int(sys.argv[2]), open_browser=False, banner=lambda origin: print(origin, flush=True) or "")
"""


@contextmanager
def served(home: Path, **variables: str) -> Iterator[str]:
    """Inside, the home answers at the address that this yields, set by `variables` besides those of the test."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    running = subprocess.Popen(
        [sys.executable, "-c", _SCRIPT, str(home), str(port)],
        env={**os.environ, **variables},
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert running.stdout is not None
    try:
        origin = running.stdout.readline().strip()
        assert origin == f"http://127.0.0.1:{port}"
        yield origin
    finally:
        running.terminate()
        running.communicate(timeout=60)
