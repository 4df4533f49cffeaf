"""A Chirp account, asked for what is new. Read only: nothing there is marked as seen."""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import nullcontext, suppress
from typing import Any

import httpx
import msgspec
from attrs import define, field

from parapet.channels.live import BATCH_BYTES, Batch, Cursor, Piece
from parapet.domain.errors import OutsideRefused, OutsideUnreachable, PrivateAddress, SignInRefused
from parapet.network import guard

#: How often the server is asked, and for how long it may answer.
POLL_S, ANSWER_S = 10.0, 30.0


def open_line(told: Mapping[str, Any], *, inside: bool) -> ChirpLine:
    """`told`: what was typed, `host` (an address), `user` and `password`."""
    line = ChirpLine(str(told["host"]), str(told["user"]), str(told["password"]), inside)
    try:
        line.ask(0, most=1)  # what is wrong with a name or a password is said while the person waits
    except BaseException:
        line.close()
        raise
    return line


@define
class ChirpLine:
    """Used by one thread. The cursor is the number of the last chirp that was brought."""

    host: str
    user: str
    password: str = field(repr=False)
    inside: bool
    client: httpx.Client = field(factory=lambda: httpx.Client(timeout=ANSWER_S, follow_redirects=False))
    _asked: float = 0.0

    def begin(self) -> Cursor:
        """What is there already is left alone."""
        _raw, newest = self.ask(0, most=1, newest=True)
        return {"after": newest}

    def fetch(self, cursor: Cursor) -> Batch:
        """One answer of the server, byte for byte. Asked the same again, it gives the same again."""
        after = int(cursor.get("after", 0))
        raw, newest = self.ask(after)
        self._asked = time.monotonic()
        if newest <= after:
            return Batch((), cursor)
        return Batch((Piece(raw, f"after {after}.json"),), {"after": newest}, more=True)

    def wait(self, seconds: float) -> bool:
        """Until it is time to ask again, at most `seconds`."""
        time.sleep(min(seconds, 1.0))
        return time.monotonic() - self._asked >= POLL_S

    def close(self) -> None:
        with suppress(Exception):  # the edge: it is gone, one way or the other
            self.client.close()

    def ask(self, after: int, *, most: int = 100, newest: bool = False) -> tuple[bytes, int]:
        """The server's answer, and the number of the newest chirp in it (`after` when there is none)."""
        asked = {"after": after, "most": most, "newest": int(newest)}
        try:
            # The guard holds while a connection is made: a name may lead into this machine's own network.
            with nullcontext() if self.inside else guard.only_public():
                raw = self._read(asked)
        except guard.LedInside:
            raise PrivateAddress from None
        except (httpx.HTTPError, httpx.InvalidURL, OSError):
            if not self.inside and guard.was_refused():
                raise PrivateAddress from None
            raise OutsideUnreachable from None
        try:
            # Only the numbers are read here, to know how far it was read: the rest is the parser's.
            numbers = [int(each["id"]) for each in msgspec.json.decode(raw)["chirps"]]
        except (msgspec.DecodeError, ValueError, TypeError, LookupError, RecursionError):
            raise OutsideRefused(why="protocol") from None
        return raw, max(numbers, default=after)

    def _read(self, asked: Mapping[str, int]) -> bytes:
        auth = (self.user, self.password)
        with self.client.stream("GET", f"{self.host}/chirps", params=dict(asked), auth=auth) as answer:
            if answer.status_code == 401:
                raise SignInRefused
            if answer.status_code != 200:
                raise OutsideUnreachable
            held = bytearray()
            for piece in answer.iter_raw():  # as it came: what is sealed is what the server sent
                held += piece
                if len(held) > BATCH_BYTES:
                    raise OutsideRefused(why="size")
            return bytes(held)
