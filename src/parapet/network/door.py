"""One request to a server of a platform: bounded in size and time, and only to where it may lead.

Addresses of servers stand in documents that strangers write, or are typed by hand. The platforms' own libraries read answers into
models: they drop what they do not know, and the bytes with it, so requests are made here.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterator, Mapping
from contextlib import nullcontext, suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
import msgspec
from attrs import define, field, frozen

from parapet.domain.errors import OutsideBusy, OutsideRefused, OutsideUnreachable, PrivateAddress
from parapet.network import guard

CONNECT_S, SILENT_S = 10.0, 15.0
#: An answer that is not all there by then is given up, however steadily it drips.
ANSWER_S, STRANGER_S = 60.0, 8.0
MAX_ANSWER_BYTES = 16 * 1024 * 1024
#: Of an answer that has no end: a line longer than this, or silence longer than this, ends it.
MAX_LINE_BYTES, STREAM_SILENT_S = 1024 * 1024, 45.0
#: More than any answer about signing in needs.
SMALL_BYTES = 256 * 1024
#: How long a server that asks for patience is left alone, at most and at least.
LONGEST_REST_S, SHORTEST_REST_S = 900.0, 2.0
REST_S = 60.0
_SERVED = {"user-agent": "Parapet (keeps what is sent to its user)", "accept-encoding": "identity"}


@frozen
class Answer:
    """What a server said. `error`: its own code ("ExpiredToken"), "" when it went well."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(repr=False)

    @property
    def ok(self) -> bool:
        return self.status == 200

    @property
    def error(self) -> str:
        if self.ok:
            return ""
        held = self.json(or_none=True)
        said = held.get("error") if isinstance(held, dict) else None
        return said[:60] if isinstance(said, str) else f"status {self.status}"

    def json(self, *, or_none: bool = False) -> Any:
        """The body as JSON. Raises OutsideRefused where it is none."""
        try:
            return msgspec.json.decode(self.body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            if or_none:
                return None
            raise OutsideRefused(why="protocol") from None

    def object(self) -> dict[str, Any]:
        """The body as an object. Raises OutsideRefused."""
        held = self.json()
        if not isinstance(held, dict):
            raise OutsideRefused(why="protocol")
        return held


@define
class Door:
    """Everything that goes out goes through here. Used by one thread.

    inside   whether addresses that are not public, and http, are allowed
    answers  statuses of 500 and above that are answers like any other, such as that something is not implemented
    """

    inside: bool
    answers: frozenset[int] = frozenset()
    _client: httpx.Client = field(init=False)
    _rests: dict[str, float] = field(factory=dict)  # host to the moment (monotonic) until which it is left alone

    def __attrs_post_init__(self) -> None:
        self._client = httpx.Client(
            verify=ssl.create_default_context(),
            timeout=httpx.Timeout(SILENT_S, connect=CONNECT_S),
            limits=httpx.Limits(max_connections=8, max_keepalive_connections=4),
            follow_redirects=False,  # a redirect may lead anywhere, with what signs in
            headers=_SERVED,
        )

    def get(
        self, url: str, params: Mapping[str, Any] | None = None, *, headers: Mapping[str, str] | None = None,
        most_bytes: int = MAX_ANSWER_BYTES, within_s: float = ANSWER_S,
    ) -> Answer:  # fmt: skip
        """Ask. Raises OutsideUnreachable, OutsideBusy, OutsideRefused, PrivateAddress."""
        return self._ask("GET", url, params=params, headers=headers, most_bytes=most_bytes, within_s=within_s)

    def post(
        self, url: str, body: Mapping[str, Any] | None = None, *, headers: Mapping[str, str] | None = None, once: bool = False
    ) -> Answer:
        """Tell; with `once`, not a second time whatever becomes of the connection. Raises as `get`."""
        return self._ask("POST", url, json=body, headers=headers, most_bytes=MAX_ANSWER_BYTES, within_s=ANSWER_S, once=once)

    def post_form(
        self, url: str, fields: Mapping[str, str], *, headers: Mapping[str, str] | None = None, within_s: float = ANSWER_S,
        once: bool = False,
    ) -> Answer:  # fmt: skip
        """Tell, as a form does; with `once` as `post`. Raises as `get`."""
        return self._ask("POST", url, data=dict(fields), headers=headers, most_bytes=SMALL_BYTES, within_s=within_s, once=once)

    def lines(self, url: str, *, headers: Mapping[str, str]) -> Iterator[bytes]:
        """An answer without an end, line by line as it comes; an empty one first, when it stands. Raises as `get`; OutsideRefused
        with why="status" when there is none."""
        self._may_go(url)
        silence = httpx.Timeout(STREAM_SILENT_S, connect=CONNECT_S)
        try:
            with (
                nullcontext() if self.inside else guard.only_public(),
                self._client.stream("GET", url, headers=headers, timeout=silence) as response,
            ):
                if response.status_code == 429 or (response.status_code >= 500 and response.status_code not in self.answers):
                    raise OutsideUnreachable
                if response.status_code != 200 or response.headers.get("content-encoding", "identity") != "identity":
                    raise OutsideRefused(why="status")
                yield b""
                held = bytearray()
                for piece in response.iter_raw():
                    held += piece
                    if b"\n" in piece:  # looked for in what is new alone: it may come byte by byte
                        *whole, rest = bytes(held).split(b"\n")
                        held = bytearray(rest)
                        yield from whole
                    if len(held) > MAX_LINE_BYTES:
                        raise OutsideRefused(why="size")
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError):
            raise OutsideUnreachable from None

    def rests_s(self, url: str) -> float:
        """For how long this server is still to be left alone."""
        return max(0.0, self._rests.get(_place(url), 0.0) - time.monotonic())

    def close(self) -> None:
        with suppress(Exception):  # the edge: it is gone, one way or the other
            self._client.close()

    def _may_go(self, url: str) -> str:
        """The server of this address. Raises OutsideRefused where it is not encrypted, OutsideBusy where it is left alone."""
        if not url.startswith("https://") and not (self.inside and url.startswith("http://")):
            raise OutsideRefused(why="certificate")
        if self.rests_s(url):
            raise OutsideBusy
        return _place(url)

    def _ask(self, how: str, url: str, *, most_bytes: int, within_s: float, once: bool = False, **told: Any) -> Answer:
        place = self._may_go(url)
        try:
            with nullcontext() if self.inside else guard.only_public():
                read = self._read if once else self._read_again
                answer = read(how, url, time.monotonic() + within_s, most_bytes, told)
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:
            self._rests[place] = time.monotonic() + SHORTEST_REST_S
            if not self.inside and guard.was_refused():
                raise PrivateAddress from None
            if "CERTIFICATE" in str(error).upper():
                raise OutsideRefused(why="certificate") from None
            raise OutsideUnreachable from None
        if answer.status == 429:
            self._rests[place] = time.monotonic() + _patience_s(answer.headers)
            raise OutsideBusy
        if answer.status >= 500 and answer.status not in self.answers:
            raise OutsideUnreachable
        return answer

    def _read_again(self, how: str, url: str, until: float, most_bytes: int, told: dict[str, Any]) -> Answer:
        """Once more where a connection that was kept open had been closed at the other end meanwhile."""
        try:
            return self._read(how, url, until, most_bytes, told)
        except (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError):
            return self._read(how, url, until, most_bytes, told)

    def _read(self, how: str, url: str, until: float, most_bytes: int, told: dict[str, Any]) -> Answer:
        with self._client.stream(how, url, **told) as response:
            if response.headers.get("content-encoding", "identity") != "identity":
                raise OutsideRefused(why="protocol")  # not asked for: it could grow without end
            held = bytearray()
            for piece in response.iter_raw():
                held += piece
                if len(held) > most_bytes:
                    raise OutsideRefused(why="size")
                if time.monotonic() > until:
                    raise OutsideUnreachable
            return Answer(response.status_code, bytes(held), dict(response.headers))

    def leave_alone(self, url: str, seconds: float = REST_S) -> None:
        """Ask this server nothing for so long."""
        self._rests[_place(url)] = time.monotonic() + seconds


def _place(url: str) -> str:
    return "/".join(url.split("/", 3)[:3])


def _patience_s(headers: Mapping[str, str]) -> float:
    """How long a server wants to be left alone: by its own clock, so that ours may be wrong."""
    said = headers.get("retry-after", "")
    if said.isdigit():
        return min(max(float(said), SHORTEST_REST_S), LONGEST_REST_S)
    reset = headers.get("ratelimit-reset", "") or headers.get("x-ratelimit-reset", "")
    until: float | None = float(reset) if reset.isdigit() and len(reset) < 20 else None
    if until is None:
        with suppress(ValueError):  # some write a date, in UTC
            until = datetime.fromisoformat(reset[:40]).replace(tzinfo=UTC).timestamp()
    if until is None:
        return REST_S
    return min(max(until - clock_of(headers).timestamp(), SHORTEST_REST_S), LONGEST_REST_S)


def clock_of(headers: Mapping[str, str]) -> datetime:
    """What time it is where an answer came from; ours where it does not say."""
    with suppress(ValueError, TypeError, OverflowError):
        said = parsedate_to_datetime(headers.get("date", ""))
        return said.astimezone(UTC) if said.tzinfo else said.replace(tzinfo=UTC)
    return datetime.now(UTC)
