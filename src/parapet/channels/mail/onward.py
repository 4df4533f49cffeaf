"""A mail on its way on: what is put on top of it, and the handing over to the house's own mail server.

Nothing of the mail itself is changed, so that its writer's signature (DKIM) still holds where she reads it. What is added are fields above
its own. The return path is an address of this door: what comes back comes here, and its writer never learns where the mail went.
"""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Callable
from datetime import datetime
from email.utils import format_datetime

from attrs import frozen

from parapet.settings.alerts import MailServer

CONNECT_S, ANSWER_S = 20.0, 120.0
KEY_FIELD, DOOR_FIELD = "X-Parapet-Mail", "X-Parapet-Door"
_LINE_ENDS = re.compile(rb"\r\n|\r|\n")
_DOTS = re.compile(rb"(?m)^\.")
_WORD = re.compile(r"[^A-Za-z0-9.:\[\]_-]")


@frozen
class Onward:
    """What goes where. `sender`: the return path, an address of the door."""

    raw: bytes
    sender: str
    to: str


class NotTaken(Exception):
    """Certainly not taken. `reply`: of the server, or 0 when none came; `for_good` when it said that it never will."""

    def __init__(self, reply: int) -> None:
        super().__init__()
        self.reply = reply

    @property
    def for_good(self) -> bool:
        """True when another try will not help."""
        return 500 <= self.reply < 600


class MaybeTaken(Exception):
    """The server had all of it, and never said whether it took it."""


def stamped(
    raw: bytes, *, door: str, shielded: str, helo: str, peer: str, encrypted: bool, key: str, mark: str, at: datetime
) -> bytes:
    """The mail with the fields of this door on top. `key` is the same each time that it is sent; `mark` is this home's, against circles."""
    came = f"{_WORD.sub('?', helo)[:200] or 'unknown'} ({_WORD.sub('?', peer) or 'unknown'})"
    lines = [
        f"Delivered-To: {shielded}",
        f"Received: from {came}",
        f"\tby {door} with {'ESMTPS' if encrypted else 'ESMTP'} id {key}",
        f"\tfor <{shielded}>; {format_datetime(at)}",
        f"{DOOR_FIELD}: {mark}",
        f"{KEY_FIELD}: {key}",
    ]
    return "".join(f"{line}\r\n" for line in lines).encode() + raw


def bears(raw: bytes, mark: str) -> bool:
    """Whether the mail has been passed on by the home of this mark before."""
    head = raw.replace(b"\r\n", b"\n").partition(b"\n\n")[0]
    return re.search(rb"(?im)^" + DOOR_FIELD.encode() + rb":[ \t]*" + re.escape(mark.encode()) + rb"[ \t]*$", head) is not None


class Relay:
    """The house's own mail server, connected to when the first mail goes, and left when told."""

    def __init__(self, server: MailServer) -> None:
        self._server = server
        self._line: smtplib.SMTP | None = None

    def hand_on(self, onward: Onward, *, claim: Callable[[], bool]) -> None:
        """Hand one mail over, once.

        claim  called when the server has all but the last line: writes down that it may arrive from now on; False for "no longer"

        Raises NotTaken, MaybeTaken.
        """
        line = self._ready()
        try:
            _say_who(line, onward)
            try:
                line.send(_as_data(onward.raw))
            except (OSError, smtplib.SMTPException) as error:
                raise NotTaken(0) from error
            if not claim():
                self._drop()  # without its end it is no mail
                return
            try:
                line.sock.settimeout(ANSWER_S)  # type: ignore[union-attr]
                line.send(b".\r\n")
                reply, _said = line.getreply()
            except (OSError, smtplib.SMTPException) as error:
                raise MaybeTaken from error
            if reply == -1:
                raise MaybeTaken
            if not 200 <= reply < 300:
                raise NotTaken(reply)
        except (NotTaken, MaybeTaken):
            self._drop()  # the next mail begins anew
            raise

    def hang_up(self) -> None:
        """Say good-bye. Never raises."""
        if self._line is not None:
            try:
                self._line.quit()
            except (OSError, smtplib.SMTPException):
                self._line.close()
        self._line = None

    def _ready(self) -> smtplib.SMTP:
        if self._line is not None:
            try:
                if self._line.rset()[0] == 250:
                    return self._line
            except (OSError, smtplib.SMTPException):
                pass
            self._drop()
        self._line = _connected(self._server)
        return self._line

    def _drop(self) -> None:
        if self._line is not None:
            self._line.close()
        self._line = None


def _connected(server: MailServer) -> smtplib.SMTP:
    try:
        if server.mode == "ssl":
            line: smtplib.SMTP = smtplib.SMTP_SSL(
                server.host, server.port, timeout=CONNECT_S, context=ssl.create_default_context()
            )
        else:
            line = smtplib.SMTP(server.host, server.port, timeout=CONNECT_S)
        if server.mode == "starttls":
            line.starttls(context=ssl.create_default_context())
        if server.user:
            line.login(server.user, server.password)
        line.ehlo_or_helo_if_needed()
    except smtplib.SMTPResponseException as error:
        # Also a password that is not taken: whoever runs the home mends that, and the mail waits.
        raise NotTaken(0 if error.smtp_code >= 500 else error.smtp_code) from None
    except (OSError, smtplib.SMTPException) as error:
        raise NotTaken(0) from error
    return line


def _say_who(line: smtplib.SMTP, onward: Onward) -> None:
    options = []
    if line.has_extn("8bitmime") and not onward.raw.isascii():
        options.append("BODY=8BITMIME")
    if line.has_extn("size"):
        options.append(f"SIZE={len(onward.raw)}")
    try:
        steps: tuple[Callable[[], tuple[int, bytes]], ...] = (
            lambda: line.mail(onward.sender, options),
            lambda: line.rcpt(onward.to),
            lambda: line.docmd("DATA"),
        )
        for step in steps:
            reply, _said = step()
            if not 200 <= reply < 400:
                raise NotTaken(reply)
    except (OSError, smtplib.SMTPException) as error:
        raise NotTaken(0) from error


def _as_data(raw: bytes) -> bytes:
    """With the dots that SMTP wants, and with no line end but CR LF: what looked like an end of the mail here must be none there."""
    whole = _LINE_ENDS.sub(b"\r\n", raw)
    return _DOTS.sub(b"..", whole if whole.endswith(b"\r\n") else whole + b"\r\n")
