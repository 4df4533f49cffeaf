"""A server of the fediverse on this machine, which is snac: what Mastodon's own programs speak to it is spoken to it here."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
from attrs import define, frozen

from support.ports import free_port

_FETCHED = Path(__file__).parents[2] / ".cache" / "snac" / "usr" / "bin" / "snac"
HINT = "snac is missing. Type: scripts/snac.sh"
#: The password that snac shows once, when it makes a user.
_SHOWN = "User password is "


@frozen
class Person:
    """Somebody with an account there. `token`: for programs."""

    server: Fediverse
    name: str
    password: str
    token: str = ""

    def note(self, text: str, **more: Any) -> dict[str, Any]:
        """A post, as the server gives it to programs."""
        return dict(self.ask("POST", "/api/v1/statuses", data={"status": text, **more}))

    def ask(self, how: str, path: str, **told: Any) -> Any:
        """What the client API says to this person."""
        answer = httpx.request(how, self.server.url + path, headers={"authorization": f"Bearer {self.token}"}, timeout=30, **told)
        answer.raise_for_status()
        return answer.json()


@define
class Fediverse:
    """The server. It can be stopped and started; what it holds stays."""

    folder: Path
    port: int
    _process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    def join(self, name: str) -> Person:
        """A new account, and a token of it that was made by hand."""
        typed = f"{name}\n{name.title()}\n\n".encode()
        made = subprocess.run([program(), "adduser", self.folder, name], input=typed, capture_output=True, check=True, timeout=60)
        password = made.stdout.decode().partition(_SHOWN)[2].split()[0]
        return Person(self, name, password, self.token(name, password))

    def token(self, name: str, password: str) -> str:
        """By the page on which snac gives one by hand."""
        told = {"login": name, "passwd": password, "redir": "", "cid": "", "state": ""}
        token = httpx.post(f"{self.url}/oauth/x-snac-get-token", data=told, timeout=30).text.strip()
        assert token.isalnum(), token
        return token

    def start(self) -> None:
        """Returns when it answers."""
        log = (self.folder.parent / "snac.log").open("ab")
        self._process = subprocess.Popen([program(), "httpd", self.folder], stdout=log, stderr=log)
        for _ in range(200):
            with suppress(httpx.HTTPError):
                httpx.get(f"{self.url}/api/v1/instance", timeout=5)
                return
            time.sleep(0.05)
        raise AssertionError("snac does not answer")

    def stop(self) -> None:
        """As a machine that goes down."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(300)  # with thousands of notes, on a busy machine, it takes its time
            self._process = None


def program() -> str:
    """Where snac lies: what `scripts/snac.sh` fetched, else the system's own."""
    found = str(_FETCHED) if _FETCHED.exists() else shutil.which("snac")
    assert found, HINT
    return found


@contextmanager
def fediverse(folder: Path) -> Iterator[Fediverse]:
    """One without anybody on it."""
    place, port = folder / "snac", free_port()
    typed = f"127.0.0.1\n{port}\nlocalhost:{port}\n\n\n".encode()
    environment = {**os.environ, "TZ": "UTC"}
    subprocess.run([program(), "init", place], input=typed, capture_output=True, check=True, timeout=60, env=environment)
    settings = json.loads((place / "server.json").read_text())
    # Between themselves its users speak over http, since a name of this machine has no certificate.
    settings |= {"protocol": "http", "queue_retry_minutes": 0}
    (place / "server.json").write_text(json.dumps(settings))
    server = Fediverse(place, port)
    server.start()
    try:
        yield server
    finally:
        server.stop()
