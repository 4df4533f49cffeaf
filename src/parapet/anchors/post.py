"""One request to an address that whoever runs this home has named: bounded in time and size, and led nowhere else."""

from __future__ import annotations

import http.client
import time
from collections.abc import Mapping
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from attrs import frozen

from parapet.domain.errors import OutsideUnreachable, gettext_noop

_PIECE_BYTES = 65_536


@frozen
class Answer:
    """What came back, whatever its status."""

    status: int
    media_type: str
    body: bytes


class _Stay(HTTPRedirectHandler):
    """An answer that leads elsewhere is an answer, and is not followed."""

    def redirect_request(self, *_arguments: object) -> None:
        return None


_opener = build_opener(_Stay)


def post(url: str, body: bytes, *, media_type: str, timeout_s: float = 10.0, max_bytes: int = 200_000) -> Answer:
    """Send `body` to `url` (http or https) and read the answer; a proxy of the surroundings is used.

    timeout_s  for connecting and for each read; the whole may take three times as long

    Raises OutsideUnreachable when there is no answer in time, or it is larger than `max_bytes`.
    """
    return _ask(url, body, {"Content-Type": media_type}, timeout_s, max_bytes)


def get(url: str, *, timeout_s: float = 10.0, max_bytes: int = 200_000) -> Answer:
    """What lies at `url`, within the same bounds."""
    return _ask(url, None, {}, timeout_s, max_bytes)


def _ask(url: str, body: bytes | None, headers: Mapping[str, str], timeout_s: float, max_bytes: int) -> Answer:
    if urlsplit(url).scheme not in ("http", "https"):
        raise ValueError("an address for requests begins with http:// or https://")
    method = "GET" if body is None else "POST"
    request = Request(url, data=body, headers={**headers, "User-Agent": "Parapet"}, method=method)  # noqa: S310
    until = time.monotonic() + 3 * timeout_s
    try:
        try:
            response = _opener.open(request, timeout=timeout_s)
        except HTTPError as answered:
            response = answered  # a refusal has a body too, and it says why
        with response:
            return Answer(response.status, response.headers.get_content_type(), _read(response, max_bytes, until))
    except (URLError, OSError, http.client.HTTPException) as error:
        raise OutsideUnreachable(gettext_noop("No answer came from a body outside this home.")) from error


def _read(response: http.client.HTTPResponse | HTTPError, max_bytes: int, until: float) -> bytes:
    held = bytearray()
    while (
        piece := response.read1(_PIECE_BYTES) if isinstance(response, http.client.HTTPResponse) else response.read(max_bytes + 1)
    ):
        held += piece
        if len(held) > max_bytes:
            raise OutsideUnreachable(gettext_noop("The answer of a body outside this home is larger than any should be."))
        if time.monotonic() > until:
            raise OutsideUnreachable(gettext_noop("No answer came from a body outside this home."))
    return bytes(held)
