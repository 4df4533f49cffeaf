"""A bell: the server's own stream, listened to in a thread. It says that something came; what, is asked for as ever.

What is on a stream is not kept: the same comes by the lists, with what the stream leaves out. A server without one is asked by the clock.
https://docs.joinmastodon.org/methods/streaming/
"""

from __future__ import annotations

import threading
import time
from contextlib import suppress

import msgspec
from attrs import define, field

from parapet.channels.mastodon.address import is_hers
from parapet.channels.mastodon.session import Session
from parapet.channels.shape import name, record, words
from parapet.domain.errors import OutsideRefused, OutsideUnreachable
from parapet.network.door import SMALL_BYTES, Door

_RINGS = frozenset({"notification", "conversation", "delete", "status.update", "notifications_merged"})
FIRST_WAIT_S, LONGEST_WAIT_S = 2.0, 300.0
#: Of messages that were changed or deleted, so many are remembered until they are looked at.
MAX_NAMED = 200


@define(eq=False)
class Bell:
    """Listens from `start` on, until `close`.

    rung      something came since `taken`
    standing  the stream is there; `absent`: the server has none
    """

    session: Session
    rung: threading.Event = field(factory=threading.Event)
    standing: bool = False
    absent: bool = False
    _named: dict[str, None] = field(factory=dict)
    _lock: threading.Lock = field(factory=threading.Lock)
    _over: threading.Event = field(factory=threading.Event)
    _thread: threading.Thread | None = None

    def start(self) -> None:
        """Once."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="parapet-bell", daemon=True)
            self._thread.start()

    def taken(self) -> frozenset[str]:
        """Ids of messages that were said to be changed or gone since the last time."""
        with self._lock:
            self.rung.clear()
            named, self._named = frozenset(self._named), {}
        return named

    def close(self) -> None:
        """The thread ends when the server says something next, or nothing for long."""
        self._over.set()

    def _run(self) -> None:
        door = Door(self.session.door.inside, self.session.door.answers)
        wait_s = FIRST_WAIT_S
        try:
            where = self._where(door)
            while not self._over.is_set() and not self.absent:
                began = time.monotonic()
                with suppress(OutsideUnreachable):
                    self._listen(door, where)
                self.standing = False
                wait_s = FIRST_WAIT_S if time.monotonic() - began > LONGEST_WAIT_S else min(wait_s * 2, LONGEST_WAIT_S)
                self._over.wait(wait_s)
        finally:
            self.standing = False
            door.close()

    def _listen(self, door: Door, where: str) -> None:
        event = ""
        try:
            for line in door.lines(f"{where}/api/v1/streaming/user", headers=self.session.headers()):
                if self._over.is_set():
                    return
                if not self.standing:  # it stands from now on: what came just before is asked for once
                    self.standing = True
                    self.rung.set()
                line = line.rstrip(b"\r")
                if line.startswith(b"event:"):
                    event = line[6:].strip().decode("ascii", "replace")
                elif line.startswith(b"data:") and event in _RINGS:
                    self._ring(event, line[5:].strip())
        except OutsideRefused as error:
            if error.why == "status":
                self.absent = True

    def _ring(self, event: str, said: bytes) -> None:
        number = ""
        if event == "delete":
            number = said.decode("ascii", "replace")[:200]
        elif event == "status.update":
            with suppress(msgspec.DecodeError, UnicodeDecodeError, RecursionError):
                number = name(record(msgspec.json.decode(said)).get("id"))
        with self._lock:
            if number and len(self._named) < MAX_NAMED:
                self._named[number] = None
            self.rung.set()

    def _where(self, door: Door) -> str:
        """The server itself, or one below its name that it calls its own for this; no other is given the token."""
        with suppress(OutsideUnreachable, OutsideRefused):
            answer = door.get(f"{self.session.server}/api/v1/instance", most_bytes=SMALL_BYTES * 4)
            told = record(record(answer.json(or_none=True) if answer.ok else None).get("urls"))
            said = words(told.get("streaming_api")).replace("wss://", "https://", 1).replace("ws://", "http://", 1).rstrip("/")
            if said and is_hers(said, self.session.server):
                return "/".join(said.split("/")[:3])
        return self.session.server
