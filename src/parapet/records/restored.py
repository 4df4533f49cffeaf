"""Whether this home was put back from a backup, and what it therefore cannot know: what was done after that backup was made."""

from __future__ import annotations

from datetime import UTC, datetime

from parapet.records.models import LogHead, Restoration


def note_restored() -> None:
    """Keep where the log stood when the home was put back. Killed and run again, it is noted once."""
    head = LogHead.objects.filter(number=1).first()
    Restoration.objects.get_or_create(size=head.size if head is not None else 0, defaults={"at": datetime.now(UTC)})


def restored_before() -> int:
    """Entries of the log below this place came out of a backup: what a person approved there may have been done since. 0 for none."""
    newest = Restoration.objects.order_by("-size").first()
    return newest.size if newest is not None else 0


def restored_at() -> datetime | None:
    """When this home was put back last."""
    newest = Restoration.objects.order_by("-size").first()
    return newest.at if newest is not None else None
