"""What a person tells of a report: that she sent it, whether it arrived, that she asked again, and what the platform did."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.db import transaction

from parapet.access.report_steps import standing_of
from parapet.access.reports import desk_of, held_report
from parapet.actions.report_events import log_report_step, tidy_reference
from parapet.domain import reporting as r
from parapet.domain.errors import RequestRefused
from parapet.domain.errors import gettext_noop as _
from parapet.domain.rights import Right
from parapet.records import models
from parapet.records.chain import hold_log

#: A clock that runs a little ahead is no reason to refuse what just happened.
_AHEAD = timedelta(minutes=10)
_NOT_NOW = _("That cannot be said of this report as it stands now. Look at it again.")
#: What can be told in which state.
_TOLD_IN = {
    r.TICK: (r.READY,),
    r.ARRIVED: (r.UNKNOWN,),
    r.NEVER_ARRIVED: (r.UNKNOWN,),
    r.REMIND: (r.SENT, r.APPEALED),
    r.ESCALATE: (r.SENT, r.APPEALED),
    r.APPEAL: (r.REFUSED,),
    r.OUTCOME: (r.SENT, r.REFUSED, r.APPEALED),
}


def tick_sent(person: models.Person, report_id: str, *, happened_at: datetime, reference: str = "") -> None:
    """Say that she sent it, when, and what the platform called it. Raises NotFound, RequestRefused."""
    _tell(person, report_id, r.TICK, happened_at=happened_at, reference=reference)


def settle_unknown(person: models.Person, report_id: str, *, arrived: bool, reference: str = "") -> None:
    """Say of a report whose answer was lost whether it is there. Only then can it be approved again. Raises NotFound, RequestRefused."""
    _tell(person, report_id, r.ARRIVED if arrived else r.NEVER_ARRIVED, reference=reference)


def note_again(person: models.Person, report_id: str, *, escalated: bool, happened_at: datetime, reference: str = "") -> None:
    """Say that the platform was asked again, or that it was taken higher. Raises NotFound, RequestRefused."""
    _tell(person, report_id, r.ESCALATE if escalated else r.REMIND, happened_at=happened_at, reference=reference)


def note_appeal(person: models.Person, report_id: str, *, happened_at: datetime, reference: str = "") -> None:
    """Say that a complaint was made about a refusal. Raises NotFound, RequestRefused."""
    _tell(person, report_id, r.APPEAL, happened_at=happened_at, reference=reference)


def note_outcome(person: models.Person, report_id: str, outcome: str, *, happened_at: datetime) -> None:
    """Say what the platform did, and when: a code of `OUTCOMES`. Raises NotFound, RequestRefused."""
    _tell(person, report_id, r.OUTCOME, happened_at=happened_at, code=outcome)


def _tell(
    person: models.Person,
    report_id: str,
    what: str,
    *,
    happened_at: datetime | None = None,
    reference: str = "",
    code: str = "",
) -> None:
    now = datetime.now(UTC)
    with transaction.atomic():
        hold_log()
        row, item, key = held_report(person, report_id, Right.REPORT, lock=True)
        reference = tidy_reference(reference)
        standing = standing_of(row, item, key, desk_of(row.desk))
        if what == r.OUTCOME and code not in r.OUTCOMES:
            raise RequestRefused(_("Say what came of it."))
        if standing.state not in _TOLD_IN[what]:
            raise RequestRefused(_NOT_NOW)
        earliest = standing.sent_at if what not in (r.TICK, r.ARRIVED, r.NEVER_ARRIVED) else row.made_at
        if happened_at is not None and happened_at > now + _AHEAD:
            raise RequestRefused(_("That time is still to come. Record what has happened."))
        # A form gives minutes, and a report may be sent in the minute in which it was drafted.
        if happened_at is not None and earliest is not None and happened_at < earliest - timedelta(minutes=1):
            raise RequestRefused(_("That is before the report was sent or drafted. Check the day and the time."))
        details = {"code": code} if code else {}
        log_report_step(
            row, key, what, by=person, words={"reference": reference}, details=details, happened_at=happened_at, now=now
        )
