"""Write a note in a case."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime

from django.db import transaction

from parapet.access.case_cards import case_key
from parapet.access.case_notes import SALTED, note_context
from parapet.access.cases import held_case
from parapet.actions.case_events import log_case_event
from parapet.domain.errors import RequestRefused
from parapet.domain.errors import gettext_noop as _
from parapet.domain.rights import Right
from parapet.evidence.canonical import salt
from parapet.records import models
from parapet.records.chain import hold_log

MAX_NOTE_CHARS = 20_000


def write_note(person: models.Person, case_id: str, text: str) -> None:
    """Keep a note of hers, sealed under the case's key; the log keeps a digest of it with a salt. Raises NotFound, RequestRefused."""
    keep_note(person, held_case(person, case_id, Right.ANNOTATE, scoped=True), text)


def keep_note(person: models.Person, case: models.Case, text: str, *, still: Callable[[], object] | None = None) -> None:
    """The same for a case that came through a door already. `still` asks once more under the log's lock whether she may. Raises RequestRefused."""
    now = datetime.now(UTC)
    text = text.strip()
    if not text or len(text) > MAX_NOTE_CHARS:
        raise RequestRefused(_("A note has between 1 and 20,000 characters."))
    words = text.encode("utf-8", "replace").decode()
    raw = json.dumps({"salt": salt(), "text": words}, sort_keys=True).encode()
    with transaction.atomic():
        hold_log()
        if still is not None:
            still()
        details = {SALTED: hashlib.sha256(raw).hexdigest()}
        index = log_case_event(case, "note", person=person, details=details, now=now)
        sealed = case_key(case).lock(raw, about=note_context(case.number, index, person.number, now))
        models.Note.objects.create(case=case, person=person, at=now, log_index=index, sealed_text=sealed)
