"""A real witness: its folder, and the process of `parapet witness serve`."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from attrs import define

from support import terminal
from support.ports import free_port

PARAPET = [sys.executable, "-c", "from parapet.cli.main import main; main()"]


def parapet(*arguments: str, **more: Any) -> subprocess.CompletedProcess[str]:
    """The command, in a process of its own."""
    said = terminal.parapet(*arguments, **more)
    return subprocess.CompletedProcess(["parapet", *arguments], said.status, said.out, said.err)


@define
class Served:
    """A witness that the command serves."""

    folder: Path
    port: int
    key: str
    process: subprocess.Popen[str] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        self.process = subprocess.Popen(
            [*PARAPET, "witness", "serve", "--folder", str(self.folder), "--port", str(self.port)],
            env={**os.environ, "LC_ALL": "C.UTF-8"},
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            text=True,
        )
        until = time.monotonic() + 600
        while time.monotonic() < until:
            with closing(socket.socket()) as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.05)
        raise AssertionError("the witness did not start")

    def kill(self) -> None:
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None

    def trust(self, key: str) -> None:
        trusted = parapet("witness", "trust", key, "--folder", str(self.folder))
        assert trusted.returncode == 0, trusted.stderr

    def post(self, body: bytes) -> tuple[int, str, bytes]:
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=200)) as asking:
            asking.request("POST", "/add-checkpoint", body)
            answer = asking.getresponse()
            return answer.status, answer.getheader("Content-Type") or "", answer.read()

    def status(self) -> subprocess.CompletedProcess[str]:
        return parapet("witness", "status", "--folder", str(self.folder))


@contextmanager
def witness_of(folder: Path, name: str = "witness.example.org/w1") -> Iterator[Served]:
    """Made, served, and killed at the end."""
    made = parapet("witness", "init", "--folder", str(folder), "--name", name)
    assert made.returncode == 0, made.stderr
    witness = Served(folder, free_port(), made.stdout.strip())
    witness.start()
    try:
        yield witness
    finally:
        witness.kill()
