"""Break the glass: one who was named asks, another who was named agrees, and for some hours the first may read what is urgent.

Each step is one transaction with its entry of the log, and promises that the advocate is told. Two who agree at once open it once;
whatever is killed midway has happened or has not.
"""

from __future__ import annotations

import hashlib
import json
from datetime import datetime, timedelta

from django.db import transaction

from parapet.access.emergencies import named_by, standing_request
from parapet.access.emergency_plans import request_about
from parapet.access.emergency_rows import (
    AGREE,
    ASK,
    ENDED,
    HOURS,
    KIND,
    OPEN,
    WAITING,
    Request,
    at_now,
    plans_naming,
    reason_context,
)
from parapet.actions.name_for_emergency import log_emergency
from parapet.actions.tell_emergency import tell_emergency
from parapet.domain.errors import NotFound, RequestRefused
from parapet.domain.errors import gettext_noop as _
from parapet.evidence.canonical import salt
from parapet.records import models
from parapet.records.chain import hold_log
from parapet.records.numbers import new_number
from parapet.records.vouching import REVOKE

LEAST_REASON_CHARS, MOST_REASON_CHARS = 10, 500
#: How often one person may ask for one advocate within `A_DAY`, whatever became of it: each time she is called.
MOST_A_DAY = 3
A_DAY = timedelta(hours=24)


def ask_to_be_let_in(person: models.Person, advocate_id: str, *, reason: str, hours: int = 4, now: datetime | None = None) -> str:
    """Ask, as somebody whom the advocate named; the public name of the request. The reason is sealed; the log holds its digest.

    Raises NotFound for who was not named, RequestRefused.
    """
    at, said = at_now(now), " ".join(reason.split()).encode("utf-8", "replace").decode()
    with transaction.atomic():
        hold_log()
        known = named_by(person, advocate_id, now=at)
        if known.reads:
            raise RequestRefused(_("You can read these messages already."))
        if known.request:
            raise RequestRefused(_("You asked already. That request still stands."))
        if not known.others:
            raise RequestRefused(_("Nobody else who is named can agree now. In danger, call 911."))
        if hours not in HOURS:
            raise RequestRefused(_("Choose for how long."))
        if not LEAST_REASON_CHARS <= len(said) <= MOST_REASON_CHARS:
            raise RequestRefused(
                _("Say why, in %(least)s to %(most)s characters."), least=LEAST_REASON_CHARS, most=MOST_REASON_CHARS
            )
        [plan] = [each for each in plans_naming(person) if each.advocate.id == advocate_id]
        recent = models.EmergencyRequest.objects.filter(plan=plan.row, person=person, asked_at__gt=at - A_DAY)
        if recent.count() >= MOST_A_DAY:
            raise RequestRefused(_("You asked %(most)s times within a day. In danger, call 911."), most=MOST_A_DAY)
        raw = json.dumps({"reason": said, "hours": hours, "salt": salt()}, sort_keys=True).encode()
        row = models.EmergencyRequest(number=new_number(), plan=plan.row, person=person, asked_at=at)
        details: dict[str, str | int] = {"step": ASK, "hours": hours, "sha256": hashlib.sha256(raw).hexdigest()}
        row.begun = log_emergency(KIND, plan.row, plan.key, row.number, about=person, by=person, details=details, now=at)
        row.sealed_reason = plan.key.lock(raw, about=reason_context(row))
        row.save()
        tell_emergency(row, ASK, now=at)
    return row.id


def agree_to_let_in(person: models.Person, request_id: str, *, now: datetime | None = None) -> None:
    """Agree to what another asked. Raises NotFound, RequestRefused for one's own request, and when somebody agreed before."""
    at = at_now(now)
    with transaction.atomic():
        hold_log()
        request = standing_request(person, request_id, now=at)
        if request.row.person_id == person.number:
            raise RequestRefused(_("Somebody else has to agree to what you asked."))
        if request.state(at) != WAITING:
            raise RequestRefused(_("Somebody agreed to this already."))
        log_emergency(
            KIND, request.plan.row, request.plan.key, request.row.number, about=person, by=person, details={"step": AGREE}, now=at
        )
        tell_emergency(request.row, AGREE, now=at)


def end_emergency(person: models.Person, request_id: str, *, now: datetime | None = None) -> None:
    """End a request that waits or is open, at once: the advocate, whoever may read what is hers, who asked, and who agreed.

    Raises NotFound, also for one that is over.
    """
    at = at_now(now)
    with transaction.atomic():
        hold_log()
        request = _endable(person, request_id, at)
        details = {"role": KIND, "step": ENDED}
        key, row = request.plan.key, request.row
        log_emergency(REVOKE, request.plan.row, key, row.number, about=row.person, by=person, details=details, now=at)


def _endable(person: models.Person, request_id: str, now: datetime) -> Request:
    try:
        request = request_about(person, request_id)
    except NotFound:
        request = standing_request(person, request_id, now=now)
        if person.number not in (request.row.person_id, request.agreed_by):
            raise
    if request.state(now) not in (WAITING, OPEN):
        raise NotFound("There is nothing here.")
    return request
