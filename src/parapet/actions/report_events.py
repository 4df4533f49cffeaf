"""What every step of a report has in common: its leaf with codes, what is sealed to that leaf, and the sum in the row."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from parapet.access.report_steps import KIND, Standing, step_context, steps_of, summed
from parapet.access.reports import desk_of
from parapet.actions.plan_looks import plan_for_report
from parapet.domain import reporting as r
from parapet.domain.errors import RequestRefused
from parapet.domain.errors import gettext_noop as _
from parapet.evidence.canonical import salt
from parapet.evidence.keys import Locker
from parapet.evidence.seal import event_body, stamp
from parapet.records import models
from parapet.records.chain import Event, append
from parapet.records.numbers import public

MAX_REFERENCE_CHARS = 200


def log_report_step(
    row: models.Report,
    key: Locker,
    what: str,
    *,
    by: models.Person | None,
    words: Mapping[str, Any] | None = None,
    details: Mapping[str, str | int] | None = None,
    happened_at: datetime | None = None,
    now: datetime | None = None,
) -> Standing:
    """Write a step of `row`, inside a transaction that holds the log; how the report stands then."""
    now = now or datetime.now(UTC)
    raw = json.dumps({**(words or {}), "salt": salt()}, sort_keys=True).encode("utf-8", "surrogatepass")
    told: dict[str, str | int] = {
        **(details or {}),
        "step": what,
        "report": row.id,
        "desk": row.desk,
        "sha256": hashlib.sha256(raw).hexdigest(),
    }
    if row.batch:
        told["batch"] = public("bat", row.batch)
    if happened_at is not None:
        told["happened_at"] = stamp(happened_at)
    item = row.item
    body = event_body(kind=KIND, at=now, subjects=[item.id], actor=by.id if by else "", details=told)
    event = Event(KIND, now, body, key, advocate=item.advocate_id, item=item.number, person=by.number if by else None)
    [index] = append([event])
    models.ReportStep.objects.create(
        report=row, person=by, at=now, log_index=index, sealed_words=key.lock(raw, about=step_context(row.number, index))
    )
    standing = summed(steps_of(row, item, key), desk_of(row.desk))
    row.state, row.way, row.sent_at = standing.state, standing.way, standing.sent_at
    row.outcome, row.outcome_at = standing.outcome, standing.outcome_at
    row.next_what, row.next_on = standing.next
    row.save()
    if what in (r.RECEIPT, r.TICK, r.ARRIVED) and standing.sent_at is not None:
        plan_for_report(item, key, standing.sent_at)
    return standing


def tidy_reference(words: str) -> str:
    """What a desk called it, on one line. Raises RequestRefused."""
    line = " ".join(words.encode("utf-8", "replace").decode().replace("\0", "").split())
    if len(line) > MAX_REFERENCE_CHARS:
        raise RequestRefused(_("A name or number has at most %(most)s characters."), most=MAX_REFERENCE_CHARS)
    return line
