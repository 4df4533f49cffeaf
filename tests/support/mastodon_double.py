"""A double of a Mastodon server: mastodon_mock over real HTTP on this machine, behind a door that can be made to fail.

It is no Mastodon: what it says of notifications that are kept back, of streams and of reports is what its makers read in the documentation.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import uvicorn
from attrs import define, field, frozen
from mastodon_mock.app import create_app
from mastodon_mock.config import DatabaseConfig, MastodonMockConfig, SeedAccount, SeedConfig, StreamingConfig

NAMES = ("amara", "bob", "carol", "dave", "erin")


@frozen
class Said:
    """An answer of its own. `endless`: it begins so, and does not end."""

    status: int = 404
    body: bytes = b'{"error":"Record not found"}'
    headers: tuple[tuple[str, str], ...] = ()
    endless: bool = False


@define
class Double:
    """
    said   what is answered, by the beginning of a path, instead of what the double would say
    cut    hangs up on everybody
    asked  (path with query, "authorization") of every question
    """

    port: int = 0
    said: dict[str, Said] = field(factory=dict)
    cut: bool = False
    asked: list[tuple[str, str]] = field(factory=list)
    app: Any = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        query = scope["query_string"].decode()
        self.asked.append((f"{scope['path']}?{query}" if query else scope["path"], headers.get(b"authorization", b"").decode()))
        own = next((said for start, said in self.said.items() if scope["path"].startswith(start)), None)
        if self.cut and headers.get(b"x-ours") is None:
            raise ConnectionResetError
        if own is None or headers.get(b"x-ours") is not None:
            await self.app(scope, receive, send)
            return
        told = [(b"content-type", b"application/json"), *((name.encode(), value.encode()) for name, value in own.headers)]
        await send({"type": "http.response.start", "status": own.status, "headers": told})
        await send({"type": "http.response.body", "body": own.body, "more_body": own.endless})
        for _ in range(300 if own.endless else 0):  # as good as endless: more than anybody takes
            await send({"type": "http.response.body", "body": b"[" * 65_536, "more_body": True})
            await asyncio.sleep(0)

    def ask(self, who: str, how: str, path: str, **told: Any) -> Any:
        """As this person's own program; past the door."""
        headers = {"authorization": f"Bearer {who}_token", "x-ours": "1"}
        answer = httpx.request(how, self.url + path, headers=headers, timeout=30, **told)
        answer.raise_for_status()
        return answer.json()

    def post(self, who: str, text: str, **more: Any) -> dict[str, Any]:
        """A post."""
        return dict(self.ask(who, "POST", "/api/v1/statuses", json={"status": text, **more}))

    def told(self, who: str = "amara", **more: Any) -> dict[str, Any]:
        """What connects an account with a token that was made by hand."""
        told = {
            "host": f"127.0.0.1:{self.port}",
            "url": self.url,
            "token": f"{who}_token",
            "messages": True,
            "reports": True,
            "since": "",
        }
        return told | more


@contextmanager
def double() -> Iterator[Double]:
    """One with everybody of NAMES, and somebody who moderates."""
    accounts = [SeedAccount(username=name, access_token=f"{name}_token") for name in NAMES]
    accounts.append(SeedAccount(username="mod", access_token="mod_token", role="Owner"))
    config = MastodonMockConfig(
        domain="social.example",
        database=DatabaseConfig(path=":memory:"),
        seed=SeedConfig(accounts=accounts),
        streaming=StreamingConfig(heartbeat_seconds=1.0),
    )
    door = Double(app=create_app(config))
    server = uvicorn.Server(uvicorn.Config(door, host="127.0.0.1", port=0, log_level="critical", lifespan="off"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    for _ in range(1_000):
        if server.started:
            break
        time.sleep(0.02)
    door.port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield door
    finally:
        server.should_exit = server.force_exit = True
        thread.join(30)
