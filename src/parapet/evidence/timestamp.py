"""Asking an outside authority when it saw a checkpoint (RFC 3161), and reading what it answers.

What is stamped is the checkpoint's text: origin, size and root, up to the empty line, as they are signed. Signatures are
left out, since witnesses add theirs later, and the text alone says all that a later reader must compare.

The token's bytes are kept exactly. It is good only if the check that every bag carries takes it: the same code.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import UTC, datetime

from asn1crypto import tsp
from attrs import frozen

from parapet.domain.errors import OutsideRefused, gettext_noop
from parapet.evidence.reader.certificates import Certificate, read_pem
from parapet.evidence.reader.der import SEQUENCE, read_der, read_integer
from parapet.evidence.reader.token import MAX_TOKEN_BYTES, TokenFault, check_token, read_stamp

QUERY_TYPE, REPLY_TYPE = "application/timestamp-query", "application/timestamp-reply"
_NONCE_BITS = 63
_GRANTED = 0


@frozen
class Token:
    """A token that holds. `raw` is as it came; `gen_time` is the authority's."""

    raw: bytes
    gen_time: datetime


def stamped_text(note: str) -> bytes:
    """The part of a checkpoint's note that is stamped: the text that its signatures are over."""
    text, separator, _ = note.partition("\n\n")
    if not separator:
        raise ValueError("not a signed note")
    return f"{text}\n".encode()


def new_nonce() -> int:
    """So that an answer is to this question, and not one that somebody kept."""
    return secrets.randbits(_NONCE_BITS) | 1


def request(text: bytes, nonce: int) -> bytes:
    """A TimeStampReq for SHA-256 over `text`, asking for the certificates too."""
    asked = tsp.TimeStampReq(
        {
            "version": "v1",
            "message_imprint": {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": hashlib.sha256(text).digest()},
            "nonce": nonce,
            "cert_req": True,
        }
    )
    return bytes(asked.dump())


def read_response(reply: bytes, *, text: bytes, nonce: int, trusted: list[Certificate]) -> Token:
    """The token in a TimeStampResp, once it holds under one of the certificates `trusted`.

    Raises OutsideRefused with a `why`: "refused" (by the authority), "token.form", "token.other" (another text or nonce),
    "token.signature", "token.chain".
    """
    raw = _token_bytes(reply)
    try:
        at = check_token(raw, text, trusted)
    except TokenFault as fault:
        raise _refused(fault.code) from None
    if read_stamp(raw).nonce != nonce:
        raise _refused("token.other")
    return Token(raw, at.replace(tzinfo=UTC))


def read_authority(pem: bytes) -> list[Certificate]:
    """The certificates by which an authority is trusted. Raises ValueError when it is not a PEM file of some."""
    return read_pem(pem)


def _token_bytes(reply: bytes) -> bytes:
    """The token as it came, to the byte."""
    try:
        parts = read_der(reply).parts(SEQUENCE)
        status = read_integer(parts[0].parts(SEQUENCE)[0])
    except (ValueError, IndexError):
        raise _refused("token.form") from None
    if status != _GRANTED:
        raise _refused("refused")
    if len(parts) != 2 or len(parts[1].raw) > MAX_TOKEN_BYTES:
        raise _refused("token.form")
    return parts[1].raw


def _refused(why: str) -> OutsideRefused:
    return OutsideRefused(gettext_noop("A body outside this home gave an answer that does not hold (%(why)s)."), why=why)
