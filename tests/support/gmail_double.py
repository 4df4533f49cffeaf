"""A double of Gmail's IMAP server, for what no server that we can run has: labels shown as folders, X-GM-EXT-1, folders by purpose.

It follows Google's published description (https://developers.google.com/workspace/gmail/imap/imap-extensions) and is no more than that: it
keeps messages in memory, and knows the commands that are asked of it here.
"""

from __future__ import annotations

import base64
import re
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from attrs import Factory, define

from support.dovecot import certify

WORD = "ya29.a-word"
ALL, SPAM, TRASH = "[Gmail]/Tous les messages", "[Gmail]/Spam", "[Gmail]/Corbeille"


@define
class Mail:
    raw: bytes
    msgid: int
    thrid: int
    labels: tuple[str, ...]  # as they go over the line: atoms, or quoted strings


@define
class Gmail:
    """`folders`: name to what lies in it, by UID. `bodies`: how often octets were asked for, by folder."""

    port: int
    trust: Path
    folders: dict[str, dict[int, Mail]] = Factory(lambda: {name: {} for name in ("INBOX", "Pile", ALL, SPAM, TRASH)})
    bodies: list[str] = Factory(list)
    asked: list[bytes] = Factory(list)
    bearer: bool = True  # whether it has OAUTHBEARER too, or XOAUTH2 alone as Microsoft has

    def put(self, raw: bytes, *folders: str, labels: tuple[str, ...] = ()) -> None:
        """A message; the labels by which it lies in folders are told with it."""
        number = 1_278_455_344_230_334_865 + len(self.folders[ALL]) + len(self.folders[SPAM])
        for folder in folders:
            self.folders[folder][len(self.folders[folder]) + 1] = Mail(raw, number, number - 1, labels)

    def talk(self, line: ssl.SSLSocket) -> None:
        open_folder, reader = "", line.makefile("rb")
        line.sendall(b"* OK Gimap ready\r\n")
        while said := reader.readline():
            self.asked.append(said)
            tag, command, *rest = said.strip().split(b" ", 2)
            words = rest[0] if rest else b""
            if command == b"AUTHENTICATE":
                line.sendall(b"+ \r\n")
                given = base64.b64decode(reader.readline())
                start = "n,a=doctor," if self.bearer else "user=doctor"
                good = given == f"{start}\1auth=Bearer {WORD}\1\1".encode() and (words == b"OAUTHBEARER") is self.bearer
                if not good:
                    line.sendall(b"+ " + base64.b64encode(b'{"status":"400"}') + b"\r\n")
                    reader.readline()
                line.sendall(tag + (b" OK in\r\n" if good else b" NO [AUTHENTICATIONFAILED] Invalid credentials\r\n"))
                continue
            if command == b"EXAMINE":
                open_folder = _decoded(words)
            for each in self._answers(command, words, open_folder):
                line.sendall(each + b"\r\n")
            line.sendall(tag + b" OK done\r\n")

    def _answers(self, command: bytes, words: bytes, folder: str) -> Iterator[bytes]:
        held = self.folders.get(folder, {})
        if command == b"CAPABILITY":
            bearer = b" AUTH=OAUTHBEARER" if self.bearer else b""
            yield b"* CAPABILITY IMAP4rev1 UNSELECT SPECIAL-USE X-GM-EXT-1 AUTH=XOAUTH2" + bearer
        elif command == b"LIST":
            for name in self.folders:
                flag = {ALL: b"\\All", SPAM: b"\\Junk", TRASH: b"\\Trash"}.get(name, b"")
                yield b'* LIST (\\HasNoChildren %b) "/" "%b"' % (flag, name.encode())
        elif command == b"EXAMINE":
            yield b"* %d EXISTS" % len(held)
            yield b"* OK [UIDVALIDITY 7] ok"
            yield b"* OK [UIDNEXT %d] ok" % (len(held) + 1)
        elif command == b"UID" and words.upper().startswith(b"SEARCH"):
            yield b"* SEARCH " + b" ".join(b"%d" % uid for uid in held)
        elif command == b"UID":
            numbers = re.findall(rb"(\d+)(?::(\d+))?", words.split(b" ")[1])
            for first, last in numbers:
                for uid in range(int(first), int(last or first) + 1):
                    if uid in held:
                        yield self._fetched(uid, held[uid], words, folder)

    def _fetched(self, uid: int, mail: Mail, words: bytes, folder: str) -> bytes:
        parts = [b"UID %d" % uid]
        if b"RFC822.SIZE" in words:
            parts.append(b"RFC822.SIZE %d" % len(mail.raw))
        if b"BODY.PEEK[]" in words:
            self.bodies.append(folder)
            parts.append(b"BODY[] {%d}\r\n%b" % (len(mail.raw), mail.raw))
        if b"X-GM-MSGID" in words:
            parts += [b"X-GM-MSGID %d" % mail.msgid, b"X-GM-THRID %d" % mail.thrid]
            parts.append(b"X-GM-LABELS (%b)" % " ".join(mail.labels).encode())
        return b"* %d FETCH (%b)" % (uid, b" ".join(parts))


def _decoded(words: bytes) -> str:
    return words.strip(b'"').decode()


@contextmanager
def gmail(folder: Path) -> Iterator[Gmail]:
    """One that answers inside; trust `trust` to use it."""
    certify(folder)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "server.pem", folder / "server.key")
    with socket.create_server(("127.0.0.1", 0)) as listening:
        made = Gmail(listening.getsockname()[1], folder / "authority.pem")

        def one(plain: socket.socket) -> None:
            try:
                with plain, context.wrap_socket(plain, server_side=True) as held:
                    held.settimeout(20)
                    made.talk(held)
            except (OSError, ValueError):
                pass  # it hung up

        def serve() -> None:
            while True:
                try:
                    plain, _address = listening.accept()
                except OSError:
                    return
                threading.Thread(target=one, args=(plain,), daemon=True).start()

        threading.Thread(target=serve, daemon=True).start()
        yield made
