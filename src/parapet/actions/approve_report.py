"""Approve reports: the one decision by which something goes out. And who takes it: an advocate may keep that to herself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.db import transaction

from parapet.access import opening
from parapet.access.people import advocate_for, grant_for
from parapet.access.report_rule import ANYBODY, HERSELF, approves_herself
from parapet.access.report_steps import standing_of
from parapet.access.reports import desk_of, held_batch, held_report, sendable, shown_digest, shown_of
from parapet.actions.report_events import log_report_step
from parapet.domain import reporting as r
from parapet.domain.errors import NotFound, RequestRefused
from parapet.domain.errors import gettext_noop as _
from parapet.domain.rights import Right
from parapet.evidence.keys import Locker
from parapet.evidence.seal import event_body
from parapet.jobs import outbox
from parapet.records import models
from parapet.records.chain import Event, append, hold_log
from parapet.records.keyring import keyring

#: Between two reports of a batch: a desk that gets forty in a second takes them for an attack.
PACE = timedelta(seconds=3)
_CHANGED = _("The text was changed since you looked at it. Look at it again.")
_HERSELF = _("She approves every report herself. Your draft waits for her.")
_OUT = _("This report went out, or may have. It is not sent again by this.")


def approve_report(person: models.Person, report_id: str, *, way: str, shown: str) -> None:
    """Approve exactly this text. `way`: BY_PROGRAM sends it, BY_PERSON leaves the sending to a person.

    shown  `ReportPage.shown` of what was looked at

    Raises NotFound, RequestRefused.
    """
    with transaction.atomic():
        hold_log()
        row, _item, key = held_report(person, report_id, Right.REPORT, lock=True)
        _may_approve(person, row.advocate_id)
        standing = standing_of(row, row.item, key, desk_of(row.desk))
        if standing.state not in r.NOT_OUT:
            raise RequestRefused(_OUT)
        if shown != shown_digest(standing, desk_of(row.desk), row):
            raise RequestRefused(_CHANGED)
        _approve(person, row, key, way, datetime.now(UTC))


def approve_batch(person: models.Person, batch_id: str, *, way: str, shown: str) -> int:
    """Approve all drafts of a batch at once; how many. A desk that only a person may write to gets sheets, whatever `way`.

    Raises as `approve_report`.
    """
    with transaction.atomic():
        hold_log()
        rows = held_batch(person, batch_id, Right.REPORT)
        _may_approve(person, rows[0].advocate_id)
        if shown != shown_of(rows):
            raise RequestRefused(_CHANGED)
        due = datetime.now(UTC)
        approved = 0
        for row in rows:
            if row.state != r.DRAFT:
                continue
            key = opening.item_key(row.item, opening.locker_of(row.item.advocate))
            by_program = way == r.BY_PROGRAM and sendable(row, desk_of(row.desk)) is not None
            _approve(person, row, key, r.BY_PROGRAM if by_program else r.BY_PERSON, due)
            due += PACE if by_program else timedelta()
            approved += 1
    return approved


def _approve(person: models.Person, row: models.Report, key: Locker, way: str, due: datetime) -> None:
    desk = desk_of(row.desk)
    draft = standing_of(row, row.item, key, desk).draft
    connection = sendable(row, desk) if way == r.BY_PROGRAM else None
    if way not in (r.BY_PROGRAM, r.BY_PERSON) or (way == r.BY_PROGRAM and connection is None):
        raise RequestRefused(_("No program can send this one. Approve it, and send it yourself."))
    if desk.wants_name and not (draft.name and draft.email and draft.reason and draft.url):
        raise RequestRefused(_("Such a notice needs a reason, an address of the page, a name and an e-mail address."))
    words = {"text": draft.text(desk, row.id), "connection": connection.number if connection else 0}
    log_report_step(row, key, r.APPROVE, by=person, words=words, details={"way": way, "reason": draft.reason})
    if connection is not None:
        outbox.put("send_report", {"report": row.number}, not_before=due)


def _may_approve(person: models.Person, advocate: int) -> None:
    """Raises RequestRefused for who may report, where the advocate keeps the last word."""
    if approves_herself(advocate):
        try:
            grant_for(person, advocate, Right.GRANT)
        except NotFound:
            raise RequestRefused(_HERSELF) from None


def approve_by_herself(person: models.Person, advocate_id: str, *, herself: bool) -> None:
    """Say whether the advocate approves every report herself, or who may report does. Her own to say. Raises NotFound."""
    with transaction.atomic():
        hold_log()
        advocate = advocate_for(person, advocate_id, Right.GRANT)
        if advocate.number == models.Advocate.UNMATCHED:
            raise NotFound("There is nothing here.")
        if approves_herself(advocate.number) == herself:
            return
        kind, now = HERSELF if herself else ANYBODY, datetime.now(UTC)
        body = event_body(kind=kind, at=now, subjects=[advocate.id], actor=person.id, details={})
        locker = keyring().advocate(advocate.number, bytes(advocate.wrapped_key))
        append([Event(kind, now, body, locker, advocate=advocate.number, person=person.number)])
