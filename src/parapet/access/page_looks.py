"""When the page of an item was looked at again, and how it stood."""

from __future__ import annotations

from parapet.access.views import PageLook
from parapet.records.models import Capture, Item

_MAX_LOOKS = 20


def looks_of(item: Item) -> tuple[PageLook, ...]:
    """The newest first."""
    return tuple(look(row) for row in Capture.objects.filter(item=item).order_by("-asked_at")[:_MAX_LOOKS])


def look(row: Capture) -> PageLook:
    """One of them."""
    return PageLook(row.ended_at or row.asked_at, row.state in ("waiting", "running"), row.state == "refused", row.outcome)
