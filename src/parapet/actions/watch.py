"""What whoever watches connections asks and tells of them: which are due, what came, what failed."""

from __future__ import annotations

import io
from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import SystemRandom
from typing import Any

from attrs import frozen
from django.db import transaction
from django.db.models import F, Q

from parapet.actions.connect import inside_is_allowed
from parapet.actions.seal_source import seal_source
from parapet.actions.take_in import Delivery, take_in
from parapet.channels.live import Batch, Line, Piece, opener_of
from parapet.domain.door import DOOR
from parapet.domain.errors import ParapetError
from parapet.records.connections import cursor_of, sealed_cursor, told_of
from parapet.records.keyring import keyring
from parapet.records.models import Connection, Intake, IntakeFile
from parapet.records.naming import delivered_context

#: How long a worker that died keeps others from what it watched. One that starts again in its seat needs not wait.
LEASE_S = 90.0
FIRST_WAIT_S, LONGEST_WAIT_S = 5.0, 900.0
#: A server that does not take the password is not asked often: some lock an account after a few tries.
REFUSED_WAIT_S = 3_600.0


class Over(Exception):
    """The connection is no longer this one's to watch: it was changed, paused, ended, or taken over."""


@frozen
class Due:
    """A connection that somebody watches now. `changed`: as of which change."""

    number: int
    changed: int


def take_over(holder: str, *, most: int, besides: Collection[int] = ()) -> list[Due]:
    """Connections that are due and that nobody watches, those that waited longest first: `holder`'s from now on.

    holder   the seat of a worker; what this seat held before it died it takes over at once
    besides  numbers that it watches already
    """
    now = datetime.now(UTC)
    free = Q(holder=holder) | Q(held_until=None) | Q(held_until__lt=now)
    found = []
    for row in (
        Connection.objects.filter(free, next_at__lte=now)
        .exclude(state="paused")
        .exclude(channel=DOOR)  # what comes there is handed in
        .exclude(number__in=besides)
        .order_by("next_at", "number")[:most]
    ):
        taken = Connection.objects.filter(free, number=row.number, changed=row.changed).update(
            holder=holder, held_until=now + timedelta(seconds=LEASE_S)
        )
        if taken:
            found.append(Due(row.number, row.changed))
    return found


def keep_hold(holder: str, watched: Collection[Due]) -> set[Due]:
    """Go on holding these; those of them that are still `holder`'s as they were."""
    numbers = [due.number for due in watched]
    mine = Connection.objects.filter(number__in=numbers, holder=holder).exclude(state="paused")
    mine.filter(held_until__lt=datetime.now(UTC) + timedelta(seconds=LEASE_S / 2)).update(
        held_until=datetime.now(UTC) + timedelta(seconds=LEASE_S)
    )
    return {Due(number, changed) for number, changed in mine.values_list("number", "changed")} & set(watched)


def let_go(holder: str, due: Due, *, wait_s: float = 0.0) -> None:
    """Watch it no more, and let another take it over after `wait_s`."""
    rows = Connection.objects.filter(number=due.number, holder=holder, changed=due.changed)
    rows.update(holder="", held_until=None, next_at=datetime.now(UTC) + timedelta(seconds=wait_s))


def open_line(due: Due) -> Line:
    """Sign in. Raises Over, and what a line raises."""
    row = _row(due)
    return opener_of(row.channel)(told_of(row), inside=inside_is_allowed())


def take_next(due: Due, line: Line) -> bool:
    """Fetch what is new and take it in; True when there is more. Raises Over, and what a line raises.

    How far it was read is written after what came was kept. Killed in between, the same is fetched again, and found to be there.
    """
    row = _row(due)
    batch = line.fetch(cursor_of(row))
    if batch.pieces:
        _take_in(row, batch.pieces)
    _went_well(due, row, batch)
    return batch.more


def note_failure(due: Due, error: Exception) -> None:
    """It failed: ask again later, and later still each time."""
    code = error.code if isinstance(error, ParapetError) else "parapet.error"
    with transaction.atomic():
        row = Connection.objects.select_for_update().filter(number=due.number, changed=due.changed).first()
        if row is None or row.state == "paused":
            return
        wait_s = min(FIRST_WAIT_S * 2 ** min(row.failures, 10), LONGEST_WAIT_S) * SystemRandom().uniform(0.8, 1.2)
        if code == "outside.sign_in_refused":
            wait_s = REFUSED_WAIT_S
        row.state, row.fault, row.failures = "failing", code, row.failures + 1
        row.next_at = datetime.now(UTC) + timedelta(seconds=wait_s)
        row.holder, row.held_until = "", None
        row.save(update_fields=["state", "fault", "failures", "next_at", "holder", "held_until"])


def _row(due: Due) -> Connection:
    row = Connection.objects.select_related("advocate").filter(number=due.number, changed=due.changed).first()
    if row is None or row.state == "paused":
        raise Over
    return row


def _take_in(row: Connection, pieces: tuple[Piece, ...]) -> None:
    intake = intake_of_today(row)
    deliveries = []
    for place, piece in enumerate(pieces):
        source, _mark = seal_source(io.BytesIO(piece.raw))
        file = IntakeFile(intake=intake, source=source)
        file.sealed_path = keyring().lock_text(piece.name, about=delivered_context(file.number))
        deliveries.append(Delivery(Path(str(place), "piece"), piece.name, file, row.channel))
    with transaction.atomic():
        IntakeFile.objects.bulk_create([each.row for each in deliveries if each.row is not None])
        intake.files_total += len(deliveries)
        intake.save()
    owner = row.advocate_id
    take_in(deliveries, intake, folder=lambda _path: owner)


def intake_of_today(row: Connection) -> Intake:
    """One account a day: a line for each message would tell less."""
    since = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    held = Intake.objects.filter(connection=row, started_at__gte=since).order_by("-started_at").first()
    return held or Intake.objects.create(connection=row, advocate=row.advocate)


def _went_well(due: Due, row: Connection, batch: Batch) -> None:
    now = datetime.now(UTC)
    told: dict[str, Any] = {"state": "well", "fault": "", "failures": 0, "asked_at": now}
    if batch.pieces:
        told |= {"came_at": now, "taken": F("taken") + len(batch.pieces)}
    if batch.too_large:
        told["too_large"] = F("too_large") + batch.too_large
    if _is_further(batch.cursor, row):
        told["sealed_cursor"] = sealed_cursor(row.number, batch.cursor)
    # Only as it was: a person may have paused it meanwhile, or told it to begin elsewhere.
    Connection.objects.filter(number=due.number, changed=due.changed).exclude(state="paused").update(**told)


def _is_further(cursor: Mapping[str, Any], row: Connection) -> bool:
    return dict(cursor) != cursor_of(row)
