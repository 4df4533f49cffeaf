"""Lower an advocate's shield: a person does, and nothing else ever."""

from __future__ import annotations

from datetime import UTC, datetime

from django.db import transaction

from parapet.access.shields import DOWN, VEIL_DAYS, is_up, shielded
from parapet.actions.shield_steps import log_shield
from parapet.domain.errors import RequestRefused
from parapet.domain.errors import gettext_noop as _
from parapet.domain.rights import Right
from parapet.jobs import outbox
from parapet.records import models
from parapet.records.chain import hold_log


def lower_shield(person: models.Person, advocate_id: str, *, veil_days: int = 0, now: datetime | None = None) -> bool:
    """Lower it, and give her the queue back; False when it was down already.

    veil_days  for so long her texts stay veiled as they were: one of VEIL_DAYS

    Raises NotFound, RequestRefused.
    """
    now = now or datetime.now(UTC)
    shielded(person, advocate_id, Right.SHIELD)
    if veil_days not in VEIL_DAYS:
        raise RequestRefused(_("Choose how long the texts stay veiled."))
    with transaction.atomic():
        hold_log()
        advocate = shielded(person, advocate_id, Right.SHIELD)
        if not is_up(advocate.number):
            return False
        index = log_shield(advocate, DOWN, person, {"veil_days": veil_days}, now)
        outbox.put("tell_circle", {"entry": index}, urgent=True)
    return True
