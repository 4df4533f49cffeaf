"""An archive of ours played again by other people's programs: pywb, and ReplayWeb.page without any server but one for files.

Both are fetched by scripts/replay.sh into .cache, and run as programs of their own.
"""

from __future__ import annotations

import functools
import http.server
import os
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import urlopen

from attrs import field, frozen

from parapet.channels.web.chromium import Chromium, find
from support.house import ROOT
from support.ports import free_port

PYWB = ROOT / ".cache" / "pywb" / "bin"
REPLAYWEB = ROOT / ".cache" / "replayweb"
HINT = "The programs that play archives again are missing. Type: scripts/replay.sh"


@frozen
class Shut:
    """A Chromium that reaches one server only. `refused`: "host:port" of all else that anything in it asked for."""

    chromium: Chromium
    refused: list[str] = field(factory=list)

    def run(self, what: Any) -> Any:
        """What comes of a coroutine, done in its loop."""
        return self.chromium.run(what)


@contextmanager
def shut_in(server: str) -> Iterator[Shut]:
    """Everything that it asks for comes by a relay, which leads to `server` and nowhere else."""
    refused: list[str] = []
    only = urlsplit(server)

    def resolve(host: str, port: int) -> list[str]:
        if (host, port) == (only.hostname, only.port):
            return ["127.0.0.1"]
        refused.append(f"{host}:{port}")
        return []

    with Chromium(find() or "", inside=True, resolve=resolve) as chromium:
        chromium.relay.begin(1 << 30)
        yield Shut(chromium, refused)


@contextmanager
def by_pywb(wacz: bytes, folder: Path) -> Iterator[str]:
    """The address of a pywb that holds this archive as its collection "kept"."""
    assert (PYWB / "wayback").exists(), HINT
    folder.mkdir()
    (folder / "kept.wacz").write_bytes(wacz)
    surroundings = {"PATH": os.environ["PATH"], "HOME": str(folder), "LANG": "C.UTF-8"}
    for words in (["init", "kept"], ["add", "--unpack-wacz", "kept", "kept.wacz"]):
        subprocess.run([PYWB / "wb-manager", *words], cwd=folder, env=surroundings, check=True, capture_output=True, timeout=300)
    port = free_port()
    with (folder / "log").open("wb") as log:
        running = subprocess.Popen(
            [PYWB / "wayback", "--port", str(port), "--bind", "127.0.0.1"],
            cwd=folder, env=surroundings, stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
    try:
        for _ in range(1_200):
            assert running.poll() is None, (folder / "log").read_text()
            try:
                with urlopen(f"http://127.0.0.1:{port}/static/default_banner.css", timeout=60):
                    break
            except OSError:
                time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        os.killpg(running.pid, signal.SIGKILL)
        running.wait()


@contextmanager
def by_replayweb(wacz: bytes, url: str, folder: Path) -> Iterator[str]:
    """The address of a folder with the archive, and the two scripts of ReplayWeb.page beside it."""
    assert (REPLAYWEB / "sw.js").exists(), HINT
    (folder / "replay").mkdir(parents=True)
    (folder / "kept.wacz").write_bytes(wacz)
    shutil.copy(REPLAYWEB / "ui.js", folder / "ui.js")
    shutil.copy(REPLAYWEB / "sw.js", folder / "replay" / "sw.js")
    (folder / "index.html").write_text(
        f'<!doctype html><script src="ui.js"></script><replay-web-page source="kept.wacz" url="{url}" replayBase="replay/"></replay-web-page>'
    )

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder)))
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
