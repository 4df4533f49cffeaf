"""Have the newest checkpoint cosigned by every witness of this home; what one refuses is kept and shown."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import structlog
from django.conf import settings
from django.db import transaction

from parapet.actions.sign_checkpoint import public_key
from parapet.anchors.witness_client import FORK, ROLLBACK, Asked, ask
from parapet.domain.errors import OutsideUnreachable
from parapet.evidence.checkpoint import open_note
from parapet.evidence.cosignature import check_line
from parapet.records import models
from parapet.records.tiles import consistency_proof
from parapet.settings.witnesses import KnownWitness

log = structlog.get_logger("parapet.witnesses")

UNREACHABLE = "unreachable"
#: From the first failure to the longest wait: a laptop that is back on the network is cosigned within a quarter of an hour.
_FIRST_WAIT_S = 5
_LONGEST_WAIT_S = 900


def ask_witnesses(*, now: datetime | None = None) -> int:
    """Ask each witness that is due and has not cosigned the newest checkpoint; how many cosigned it now.

    The network is used outside of any transaction, and nothing waits for a witness but the worker's other chores. A witness that
    fails is asked again after 5 s, then twice that, up to 15 min; older checkpoints are contained in the newest.
    """
    now = now or datetime.now(UTC)
    newest = models.Checkpoint.objects.order_by("-size").first()
    if newest is None:
        return 0
    return sum(_ask(witness, newest, now) for witness in settings.ENVIRONMENT.witnesses)


def _ask(witness: KnownWitness, newest: models.Checkpoint, now: datetime) -> bool:
    state, _made = models.WitnessState.objects.get_or_create(witness=witness.key)
    if state.next_at is not None and now < state.next_at:
        return False
    if models.Cosignature.objects.filter(size=newest.size, witness=witness.key).exists():
        return False
    root = open_note(newest.note, [public_key()]).root
    try:
        asked = ask(
            witness.url,
            witness.key,
            note=newest.note,
            size=newest.size,
            held=state.held,
            proof_from=lambda old: consistency_proof(old, newest.size, root),
        )
    except OutsideUnreachable:
        asked = Asked(trouble=UNREACHABLE, held=state.held)
    with transaction.atomic():
        _keep(state, newest, asked, now)
    return bool(asked.line)


def _keep(state: models.WitnessState, checkpoint: models.Checkpoint, asked: Asked, now: datetime) -> None:
    if asked.line:
        at = datetime.fromtimestamp(check_line(checkpoint.note, asked.line, state.witness), UTC)
        models.Cosignature.objects.get_or_create(
            size=checkpoint.size, witness=state.witness, defaults={"line": asked.line, "at": at}
        )
        state.failures, state.next_at, state.trouble, state.trouble_at = 0, None, "", None
    else:
        state.failures += 1
        state.next_at = now + timedelta(seconds=min(_FIRST_WAIT_S * 2 ** min(state.failures - 1, 8), _LONGEST_WAIT_S))
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
