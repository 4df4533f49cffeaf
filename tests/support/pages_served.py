"""Servers of pages on the loopback, kind and hostile."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

#: Path to status, headers and body; or to something that answers by itself.
Answer = tuple[int, dict[str, str], bytes]
Pages = dict[str, "Answer | Callable[[BaseHTTPRequestHandler], None]"]


def html(body: str, status: int = 200, **headers: str) -> Answer:
    return status, {"Content-Type": "text/html; charset=utf-8", **headers}, f"<!doctype html><title>A page</title>{body}".encode()


def moved(to: str) -> Answer:
    return 302, {"Location": to}, b""


@contextmanager
def pages_served(tls: ssl.SSLContext | None = None) -> Iterator[tuple[str, Pages, list[str]]]:
    """The address of the server, its pages (which may be changed), and what was asked for. `tls`: as whom it shows itself."""
    pages: Pages = {}
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def setup(self) -> None:
            if tls is not None:  # here and not where it is accepted: who hangs up in the middle holds up nobody
                self.request = tls.wrap_socket(self.request, server_side=True)
            super().setup()

        def log_message(self, format: str, *args: object) -> None:
            pass

        def do_GET(self) -> None:
            asked.append(self.path)
            answer = pages.get(self.path, (404, {"Content-Type": "text/plain"}, b"nothing"))
            with suppress(OSError):  # who asked hung up
                if callable(answer):
                    answer(self)
                    return
                status, headers, body = answer
                self.send_response(status)
                for name, value in {**headers, "Content-Length": str(len(body))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

        do_POST = do_GET

    class Server(ThreadingHTTPServer):
        def handle_error(self, request: object, client_address: object) -> None:
            if tls is None:  # else who asked did not like the certificate
                super().handle_error(request, client_address)  # type: ignore[arg-type]

    server = Server(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"http{'s' if tls else ''}://127.0.0.1:{server.server_port}", pages, asked
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
