"""One request to an address that whoever runs this home has named: bounded in time and size, and led nowhere else."""

from __future__ import annotations

import http.client
import socket
import threading
from collections.abc import Mapping
from contextlib import suppress
from typing import Any
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import HTTPErrorProcessor, HTTPHandler, HTTPSHandler, Request, build_opener

from attrs import frozen

from parapet.domain.errors import OutsideUnreachable, gettext_noop

_PIECE_BYTES = 65_536
_NO_ANSWER = gettext_noop("No answer came from a body outside this home.")


@frozen
class Answer:
    """What came back, whatever its status."""

    status: int
    media_type: str
    body: bytes


def post(
    url: str,
    body: bytes,
    *,
    media_type: str,
    within_s: float = 10.0,
    max_bytes: int = 200_000,
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """Send `body` to `url` (http or https) and read the answer; a proxy of the surroundings is used.

    within_s  for all of it: finding the address, connecting, and the last byte of the answer. A server that says nothing, or
              a byte from time to time, takes no longer

    Raises OutsideUnreachable when there is no answer in time, or it is larger than `max_bytes`.
    """
    return _ask(url, body, {**(headers or {}), "Content-Type": media_type}, within_s, max_bytes)


def get(url: str, *, within_s: float = 10.0, max_bytes: int = 200_000) -> Answer:
    """What lies at `url`, within the same bounds."""
    return _ask(url, None, {}, within_s, max_bytes)


def _ask(url: str, body: bytes | None, headers: Mapping[str, str], within_s: float, max_bytes: int) -> Answer:
    if urlsplit(url).scheme not in ("http", "https"):
        raise ValueError("an address for requests begins with http:// or https://")
    method = "GET" if body is None else "POST"
    request = Request(url, data=body, headers={**headers, "User-Agent": "Parapet"}, method=method)  # noqa: S310
    # In a thread of its own: a timeout of a socket begins anew with each byte, and looking up a name knows none at all.
    exchange = _Exchange(request, within_s, max_bytes)
    exchange.start()
    exchange.join(within_s)
    outcome = None if exchange.is_alive() else exchange.outcome
    exchange.cut()
    if isinstance(outcome, Answer):
        return outcome
    if isinstance(outcome, OutsideUnreachable):
        raise outcome
    raise OutsideUnreachable(_NO_ANSWER) from outcome


class _Exchange(threading.Thread):
    """The request under way. Nobody waits for the thread longer than was said; `cut` ends what it waits for."""

    def __init__(self, request: Request, within_s: float, max_bytes: int) -> None:
        super().__init__(name="parapet-post", daemon=True)
        self.outcome: Answer | BaseException | None = None
        self._request, self._within_s, self._max_bytes = request, within_s, max_bytes
        self._alone, self._lines, self._over = threading.Lock(), list[socket.socket](), False

    def run(self) -> None:
        opener = build_opener(_AsItIs, _Plain(self.watch), _Secure(self.watch))
        try:
            with opener.open(self._request, timeout=self._within_s) as response:
                body = _read(response, self._max_bytes)
                self.outcome = Answer(response.status, response.headers.get_content_type(), body)
        except (URLError, OSError, http.client.HTTPException, OutsideUnreachable, ValueError) as error:
            self.outcome = error
        finally:
            self.cut()

    def watch(self, connected: socket.socket) -> None:
        """Keep a second handle to the connection, which stays good when TLS takes the first one over."""
        with self._alone:
            if self._over:
                raise TimeoutError
            self._lines.append(connected.dup())

    def cut(self) -> None:
        """Nothing more comes or goes."""
        with self._alone:
            self._over = True
            for line in self._lines:
                with suppress(OSError):
                    line.shutdown(socket.SHUT_RDWR)
                line.close()
            self._lines.clear()


class _AsItIs(HTTPErrorProcessor):
    """A refusal is an answer too, and says why; one that leads elsewhere is an answer, and is not followed."""

    def http_response(self, request: Request, response: http.client.HTTPResponse) -> http.client.HTTPResponse:
        return response

    https_response = http_response


class _Watched(http.client.HTTPConnection):
    """Tells of its socket once it is connected, before anything is said on it by us or by TLS."""

    watch: Any = None

    def connect(self) -> None:
        super().connect()
        self.watch(self.sock)


class _WatchedSecure(http.client.HTTPSConnection, _Watched):  # HTTPSConnection.connect begins with the one above
    pass


class _Plain(HTTPHandler):
    def __init__(self, watch: Any) -> None:
        super().__init__()
        self._made: Any = type("_Connection", (_Watched,), {"watch": staticmethod(watch)})

    def http_open(self, req: Request) -> http.client.HTTPResponse:
        return self.do_open(self._made, req)


class _Secure(HTTPSHandler):
    def __init__(self, watch: Any) -> None:
        super().__init__()
        self._made: Any = type("_Connection", (_WatchedSecure,), {"watch": staticmethod(watch)})

    def https_open(self, req: Request) -> http.client.HTTPResponse:
        return self.do_open(self._made, req)


def _read(response: http.client.HTTPResponse, max_bytes: int) -> bytes:
    held = bytearray()
    while piece := response.read1(_PIECE_BYTES):
        held += piece
        if len(held) > max_bytes:
            raise OutsideUnreachable(gettext_noop("The answer of a body outside this home is larger than any should be."))
    if response.length:  # it announced more: half an answer is none
        raise OutsideUnreachable(_NO_ANSWER)
    return bytes(held)
