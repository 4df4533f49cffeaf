"""What can be told at once, and without asking anybody, of whether a message is signed by its source."""

from __future__ import annotations

from parapet.channels.bluesky.identifier import check_identifier
from parapet.channels.mail.dkim import MEDIA_TYPE, first_look
from parapet.domain.parsed import Found
from parapet.domain.source import SourceCheck


def first_check(found: Found) -> SourceCheck | None:
    """The check of `found`; None where neither its platform nor its form carries a proof along."""
    if found.media_type.startswith(MEDIA_TYPE):
        return first_look(found.raw, found.media_type, found.place.pointer)
    if found.item.channel == "bluesky":
        return check_identifier(found.raw)
    return None
