"""One connection to an IMAP server: made, signed in, and bounded in what it reads. Every error in our own words."""

from __future__ import annotations

import imaplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from typing import Any

from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError, LoginError
from imapclient.imap4 import IMAP4WithTimeout
from imapclient.tls import IMAP4_TLS

from parapet.channels.live import MAX_PIECE_BYTES
from parapet.domain.errors import OutsideRefused, OutsideUnreachable, PrivateAddress, SignInRefused
from parapet.network import guard

CONNECT_S, ANSWER_S = 15.0, 60.0
#: RFC 9051, 2.3.1.1.
MAX_UID = 2**32 - 1
#: Two million UIDs.
MAX_LINE_BYTES = 16 * 1024 * 1024
#: What one command may be answered with: the largest message that is fetched, and room for what is said around it.
MAX_ANSWER_BYTES = MAX_PIECE_BYTES + 2 * MAX_LINE_BYTES


def signed_in(host: str, port: int, user: str, *, password: str, token: str, starttls: bool, inside: bool) -> Client:
    """A connection that stands. `token` goes before a password: of an access by OAuth (RFC 6750)."""
    trusted = ssl.create_default_context()
    with in_our_words():
        # The guard holds while the connection is made; afterwards it leads where it leads.
        with nullcontext() if inside else guard.only_public():
            client = Client(
                host,
                port=port,
                ssl=not starttls,
                ssl_context=None if starttls else trusted,
                timeout=CONNECT_S,
            )
        try:
            if starttls:
                client.starttls(trusted)
            client.socket().settimeout(ANSWER_S)
            if token:
                _by_token(client, user, token)
            else:
                client.login(user, password)
        except BaseException:
            hang_up(client)
            raise
    return client


def _by_token(client: Client, user: str, token: str) -> None:
    """OAUTHBEARER (RFC 7628) where the server has it, else Google's and Microsoft's own XOAUTH2, which says the same."""
    if client.has_capability("AUTH=OAUTHBEARER"):
        client.oauthbearer_login(user, token)
    elif client.has_capability("AUTH=XOAUTH2"):
        client.oauth2_login(user, token)
    else:
        raise OutsideRefused(why="no token")


@contextmanager
def in_our_words() -> Iterator[None]:
    """What a library raises, in our words: none of it may hold what a server or a stranger said."""
    try:
        yield
    except guard.LedInside:
        raise PrivateAddress from None
    except LoginError as error:
        # RFC 5530: the account may be right, and the server busy. The library tells of a server that breaks off in the middle of
        # signing in, as one does that is started anew, in the same words as of one that refuses.
        is_busy = "UNAVAILABLE" in str(error).upper() or "INUSE" in str(error).upper()
        if is_busy or isinstance(error.__context__, IMAPClientAbortError):
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


def within(number: object, most: int = MAX_UID) -> int:
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


class Client(IMAPClient):  # type: ignore[misc]  # the library has no types
    """The library's, which reads no more of an answer than a mailbox can hold.

    By itself it takes a literal of any length, keeps lines without end, and refuses a million octets in one: the UIDs of a large mailbox.
    """

    def _create_IMAP4(self) -> Any:
        connect_s, tls = getattr(self._timeout, "connect", None), (self.ssl_context,) if self.ssl else ()
        return (_Tls if self.ssl else _Plain)(self.host, self.port, *tls, connect_s)  # type: ignore[call-arg]


def hang_up(client: Client) -> None:
    with suppress(Exception):  # the edge: it is gone, one way or the other
        client.socket().settimeout(2.0)
        client.logout()
        return
    with suppress(Exception):
        client.shutdown()
