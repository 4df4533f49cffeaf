"""A time authority over http or https (RFC 3161, section 3.4): one question, one answer; as a talk (`anchors/at_once.py`)."""

from __future__ import annotations

from attrs import frozen

from parapet.anchors.at_once import Question, Talk
from parapet.domain.errors import OutsideRefused, gettext_noop
from parapet.evidence.reader.certificates import Certificate
from parapet.evidence.timestamp import QUERY_TYPE, REPLY_TYPE, Token, new_nonce, read_response, request


@frozen
class TimeAuthority:
    """One that whoever runs this home has named.

    certificates  those by which its tokens are trusted: its chain, from the file that was named
    """

    name: str
    url: str
    certificates: list[Certificate]


def ask_for_time(authority: TimeAuthority, text: bytes) -> Talk[Token]:
    """A token over `text` that holds.

    Raises OutsideRefused when what it answers does not hold.
    """
    nonce = new_nonce()
    answer = yield Question(authority.url, request(text, nonce), QUERY_TYPE)
    if answer.status != 200 or answer.media_type != REPLY_TYPE:
        raise OutsideRefused(
            gettext_noop("A body outside this home gave an answer that does not hold (%(why)s)."), why=f"http {answer.status}"
        )
    return read_response(answer.body, text=text, nonce=nonce, trusted=authority.certificates)
