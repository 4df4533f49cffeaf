"""A person says how often she wants to hear how things stand."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db import transaction

from parapet.domain.errors import RequestRefused
from parapet.domain.errors import gettext_noop as _
from parapet.records.digests import DAILY, WEEKLY, Plan, keep_plan
from parapet.records.models import Person
from parapet.records.numbers import number_of
from parapet.records.reach import reached

NONE = "none"


def change_digest(
    person: Person, every: str, *, hour: int = 8, weekday: int = 0, zone: str = "UTC", way: str = "", now: datetime | None = None
) -> None:
    """Keep it; "none" ends it. `way` is one of her own e-mail addresses. Raises RequestRefused."""
    now = now or datetime.now(UTC)
    if every == NONE:
        keep_plan(person, None, now=now)
        return
    if every not in (DAILY, WEEKLY) or not 0 <= hour <= 23 or not 0 <= weekday <= 6:
        raise RequestRefused(_("Choose how often, on which day and at which hour."))
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise RequestRefused(_("Choose a time zone of the list.")) from None
    with transaction.atomic():
        hers = [each.number for each in reached(person.number).ways if each.kind == "email"]
        number = number_of("way", way)
        if number is None or number not in hers:
            raise RequestRefused(_("Add an e-mail address under “How to reach me” first, then choose it here."))
        keep_plan(person, Plan(every, hour, weekday, zone, number), now=now)
