"""The time of a document's signature, by an outside authority (RFC 3161, section 3.4).

The answer is checked by whoever puts it into the signature, which refuses a token over anything else.
"""

from __future__ import annotations

from collections.abc import Callable

from parapet.anchors.post import post
from parapet.domain.errors import OutsideUnreachable, gettext_noop
from parapet.evidence.timestamp import QUERY_TYPE, REPLY_TYPE


def asker(url: str, *, within_s: float = 3.0) -> Callable[[bytes], bytes]:
    """Takes a request to the authority at `url` and gives its reply, both DER. Raises OutsideUnreachable.

    One that did not answer is not asked again: a bag has half a dozen documents, and each would wait for it.
    """
    silent = False

    def ask(request: bytes) -> bytes:
        nonlocal silent
        if not silent:
            silent = True
            answer = post(url, request, media_type=QUERY_TYPE, within_s=within_s)
            if answer.status == 200 and answer.media_type == REPLY_TYPE:
                silent = False
                return answer.body
        raise OutsideUnreachable(gettext_noop("No answer came from a body outside this home."))

    return ask
