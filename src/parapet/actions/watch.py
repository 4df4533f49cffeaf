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

from parapet.access import opening
from parapet.access.page_looks import address_of
from parapet.actions import bluesky_words
from parapet.actions.bluesky_words import by_permission, kept_fresh
from parapet.actions.capture_page import promise
from parapet.actions.connect import inside_is_allowed, line_to
from parapet.actions.mail_words import opens_by_words, renewed, runs_out_s
from parapet.actions.seal_source import seal_source
from parapet.actions.take_in import Delivery, take_in
from parapet.channels.live import Batch, Line, Piece
from parapet.domain.door import DOOR
from parapet.domain.errors import KeyClosed, NotFound, ParapetError, RequestRefused, SignInRefused
from parapet.records.connections import cursor_of, sealed_cursor, sealed_told, told_of
from parapet.records.delivered import sealed_delivery
from parapet.records.models import Capture, Connection, Intake, IntakeFile, Item, Occurrence

#: How long a worker that died keeps others from what it watched. One that starts again in its seat needs not wait.
LEASE_S = 90.0
#: A server that restarts is back in a moment; one that is not is asked later, and later still each time.
FIRST_WAIT_S, NEXT_WAIT_S, LONGEST_WAIT_S = 1.0, 5.0, 900.0
#: A server that does not take the password is asked once more soon, since some refuse while they are started anew; and then not
#: often: some lock an account after a few tries.
REFUSED_ONCE_WAIT_S, REFUSED_WAIT_S = 60.0, 3_600.0
_REFUSED = frozenset({"outside.sign_in_refused", "outside.sign_in_over"})
#: Of entries of feeds, so many pages are kept a day for one advocate.
MAX_PAGES_A_DAY = 20


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
    told = _fresh(due, row, told_of(row))
    try:
        return line_to(row.channel, told)
    except SignInRefused:
        if not (opens_by_words(told) or by_permission(told)):
            raise
    # A word may be taken back before its time: by a new password there, or by the service. The lasting one tells.
    return line_to(row.channel, _fresh(due, row, told, at_once=True))


def renew(due: Due) -> bool:
    """Have new words that open, where words do: those that were refused may have been taken back alone. Raises Over, and what they raise."""
    row = _row(due)
    told = told_of(row)
    if not (opens_by_words(told) or by_permission(told)):
        return False
    _fresh(due, row, told, at_once=True)
    return True


def _fresh(due: Due, row: Connection, told: dict[str, Any], *, at_once: bool = False) -> dict[str, Any]:
    """With words that open; new ones are kept before they are used: the service may take the old ones no longer."""
    if by_permission(told):
        try:
            held = kept_fresh(due.number, inside=inside_is_allowed(), at_once=at_once)
        except NotFound:
            raise Over from None
        _row(due)  # it may have been changed meanwhile
        return held
    fresh = renewed(told, at_once=at_once)
    if fresh != told:
        rows = Connection.objects.filter(number=due.number, changed=due.changed)
        if not rows.update(sealed_told=sealed_told(row.number, fresh)):
            raise Over
    return fresh


def reopen_in_s(due: Due) -> float | None:
    """In how many seconds the line is to be opened anew, since what opened it runs out; None for never. Raises Over."""
    told = told_of(_row(due))
    return bluesky_words.runs_out_s(told) if by_permission(told) else runs_out_s(told)


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
        grown_s = NEXT_WAIT_S * 2 ** min(row.failures - 1, 10) if row.failures else FIRST_WAIT_S
        wait_s = min(grown_s, LONGEST_WAIT_S) * SystemRandom().uniform(0.8, 1.2)
        if code in _REFUSED:
            wait_s = REFUSED_WAIT_S if row.fault in _REFUSED else REFUSED_ONCE_WAIT_S
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
        file = IntakeFile(intake=intake, source=source, channel=row.channel)
        file.sealed_path = sealed_delivery(file.number, piece.name, piece.beside)
        deliveries.append(Delivery(Path(str(place), "piece"), piece.name, file, row.channel))
    with transaction.atomic():
        IntakeFile.objects.bulk_create([each.row for each in deliveries if each.row is not None])
        intake.files_total += len(deliveries)
        intake.save()
    owner = row.advocate_id
    take_in(deliveries, intake, folder=lambda _path: owner)
    if row.channel == "feed" and told_of(row).get("capture"):
        _keep_pages(row, [each.row.source_id for each in deliveries if each.row is not None and each.row.source_id is not None])


def _keep_pages(row: Connection, sources: list[int]) -> None:
    """Have the pages of entries that came just now kept whole, as far as the day's number goes."""
    today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    asked = Capture.objects.filter(intake__advocate=row.advocate, intake__person=None, item=None, asked_at__gte=today).count()
    fresh = Item.objects.filter(version__occurrence__source__in=sources, advocate=row.advocate, versions=1)
    known = Occurrence.objects.filter(version__item__in=fresh.values("number")).exclude(source__in=sources)
    fresh = fresh.exclude(number__in=known.values("version__item"))  # a feed lists the same entry for days
    for item in fresh.select_related("advocate").distinct().order_by("number")[: max(0, MAX_PAGES_A_DAY - asked)]:
        try:
            address = address_of(item, opening.item_key(item, opening.locker_of(item.advocate)))
            if address:
                promise(None, row.advocate, address)
        except (KeyClosed, RequestRefused):
            continue


def intake_of_today(row: Connection) -> Intake:
    """One account a day: a line for each message would tell less."""
    since = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    held = Intake.objects.filter(connection=row, again=False, started_at__gte=since).order_by("-started_at").first()
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
