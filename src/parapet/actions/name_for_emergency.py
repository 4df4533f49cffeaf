"""An advocate says who may be let in in an emergency: two people at least, or nobody."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from parapet.access.emergency_plans import plannable
from parapet.access.emergency_rows import KIND, NAME, at_now, people_context, plan_key, plan_of
from parapet.domain.errors import KeyWrong, RequestRefused
from parapet.domain.errors import gettext_noop as _
from parapet.evidence.canonical import salt
from parapet.evidence.keys import Locker, new_key
from parapet.evidence.seal import event_body
from parapet.records import models
from parapet.records.chain import Event, append, hold_log
from parapet.records.grants import ADVOCATE, vouched
from parapet.records.keyring import keyring
from parapet.records.naming import emergency_key_context
from parapet.records.numbers import new_number, number_of
from parapet.records.vouching import REVOKE

LEAST, MOST = 2, 10


def name_for_emergency(person: models.Person, advocate_id: str, people: Sequence[str], *, now: datetime | None = None) -> bool:
    """Name these (by their codes, "per_..."), in place of whoever was named; nobody ends it. False when it is so already.

    Whoever is taken off finds nothing any more, at once, also while she was let in. Raises NotFound for anybody but the advocate,
    RequestRefused.
    """
    at = at_now(now)
    with transaction.atomic():
        hold_log()
        advocate = plannable(person, advocate_id)
        plan = plan_of(advocate)
        before = plan.people if plan is not None else ()
        named = tuple(_numbered(advocate, code) for code in dict.fromkeys(people))
        if set(named) == set(before):
            return False
        if named and not LEAST <= len(named) <= MOST:
            raise RequestRefused(
                _("Name at least %(least)s people, and at most %(most)s, or nobody: one asks, and another agrees."),
                least=LEAST,
                most=MOST,
            )
        row, key = _row_and_key(advocate)
        for gone in models.Person.objects.filter(number__in=set(before) - set(named)).order_by("number"):
            details = {"role": KIND, "step": NAME}
            log_emergency(REVOKE, row, key, row.number, about=gone, by=person, details=details, now=at)
        listed = {each.number: each for each in models.Person.objects.filter(number__in=named)}
        row.log_index = log_emergency(
            KIND, row, key, row.number, about=person, by=person, details={"step": NAME, "people": len(named)}, now=at,
            others=[listed[number].id for number in named],
        )  # fmt: skip
        said = json.dumps({"people": list(named), "salt": salt()}).encode()
        row.sealed_people = key.lock(said, about=people_context(row))
        row.save()
        models.EmergencyName.objects.filter(plan=row).delete()
        models.EmergencyName.objects.bulk_create(models.EmergencyName(plan=row, person_id=number) for number in named)
    return True


def log_emergency(
    kind: str,
    row: models.EmergencyPlan,
    key: Locker,
    number: int,
    *,
    about: models.Person,
    by: models.Person,
    details: Mapping[str, str | int],
    now: datetime,
    others: Sequence[str] = (),
) -> int:
    """Write an entry about a plan or a request (`number`), inside a transaction; its place. It is sealed under the plan's key, which
    the home opens: what became of a request must be known while nobody is there who opens what is hers."""
    subjects = [row.advocate.id, about.id, *others]
    body = event_body(kind=kind, at=now, subjects=subjects, actor=by.id, details=details)
    [index] = append([Event(kind, now, body, key, advocate=row.advocate_id, case=number, person=about.number)])
    return index


def _numbered(advocate: models.Advocate, code: str) -> int:
    """The number of somebody who can be named: not she herself, and nobody whose account another advocate made and has links to."""
    person = models.Person.objects.filter(number=number_of("per", code.strip()) or 0, is_active=True).first()
    if person is None or person.invited_by not in (None, advocate.number):
        raise RequestRefused(_("Nobody who can be named has this code. Ask the person for it again."))
    if any(grant.role == ADVOCATE for grant in vouched(person.number, advocate.number)):
        raise RequestRefused(_("Name others than yourself: this is for when you cannot be reached."))
    return person.number


def _row_and_key(advocate: models.Advocate) -> tuple[models.EmergencyPlan, Locker]:
    """Her plan, or a new one. One whose list was changed keeps its key: what was asked under it opens by it alone."""
    row = models.EmergencyPlan.objects.filter(advocate=advocate).select_related("advocate").first()
    if row is not None:
        try:
            return row, plan_key(row)
        except KeyWrong:
            row.delete()  # this home did not write it: it must not stand in the place of one that it writes
    row = models.EmergencyPlan(number=new_number(), advocate=advocate)
    row.wrapped_key = keyring().wrap(new_key(), about=emergency_key_context(row.number))
    return row, plan_key(row)
