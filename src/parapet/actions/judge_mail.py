"""Mail that was kept at the door: take it in, judge it, and decide whether it is passed on.

A chore does this, one worker at a time: all that came since the last time together, so that a pile-on is read in batches. Nothing is lost
between two steps: the row says how far a mail is, and each step done twice comes to the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import structlog
from django.db import transaction
from django.db.models import Q

from parapet.actions.ask_keys import keys_are_asked_for
from parapet.actions.assess import assess
from parapet.actions.close_sources import close_read
from parapet.actions.door_steps import items_of, log_step
from parapet.actions.seal_source import open_source
from parapet.actions.take_in import Delivery, take_in
from parapet.actions.watch import intake_of_today
from parapet.channels.mail.door import times_received
from parapet.channels.mail.onward import bears
from parapet.domain import door as d
from parapet.domain.errors import KeyClosed
from parapet.domain.judgement import Severity
from parapet.jobs import outbox
from parapet.records import models
from parapet.records.bulk import find
from parapet.records.chain import hold_log
from parapet.records.connections import told_of
from parapet.records.door import home_mark
from parapet.records.keyring import keyring
from parapet.records.naming import delivered_context

log = structlog.get_logger("parapet.door")

AT_ONCE = 100
#: After so long a mail that nothing could judge is shown as held, so that somebody looks; it is still tried again.
UNJUDGED_AFTER = timedelta(minutes=10)
FIRST_WAIT_S, LONGEST_WAIT_S = 5.0, 900.0
#: A mail that went round so often goes round for ever (RFC 5321, section 6.3, wants at least 100; large services take 50 for certain).
MAX_RECEIVED = 100


def judge_arrived(*, now: datetime | None = None) -> int:
    """Decide on what came, at most AT_ONCE mails; how many were looked at."""
    now = now or datetime.now(UTC)
    due = Q(state=d.CAME) | Q(state=d.HELD, why=d.UNJUDGED)
    numbers = list(
        models.DoorMail.objects.filter(due, next_at__lte=now)
        .order_by("next_at", "number")
        .values_list("number", flat=True)[:AT_ONCE]
    )
    rows = list(models.DoorMail.objects.filter(number__in=numbers).select_related("advocate", "connection", "source"))
    if rows and not _judged_together(rows) and len(rows) > 1:
        for row in rows:  # one of them may be what fails
            _judged_together([row])
    return len(rows)


def _judged_together(rows: Sequence[models.DoorMail]) -> bool:
    try:
        _take_in(rows)
        sources = [row.source_id for row in rows if row.source_id is not None]
        versions = {version for _source, version in find(models.Occurrence, ("source_id", "version_id"), "source_id", sources)}
        assess(sorted(versions))
        decide(rows)
        _ask_where_from(rows)
        close_read([row.source_id for row in rows if row.source_id is not None])
    except Exception as error:  # the edge: whatever it is, the mail is kept, and a person sees that it waits
        if len(rows) == 1:
            log.error("a mail could not be judged", exc_info=error)
            _put_off(rows[0])
        return False
    return True


def _take_in(rows: Sequence[models.DoorMail]) -> None:
    """As what a watched account brings. A mail that was taken in before, by who was killed then, is found to be there."""
    by_connection: dict[int | None, list[models.DoorMail]] = {}
    for row in rows:
        if row.connection is not None and row.source is not None and row.source.pack:
            by_connection.setdefault(row.connection_id, []).append(row)
    for mails in by_connection.values():
        connection = mails[0].connection
        assert connection is not None
        intake = intake_of_today(connection)
        deliveries = []
        for place, row in enumerate(mails):
            deliveries.append(Delivery(Path(str(place), "mail"), "", _file_of(row, intake), "mail"))
        with transaction.atomic():
            new = [each.row for each in deliveries if each.row is not None and each.row._state.adding]
            models.IntakeFile.objects.bulk_create(new)
            intake.files_total += len(new)
            intake.save()
        owner = connection.advocate_id
        take_in(deliveries, intake, folder=lambda _path, owner=owner: owner)  # type: ignore[misc]
        models.Connection.objects.filter(number=connection.number).update(came_at=mails[-1].came_at, asked_at=datetime.now(UTC))


def _file_of(row: models.DoorMail, intake: models.Intake) -> models.IntakeFile:
    held = models.IntakeFile.objects.filter(source=row.source, intake__connection=row.connection).first()
    if held is not None:
        return held
    file = models.IntakeFile(intake=intake, source=row.source)
    file.sealed_path = keyring().lock_text(f"{row.came_at:%Y-%m-%d %H.%M.%S}.eml", about=delivered_context(file.number))
    return file


def decide(rows: Sequence[models.DoorMail]) -> None:
    """Whether each is passed on, by what was found in it and by what she chose."""
    said = [(row, _why_held(row, items_of(row))) for row in rows]
    with transaction.atomic():
        hold_log()
        now = datetime.now(UTC)
        for row, why in said:
            waits = models.DoorMail.objects.filter(Q(state=d.CAME) | Q(state=d.HELD, why=d.UNJUDGED), number=row.number)
            settled = (
                {"state": d.HELD, "settled_at": now, "next_at": None}
                if why
                else {"state": d.READY, "settled_at": None, "next_at": now}
            )
            if waits.update(why=why, decided_at=now, tries=0, **settled) and why:
                log_step(row, d.STEP_HELD, why=why)


def _why_held(row: models.DoorMail, items: Sequence[models.Item]) -> str:
    connection = row.connection
    if any(not item.assessed for item in items):
        raise RuntimeError("what was found in a mail is not judged")
    if connection is None or row.source is None or not row.source.pack:
        return d.ENDED
    if connection.state == "paused":
        return d.PAUSED
    if _goes_in_circles(row.source):
        return d.LOOP
    told = told_of(connection)
    judged = d.Judged(
        found=bool(items),
        severity=max((item.severity for item in items), default=0),
        abusive=any(item.severity > Severity.NONE or item.harms for item in items),
        unsure=any(item.abstain for item in items),
    )
    return d.why_held(judged, hold=told["hold"], hold_unsure=bool(told.get("hold_unsure")), grave_from=Severity.HIGH)


def _goes_in_circles(source: models.Source) -> bool:
    try:
        with open_source(source) as stream:
            head = stream.read(1024 * 1024)
    except KeyClosed:
        return False
    return bears(head, home_mark()) or times_received(head) > MAX_RECEIVED


def _put_off(row: models.DoorMail) -> None:
    """Try again later, and later still each time; after ten minutes it is shown as held, and still tried."""
    now = datetime.now(UTC)
    wait_s = min(FIRST_WAIT_S * 2 ** min(row.tries, 10), LONGEST_WAIT_S)
    changed = {"tries": row.tries + 1, "next_at": now + timedelta(seconds=wait_s)}
    still = models.DoorMail.objects.filter(number=row.number, state=row.state, why=row.why)
    with transaction.atomic():
        hold_log()
        if row.state == d.CAME and now - row.came_at > UNJUDGED_AFTER:
            if still.update(state=d.HELD, why=d.UNJUDGED, settled_at=now, **changed):
                log_step(row, d.STEP_HELD, why=d.UNJUDGED)
            return
        still.update(**changed)


def _ask_where_from(rows: Sequence[models.DoorMail]) -> None:
    """Promise to ask the DNS of that day where each came from: apart, since nothing waits for it."""
    if keys_are_asked_for():
        with transaction.atomic():
            outbox.put("check_arrival", {"mails": [row.number for row in rows]})
