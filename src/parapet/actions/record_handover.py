"""Record that a case was reported to somebody, or given to them."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime, timedelta

from django.db import transaction

from parapet.access.case_cards import case_key
from parapet.access.case_handovers import KINDS, MEANS, TO, handover_context
from parapet.access.cases import held_case
from parapet.actions.case_events import log_case_event
from parapet.domain.errors import RequestRefused
from parapet.domain.errors import gettext_noop as _
from parapet.domain.rights import Right
from parapet.evidence.canonical import salt
from parapet.evidence.seal import EXPORT_KIND, stamp
from parapet.records import models
from parapet.records.chain import hold_log
from parapet.records.vouching import check_row

MAX_NAME_CHARS = 200
#: A clock that runs a little ahead is no reason to refuse what just happened.
_AHEAD = timedelta(minutes=10)


def record_handover(
    person: models.Person,
    case_id: str,
    *,
    kind: str,
    to: str,
    means: str,
    happened_at: datetime,
    name: str = "",
    reference: str = "",
    bag: int = 0,
) -> int:
    """Keep what she says of it; returns the index of its leaf.

    kind             "report" (told of) or "transfer" (given)
    to, means        codes of `case_handovers`
    name, reference  her words: whom she spoke to, and the number that they gave. Sealed; the log keeps their digest
    bag              the place in the log of the export that was given; 0 for none

    Raises NotFound, RequestRefused, LogBroken.
    """
    case, now = held_case(person, case_id, Right.REPORT), datetime.now(UTC)
    if kind not in KINDS or to not in TO or means not in MEANS:
        raise RequestRefused(_("Say to whom it was reported or given, and how."))
    name, reference = name.strip(), reference.strip()
    if max(len(name), len(reference)) > MAX_NAME_CHARS:
        raise RequestRefused(_("A name or number has at most %(most)s characters."), most=MAX_NAME_CHARS)
    if happened_at > now + _AHEAD:
        raise RequestRefused(_("That time is still to come. Record what has happened."))
    words = json.dumps({"name": name, "reference": reference, "salt": salt()}, sort_keys=True).encode()
    with transaction.atomic():
        hold_log()
        _check_bag(case, bag)
        details: dict[str, str | int] = {
            "to": to,
            "means": means,
            "happened_at": stamp(happened_at),
            "bag": bag,
            "sha256": hashlib.sha256(words).hexdigest(),
        }
        index = log_case_event(case, kind, person=person, details=details, now=now)
        sealed = case_key(case).lock(words, about=handover_context(case.number, index, person.number, now))
        models.Handover.objects.create(case=case, person=person, at=now, log_index=index, sealed_words=sealed)
    return index


def _check_bag(case: models.Case, index: int) -> None:
    if not index:
        return
    entry = models.LogEntry.objects.filter(index=index, case_number=case.number, kind=EXPORT_KIND).first()
    if entry is None:
        raise RequestRefused(_("No bag of this case was exported at that place of the log."))
    check_row(entry)
