"""A mailbox over IMAP (RFC 9051, 3501): read only, watched with IDLE (RFC 2177) where the server has it.

Folders are opened with EXAMINE and messages read with BODY.PEEK, so that nothing in the mailbox changes: nothing is marked as
read, moved or deleted. What comes is every octet that the server holds of a message.
"""

from __future__ import annotations

import imaplib
import select
import socket
import ssl
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext, suppress
from datetime import date
from typing import Any

from attrs import define, field, frozen
from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError, LoginError
from imapclient.imap4 import IMAP4WithTimeout
from imapclient.tls import IMAP4_TLS

from parapet.channels.live import BATCH_BYTES, BATCH_PIECES, MAX_PIECE_BYTES, Batch, Cursor, Piece
from parapet.domain.errors import OutsideRefused, OutsideUnreachable, PlaceMissing, PrivateAddress, SignInRefused
from parapet.network import guard

CONNECT_S, ANSWER_S = 15.0, 60.0
#: RFC 2177 has clients end an IDLE at least every 29 minutes; routers forget a silent connection much earlier.
IDLE_S = 240.0
#: How often a server without IDLE is asked.
POLL_S = 30.0
#: Servers allow some ten connections a person, and her own programs need them too: each folder takes one.
MAX_FOLDERS = 5
#: RFC 9051, 2.3.1.1.
MAX_UID = 2**32 - 1
#: Two million UIDs.
MAX_LINE_BYTES = 16 * 1024 * 1024
#: What one command may be answered with: the largest message that is fetched, and room for what is said around it.
MAX_ANSWER_BYTES = MAX_PIECE_BYTES + 2 * MAX_LINE_BYTES
#: RFC 9051: sizes are of 63 bits.
MAX_SIZE = 2**63 - 1


@frozen
class Mailbox:
    """Where the mail lies.

    since  from which day on, by the server's own date; None for what comes from now on
    began  the day on which it was connected: nothing older is read when the server numbers its messages anew
    """

    host: str
    user: str
    password: str = field(repr=False)
    folders: tuple[str, ...] = ("INBOX",)
    port: int = 993
    starttls: bool = False
    since: date | None = None
    began: date = date.min

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Mailbox:
        """From what was kept."""
        since = str(told.get("since") or "")
        return cls(
            host=str(told["host"]),
            user=str(told["user"]),
            password=str(told["password"]),
            folders=tuple(map(str, told["folders"]))[:MAX_FOLDERS],
            port=int(told["port"]),
            starttls=bool(told["starttls"]),
            since=date.fromisoformat(since) if since else None,
            began=date.fromisoformat(str(told["began"])),
        )


def open_line(told: Mapping[str, Any], *, inside: bool) -> MailLine:
    """Connect, sign in and open every folder."""
    box = Mailbox.of(told)
    held: list[_Folder] = []
    try:
        for name in box.folders:
            held.append(_Folder(name, _signed_in(box, inside)))
            held[-1].open()
    except BaseException:
        for each in held:
            each.close()
        raise
    return MailLine(box, held)


def _signed_in(box: Mailbox, inside: bool) -> _Client:
    trusted = ssl.create_default_context()
    with _said():
        # The guard holds while the connection is made; afterwards it leads where it leads.
        with nullcontext() if inside else guard.only_public():
            client = _Client(
                box.host,
                port=box.port,
                ssl=not box.starttls,
                ssl_context=None if box.starttls else trusted,
                timeout=CONNECT_S,
            )
        try:
            if box.starttls:
                client.starttls(trusted)
            client.socket().settimeout(ANSWER_S)
            client.login(box.user, box.password)
        except BaseException:
            _hang_up(client)
            raise
    return client


@contextmanager
def _said() -> Iterator[None]:
    """What a library raises, in our words: none of it may hold what a server or a stranger said."""
    try:
        yield
    except guard.LedInside:
        raise PrivateAddress from None
    except LoginError as error:
        # RFC 5530: the account may be right, and the server busy.
        if "UNAVAILABLE" in str(error).upper() or "INUSE" in str(error).upper():
            raise OutsideUnreachable from None
        raise SignInRefused from None
    except ssl.SSLCertVerificationError:
        raise OutsideRefused(why="certificate") from None
    except (OSError, ssl.SSLError, EOFError):
        raise OutsideUnreachable from None
    except IMAPClientError:  # BYE, NO and BAD alike
        raise OutsideUnreachable from None
    except (ValueError, LookupError, TypeError, ArithmeticError, AttributeError, AssertionError, RecursionError, MemoryError):
        raise OutsideRefused(why="protocol") from None  # what no server of this protocol says


def _within(number: object, most: int = MAX_UID) -> int:
    """A number that a server may give: RFC 9051 has UIDs, their validity and their next be of 32 bits. Raises ValueError."""
    found = int(str(number))
    if not 0 <= found <= most:
        raise ValueError("no such number")
    return found


class _Bounded(imaplib.IMAP4):
    """Counts what came since something was last sent. Raises IMAPClientAbortError, after which nothing more is read."""

    came = 0

    def read(self, size: int) -> bytes:
        """A literal."""
        self._take(size)
        held: Any = self.file
        return bytes(held.read(size))

    def readline(self) -> bytes:
        """A line."""
        held: Any = self.file
        line = bytes(held.readline(MAX_LINE_BYTES + 1))
        if len(line) > MAX_LINE_BYTES:
            raise IMAPClientAbortError("a line too long")
        self._take(len(line))
        return line

    def send(self, data: Any) -> None:
        """The next command begins anew."""
        self.came = 0
        super().send(data)

    def _take(self, size: int) -> None:
        self.came += size
        if self.came > MAX_ANSWER_BYTES:
            raise IMAPClientAbortError("an answer too long")


class _Plain(_Bounded, IMAP4WithTimeout):  # type: ignore[misc]
    """As the library's, for STARTTLS."""


class _Tls(_Bounded, IMAP4_TLS):  # type: ignore[misc]
    """As the library's, under TLS from the first octet on."""


class _Client(IMAPClient):  # type: ignore[misc]  # the library has no types
    """The library's, which reads no more of an answer than a mailbox can hold.

    By itself it takes a literal of any length, keeps lines without end, and refuses a million octets in one: the UIDs of a large mailbox.
    """

    def _create_IMAP4(self) -> Any:
        connect_s, tls = getattr(self._timeout, "connect", None), (self.ssl_context,) if self.ssl else ()
        return (_Tls if self.ssl else _Plain)(self.host, self.port, *tls, connect_s)  # type: ignore[call-arg]


@define
class _Folder:
    """One folder, with a connection of its own so that each can be watched."""

    name: str
    client: _Client
    validity: int = 0
    next: int | None = None  # the UID that the next message will have, as of when it was opened
    idle: bool = False

    def open(self) -> None:
        """Open it for reading; learns its UIDVALIDITY. Raises PlaceMissing."""
        with _said():
            try:
                said = self.client.select_folder(self.name, readonly=True)
            except IMAPClientError:
                if self._is_there():
                    raise
                raise PlaceMissing from None
            self.validity = _within(said[b"UIDVALIDITY"])
            self.next = max(1, _within(said[b"UIDNEXT"])) if b"UIDNEXT" in said else None

    def _is_there(self) -> bool:
        return bool(self.client.folder_exists(self.name))

    def newest(self) -> int:
        """The highest UID that there was when it was opened; 0 in a folder that never held any."""
        if self.next is not None:
            return self.next - 1
        with _said():
            return max(map(_within, self.client.search("ALL")), default=0)

    def after(self, uid: int) -> list[int]:
        """UIDs above `uid`, in order."""
        with _said():
            self.client.noop()  # a server may tell of new messages only when asked something
            # "n:*" always names the last message, also when its number is below n.
            return sorted(found for found in map(_within, self.client.search(["UID", f"{uid + 1}:*"])) if found > uid)

    def since(self, day: date) -> int:
        """The UID before the first message of `day` or later; the newest when there is none."""
        with _said():
            found = [*map(_within, self.client.search(["SINCE", day]))]
        return max(0, min(found) - 1) if found else self.newest()

    def sizes(self, uids: Sequence[int]) -> dict[int, int]:
        """Their sizes in octets; what is gone is left out."""
        with _said():
            return {
                uid: _within(said[b"RFC822.SIZE"], MAX_SIZE)
                for uid, said in self.client.fetch(uids, ["RFC822.SIZE"]).items()
                if b"RFC822.SIZE" in said
            }

    def octets(self, uids: Sequence[int]) -> dict[int, bytes]:
        """Messages as the server holds them; what is gone meanwhile is left out."""
        with _said():
            said = self.client.fetch(uids, ["BODY.PEEK[]"])
            found = {uid: raw for uid, parts in said.items() if (raw := parts.get(b"BODY[]")) is not None}
            if not all(isinstance(raw, bytes) for raw in found.values()):
                raise TypeError
            return found

    def begin_idle(self) -> None:
        """Ask to be told."""
        with _said():
            self.client.idle()
            self.idle = True

    def end_idle(self) -> bool:
        """Stop being told; True when there was something."""
        if not self.idle:
            return False
        with _said():
            _text, told = self.client.idle_done()
            self.idle = False
            return any(len(each) > 1 and each[1] in (b"EXISTS", b"RECENT", b"EXPUNGE") for each in told)

    def heard(self) -> bool:
        """Whether the server said something of note, when there is something to read; waits for nothing."""
        with _said():
            said = self.client.idle_check(timeout=0)
        # Nothing, and yet something to read: TLS's own, or the end of the connection, of which the library is silent. Asking tells.
        return not said or any((len(each) > 1 and each[1] in (b"EXISTS", b"BYE")) or each[0] == b"BYE" for each in said)

    def close(self) -> None:
        _hang_up(self.client)


@define
class MailLine:
    """All folders of one mailbox."""

    box: Mailbox
    folders: list[_Folder]
    clock: Callable[[], float] = time.monotonic
    _idle_since: float = 0.0
    _asked: float = 0.0

    def begin(self) -> Cursor:
        """The UIDs above which messages are fetched."""
        return {folder.name: [folder.validity, self._from(folder, None)] for folder in self.folders}

    def fetch(self, cursor: Cursor) -> Batch:
        """The oldest messages above the UIDs in `cursor` ({folder: [UIDVALIDITY, UID]}), of as many folders as one batch takes.

        The cursor moves to what was brought or is too large, never to what a server only names: what it names, and gives nothing of, was
        deleted meanwhile and is not named again, or comes yet.
        """
        places = {str(name): [int(n) for n in place] for name, place in dict(cursor).items()}
        pieces: list[Piece] = []
        too_large = held_bytes = 0
        for folder in self.folders:
            uid = self._from(folder, places.get(folder.name))
            places[folder.name] = [folder.validity, uid]
            waiting, moved = folder.after(uid), False
            sizes = folder.sizes(waiting[:BATCH_PIECES]) if waiting else {}
            for each in waiting[:BATCH_PIECES]:
                size = sizes.get(each, 0)
                full = len(pieces) >= BATCH_PIECES or (pieces and held_bytes + size > BATCH_BYTES)
                if full:
                    return Batch(tuple(pieces), places, True, too_large)
                if size > MAX_PIECE_BYTES:
                    too_large += 1
                elif (raw := folder.octets([each]).get(each)) is not None:
                    pieces.append(Piece(raw, f"{folder.name}, {each}.eml"))
                    held_bytes += len(raw)
                else:
                    continue
                places[folder.name], moved = [folder.validity, each], True
            if len(waiting) > BATCH_PIECES:
                if not moved:  # it names a hundred, and gives none
                    raise OutsideRefused(why="protocol")
                return Batch(tuple(pieces), places, True, too_large)
        return Batch(tuple(pieces), places, False, too_large)

    def _from(self, folder: _Folder, place: list[int] | None) -> int:
        """The UID above which everything is new."""
        if place is not None and place[0] == folder.validity:
            return place[1]
        if place is not None:
            # The server numbered its messages anew: they are asked for again, and those that are here already are found so.
            return folder.since(self.box.since or self.box.began)
        return folder.since(self.box.since) if self.box.since else folder.newest()

    def wait(self, seconds: float) -> bool:
        """Until a folder has news, at most `seconds`. Without IDLE, until it is time to ask again."""
        with _said():
            idles = all(folder.client.has_capability("IDLE") for folder in self.folders)
        if not idles:
            time.sleep(min(seconds, 1.0))
            return self._is_time_to_ask()
        for folder in self.folders:
            if not folder.idle:
                folder.begin_idle()
                self._idle_since = self.clock()
        return self._told(seconds) or self._idle_is_over()

    def _told(self, seconds: float) -> bool:
        with _said():
            sockets = {folder.client.socket(): folder for folder in self.folders}
            pending = [s for s in sockets if _is_buffered(s)]
            ready = pending or select.select(list(sockets), [], [], seconds)[0]
        heard = [sockets[each].heard() for each in ready]  # all of them: what one said must not wait in its socket
        if any(heard):
            self._end_idle()
        return any(heard)

    def _idle_is_over(self) -> bool:
        if self.clock() - self._idle_since < IDLE_S:
            return False
        self._end_idle()
        return True  # ask once, whatever was said: a server may forget to tell

    def _end_idle(self) -> None:
        for folder in self.folders:
            folder.end_idle()

    def _is_time_to_ask(self) -> bool:
        if self.clock() - self._asked < POLL_S:
            return False
        self._asked = self.clock()
        for folder in self.folders:
            with _said():
                folder.client.noop()
        return True

    def close(self) -> None:
        for folder in self.folders:
            folder.close()


def _is_buffered(held: socket.socket) -> bool:
    """Whether TLS has taken bytes from the network that nobody has read: waiting on the socket would not tell of them."""
    return isinstance(held, ssl.SSLSocket) and held.pending() > 0


def _hang_up(client: _Client) -> None:
    with suppress(Exception):  # the edge: it is gone, one way or the other
        client.socket().settimeout(2.0)
        client.logout()
        return
    with suppress(Exception):
        client.shutdown()
