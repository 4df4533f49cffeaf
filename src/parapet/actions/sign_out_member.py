"""Sign somebody of one's organisation out everywhere: when a telephone was lost, or an account is in other hands."""

from __future__ import annotations

from datetime import UTC, datetime

from django.db import transaction

from parapet.actions.leave_organisation import member_of
from parapet.actions.sign_in import forget_links
from parapet.evidence.seal import event_body
from parapet.records import models
from parapet.records.chain import Event, append, hold_log
from parapet.records.lasting import home_locker
from parapet.records.sessions import SessionStore


def sign_out_member(person: models.Person, organisation_id: str, member_id: str, *, now: datetime | None = None) -> int:
    """End all her sessions, and every link to her account that was not used; how many sessions there were.

    She comes in again by what she has. Raises NotFound for anybody but an administrator of the organisation.
    """
    now = now or datetime.now(UTC)
    with transaction.atomic():
        hold_log()
        member = member_of(person, organisation_id, member_id).row.person
        forget_links(member)
        gone = SessionStore.end([row for row, _held, _ends in SessionStore.of(member.number)])
        subjects = [member.id, organisation_id]
        body = event_body(kind="sessions_end", at=now, subjects=subjects, actor=person.id, details={"count": gone})
        locker, nobody = home_locker(), models.Advocate.UNMATCHED
        append([Event("sessions_end", now, body, locker, advocate=nobody, person=member.number)])
    return gone
