"""A web address and a mail server of this machine, which keep what they are sent."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.controller import Controller
from attrs import define, field

from support.ports import free_port


@define
class Webhook:
    """`got` has the time, the headers and the JSON of each request; `answers` are given in turn, 200 once there are no more.

    `hold` keeps a request waiting until it is set; `begun` counts those that came in.
    """

    port: int = 0
    got: list[tuple[float, dict[str, str], dict[str, Any]]] = field(factory=list)
    answers: list[int] = field(factory=list)
    hold: threading.Event = field(factory=threading.Event)
    begun: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook-SECRETPATH"

    @property
    def keys(self) -> list[str]:
        return [headers["Idempotency-Key"] for _at, headers, _said in self.got]

    @property
    def texts(self) -> list[str]:
        return [f"{said['title']}\n{said['message']}" for _at, _headers, said in self.got]


@contextmanager
def webhook(*answers: int, held: bool = False) -> Iterator[Webhook]:
    """A web address that takes JSON."""
    kept = Webhook(answers=list(answers))
    if not held:
        kept.hold.set()

    class Taker(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            kept.begun += 1
            kept.hold.wait(60)
            kept.got.append((time.time(), dict(self.headers), json.loads(body)))
            self.send_response(kept.answers.pop(0) if kept.answers else 200)
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Taker)
    server.daemon_threads = True
    server.handle_error = lambda *_: None  # type: ignore[method-assign]  # who asks may have been killed
    threading.Thread(target=server.serve_forever, daemon=True).start()
    kept.port = server.server_address[1]
    try:
        yield kept
    finally:
        kept.hold.set()
        server.shutdown()
        server.server_close()


@define
class Mails:
    """`got` has the time, the addressees and the text of each mail."""

    url: str = ""
    got: list[tuple[float, list[str], str]] = field(factory=list)


@contextmanager
def mail_server() -> Iterator[Mails]:
    """A mail server."""
    kept = Mails()

    class Taker:
        async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
            kept.got.append((time.time(), list(envelope.rcpt_tos), envelope.content.decode()))
            return "250 taken"

    port = free_port()
    controller = Controller(Taker(), hostname="127.0.0.1", port=port)
    controller.start()
    kept.url = f"smtp://127.0.0.1:{port}"
    try:
        yield kept
    finally:
        controller.stop()


def wait_for(condition: Callable[[], Any], within_s: float = 300.0) -> float:
    """Seconds until it holds. Fails when it does not."""
    begun = time.monotonic()
    while not condition():
        assert time.monotonic() - begun < within_s, "did not happen in time"
        time.sleep(0.02)
    return time.monotonic() - begun
