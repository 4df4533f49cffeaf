"""What every step of a block has in common: its leaf with codes, what is sealed to that leaf, and the sum in the row."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.utils import timezone

from parapet.access.block_steps import KIND, Standing, step_context, steps_of, summed
from parapet.domain import blocking as b
from parapet.evidence.canonical import salt
from parapet.evidence.keys import Locker
from parapet.evidence.seal import event_body
from parapet.records import models
from parapet.records.chain import Event, append


def log_block_step(
    row: models.Block,
    key: Locker,
    what: str,
    *,
    by: models.Person | None,
    words: Mapping[str, Any] | None = None,
    details: Mapping[str, str | int] | None = None,
) -> Standing:
    """Write a step of `row`, inside a transaction that holds the log; how it stands then."""
    now, item = datetime.now(UTC), row.item
    raw = json.dumps({**(words or {}), "salt": salt()}, sort_keys=True).encode("utf-8", "surrogatepass")
    told: dict[str, str | int] = {
        **(details or {}),
        "step": what,
        "block": row.id,
        "plan": row.plan_id,
        "place": row.place,
        "what": row.what,
        "sha256": hashlib.sha256(raw).hexdigest(),
    }
    body = event_body(kind=KIND, at=now, subjects=[item.id], actor=by.id if by else "", details=told)
    event = Event(KIND, now, body, key, advocate=item.advocate_id, item=item.number, person=by.number if by else None)
    [index] = append([event])
    models.BlockStep.objects.create(
        block=row, person=by, at=now, log_index=index, sealed_words=key.lock(raw, about=step_context(row.number, index))
    )
    standing = summed(steps_of(row, item, key))
    row.state, row.way, row.set_at, row.lifted_at = standing.state, standing.way, standing.set_at, standing.lifted_at
    row.next_on = timezone.localtime(now).date() if standing.state in b.NEEDS else None
    row.save(update_fields=["state", "way", "set_at", "lifted_at", "next_on"])
    return standing
