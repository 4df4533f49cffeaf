"""What happens to a mail at the door, for the log."""

from __future__ import annotations

from datetime import UTC, datetime

from parapet.access import opening
from parapet.evidence.seal import event_body
from parapet.records import models
from parapet.records.chain import Event, append
from parapet.records.keyring import keyring
from parapet.records.numbers import public


def items_of(row: models.DoorMail) -> list[models.Item]:
    """What was found in it, the gravest first: also what is aimed at somebody else who is protected here."""
    if row.source_id is None:
        return []
    within = models.Occurrence.objects.filter(source_id=row.source_id).values("version__item_id")
    return list(models.Item.objects.filter(number__in=within).order_by("-severity", "number"))


def log_step(row: models.DoorMail, step: str, *, why: str = "", person: models.Person | None = None) -> None:
    """Write the leaf, to the message that was found in it where there is one. Inside a transaction."""
    item, now = next((each for each in items_of(row) if each.advocate_id == row.advocate_id), None), datetime.now(UTC)
    subjects = [public("con", row.connection_id)] if row.connection_id is not None else []
    advocate = opening.locker_of(row.advocate)
    body = event_body(
        kind="door",
        at=now,
        subjects=[*([item.id] if item else [row.advocate.id]), *subjects],
        actor=person.id if person else "",
        details={"step": step, **({"why": why} if why else {})},
    )
    append(
        [
            Event(
                "door",
                now,
                body,
                opening.item_key(item, advocate)
                if item
                else keyring().advocate(row.advocate_id, bytes(row.advocate.wrapped_key)),
                advocate=row.advocate_id,
                item=item.number if item else None,
                person=person.number if person else None,
            )
        ]
    )
