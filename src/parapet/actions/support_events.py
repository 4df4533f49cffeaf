"""What every step of a call for support, and of a supporter, has in common: its leaf, and what is sealed to that leaf."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from parapet.access.support_rows import KIND as SUPPORTER
from parapet.access.support_rows import supporter_key
from parapet.access.support_steps import ASKING, SAY, believed, step_context
from parapet.access.support_steps import KIND as SUPPORT
from parapet.domain.support import Said
from parapet.evidence.canonical import salt
from parapet.evidence.keys import Locker
from parapet.evidence.seal import event_body
from parapet.records import models
from parapet.records.chain import Event, append
from parapet.records.numbers import public
from parapet.records.vouching import REVOKE

#: As what an entry that ends one says so: a supporter, or a call.
ROLE_SUPPORTER, ROLE_CALL = "supporter", "support"


def log_support(
    row: models.SupportCall,
    key: Locker,
    what: str,
    *,
    by: models.Person | None,
    now: datetime,
    words: Mapping[str, Any] | None = None,
    details: Mapping[str, str | int | Sequence[str]] | None = None,
) -> int:
    """Write a step of a call, inside a transaction that holds the log; the place of its leaf. `by` None: whoever keeps the home."""
    raw = json.dumps({**(words or {}), "salt": salt()}, sort_keys=True).encode("utf-8", "surrogatepass")
    told = {**(details or {}), "step": what, "sha256": hashlib.sha256(raw).hexdigest()}
    body = event_body(kind=SUPPORT, at=now, subjects=[row.id], actor=by.id if by else "", details=told)
    [index] = append(
        [Event(SUPPORT, now, body, key, advocate=row.advocate_id, case=row.number, person=by.number if by else None)]
    )
    models.SupportStep.objects.create(
        call=row, person=by, at=now, log_index=index, sealed_words=key.lock(raw, about=step_context(row.number, index))
    )
    return index


def log_stop(row: models.SupportCall, key: Locker, *, by: models.Person, now: datetime) -> int:
    """Write the entry that stops a call; the log's head counts it. Inside a transaction that holds the log."""
    body = event_body(kind=REVOKE, at=now, subjects=[row.id], actor=by.id, details={"role": ROLE_CALL, "step": "stop"})
    [index] = append([Event(REVOKE, now, body, key, advocate=row.advocate_id, case=row.number, person=by.number)])
    return index


def log_supporter(row: models.Supporter, key: Locker, what: str, *, by: models.Person, now: datetime, digest: str = "") -> int:
    """Write that he was asked, or agreed, inside a transaction that holds the log; the place of its leaf."""
    details: dict[str, str] = {"step": what, "supporter": row.id}
    if digest:
        details["sha256"] = digest
    if row.through is not None:
        details["organisation"] = public("org", row.through)
    body = event_body(kind=SUPPORTER, at=now, subjects=[row.id, row.person.id], actor=by.id, details=details)
    [index] = append([Event(SUPPORTER, now, body, key, advocate=row.advocate_id, case=row.number, person=row.person_id)])
    return index


def end_supporter_row(row: models.Supporter, step: str, *, by: models.Person | None, now: datetime) -> int:
    """Write the entry that ends a supporter; the log's head counts it. Inside a transaction that holds the log. `by` None: whoever
    keeps the home."""
    details = {"role": ROLE_SUPPORTER, "step": step}
    actor = by.id if by is not None else ""
    body = event_body(kind=REVOKE, at=now, subjects=[row.id, row.person.id], actor=actor, details=details)
    key = supporter_key(row)
    [index] = append([Event(REVOKE, now, body, key, advocate=row.advocate_id, case=row.number, person=row.person_id)])
    return index


def free_what_he_has(row: models.Supporter, *, by: models.Person | None, now: datetime) -> None:
    """What a supporter took and did not finish is free for others, before he is one no longer."""
    asked = models.SupportAsked.objects.filter(supporter=row).values("call")
    for call in believed(models.SupportCall.objects.filter(number__in=asked).select_related("advocate")):
        slot = call.open_slot(row.person_id, now)
        if slot is not None and call.state(now) == ASKING:
            details: dict[str, str | int] = {"slot": slot.number, "code": Said.COULD_NOT.value}
            log_support(call.row, call.key, SAY, by=by, now=now, details=details)


def tidied(words: str) -> str:
    """What somebody typed, without what cannot be kept, its lines as they are."""
    plain = words.encode("utf-8", "replace").decode().replace("\0", "").replace("\r\n", "\n")
    return "\n".join(" ".join(line.split()) for line in plain.split("\n")).strip()
