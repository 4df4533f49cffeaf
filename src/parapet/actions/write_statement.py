"""Write the statement about a case, in her own words. What stood there before is written over: only its digest stays in the log."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

from django.db import transaction

from parapet.access.case_cards import case_key
from parapet.access.case_steps import STATEMENT
from parapet.access.cases import held_case
from parapet.access.statements import statement_context, statement_of
from parapet.actions.case_steps import log_step
from parapet.actions.scrub import promise_scrub, scrub_soon
from parapet.domain.errors import RequestRefused
from parapet.domain.errors import gettext_noop as _
from parapet.domain.offences import POLICE_SAID, QUESTIONS
from parapet.domain.rights import Right
from parapet.evidence.canonical import salt
from parapet.records import models
from parapet.records.chain import hold_log

_MOST = {**QUESTIONS, **POLICE_SAID}


def write_statement(person: models.Person, case_id: str, answers: Mapping[str, str]) -> bool:
    """Keep these answers, and no others; False when they are those that are there. By the advocate herself alone: they are her words.

    Raises NotFound, RequestRefused for a question that there is none of or an answer that is too long, SealBroken.
    """
    held_case(person, case_id, Right.GRANT)
    said = {code: words for code, words in ((code, _tidy(code, words)) for code, words in answers.items()) if words}
    with transaction.atomic():
        hold_log()
        case = held_case(person, case_id, Right.GRANT)
        key = case_key(case)
        if statement_of(case, key).answers == said:
            return False
        raw = json.dumps({"answers": said, "salt": salt()}, sort_keys=True).encode()
        digest = hashlib.sha256(raw).hexdigest()
        index = log_step(case, STATEMENT, by=person, details={"answers": len(said)}, words={"digest": digest})
        models.Statement.objects.filter(case=case).update(sealed=b"")  # by itself first: a row that is written over may linger
        sealed = key.lock(raw, about=statement_context(case.number, index))
        models.Statement.objects.update_or_create(case=case, defaults={"log_index": index, "sealed": sealed})
        promise_scrub()
    scrub_soon()
    return True


def _tidy(code: str, words: str) -> str:
    """Without what cannot be kept; paragraphs stay. Raises RequestRefused."""
    if code not in _MOST:
        raise RequestRefused(_("There is no such question."))
    words = words.encode("utf-8", "replace").decode().replace("\0", "").replace("\r\n", "\n").strip()
    words = words if code in QUESTIONS else " ".join(words.split())
    if len(words) > _MOST[code]:
        raise RequestRefused(_("Make this shorter: at most %(most)s characters."), most=_MOST[code])
    return words
