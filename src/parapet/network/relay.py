"""A proxy on the loopback for a program that must reach public addresses only: it resolves, checks and connects, and nobody else does.

A browser looks names up by itself, and may look them up again for every request: what was public a moment ago may lead to this machine
now. Here a name is resolved for the very connection that is made, the number is checked, and the connection goes to that number. The
program behind is told not to resolve anything (its own flags see to that), so that no request of it leads elsewhere.

One request a connection: a server that held a plain connection open could answer a request to another host. HTTPS goes through as it is.
"""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import re
import socket
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from urllib.parse import urlsplit

from attrs import define, field

from parapet.network.guard import is_public
from parapet.network.outgoing import connect_by, proxy_for

#: Numbers of a name: what `socket.getaddrinfo` says, unless somebody hands over another way.
Resolve = Callable[[str, int], Sequence[str]]

CONNECT_S = 10.0
#: Of one name, this many numbers are tried.
MAX_NUMBERS = 4
MAX_HEAD_BYTES = 64 * 1024
MAX_CONNECTIONS = 300
_PIECE_BYTES = 64 * 1024
_TARGET = re.compile(rb"([A-Z]{1,16}) ([\x21-\x7e]{1,32768}) HTTP/1\.[01]\r\n")
#: Of the request: what speaks to a proxy, and what would keep the connection open for more than one.
_HOP_BY_HOP = (b"proxy-connection:", b"proxy-authorization:", b"connection:", b"keep-alive:", b"upgrade:", b"te:", b"expect:")


def resolved(host: str, port: int) -> list[str]:
    """The numbers of `host`, in the system's order. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(place[0]) for *_kind, place in found))


@define
class Account:
    """What went through since `Relay.begin`.

    reached   "host:port" to the number that was connected to
    refused   hosts that lead to no public address
    over      True when the most bytes were reached and everything was closed
    """

    most_bytes: int
    received_bytes: int = 0
    reached: dict[str, str] = field(factory=dict)
    refused: set[str] = field(factory=set)
    over: bool = False


class _Refused(Exception):
    """The host leads to no address that may be reached."""


class Relay:
    """The proxy, in a thread of its own from `with` on. `port` is where it listens, on 127.0.0.1.

    inside    whether addresses that are not public may be reached too
    resolve   how a name is looked up
    """

    def __init__(self, *, inside: bool = False, resolve: Resolve = resolved) -> None:
        self.port = 0
        self.account = Account(0)
        self._inside, self._resolve = inside, resolve
        self._open: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._loop = asyncio.new_event_loop()
        self._executor = ThreadPoolExecutor(8, thread_name_prefix="relay")
        self._ready = threading.Event()
        self._stop = asyncio.Event()
        self._failed: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="relay", daemon=True)

    def __enter__(self) -> Relay:
        self._thread.start()
        self._ready.wait()
        if self._failed is not None:
            raise self._failed
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        with contextlib.suppress(RuntimeError):  # it ended by itself
            self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    def begin(self, most_bytes: int) -> Account:
        """A new account; every connection that is open is closed, so that nothing of what was before counts into it."""
        made: list[Account] = []
        done = threading.Event()

        def renew() -> None:
            self._close_all()
            self.account = Account(most_bytes)
            made.append(self.account)
            done.set()

        self._loop.call_soon_threadsafe(renew)
        done.wait()
        return made[0]

    # In the thread

    def _run(self) -> None:
        try:
            self._loop.run_until_complete(self._serve())
        except OSError as error:
            self._failed = error
        finally:
            self._ready.set()
            self._loop.close()

    async def _serve(self) -> None:
        server = await asyncio.start_server(self._accept, "127.0.0.1", 0, limit=MAX_HEAD_BYTES)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._stop.wait()
        server.close()
        self._close_all()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._executor.shutdown(wait=False, cancel_futures=True)

    def _close_all(self) -> None:
        for writer in self._open:
            writer.transport.abort()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        if len(self._tasks) >= MAX_CONNECTIONS:
            writer.transport.abort()
            return
        self._tasks.add(task)
        self._open.add(writer)
        try:
            await self._answer(reader, writer, self.account)
        except (OSError, ValueError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, TimeoutError, _Refused):
            pass  # the browser sees that the connection ends
        finally:
            self._open.discard(writer)
            self._tasks.discard(task)
            if not writer.is_closing():
                writer.transport.abort()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, account: Account) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        match = _TARGET.match(head)
        if match is None:
            return
        method, target = match[1], match[2].decode("ascii")
        if method == b"CONNECT":
            host, port = _host_and_port(f"//{target}", 0)
            far_reader, far = await self._reach("https", host, port, account)
            writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            await self._both_ways(reader, writer, far_reader, far, account)
            return
        host, port = _host_and_port(target, 80)
        rest_bytes = _body_bytes(head)
        far_reader, far = await self._reach("http", host, port, account)
        far.write(_for_origin(method, target, head))
        up = asyncio.ensure_future(_forward(reader, far, rest_bytes))
        try:
            await self._one_response(far_reader, writer, account)
        finally:
            up.cancel()
            await asyncio.gather(up, return_exceptions=True)
            self._hang_up(far)

    async def _reach(
        self, scheme: str, host: str, port: int, account: Account
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Connect to a number of `host` that was looked at. Raises _Refused, OSError."""
        if account.over or account is not self.account or host.endswith(".invalid"):
            raise _Refused
        numbers = await self._loop.run_in_executor(self._executor, self._resolve, host, port)
        allowed = [each for each in numbers if self._inside or is_public(each)][:MAX_NUMBERS]
        if not allowed:
            account.refused.add(host)
            raise _Refused
        proxy = proxy_for(scheme, host)
        failed: OSError = OSError("no number")
        for number in allowed:
            ip = ipaddress.ip_address(number.partition("%")[0])  # a number, so that nothing is looked up again
            try:
                async with asyncio.timeout(CONNECT_S):
                    place = number if ip.version == 6 else str(ip)
                    if proxy is None or ip.is_loopback:  # that of this machine, and not the proxy's own
                        reader, writer = await asyncio.open_connection(place, port, limit=MAX_HEAD_BYTES)
                    else:
                        reader, writer = await connect_by(proxy, place, port, limit=MAX_HEAD_BYTES)
            except (OSError, TimeoutError) as error:
                failed = OSError(str(error))
                continue
            self._open.add(writer)
            account.reached[f"{host}:{port}"] = str(ip)
            return reader, writer
        raise failed

    async def _both_ways(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        far_reader: asyncio.StreamReader,
        far: asyncio.StreamWriter,
        account: Account,
    ) -> None:
        up = asyncio.ensure_future(_forward(reader, far, None))
        try:
            await self._down(far_reader, writer, account)
        finally:
            up.cancel()
            await asyncio.gather(up, return_exceptions=True)
            self._hang_up(far)

    async def _one_response(self, far_reader: asyncio.StreamReader, writer: asyncio.StreamWriter, account: Account) -> None:
        """The head, told that nothing follows on this connection, and the rest as it comes."""
        while True:
            head = await far_reader.readuntil(b"\r\n\r\n")
            account.received_bytes += len(head)
            if not re.match(rb"HTTP/1\.[01] 1[0-9]{2}[ \r]", head):
                break
        status, _, fields = head.partition(b"\r\n")
        kept = [line for line in fields.split(b"\r\n") if line and not line.lower().startswith((b"connection:", b"keep-alive:"))]
        writer.write(b"\r\n".join([status, *kept, b"Connection: close", b"", b""]))
        await self._down(far_reader, writer, account)

    async def _down(self, far_reader: asyncio.StreamReader, writer: asyncio.StreamWriter, account: Account) -> None:
        while piece := await far_reader.read(_PIECE_BYTES):
            account.received_bytes += len(piece)
            if account.received_bytes > account.most_bytes:
                account.over = True
                self._close_all()
                return
            writer.write(piece)
            await writer.drain()
        with contextlib.suppress(OSError, RuntimeError):
            writer.write_eof()
            await writer.drain()
            writer.close()

    def _hang_up(self, far: asyncio.StreamWriter) -> None:
        self._open.discard(far)
        far.transport.abort()


async def _forward(reader: asyncio.StreamReader, far: asyncio.StreamWriter, left: int | None) -> None:
    """What the browser sends on, `left` bytes of it; all of it when that is None."""
    while left is None or left > 0:
        piece = await reader.read(_PIECE_BYTES if left is None else min(left, _PIECE_BYTES))
        if not piece:
            with contextlib.suppress(OSError, RuntimeError):
                far.write_eof()
            return
        left = None if left is None else left - len(piece)
        far.write(piece)
        await far.drain()


def _host_and_port(target: str, usual: int) -> tuple[str, int]:
    """Raises ValueError for what names none, or speaks another scheme than http."""
    parts = urlsplit(target)
    if parts.scheme not in ("", "http") or not parts.hostname or parts.username is not None:
        raise ValueError
    port = parts.port or usual
    if not port:
        raise ValueError
    return parts.hostname, port


def _body_bytes(head: bytes) -> int:
    """How many bytes follow a request's head. Raises ValueError for what does not say it in advance, or says it twice."""
    lengths = []
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"transfer-encoding":
            raise ValueError
        if name.strip().lower() == b"content-length":
            lengths.append(int(value))
    if len(lengths) > 1 or any(each < 0 for each in lengths):
        raise ValueError
    return lengths[0] if lengths else 0


def _for_origin(method: bytes, target: str, head: bytes) -> bytes:
    """The request as its server takes it, on a connection that ends with it."""
    parts = urlsplit(target)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    lines = head.split(b"\r\n")[1:]
    kept = [line for line in lines if line and not line.lower().startswith(_HOP_BY_HOP)]
    return b"\r\n".join([method + b" " + path.encode("ascii") + b" HTTP/1.1", *kept, b"Connection: close", b"", b""])
