"""Talk with several bodies outside at the same time, all within one deadline: a silent one costs the others nothing.

A talk is a generator: it yields a `Question`, is sent the `Answer`, and returns what came of it. It runs in the thread that
called, so that it may look into the database; only the network is used beside it.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Generator, Sequence
from typing import TypeVar

from attrs import frozen

from parapet.anchors.post import Answer, post
from parapet.domain.errors import OutsideRefused, OutsideUnreachable, gettext_noop

#: For all that is said with everybody. What waits for it, an export for example, is held up no longer.
WITHIN_S = 4.0

Outcome = TypeVar("Outcome")


@frozen
class Question:
    """One request to be sent."""

    url: str
    body: bytes
    media_type: str


Talk = Generator[Question, Answer, Outcome]


def talk_with_all(
    talks: Sequence[Talk[Outcome]], *, within_s: float | None = None
) -> list[Outcome | OutsideUnreachable | OutsideRefused]:
    """What came of each of `talks`, in their order: what it returned, or why it broke off.

    within_s  `WITHIN_S` without it

    Raises what a talk raises besides OutsideUnreachable and OutsideRefused.
    """
    until = time.monotonic() + (WITHIN_S if within_s is None else within_s)
    answers: queue.SimpleQueue[tuple[int, Answer | OutsideUnreachable]] = queue.SimpleQueue()
    outcomes: list[Outcome | OutsideUnreachable | OutsideRefused] = [_silent() for _ in talks]
    open_talks = 0

    def go_on(which: int, answer: Answer | None) -> bool:
        """True when something was asked."""
        try:
            question = next(talks[which]) if answer is None else talks[which].send(answer)
        except StopIteration as ended:
            outcomes[which] = ended.value
            return False
        except (OutsideUnreachable, OutsideRefused) as broken:
            outcomes[which] = broken
            return False
        left_s = until - time.monotonic()
        if left_s <= 0:
            return False
        threading.Thread(target=_ask, args=(which, question, left_s, answers), name="parapet-talk", daemon=True).start()
        return True

    for which in range(len(talks)):
        open_talks += go_on(which, None)
    while open_talks:
        which, answer = answers.get()  # each asker ends by its deadline, whatever the other side does
        open_talks -= 1
        if isinstance(answer, OutsideUnreachable):
            outcomes[which] = answer
        else:
            open_talks += go_on(which, answer)
    return outcomes


def _ask(
    which: int, question: Question, within_s: float, answers: queue.SimpleQueue[tuple[int, Answer | OutsideUnreachable]]
) -> None:
    answer: Answer | OutsideUnreachable = _silent()
    try:
        answer = post(question.url, question.body, media_type=question.media_type, within_s=within_s)
    except OutsideUnreachable as error:
        answer = error
    finally:
        answers.put((which, answer))


def _silent() -> OutsideUnreachable:
    return OutsideUnreachable(gettext_noop("No answer came from a body outside this home."))
