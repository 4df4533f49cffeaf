"""Ask the time authorities that are configured when they saw the newest checkpoint.

The newest only: its tree contains every earlier one, so that one token bounds the time of all that came before. After a
time without the network the token that catches up is as late as it is; nothing can attest a time that has passed.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import structlog
from django.conf import settings
from django.db import transaction

from parapet.anchors.at_once import talk_with_all
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
UNREACHABLE = "unreachable"
#: One that was silent a moment ago is silent still: of many exports in a row, the first alone waits for it.
ASK_AGAIN_AFTER = timedelta(minutes=1)


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
    """Ask all of `asked` at once about one checkpoint, within a few seconds in all; how many tokens came.

    Outside any transaction: the network must hold nothing up. What fails is written down, and raises nothing.
    """
    text = stamped_text(checkpoint.note)
    outcomes = talk_with_all([ask_for_time(each, text) for each in asked])
    return keep_tokens(checkpoint, asked, outcomes, now=now)


def keep_tokens(
    checkpoint: models.Checkpoint,
    asked: Sequence[TimeAuthority],
    outcomes: Sequence[Token | OutsideUnreachable | OutsideRefused],
    *,
    now: datetime | None = None,
) -> int:
    """Write down what came of asking each; how many tokens there are among it."""
    for authority, outcome in zip(asked, outcomes, strict=True):
        answer = outcome.why if isinstance(outcome, OutsideRefused) else outcome
        _keep(authority.name, checkpoint.size, answer, now or datetime.now(UTC))
    return sum(isinstance(outcome, Token) for outcome in outcomes)


def was_just_silent(name: str, now: datetime) -> bool:
    """True when this authority was asked less than a minute ago and did not answer."""
    asked = models.TimeAsked.objects.filter(authority=name, why=UNREACHABLE).first()
    return asked is not None and timedelta(0) <= now - asked.at < ASK_AGAIN_AFTER


def _is_due(name: str, size: int, now: datetime) -> bool:
    if models.TimeToken.objects.filter(authority=name, size=size).exists():
        return False
    asked = models.TimeAsked.objects.filter(authority=name).first()
    # A clock that was set back must not silence the authority until it has caught up.
    return asked is None or asked.next_at <= now or asked.at > now


def _keep(name: str, size: int, answer: Token | OutsideUnreachable | str, now: datetime) -> None:
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
            failures, why = (
                (before.failures if before else 0) + 1,
                UNREACHABLE if isinstance(answer, OutsideUnreachable) else answer,
            )
            wait = min(_FIRST_WAIT * 2 ** min(failures - 1, 10), _LONGEST_WAIT)
        kept = {"at": now, "failures": failures, "why": why[:40], "next_at": now + wait}
        models.TimeAsked.objects.update_or_create(authority=name, defaults=kept)
    if why and (before is None or before.why != why):
        log.warning("no good token", authority=name, why=why)
