"""What every step of a case has in common: its leaf with codes, and what people wrote, sealed to that leaf."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from parapet.access.case_cards import case_key
from parapet.access.case_steps import step_context
from parapet.actions.case_events import log_case_event
from parapet.domain.errors import RequestRefused
from parapet.domain.errors import gettext_noop as _
from parapet.evidence.canonical import salt
from parapet.records import models

MAX_WORDS_CHARS = 500


def log_step(
    case: models.Case,
    kind: str,
    *,
    by: models.Person,
    details: Mapping[str, str | int],
    words: Mapping[str, str | Sequence[str] | Mapping[str, str]] | None = None,
) -> int:
    """Write a step of `case`, inside a transaction that holds the log; the index of its leaf."""
    now = datetime.now(UTC)
    raw = json.dumps({**(words or {}), "salt": salt()}, sort_keys=True).encode()
    told = {**details, "sha256": hashlib.sha256(raw).hexdigest()}
    index = log_case_event(case, kind, person=by, details=told, now=now)
    sealed = case_key(case).lock(raw, about=step_context(case.number, index, by.number, now))
    models.CaseStep.objects.create(case=case, person=by, at=now, log_index=index, sealed_words=sealed)
    return index


def tidy(words: str, *, needed: bool) -> str:
    """What a person wrote, on one line. Raises RequestRefused when it is too long, or empty and `needed`."""
    words = " ".join(words.encode("utf-8", "replace").decode().replace("\0", "").split())
    if len(words) > MAX_WORDS_CHARS or (needed and not words):
        raise RequestRefused(_("Write between 1 and %(most)s characters."), most=MAX_WORDS_CHARS)
    return words
