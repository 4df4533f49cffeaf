"""The time of a document's signature, by an outside authority (RFC 3161, section 3.4): one question, one answer.

The answer is checked by whoever puts it into the signature, which refuses a token over anything else.
"""

from __future__ import annotations

from collections.abc import Callable

from parapet.anchors.post import post
from parapet.domain.errors import OutsideUnreachable, gettext_noop

QUERY_TYPE, REPLY_TYPE = "application/timestamp-query", "application/timestamp-reply"


def asker(url: str, *, timeout_s: float = 3.0) -> Callable[[bytes], bytes]:
    """Takes a request to the authority at `url` and gives its reply, both DER. Raises OutsideUnreachable."""

    def ask(request: bytes) -> bytes:
        answer = post(url, request, media_type=QUERY_TYPE, timeout_s=timeout_s)
        if answer.status != 200 or answer.media_type != REPLY_TYPE:
            raise OutsideUnreachable(gettext_noop("No answer came from a body outside this home."))
        return answer.body

    return ask
