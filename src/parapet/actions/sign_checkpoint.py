"""Sign the log as it stands, when it has grown since the last time."""

from __future__ import annotations

from datetime import UTC, datetime

from django.db import transaction

from parapet.actions.case_events import write_due_heads
from parapet.evidence.checkpoint import sign, verifier_key
from parapet.evidence.log import Frontier
from parapet.records import models
from parapet.records.chain import hold_log
from parapet.records.keyring import keyring


def origin() -> str:
    """The name of this home's log in its signed notes: it tells nothing of whose home it is."""
    return keyring().instance.origin


def public_key() -> str:
    """The log's verifier key, as people hand it to one another."""
    return verifier_key(origin(), keyring().instance.signing())


def sign_checkpoint(*, now: datetime | None = None) -> models.Checkpoint | None:
    """The newest checkpoint over the whole log, signed now if need be; None while the log is empty.

    Before it signs, cases to which something happened get their head: between two exports too, an entry of a case that
    is left out contradicts what was signed.
    """
    now = now or datetime.now(UTC)
    with transaction.atomic():
        head = hold_log()
        if not head.size:
            return None
        held = models.Checkpoint.objects.filter(size=head.size).first()
        if held is not None:
            return held
        write_due_heads(now=now)
        head = hold_log()
        note = sign(origin(), head.size, Frontier.from_bytes(bytes(head.frontier)).root(), keyring().instance.signing())
        return models.Checkpoint.objects.create(size=head.size, note=note, at=now)
