"""Plans for emergencies and requests that no longer open: for the check of the home, which shows nothing of what they say."""

from __future__ import annotations

from collections.abc import Iterator

from parapet.access.emergency_rows import people_context, plan_key, reason_context
from parapet.domain.errors import KeyWrong
from parapet.records.models import EmergencyPlan, EmergencyRequest
from parapet.records.numbers import public


def broken_emergencies() -> Iterator[str]:
    """The name of each that no longer opens."""
    for plan in EmergencyPlan.objects.order_by("number"):
        requests = EmergencyRequest.objects.filter(plan=plan).order_by("number")
        sealed = [
            (public("emp", plan.number), bytes(plan.sealed_people), people_context(plan)),
            *((each.id, bytes(each.sealed_reason), reason_context(each)) for each in requests),
        ]
        for name, value, about in sealed:
            try:
                plan_key(plan).unlock(value, about=about)
            except KeyWrong:
                yield name
