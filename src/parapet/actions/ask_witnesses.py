"""Have the newest checkpoint cosigned by every witness of this home; what one refuses is kept and shown."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import structlog
from attrs import frozen
from django.conf import settings
from django.db import transaction

from parapet.actions.contradictions import note_contradiction
from parapet.actions.sign_checkpoint import public_key
from parapet.actions.stamp_checkpoints import ASK_AGAIN_AFTER, UNREACHABLE
from parapet.anchors.at_once import Talk, talk_with_all
from parapet.anchors.witness_client import FORK, ROLLBACK, Asked, ask
from parapet.domain.errors import OutsideRefused, OutsideUnreachable
from parapet.evidence.checkpoint import open_note
from parapet.evidence.cosignature import check_line
from parapet.records import models
from parapet.records.tiles import consistency_proof
from parapet.settings.witnesses import KnownWitness

log = structlog.get_logger("parapet.witnesses")

#: From the first failure to the longest wait: a laptop that is back on the network is cosigned within a quarter of an hour.
_FIRST_WAIT_S = 5
_LONGEST_WAIT_S = 900


@frozen
class Asking:
    """A witness that is to be asked about a checkpoint now."""

    state: models.WitnessState
    checkpoint: models.Checkpoint
    talk: Talk[Asked]


def ask_witnesses(*, now: datetime | None = None) -> int:
    """Ask each witness that is due and has not cosigned the newest checkpoint; how many cosigned it now.

    All at once and within a few seconds in all, outside of any transaction. A witness that fails is asked again after 5 s, then
    twice that, up to 15 min; older checkpoints are contained in the newest.
    """
    now = now or datetime.now(UTC)
    newest = models.Checkpoint.objects.order_by("-size").first()
    asked = [] if newest is None else to_be_asked(newest, now)
    return keep_cosignatures(asked, talk_with_all([each.talk for each in asked]), now=now)


def to_be_asked(checkpoint: models.Checkpoint, now: datetime, *, for_export: bool = False) -> list[Asking]:
    """Those who have not cosigned `checkpoint` and whose time it is.

    for_export  also those who did not answer, unless that was less than a minute ago: an export comes once
    """
    root = open_note(checkpoint.note, [public_key()]).root
    found = []
    for witness in settings.ENVIRONMENT.witnesses:
        state, _made = models.WitnessState.objects.get_or_create(witness=witness.key)
        if not _is_due(state, now, for_export) or _has_cosigned(witness, checkpoint):
            continue
        talk = ask(
            witness.url,
            witness.key,
            note=checkpoint.note,
            size=checkpoint.size,
            held=state.held,
            proof_from=lambda old: consistency_proof(old, checkpoint.size, root),
        )
        found.append(Asking(state, checkpoint, talk))
    return found


def keep_cosignatures(
    asked: Sequence[Asking], outcomes: Sequence[Asked | OutsideUnreachable | OutsideRefused], *, now: datetime
) -> int:
    """Write down what came of asking each; how many cosigned."""
    for each, outcome in zip(asked, outcomes, strict=True):
        answer = outcome if isinstance(outcome, Asked) else Asked(trouble=UNREACHABLE, held=each.state.held)
        with transaction.atomic():
            _keep(each.state, each.checkpoint, answer, now)
        if answer.trouble in (FORK, ROLLBACK):
            size = each.checkpoint.size
            note_contradiction(each.state.witness, answer.trouble, size=size, held=answer.held, now=datetime.now(UTC))
    return sum(isinstance(outcome, Asked) and bool(outcome.line) for outcome in outcomes)


def _has_cosigned(witness: KnownWitness, checkpoint: models.Checkpoint) -> bool:
    return models.Cosignature.objects.filter(size=checkpoint.size, witness=witness.key).exists()


def _is_due(state: models.WitnessState, now: datetime, for_export: bool) -> bool:
    if state.next_at is None:
        return True
    wait = _wait(state.failures)
    if state.next_at - now > wait:
        return True  # the clock was set back; nobody is left unasked until it has caught up
    if for_export and state.trouble == UNREACHABLE:  # also where a wait is shorter than the asking took
        return now - (state.next_at - wait) >= ASK_AGAIN_AFTER
    return state.next_at <= now


def _wait(failures: int) -> timedelta:
    """Until a witness is asked again that failed so often in a row."""
    return timedelta(seconds=min(_FIRST_WAIT_S * 2 ** max(0, min(failures - 1, 8)), _LONGEST_WAIT_S))


def _keep(state: models.WitnessState, checkpoint: models.Checkpoint, asked: Asked, now: datetime) -> None:
    if asked.line:
        at = datetime.fromtimestamp(check_line(checkpoint.note, asked.line, state.witness), UTC)
        models.Cosignature.objects.get_or_create(
            size=checkpoint.size, witness=state.witness, defaults={"line": asked.line, "at": at}
        )
        state.failures, state.next_at, state.trouble, state.trouble_at = 0, None, "", None
    else:
        state.failures += 1
        state.next_at = now + _wait(state.failures)
        if state.trouble != asked.trouble:
            state.trouble, state.trouble_at = asked.trouble, now
            log.warning("a witness did not cosign", trouble=asked.trouble, size=checkpoint.size, held=asked.held)
    state.held = asked.held
    if asked.trouble in (FORK, ROLLBACK):
        models.WitnessRefusal.objects.get_or_create(
            witness=state.witness,
            kind=asked.trouble,
            size=checkpoint.size,
            defaults={"held": asked.held, "note": checkpoint.note, "at": now},
        )
    state.save()
