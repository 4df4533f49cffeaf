"""Write down how a day goes, for oneself; and erase it.

No entry of the log tells of either: it is nobody's evidence, and what the log knows it knows for ever.
"""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
from django.db import transaction

from parapet.access.check_ins import MOODS, CheckIn, herself
from parapet.access.opening import locker_of
from parapet.actions.scrub import promise_scrub, scrub_soon
from parapet.domain.errors import NotFound, RequestRefused
from parapet.domain.errors import gettext_noop as _
from parapet.domain.replies import MAX_REPLY_CHARS
from parapet.records import models
from parapet.records.chain import hold_log
from parapet.records.naming import check_in_context
from parapet.records.numbers import new_number, number_of, public


def check_in(person: models.Person, advocate_id: str, mood: str = "", line: str = "", *, draft: bool = False) -> str:
    """Keep it, sealed under her key; its public name. Raises NotFound unless she is the advocate, RequestRefused."""
    herself(person, advocate_id)
    line = line.strip()
    if (mood and mood not in MOODS) or not (mood or line) or len(line) > MAX_REPLY_CHARS:
        raise RequestRefused(_("Choose a word, or write a line of at most 5,000 characters."))
    said = CheckIn(person.number, datetime.now(UTC), mood, line.encode("utf-8", "replace").decode(), draft)
    number = new_number()
    with transaction.atomic():
        hold_log()  # its key may be changed at this moment
        advocate = herself(person, advocate_id)
        sealed = locker_of(advocate).lock(msgspec.msgpack.encode(said), about=check_in_context(number))
        models.CheckIn.objects.create(number=number, advocate=advocate, person=person, sealed=sealed)
    return public("chk", number)


def erase_check_ins(person: models.Person, advocate_id: str, check_in_id: str = "") -> int:
    """Erase one, or all of hers; how many. At once and for good, whatever is on hold: they are no part of any case.

    Raises NotFound unless she is the advocate and, when one is named, it is hers.
    """
    with transaction.atomic():
        hold_log()
        advocate = herself(person, advocate_id)
        rows = models.CheckIn.objects.filter(advocate=advocate, person=person)
        if check_in_id:
            number = number_of("chk", check_in_id)
            if number is None or not rows.filter(number=number).exists():
                raise NotFound("There is nothing here.")
            rows = rows.filter(number=number)
        # What is sealed first, and by itself: where a deleted row lingers, it says nothing.
        rows.update(sealed=b"")
        gone, _each = rows.delete()
        if gone:
            promise_scrub()
    scrub_soon()
    return gone
