"""Take in a capture that a browser hands in, in the name of who connected it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import BinaryIO

from django.db.models import F

from parapet.access.people import advocate_for
from parapet.actions.seal_source import seal_source
from parapet.actions.start_intake import start_intake
from parapet.channels.web.container import MAX_BYTES, Unfit, read_capture
from parapet.domain.errors import NotFound
from parapet.domain.parsed import Reason
from parapet.domain.rights import Right
from parapet.records.browsers import is_right, parted
from parapet.records.models import Browser, IntakeFile

#: Of one capture file.
MAX_CAPTURE_BYTES = MAX_BYTES
_MAX_TOKEN_CHARS = 200


class NoCapture(Exception):
    """The file is no sound capture. reason: why, as a refusal of an import would say."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


def browser_of(token: str) -> Browser | None:
    """Whose `token` is; None for any other: ended, offered only, invented, of a person who is shut out."""
    found = parted(token) if len(token) <= _MAX_TOKEN_CHARS else None
    if found is None:
        return None
    number, secret = found
    row = Browser.objects.filter(number=number, expires_at=None).select_related("person", "advocate").first()
    return row if row is not None and is_right(row, "token", secret) and row.person.is_active else None


def may_hand_in(browser: Browser) -> bool:
    """Whether who connected it may still add messages for this advocate."""
    try:
        advocate_for(browser.person, browser.advocate.id, Right.SORT)
    except NotFound:
        return False
    return True


def hand_in(browser: Browser, stream: BinaryIO, *, now: datetime | None = None) -> bool:
    """Seal the capture in `stream` (seekable) and promise to take it in; False when this one was handed in before, and is kept.

    Raises NotFound when the person may not add messages for the advocate any more, NoCapture, HomeUnwritable.
    """
    advocate_for(browser.person, browser.advocate.id, Right.SORT)
    try:
        capture = read_capture(stream)
    except Unfit as unfit:
        raise NoCapture(unfit.refused.reason) from None
    if capture.facts["by"] != "extension":
        raise NoCapture(Reason.BAD_RECORD)
    stream.seek(0)
    source, _mark = seal_source(stream)
    before = IntakeFile.objects.filter(source=source, intake__person=browser.person, intake__advocate=browser.advocate)
    is_new = not before.exclude(intake__state="failed").exists()
    if is_new:
        stream.seek(0)
        # The person's own word would be the title of the page, which a stranger wrote: the file has no name.
        start_intake(browser.person, [("page.capture.zip", stream)], browser.advocate.id)
    Browser.objects.filter(number=browser.number).update(used_at=now or datetime.now(UTC), taken=F("taken") + int(is_new))
    return is_new
