"""Servers on this machine that take a connection and then say nothing, or a byte now and then, for as long as one waits."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from attrs import define, field

SAYS = {
    "nothing": b"",
    "a drop of its status": b"HTTP/1.1 200 OK",
    "a drop of a header": b"HTTP/1.1 200 OK\r\nX-Slow: ",
    "a drop of its body": b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\nContent-Type: text/plain\r\n\r\n",
}


@define
class Silent:
    """`asked` counts connections; `gone` is set once a visitor hung up."""

    url: str
    asked: int = 0
    gone: threading.Event = field(factory=threading.Event)


@contextmanager
def silent(how: str = "nothing") -> Iterator[Silent]:
    """One of `SAYS`: what it says at once; then a byte every twentieth of a second, or nothing at all."""
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.05)
        told = Silent(f"http://127.0.0.1:{server.getsockname()[1]}")

        def hold(connection: socket.socket) -> None:
            with connection, suppress(OSError):
                connection.settimeout(0.05)
                connection.sendall(SAYS[how])
                while not over.is_set():
                    if how != "nothing":
                        connection.sendall(b"x")
                    try:
                        if not connection.recv(65_536):
                            break
                    except TimeoutError:
                        continue
            told.gone.set()

        def listen() -> None:
            holding = []
            while not over.is_set():
                with suppress(TimeoutError):
                    connection, _ = server.accept()
                    told.asked += 1
                    holding.append(threading.Thread(target=hold, args=(connection,), daemon=True))
                    holding[-1].start()
            for thread in holding:
                thread.join()

        thread = threading.Thread(target=listen, daemon=True)
        thread.start()
        try:
            yield told
        finally:
            over.set()
            thread.join()
