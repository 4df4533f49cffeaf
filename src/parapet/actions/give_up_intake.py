"""Say of an import that it will not go on by itself."""

from __future__ import annotations

from datetime import UTC, datetime

from parapet.records import models


def give_up_intake(number: int) -> None:
    """The import `number` has failed. What was taken in stays, and its sealed files too: `retry_intake` begins anew."""
    models.Intake.objects.filter(number=number).exclude(state="done").update(state="failed", ended_at=datetime.now(UTC))
