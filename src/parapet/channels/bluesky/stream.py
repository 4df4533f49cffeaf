"""All public posts as they are written, read once in a process for everybody who wants some of them.

A Jetstream (github.com/bluesky-social/jetstream) sends each post of the network as a line of JSON, and goes back in time when it is told to.
One thread reads it. What concerns a listener is put into that listener's ear, which holds so much at most; a listener who was slow is read to
again from where her ear was full. Where the stream breaks off it is taken up some seconds before: what comes twice is found to be there.

What it tells is hearsay: who runs the stream could invent a post. Its writer's own server is asked for the signed record, as for every post.
"""

from __future__ import annotations

import ssl
import threading
import time
from collections import deque
from contextlib import nullcontext
from random import SystemRandom
from urllib.parse import urlencode

import structlog
from attrs import define, field
from websockets.exceptions import ConnectionClosed, PayloadTooBig, WebSocketException
from websockets.sync.client import ClientConnection, connect

from parapet.channels.bluesky.frames import MAX_FRAME_BYTES, Heard, Hearing, Wanted
from parapet.channels.bluesky.parse import POST
from parapet.network import guard

log = structlog.get_logger("parapet.stream")

CONNECT_S, SILENT_S = 10.0, 60.0
#: After a break it is taken up so long before: clocks of two streams differ.
BACK_US = 5_000_000
SHORTEST_WAIT_S, LONGEST_WAIT_S = 1.0, 60.0
#: What one ear holds.
MAX_HELD, MAX_HELD_BYTES = 2_000, 16 * 1024 * 1024
#: A frame is read away up to here and left out; one that is larger still ends the connection, which then goes on behind it.
MAX_MESSAGE_BYTES, STEP_US = 32 * 1024 * 1024, 1_000_000
#: So often at most is the stream begun anew from an earlier moment.
REWIND_EVERY_S = 2.0
_LOOK_S = 0.5


@define(eq=False)
class Ear:
    """What one listener wants, and what was heard of it and not taken so far.

    since_us  from which moment on; 0 from now on
    kept      names of messages that the listener keeps
    """

    wanted: Wanted
    since_us: int
    kept: frozenset[str] = frozenset()
    news: threading.Event = field(factory=threading.Event)
    _stream: Stream | None = None
    _held: deque[tuple[int, bytes]] = field(factory=deque)
    _held_bytes: int = 0
    _full_at_us: int = 0
    _covered: bool = False  # the stream was read from `since_us` on

    def take(self, most: int = MAX_HELD) -> tuple[list[bytes], int]:
        """What was heard, the oldest first, so many at most; and up to which moment this is all, 0 where that is not known yet."""
        assert self._stream is not None
        with self._stream.lock:
            frames = [self._held.popleft()[1] for _ in range(min(most, len(self._held)))]
            self._held_bytes -= sum(map(len, frames))
            if self._held:
                self.since_us = max(self.since_us, self._held[0][0] - 1)
                return frames, self.since_us
            self.news.clear()
            if self._full_at_us:
                self.since_us, self._full_at_us = max(self.since_us, self._full_at_us - 1), 0
                self._covered = False
                self._stream.rewind(self.since_us)
            elif self._covered:
                self.since_us = max(self.since_us, self._stream.at_us)
            return frames, self.since_us

    def close(self) -> None:
        """Listen no more."""
        if self._stream is not None:
            self._stream.leave(self)

    def _hear(self, raw: bytes, at_us: int) -> None:
        if self._full_at_us or at_us <= self.since_us - BACK_US:
            return
        if len(self._held) >= MAX_HELD or (self._held and self._held_bytes + len(raw) > MAX_HELD_BYTES):
            self._full_at_us = at_us
            return
        self._held.append((at_us, raw))
        self._held_bytes += len(raw)
        self.news.set()


@define(eq=False)
class Stream:
    """One connection to a stream, for as long as anybody listens."""

    url: str
    inside: bool
    lock: threading.Lock = field(factory=threading.Lock)
    at_us: int = 0
    ears: list[Ear] = field(factory=list)
    connects: int = 0
    _hearing: Hearing | None = None
    _back_to_us: int | None = None
    _step_us: int = 0
    _over: threading.Event = field(factory=threading.Event)

    def join(self, ear: Ear) -> None:
        """Somebody listens too. Under the lock of all streams."""
        with self.lock:
            ear._stream = self
            self.ears = [*self.ears, ear]
            self._hearing = None
            if self.connects and ear.since_us and (not self.at_us or ear.since_us + BACK_US < self.at_us):
                self.rewind(ear.since_us)
            elif self.connects:
                ear._covered = True
        if len(self.ears) == 1:
            threading.Thread(target=self._run, name="parapet-stream", daemon=True).start()

    def leave(self, ear: Ear) -> None:
        """Somebody listens no more."""
        with _standing_lock, self.lock:
            self.ears = [each for each in self.ears if each is not ear]
            self._hearing = None
            if not self.ears:
                self._over.set()
                _standing.pop((self.url, self.inside), None)

    def rewind(self, to_us: int) -> None:
        """Read from this moment on once more. Under the lock."""
        self._back_to_us = to_us if self._back_to_us is None else min(self._back_to_us, to_us)

    # In the thread

    def _run(self) -> None:
        wait_s = SHORTEST_WAIT_S
        while not self._over.is_set():
            before = self.at_us
            try:
                self._listen()
                wait_s = SHORTEST_WAIT_S
                self._over.wait(REWIND_EVERY_S)
                continue
            except (WebSocketException, OSError, EOFError, ValueError) as error:
                log.info("the stream broke off", kind=type(error).__name__)
            except Exception as error:  # the edge: whatever a server sends, the stream is taken up again
                log.error("the stream failed", exc_info=error)
            wait_s = SHORTEST_WAIT_S if self.at_us != before else min(wait_s * 2, LONGEST_WAIT_S)
            self._over.wait(wait_s * SystemRandom().uniform(0.8, 1.2))

    def _listen(self) -> None:
        """Until it is to begin anew from an earlier moment, or nobody listens. Raises what a connection raises."""
        with self.lock:
            asked = [ear.since_us for ear in self.ears if not ear._covered and ear.since_us]
            back = [each for each in (self._back_to_us, self.at_us or None, *asked) if each is not None]
            start_us = min(back) - BACK_US + self._step_us if back else 0
            self._back_to_us = None
        if not self.url.startswith("wss://") and not self.inside:
            raise ValueError("a stream in the clear")
        told = {"wantedCollections": POST, "maxMessageSizeBytes": MAX_FRAME_BYTES, **({"cursor": start_us} if start_us else {})}
        context = ssl.create_default_context() if self.url.startswith("wss://") else None
        with nullcontext() if self.inside else guard.only_public():
            # No compression: a small frame could grow without end.
            connection = connect(
                f"{self.url}?{urlencode(told)}", ssl=context, compression=None, max_size=MAX_MESSAGE_BYTES, open_timeout=CONNECT_S,
                user_agent_header="Parapet (keeps what is sent to its user)", close_timeout=1.0,
            )  # fmt: skip
        with connection:
            self._stands(start_us)
            try:
                self._read(connection)
            except ConnectionClosed as closed:
                if isinstance(closed.__cause__, PayloadTooBig):
                    self._step_us += BACK_US + STEP_US  # behind it; what else was written in that second is lost
                raise

    def _stands(self, start_us: int) -> None:
        with self.lock:
            self.connects += 1
            for ear in self.ears:
                if not ear._covered and (not ear.since_us or 0 < start_us <= ear.since_us):
                    ear._covered = True
                elif not ear._covered:  # it came while the connection was being made
                    self.rewind(ear.since_us)
            if start_us:
                self.at_us = start_us

    def _read(self, connection: ClientConnection) -> None:
        quiet_since = time.monotonic()
        while not self._over.is_set() and self._back_to_us is None:
            try:
                raw = connection.recv(timeout=_LOOK_S, decode=False)
            except TimeoutError:
                if time.monotonic() - quiet_since > SILENT_S and self.url.startswith("wss://"):
                    raise  # the network of Bluesky is never so quiet
                continue
            quiet_since = time.monotonic()
            self._take(raw)

    def _take(self, raw: bytes) -> None:
        heard = self._ears().hear(raw)
        at_us = heard.at_us if isinstance(heard, Heard) else heard
        if not 0 < at_us < (time.time() + 3_600) * 1_000_000:  # no moment that can be: it must not move the place
            return
        with self.lock:
            self._step_us = 0
            if isinstance(heard, Heard):
                for ear in heard.who:
                    ear._hear(raw, heard.at_us)
            self.at_us = max(self.at_us, at_us)

    def _ears(self) -> Hearing:
        hearing = self._hearing
        if hearing is None:
            with self.lock:
                ears = self.ears
                self._hearing = hearing = Hearing(
                    {ear: ear.wanted for ear in ears}, lambda uri: [ear for ear in ears if uri in ear.kept]
                )
        return hearing


_standing: dict[tuple[str, bool], Stream] = {}
_standing_lock = threading.Lock()


def listen(url: str, wanted: Wanted, since_us: int, *, inside: bool) -> Ear:
    """Hear from the stream at `url` what is `wanted`, from a moment on."""
    ear = Ear(wanted, since_us)
    with _standing_lock:
        stream = _standing.get((url, inside))
        if stream is None:
            stream = _standing[url, inside] = Stream(url, inside)
        stream.join(ear)
    return ear
