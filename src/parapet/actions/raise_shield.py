"""Raise an advocate's shield: one entry of the log, and with it the promise that her circle is told, once."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime

from django.db import transaction

from parapet.access.opening import locker_of
from parapet.access.shields import UP, is_up, shielded
from parapet.actions.shield_steps import log_shield
from parapet.domain.errors import RequestRefused
from parapet.domain.errors import gettext_noop as _
from parapet.domain.rights import Right
from parapet.evidence.canonical import salt
from parapet.jobs import outbox
from parapet.records import models
from parapet.records.chain import hold_log
from parapet.records.grants import ADVOCATE, given_for
from parapet.records.naming import shield_context

MAX_WHY_CHARS = 500


def raise_shield(person: models.Person, advocate_id: str, why: str = "", *, now: datetime | None = None) -> bool:
    """Raise it; False when it was up already, by whomever: two raises at once are one.

    why  in the words of who raises it, or nothing; sealed, and shown to who may raise it

    What she is on herself goes back to the queue, for her helpers. Raises NotFound, RequestRefused.
    """
    now = now or datetime.now(UTC)
    shielded(person, advocate_id, Right.SHIELD)  # who may not come in does not wait for the log's lock
    why = " ".join(why.encode("utf-8", "replace").decode().replace("\0", "").split())
    if len(why) > MAX_WHY_CHARS:
        raise RequestRefused(_("Write at most %(most)s characters."), most=MAX_WHY_CHARS)
    with transaction.atomic():
        hold_log()
        advocate = shielded(person, advocate_id, Right.SHIELD)
        if is_up(advocate.number):
            return False
        raw = json.dumps({"why": why, "salt": salt()}, sort_keys=True).encode()
        index = log_shield(advocate, UP, person, {"sha256": hashlib.sha256(raw).hexdigest()}, now)
        sealed = locker_of(advocate).lock(raw, about=shield_context(index))
        models.ShieldReason.objects.create(log_index=index, advocate=advocate, sealed=sealed)
        herself = [held.person for held in given_for(advocate.number) if held.role == ADVOCATE]
        models.Turn.objects.filter(item__advocate=advocate, person__in=herself, until__gt=now).update(until=now)
        outbox.put("tell_circle", {"entry": index}, urgent=True)
    return True
