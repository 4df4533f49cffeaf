"""The door for mail (SMTP): what is handed in for a shielded address is kept before it is taken, and nothing is ever answered to its writer.

A stranger speaks here first, so everything is bounded: connections, time, commands, addresses, bytes. What is refused is refused in one and
the same way, whether an address is somebody's or nobody's. Line ends within a mail are left as they came: only CR LF . CR LF ends one, so
that what looks like an end to another server (RFC 5321, section 4.1.1.4) stays part of the mail.
"""

from __future__ import annotations

import asyncio
import logging
import re
import ssl
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any, Protocol, cast

import structlog
from aiosmtpd.smtp import SMTP, Envelope, Session
from attrs import define, field, frozen

from parapet.settings.door import MTA, PROXY, DoorSettings

log = structlog.get_logger("parapet.door")

#: As large services take; also what one mail may be before base64 makes it longer.
MAX_MAIL_BYTES = 36 * 1024 * 1024
#: Of all mails that are on their way in at once.
MAX_HELD_BYTES = 512 * 1024 * 1024
MAX_CONNECTIONS, MAX_FROM_ONE_PEER = 200, 20
MAX_RECIPIENTS, MAX_WRONG_ADDRESSES = 20, 10
#: RFC 5321 wants 1,000; programs that are asked for it write longer ones, and mail is not lost for that.
MAX_LINE_BYTES = 64 * 1024
#: For one command with its answer, a whole mail among them (RFC 5321, section 4.5.3.2.6: ten minutes); and for one connection.
COMMAND_S, SESSION_S = 600.0, 1_800.0
PROXY_S = 5.0
#: Mails that are kept in one transaction: one write to the disk serves all that came meanwhile.
BATCH_MAILS = 32

NO_SUCH = "550 5.1.1 There is no such mailbox here"
LATER = "451 4.3.0 It could not be kept. Please try again later"
_LIMITS = {
    "*": 200,
    "MAIL": 100,
    "RCPT": 400,
    "DATA": 100,
    "EHLO": 5,
    "HELO": 5,
    "STARTTLS": 1,
    "NOOP": 20,
    "RSET": 100,
    "HELP": 5,
    "VRFY": 5,
}
_RECEIVED = re.compile(rb"(?im)^received[ \t]*:")


@frozen
class Arrived:
    """A mail as it was handed in. `raw`: the octets between DATA and its end, without the dots that SMTP adds.

    peer  who connected; "" where a server of the house's own stands between
    tls   version and cipher; "" for none
    """

    raw: bytes = field(repr=False)
    mail_from: str = field(repr=False)
    recipients: tuple[str, ...] = field(repr=False)
    helo: str = field(repr=False)
    peer: str = field(repr=False)
    tls: str
    at: datetime


class Keeper(Protocol):
    """Who keeps what comes. Called from threads."""

    def known(self, address: str) -> bool:
        """Whether mail for this address is taken."""

    def keep(self, mails: Sequence[Arrived]) -> list[bool]:
        """Keep them for good, each for all its recipients; which were kept. Raises when none could be."""


@define
class _Door:
    """What all connections share."""

    settings: DoorSettings
    keeper: Keeper
    tls: ssl.SSLContext | None = None
    sessions: set[_Session] = field(factory=set)
    peers: Counter[str] = field(factory=Counter)
    waiting: asyncio.Queue[tuple[Arrived, asyncio.Future[bool]]] = field(factory=asyncio.Queue)
    asking: ThreadPoolExecutor = field(factory=lambda: ThreadPoolExecutor(2, "parapet-door-ask"))
    keeping: ThreadPoolExecutor = field(factory=lambda: ThreadPoolExecutor(1, "parapet-door-keep"))

    async def keep_what_waits(self) -> None:
        """For as long as the door is open: as many at once as have come since the last time."""
        loop = asyncio.get_running_loop()
        while True:
            batch = [await self.waiting.get()]
            while len(batch) < BATCH_MAILS and not self.waiting.empty():
                batch.append(self.waiting.get_nowait())
            try:
                kept = await loop.run_in_executor(self.keeping, self.keeper.keep, [mail for mail, _ in batch])
            except Exception as error:  # the edge: whoever sent it is told to come again, so nothing is lost
                log.error("mails could not be kept", mails=len(batch), exc_info=error)
                kept = [False] * len(batch)
            for (_mail, told), done in zip(batch, kept, strict=True):
                if not told.done():
                    told.set_result(done)


class _Handler:
    """The hooks of aiosmtpd: one for all connections."""

    def __init__(self, door: _Door) -> None:
        self._door = door

    async def handle_PROXY(self, _server: SMTP, _session: Session, _envelope: Envelope, told: Any) -> bool:
        return bool(told.valid)

    async def handle_RCPT(self, server: _Session, _session: Session, envelope: Envelope, address: str, _options: Any) -> str:
        if len(envelope.rcpt_tos) >= MAX_RECIPIENTS:
            return "452 4.5.3 Too many recipients"
        try:
            known = await server.loop.run_in_executor(self._door.asking, self._door.keeper.known, address)
        except Exception as error:  # the edge: the database
            log.error("an address could not be looked up", exc_info=error)
            return LATER
        if known:
            envelope.rcpt_tos.append(address)
            return "250 2.1.5 OK"
        return server.wrong_address()

    async def handle_DATA(self, server: _Session, session: Session, envelope: Envelope) -> str:
        mail = Arrived(
            raw=cast("bytes", envelope.original_content),
            mail_from="" if envelope.mail_from == "<>" else (envelope.mail_from or ""),
            recipients=tuple(dict.fromkeys(envelope.rcpt_tos)),
            helo=session.host_name or "",
            peer=server.peer,
            tls=server.encryption,
            at=datetime.now(UTC),
        )
        told: asyncio.Future[bool] = server.loop.create_future()
        self._door.waiting.put_nowait((mail, told))
        # Shielded: when the other side hangs up meanwhile, it is kept all the same, and its next try is known.
        return "250 2.0.0 Kept" if await asyncio.shield(told) else LATER

    async def handle_VRFY(self, *_args: Any) -> str:
        return "252 2.1.5 Send it, and see"

    async def handle_exception(self, error: Exception) -> str:
        """Says nothing of what went wrong."""
        log.error("a connection failed", exc_info=error)
        return LATER


class _Session(SMTP):
    """One connection."""

    line_length_limit = MAX_LINE_BYTES

    def __init__(self, door: _Door, loop: asyncio.AbstractEventLoop) -> None:
        self.door = door
        self.taken = self.wrong = 0
        self.peer = ""
        self._counted = ""
        self._end: asyncio.TimerHandle | None = None
        super().__init__(
            _Handler(door),
            data_size_limit=MAX_MAIL_BYTES,
            enable_SMTPUTF8=True,
            hostname=door.settings.domains[0],
            ident="ESMTP",
            tls_context=door.tls,
            timeout=COMMAND_S,
            command_call_limit=_LIMITS,
            proxy_protocol_timeout=PROXY_S if door.settings.behind == PROXY else None,
            loop=loop,
        )

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Count it, and turn away those that are too many."""
        first = self.transport is None
        super().connection_made(transport)
        if not first:
            return  # the same connection, encrypted now
        self._end = self.loop.call_later(SESSION_S, self.hang_up)
        self.door.sessions.add(self)
        if self.door.settings.behind == "":
            found = transport.get_extra_info("peername")
            self.peer = str(found[0]).removeprefix("::ffff:") if found else ""
            self._counted = self.peer
            self.door.peers[self._counted] += 1
        if len(self.door.sessions) > MAX_CONNECTIONS or self.door.peers[self._counted] > MAX_FROM_ONE_PEER:
            cast("asyncio.Transport", transport).write(b"421 4.7.0 Too many connections. Please try again later\r\n")
            transport.close()

    def connection_lost(self, error: Exception | None) -> None:
        """Count it out."""
        if self._end is not None:
            self._end.cancel()
        if self in self.door.sessions:
            self.door.sessions.discard(self)
            if self._counted:
                self.door.peers[self._counted] -= 1
                self.door.peers += Counter()  # leaves out those at zero
        super().connection_lost(error)

    def data_received(self, data: bytes) -> None:
        """Nobody fills the memory: neither by one mail, nor by many at once, nor by a line without an end."""
        self.taken += len(data)
        if self.taken > MAX_MAIL_BYTES + 2 * MAX_LINE_BYTES or (
            self.taken > MAX_LINE_BYTES and sum(each.taken for each in self.door.sessions) > MAX_HELD_BYTES
        ):
            self.hang_up()
            return
        super().data_received(data)

    def _set_post_data_state(self) -> None:
        self.taken = 0
        super()._set_post_data_state()  # type: ignore[no-untyped-call]

    async def _handle_client(self) -> None:
        """As aiosmtpd's; a line that breaks the conversation off breaks it off quietly."""
        try:
            await super()._handle_client()
        except (ConnectionError, asyncio.IncompleteReadError):
            self.hang_up()

    async def push(self, status: Any) -> None:
        """Answer; to who is gone, nothing."""
        told = self.session.proxy_data if self.session is not None else None
        if told is not None and not self.peer:
            self.peer = str(told.src_addr or "")
        if self.transport is not None and not self.transport.is_closing():
            await super().push(status)

    def hang_up(self) -> None:
        """At once, whatever is under way."""
        if isinstance(self.transport, asyncio.Transport):
            self.transport.abort()

    def wrong_address(self) -> str:
        """The answer for an address that is nobody's; who tries many is let try no more."""
        self.wrong += 1
        if self.wrong < MAX_WRONG_ADDRESSES:
            return NO_SUCH
        self.loop.call_later(0.1, self.hang_up)
        return "421 4.7.0 Too many wrong addresses"

    @property
    def encryption(self) -> str:
        """Version and cipher, or ""."""
        told = self.session.ssl if self.session is not None else None
        cipher = told.get("cipher") if isinstance(told, dict) else None
        return f"{cipher[1]} {cipher[0]}" if cipher else ""


async def serve_door(
    settings: DoorSettings, keeper: Keeper, stop: asyncio.Event, *, ready: Callable[[int], None] = lambda _port: None
) -> None:
    """Take mail in until `stop` is set. `ready` is told the port. Raises OSError when nothing can listen there, ssl.SSLError."""
    for name in ("mail.log", "mail.debug", "aiosmtpd"):
        logging.getLogger(name).disabled = True  # it would write down who writes to whom
    loop = asyncio.get_running_loop()
    door = _Door(settings, keeper, tls_of(settings))
    keeping = loop.create_task(door.keep_what_waits())
    server = await loop.create_server(lambda: _Session(door, loop), settings.host, settings.port, backlog=256)
    ready(server.sockets[0].getsockname()[1])
    try:
        await stop.wait()
    finally:
        server.close()
        for _ in range(20):  # what is being kept is answered; who is in the middle of a mail sends it again
            if door.waiting.empty() and not any(each.taken for each in door.sessions):
                break
            await asyncio.sleep(0.05)
        keeping.cancel()
        for session in list(door.sessions):
            session.hang_up()
        door.asking.shutdown(wait=False)
        door.keeping.shutdown(wait=True)


def tls_of(settings: DoorSettings) -> ssl.SSLContext | None:
    """What encrypts the way here, where there is a certificate. Raises OSError, ssl.SSLError."""
    if settings.certificate is None or settings.key is None:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(settings.certificate, settings.key)
    return context


def times_received(raw: bytes) -> int:
    """How many servers say that they had it: a mail that goes round in a circle has many."""
    head = raw.replace(b"\r\n", b"\n").partition(b"\n\n")[0]
    return len(_RECEIVED.findall(head))


__all__ = ["LATER", "MAX_MAIL_BYTES", "MTA", "NO_SUCH", "Arrived", "Keeper", "serve_door", "times_received", "tls_of"]
