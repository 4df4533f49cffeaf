"""Ask one witness to cosign one checkpoint: the log's side of c2sp.org/tlog-witness, as a talk (`anchors/at_once.py`)."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from attrs import frozen

from parapet.anchors.at_once import Question, Talk
from parapet.anchors.post import Answer
from parapet.anchors.witness.request import write_request
from parapet.domain.errors import LogBroken
from parapet.evidence.cosignature import line_by

_TRIES = 3  # once, once from the size that it holds, and once more when another worker was quicker
_SIZE = re.compile(r"(0|[1-9][0-9]{0,18})\n")

FORK = "fork"
ROLLBACK = "rollback"
UNKNOWN = "unknown"
BAD_ANSWER = "bad_answer"


@frozen
class Asked:
    """What came of asking.

    line     the witness's signature line, checked; "" when it did not cosign
    trouble  "" when it did; FORK (it holds another history), ROLLBACK (it holds a longer log than we have), UNKNOWN (it does
             not know this log's key), BAD_ANSWER (nothing that the protocol has)
    held     the size of the log that the witness holds, as far as it said
    """

    line: str = ""
    trouble: str = ""
    held: int = 0


def ask(url: str, key: str, *, note: str, size: int, held: int, proof_from: Callable[[int], Sequence[bytes]]) -> Talk[Asked]:
    """Send the checkpoint `note` of `size` leaves to the witness at `url` and check its cosignature by `key`.

    held        the size that we believe the witness holds; it says so when it is another
    proof_from  the consistency proof from a smaller size to this one

    Raises LogBroken when there is no proof.
    """
    old = min(held, size)
    for _ in range(_TRIES):
        proof = proof_from(old) if 0 < old < size else []
        answer = yield Question(f"{url}/add-checkpoint", write_request(old, proof, note), "application/octet-stream")
        if answer.status != 409:
            return _outcome(answer, note, size, old, key)
        told = _SIZE.fullmatch(answer.body.decode("latin-1"))
        if told is None or int(told[1]) == old:
            # Nothing but another root at the same size is refused like this once the sizes agree.
            return Asked(trouble=FORK if old == size else BAD_ANSWER, held=old)
        old = int(told[1])
        if old > size:
            return Asked(trouble=ROLLBACK, held=old)
    return Asked(trouble=BAD_ANSWER, held=old)


def _outcome(answer: Answer, note: str, size: int, old: int, key: str) -> Asked:
    if answer.status == 422:
        return Asked(trouble=FORK, held=old)
    if answer.status in (403, 404):
        return Asked(trouble=UNKNOWN, held=old)
    if answer.status != 200:
        return Asked(trouble=BAD_ANSWER, held=old)
    try:
        return Asked(line=line_by(note, answer.body.decode("utf-8"), key), held=size)
    except (LogBroken, UnicodeDecodeError):
        return Asked(trouble=BAD_ANSWER, held=old)
