"""What can be told at once, and without asking anybody, of whether a message is signed by its source."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from parapet.actions.arrivals import Incoming
from parapet.actions.keep_source_check import Checked
from parapet.channels.bluesky.delivery import check_delivery, is_delivery
from parapet.channels.bluesky.identifier import check_identifier
from parapet.channels.mail.dkim import MEDIA_TYPE, first_look
from parapet.domain.parsed import Found
from parapet.domain.source import SourceCheck


def first_check(found: Found) -> SourceCheck | None:
    """The check of `found`; None where neither its platform nor its form carries a proof along."""
    if found.media_type.startswith(MEDIA_TYPE):
        return first_look(found.raw, found.media_type, found.place.pointer)
    if found.item.channel == "bluesky":
        return check_delivery(found.raw) if is_delivery(found.raw) else check_identifier(found.raw)
    return None


def checks_of(new: Iterable[Incoming], ordinals: Mapping[int, int], now: datetime) -> list[Checked]:
    """Those of new versions that have one, on their way into the records. `ordinals` by the version's number."""
    return [
        Checked(one.version_number, one.item_number, one.advocate, ordinals[one.version_number], one.key, one.source, now)
        for one in new
        if one.source is not None and one.key is not None
    ]
