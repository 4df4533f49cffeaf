"""What `add-checkpoint` is sent: an old size, a consistency proof, an empty line, a checkpoint."""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence

from attrs import frozen

from parapet.domain.errors import LogBroken
from parapet.evidence.checkpoint import strict_base64
from parapet.evidence.log import HASH_BYTES

#: More than 63 hashes no tree needs.
MAX_PROOF = 63
#: A proof of 63 hashes, and a note with room for the signatures of others.
MAX_REQUEST_BYTES = 65_536

_OLD = re.compile(r"old (0|[1-9][0-9]{0,18})")


@frozen
class AddCheckpoint:
    """A request in form; nothing of it is checked further."""

    old: int
    proof: tuple[bytes, ...]
    note: str


def read_request(body: bytes) -> AddCheckpoint:
    """Take a request apart. Raises LogBroken when it is not in form."""
    if len(body) > MAX_REQUEST_BYTES:
        raise LogBroken("The request is larger than any should be.")
    try:
        head, separator, note = body.decode("utf-8").partition("\n\n")
    except UnicodeDecodeError:
        raise LogBroken("The request is not UTF-8.") from None
    first, *lines = head.split("\n")
    old = _OLD.fullmatch(first)
    if not separator or old is None or len(lines) > MAX_PROOF:
        raise LogBroken("The request is not an old size, a proof, an empty line and a checkpoint.")
    proof = tuple(strict_base64(line) for line in lines)
    if any(len(hashed) != HASH_BYTES for hashed in proof):
        raise LogBroken("A hash of the proof has not 32 bytes.")
    return AddCheckpoint(int(old[1]), proof, note)


def write_request(old: int, proof: Sequence[bytes], note: str) -> bytes:
    """The inverse of `read_request`."""
    hashes = "".join(base64.b64encode(hashed).decode() + "\n" for hashed in proof)
    return f"old {old}\n{hashes}\n{note}".encode()
