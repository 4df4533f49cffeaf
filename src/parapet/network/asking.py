"""One request for what anybody can read: bounded in size and time, signed in nowhere, and only to where it may lead.

No cookie is kept and none is sent. A redirect is followed by asking again, so that each address is looked at before it is reached.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Mapping
from contextlib import nullcontext
from datetime import UTC, datetime
from functools import cache
from urllib.parse import urljoin, urlsplit

import httpx
from attrs import field, frozen

from parapet.network import guard

CONNECT_S, SILENT_S, ANSWER_S = 10.0, 15.0, 40.0
MAX_REDIRECTS = 5
MAX_ADDRESS_CHARS = 8_192
AGENT = "Parapet/1.0 (looks whether a public page still stands)"
#: What rules for programs call us.
AGENT_NAME = "parapet"
_CODINGS = ("", "identity", "gzip", "deflate")


@frozen
class Answer:
    """What came back. `status` 0 where nothing did; then `fault` is a code: "unreachable", "private", "certificate", "size", "slow".

    url      where it was asked in the end; `number`: of the server that answered
    body     as it came, but unpacked
    """

    url: str
    status: int
    at: datetime
    fault: str = ""
    body: bytes = field(default=b"", repr=False)
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    number: str = ""

    def header(self, name: str) -> str:
        """The first header of this name; "" for none."""
        return next((value for each, value in self.headers if each.lower() == name), "")


def ask(url: str, *, inside: bool, most_bytes: int, headers: Mapping[str, str] | None = None) -> Answer:
    """Ask for `url`. Raises nothing: what went wrong is told in the answer.

    inside   whether addresses that are not public may be reached
    headers  besides our own; sent to the first server alone
    """
    until, first, more = time.monotonic() + ANSWER_S, url, dict(headers or {})
    limits = httpx.Timeout(SILENT_S, connect=CONNECT_S)
    with httpx.Client(verify=_trusted(), timeout=limits, follow_redirects=False) as client:
        for _turn in range(MAX_REDIRECTS + 1):
            if not _is_asked_for(url):
                return _nothing(url, "unreachable")
            client.cookies.clear()
            told = {"user-agent": AGENT, "accept-encoding": "gzip, deflate", **more}
            answer = _ask_once(client, url, told, inside=inside, most_bytes=most_bytes, until=until)
            to = answer.header("location")
            if answer.status not in (301, 302, 303, 307, 308) or not to:
                return answer
            try:
                url = urljoin(url, to)
            except ValueError:
                return _nothing(url, "unreachable")
            if not _is_asked_for(url):
                return _nothing(url, "unreachable")
            if _place(url) != _place(first):
                more = {}
    return _nothing(url, "unreachable")


def _ask_once(client: httpx.Client, url: str, told: Mapping[str, str], *, inside: bool, most_bytes: int, until: float) -> Answer:
    try:
        with nullcontext() if inside else guard.only_public():
            return _read(client, url, told, most_bytes, until)
    except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:
        if not inside and guard.was_refused():
            return _nothing(url, "private")
        return _nothing(url, "certificate" if "CERTIFICATE" in str(error).upper() else "unreachable")


def _read(client: httpx.Client, url: str, told: Mapping[str, str], most_bytes: int, until: float) -> Answer:
    with client.stream("GET", url, headers=dict(told)) as response:
        headers = tuple((name[:100], value[:2_000]) for name, value in response.headers.multi_items())[:100]
        if response.headers.get("content-encoding", "").strip().lower() not in _CODINGS:
            return _nothing(url, "unreachable")
        held = bytearray()
        for piece in response.iter_bytes(64 * 1024):  # what is packed comes unpacked, and is counted so
            held += piece
            if len(held) > most_bytes:
                return _nothing(url, "size")
            if time.monotonic() > until:
                return _nothing(url, "slow")
        stream = response.extensions.get("network_stream")
        place = stream.get_extra_info("server_addr") if stream is not None else None
        number = str(place[0]) if isinstance(place, tuple) and place else ""
        return Answer(url, response.status_code, datetime.now(UTC), body=bytes(held), headers=headers, number=number)


def _nothing(url: str, fault: str) -> Answer:
    return Answer(url, 0, datetime.now(UTC), fault)


def _is_asked_for(url: str) -> bool:
    """Whether it is the address of a page, with no name or password in it. A server may say anything."""
    try:
        parts = urlsplit(url)
        return (
            parts.scheme in ("http", "https")
            and bool(parts.hostname)
            and "@" not in parts.netloc
            and len(url) <= MAX_ADDRESS_CHARS
        )
    except ValueError:
        return False


@cache
def _trusted() -> ssl.SSLContext:
    return ssl.create_default_context()


def _place(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.netloc
