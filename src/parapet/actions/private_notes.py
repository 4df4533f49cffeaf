"""Write a note about a case for oneself; and erase it. No entry of the log tells of either, and no document holds it."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from django.db import transaction

from parapet.access.case_cards import case_key
from parapet.access.cases import held_case
from parapet.access.private_notes import private_context
from parapet.actions.scrub import promise_scrub, scrub_soon
from parapet.actions.write_note import MAX_NOTE_CHARS
from parapet.domain.errors import NotFound, RequestRefused
from parapet.domain.errors import gettext_noop as _
from parapet.domain.rights import Right
from parapet.records import models
from parapet.records.chain import hold_log
from parapet.records.numbers import new_number, number_of


def write_private_note(person: models.Person, case_id: str, text: str) -> None:
    """Keep it, sealed under the case's key and bound to her. Raises NotFound, RequestRefused."""
    held_case(person, case_id, Right.READ)
    text = text.strip()
    if not text or len(text) > MAX_NOTE_CHARS:
        raise RequestRefused(_("A note has between 1 and 20,000 characters."))
    words = text.encode("utf-8", "replace").decode()
    said = {"person": person.number, "at": datetime.now(UTC).isoformat(), "text": words}
    number = new_number()
    with transaction.atomic():
        hold_log()  # its key may be changed at this moment
        case = held_case(person, case_id, Right.READ)
        sealed = case_key(case).lock(json.dumps(said).encode(), about=private_context(number))
        models.PrivateNote.objects.create(number=number, case=case, person=person, sealed=sealed)


def erase_private_note(person: models.Person, case_id: str, note_id: str) -> None:
    """Erase one of hers, at once and for good. Raises NotFound when it is not hers."""
    case = held_case(person, case_id, Right.READ)
    number = number_of("pnt", note_id)
    with transaction.atomic():
        hold_log()
        rows = models.PrivateNote.objects.filter(case=case, person=person, number=number if number is not None else -1)
        if not rows.update(sealed=b""):  # what is sealed first: where a deleted row lingers, it says nothing
            raise NotFound("There is nothing here.")
        rows.delete()
        promise_scrub()
    scrub_soon()
