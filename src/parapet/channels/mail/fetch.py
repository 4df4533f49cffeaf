"""A mailbox over IMAP (RFC 9051, 3501): read only, watched with IDLE (RFC 2177) where the server has it.

Folders are opened with EXAMINE and messages read with BODY.PEEK, so that nothing in the mailbox changes: nothing is marked as
read, moved or deleted. What comes is every octet that the server holds of a message.
"""

from __future__ import annotations

import select
import socket
import ssl
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from attrs import define, field, frozen
from imapclient.exceptions import IMAPClientError

from parapet.channels.live import BATCH_BYTES, BATCH_PIECES, MAX_PIECE_BYTES, Batch, Cursor, Piece
from parapet.channels.mail.gmail import PARTS, beside, chosen, is_gmail, real_name
from parapet.channels.mail.imap import Client, hang_up, in_our_words, signed_in, within
from parapet.domain.errors import OutsideRefused, PlaceMissing

#: RFC 2177 has clients end an IDLE at least every 29 minutes; routers forget a silent connection much earlier.
IDLE_S = 240.0
#: How often a server without IDLE is asked.
POLL_S = 30.0
#: Servers allow some ten connections a person, and her own programs need them too: each folder takes one.
MAX_FOLDERS = 5
#: RFC 9051: sizes are of 63 bits.
MAX_SIZE = 2**63 - 1


@frozen
class Mailbox:
    """Where the mail lies. A folder is named as it is called there, or by what it is for: "\\\\All", "\\\\Junk" (RFC 6154).

    token  opens it in place of a password
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
    token: str = field(default="", repr=False)

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Mailbox:
        """From what was kept."""
        since = str(told.get("since") or "")
        return cls(
            host=str(told["host"]),
            user=str(told["user"]),
            password=str(told["password"]),
            token=str(told.get("access", "")),
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
        names: Sequence[str] = box.folders
        while len(held) < len(names):
            held.append(_Folder(names[len(held)], _signed_in(box, inside)))
            if len(held) == 1:  # only who is signed in is told what it is for, and what lies in what
                names = chosen(names, held[0].client)
                held[0].name = names[0]
            held[-1].open()
    except BaseException:
        for each in held:
            each.close()
        raise
    return MailLine(box, held)


def _signed_in(box: Mailbox, inside: bool) -> Client:
    return signed_in(box.host, box.port, box.user, password=box.password, token=box.token, starttls=box.starttls, inside=inside)


@define
class _Folder:
    """One folder, with a connection of its own so that each can be watched."""

    name: str
    client: Client
    validity: int = 0
    next: int | None = None  # the UID that the next message will have, as of when it was opened
    idle: bool = False

    def open(self) -> None:
        """Open it for reading; learns its UIDVALIDITY. Raises PlaceMissing."""
        with in_our_words():
            try:
                said = self.client.select_folder(real_name(self.client, self.name), readonly=True)
            except IMAPClientError:
                if self._is_there():
                    raise
                raise PlaceMissing from None
            self.validity = within(said[b"UIDVALIDITY"])
            self.next = max(1, within(said[b"UIDNEXT"])) if b"UIDNEXT" in said else None

    def _is_there(self) -> bool:
        return bool(self.client.folder_exists(self.name))

    def newest(self) -> int:
        """The highest UID that there was when it was opened; 0 in a folder that never held any."""
        if self.next is not None:
            return self.next - 1
        with in_our_words():
            return max(map(within, self.client.search("ALL")), default=0)

    def after(self, uid: int) -> list[int]:
        """UIDs above `uid`, in order."""
        with in_our_words():
            self.client.noop()  # a server may tell of new messages only when asked something
            # "n:*" always names the last message, also when its number is below n.
            return sorted(found for found in map(within, self.client.search(["UID", f"{uid + 1}:*"])) if found > uid)

    def since(self, day: date) -> int:
        """The UID before the first message of `day` or later; the newest when there is none."""
        with in_our_words():
            found = [*map(within, self.client.search(["SINCE", day]))]
        return max(0, min(found) - 1) if found else self.newest()

    def sizes(self, uids: Sequence[int]) -> dict[int, int]:
        """Their sizes in octets; what is gone is left out."""
        with in_our_words():
            return {
                uid: within(said[b"RFC822.SIZE"], MAX_SIZE)
                for uid, said in self.client.fetch(uids, ["RFC822.SIZE"]).items()
                if b"RFC822.SIZE" in said
            }

    def piece(self, uid: int) -> Piece | None:
        """A message as the server holds it, and what it says of it besides; None for one that is gone meanwhile."""
        with in_our_words():
            said = self.client.fetch([uid], ["BODY.PEEK[]", *(PARTS if is_gmail(self.client) else ())]).get(uid, {})
            raw = said.get(b"BODY[]")
            if raw is not None and not isinstance(raw, bytes):
                raise TypeError
            return Piece(raw, f"{self.shown}, {uid}.eml", beside(said)) if raw is not None else None

    @property
    def shown(self) -> str:
        """What it is called where a person reads it."""
        return self.name.removeprefix("\\")

    def begin_idle(self) -> None:
        """Ask to be told."""
        with in_our_words():
            self.client.idle()
            self.idle = True

    def end_idle(self) -> bool:
        """Stop being told; True when there was something."""
        if not self.idle:
            return False
        with in_our_words():
            _text, told = self.client.idle_done()
            self.idle = False
            return any(len(each) > 1 and each[1] in (b"EXISTS", b"RECENT", b"EXPUNGE") for each in told)

    def heard(self) -> bool:
        """Whether the server said something of note, when there is something to read; waits for nothing."""
        with in_our_words():
            said = self.client.idle_check(timeout=0)
        # Nothing, and yet something to read: TLS's own, or the end of the connection, of which the library is silent. Asking tells.
        return not said or any((len(each) > 1 and each[1] in (b"EXISTS", b"BYE")) or each[0] == b"BYE" for each in said)

    def close(self) -> None:
        hang_up(self.client)


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
                elif (piece := folder.piece(each)) is not None:
                    pieces.append(piece)
                    held_bytes += len(piece.raw)
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
        with in_our_words():
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
        with in_our_words():
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
            with in_our_words():
                folder.client.noop()
        return True

    def close(self) -> None:
        for folder in self.folders:
            folder.close()


def _is_buffered(held: socket.socket) -> bool:
    """Whether TLS has taken bytes from the network that nobody has read: waiting on the socket would not tell of them."""
    return isinstance(held, ssl.SSLSocket) and held.pending() > 0
