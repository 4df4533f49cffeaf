"""Ask the time authorities that are configured when they saw the newest checkpoint.

The newest only: its tree contains every earlier one, so that one token bounds the time of all that came before. After a
time without the network the token that catches up is as late as it is; nothing can attest a time that has passed.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import structlog
from django.conf import settings
from django.db import transaction

from parapet.anchors.time_authority import TimeAuthority, ask_for_time
from parapet.domain.errors import OutsideRefused, OutsideUnreachable
from parapet.evidence.reader.certificates import read_pem
from parapet.evidence.reader.order import MAX_DISORDER
from parapet.evidence.timestamp import Token, stamped_text
from parapet.records import models

log = structlog.get_logger("parapet.anchors")

#: Of one authority, when there is something new: a busy day is about a thousand tokens of some kilobytes.
LEAST_BETWEEN = timedelta(minutes=1)
_FIRST_WAIT, _LONGEST_WAIT = timedelta(seconds=15), timedelta(hours=1)
#: A clock that is further off than this would have our own entries refuted by the token.
MOST_APART = MAX_DISORDER
_WAIT_S = 3.0


def authorities() -> list[TimeAuthority]:
    """Those that the settings name, with their certificates. Raises OSError or ValueError when a file changed since."""
    named = settings.ENVIRONMENT.time_authorities
    return [TimeAuthority(each.name, each.url, read_pem(each.chain.read_bytes())) for each in named]


def stamp_newest(*, now: datetime | None = None) -> int:
    """Ask whom it is time to ask for the newest checkpoint; how many tokens came."""
    now = now or datetime.now(UTC)
    newest = models.Checkpoint.objects.order_by("-size").first()
    if newest is None or not settings.ENVIRONMENT.time_authorities:
        return 0
    return stamp(newest, [each for each in authorities() if _is_due(each.name, newest.size, now)], now=now)


def stamp(checkpoint: models.Checkpoint, asked: Sequence[TimeAuthority], *, now: datetime | None = None) -> int:
    """Ask all of `asked` at once about one checkpoint, within about ten seconds; how many tokens came.

    Outside any transaction: the network must hold nothing up. What fails is written down, and raises nothing.
    """
    if not asked:
        return 0
    text = stamped_text(checkpoint.note)
    with ThreadPoolExecutor(len(asked), "parapet-time") as pool:
        answers = list(pool.map(lambda each: _ask(each, text), asked))
    for authority, answer in zip(asked, answers, strict=True):
        _keep(authority.name, checkpoint.size, answer, now or datetime.now(UTC))
    return sum(isinstance(answer, Token) for answer in answers)


def _is_due(name: str, size: int, now: datetime) -> bool:
    if models.TimeToken.objects.filter(authority=name, size=size).exists():
        return False
    asked = models.TimeAsked.objects.filter(authority=name).first()
    # A clock that was set back must not silence the authority until it has caught up.
    return asked is None or asked.next_at <= now or asked.at > now


def _ask(authority: TimeAuthority, text: bytes) -> Token | str:
    """A token, or why there is none."""
    try:
        return ask_for_time(authority, text, timeout_s=_WAIT_S)
    except OutsideUnreachable:
        return "unreachable"
    except OutsideRefused as refused:
        return refused.why


def _keep(name: str, size: int, answer: Token | str, now: datetime) -> None:
    with transaction.atomic():
        before = models.TimeAsked.objects.filter(authority=name).first()
        failures, why, wait = 0, "", LEAST_BETWEEN
        if isinstance(answer, Token):
            disagrees = abs(answer.gen_time - now) > MOST_APART
            why = "clock" if disagrees else ""
            models.TimeToken.objects.get_or_create(
                authority=name,
                size=size,
                defaults={"token": answer.raw, "gen_time": answer.gen_time, "at": now, "disagrees": disagrees},
            )
        else:
            failures, why = (before.failures if before else 0) + 1, answer
            wait = min(_FIRST_WAIT * 2 ** min(failures - 1, 10), _LONGEST_WAIT)
        kept = {"at": now, "failures": failures, "why": why[:40], "next_at": now + wait}
        models.TimeAsked.objects.update_or_create(authority=name, defaults=kept)
    if why and (before is None or before.why != why):
        log.warning("no good token", authority=name, why=why)
