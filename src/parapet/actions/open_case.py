"""Open a case from items."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from django.db import transaction

from parapet.access.case_cards import case_key_context, title_context
from parapet.access.opening import locker_of
from parapet.access.people import advocate_for
from parapet.actions.add_to_case import put_in_case
from parapet.actions.case_events import log_case_event
from parapet.domain.errors import RequestRefused
from parapet.domain.errors import gettext_noop as _
from parapet.domain.rights import Right
from parapet.evidence.keys import Locker, new_key
from parapet.records import models
from parapet.records.chain import hold_log
from parapet.records.numbers import new_number

MAX_TITLE_CHARS = 200


def open_case(person: models.Person, advocate_id: str, title: str, item_ids: Sequence[str] = ()) -> str:
    """A new case of this advocate with these items; returns its public name.

    Raises NotFound when the advocate or an item is not hers, RequestRefused without a title.
    """
    advocate = advocate_for(person, advocate_id, Right.SORT)
    title = " ".join(title.split())[:MAX_TITLE_CHARS]
    if not title:
        raise RequestRefused(_("A case needs a title."))
    number, key, now = new_number(), new_key(), datetime.now(UTC)
    with transaction.atomic():
        hold_log()
        case = models.Case.objects.create(
            number=number,
            advocate=advocate,
            wrapped_key=locker_of(advocate).wrap(key, about=case_key_context(number)),
            sealed_title=Locker(key).lock(title.encode(), about=title_context(number)),
            opened_at=now,
        )
        items = put_in_case(case, item_ids, now)
        log_case_event(case, "case_open", person=person, items=items, now=now)
    return case.id
