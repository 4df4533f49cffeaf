"""From the outbox to DBOS, and back when DBOS lost something."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import timedelta
from functools import reduce
from operator import or_
from time import time

import structlog
from dbos import DBOS, SetWorkflowID, WorkflowStatus
from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from parapet.jobs import deliver, handlers, outbox
from parapet.jobs.models import OutboxEntry
from parapet.jobs.seats import Seat

log = structlog.get_logger("parapet.jobs")

#: Handed over and not yet settled, at most, for each worker: that many threads work, and an urgent entry never
#: waits behind more. The outbox is the queue; DBOS's own would be asked ten times a second, also by an idle laptop.
THREADS = 4
#: A workflow that has been ours for this long without a thread has none.
THREADLESS_S = 60.0

#: How long what is done stays to be looked at.
KEEP_DAYS = 14
TIDY_AT_ONCE = 5_000

_ahead: set[str] = set()


def hand_over() -> int:
    """Give DBOS as many entries as there is room for, urgent ones first; how many."""
    if _ahead:
        settled = _ahead - set(_claimed().filter(pk__in=_ahead).values_list("pk", flat=True))
        _ahead.difference_update(settled)
    room = THREADS - len(_ahead)
    if room <= 0:
        return 0
    skip_locked = connection.features.has_select_for_update_skip_locked
    # On PostgreSQL the locks keep workers off each other's entries. On SQLite there is one worker, and a transaction
    # around calls to another database would only keep every other writer waiting.
    with transaction.atomic() if skip_locked else nullcontext():
        entries = _next(room, skip_locked=skip_locked)
        for entry in entries:
            with SetWorkflowID(entry.workflow_id):
                DBOS.start_workflow(deliver.deliver, entry.pk, entry.attempts)
        if entries:
            # Only the very tries just handed over: a quick one may have failed by now and be waiting for its next.
            same = reduce(or_, (Q(pk=entry.pk, attempts=entry.attempts) for entry in entries))
            outbox.still_open().filter(same).update(claimed_at=timezone.now())
            _ahead.update(entry.pk for entry in entries)
    return len(entries)


def forget() -> None:
    """Start counting anew, with a new engine."""
    _ahead.clear()


def sweep(seat: Seat, *, oldest_s: float) -> int:
    """Find entries that were handed over `oldest_s` ago or longer and that nobody works on; how many."""
    stale = list(_claimed().filter(claimed_at__lte=timezone.now() - timedelta(seconds=oldest_s)).order_by("id")[:1000])
    if not stale:
        return 0
    known = {
        status.workflow_id: status
        for status in DBOS.list_workflows(
            workflow_ids=[entry.workflow_id for entry in stale], load_input=False, load_output=False
        )
    }
    found = 0
    for entry in stale:
        found += _rescue(entry, known.get(entry.workflow_id), seat)
    if found:
        log.info("took up work that was left", entries=found)
    return found


def tidy(*, keep_days: int = KEEP_DAYS) -> int:
    """Forget entries that were done, and workflows that ended, `keep_days` ago, some thousands at most; how many entries.

    Failures stay until a person settles them.
    """
    before = timezone.now() - timedelta(days=keep_days)
    old = OutboxEntry.objects.filter(done_at__lt=before).order_by("done_at").values_list("pk", flat=True)[:TIDY_AT_ONCE]
    gone, _ = OutboxEntry.objects.filter(pk__in=list(old)).delete()
    ended = DBOS.list_workflows(completed_before=before.isoformat(), limit=TIDY_AT_ONCE, load_input=False, load_output=False)
    if ended:
        DBOS.delete_workflows([status.workflow_id for status in ended])
    return gone


def _rescue(entry: OutboxEntry, status: WorkflowStatus | None, seat: Seat) -> bool:
    if status is not None and status.status in {"ENQUEUED", "DELAYED"}:
        return False
    if status is not None and status.status == "PENDING":
        ours = status.executor_id == seat.executor_id
        if ours:
            began_s = (status.dequeued_at or status.updated_at or 0) / 1000
            orphan = not deliver.is_running(entry.pk) and time() - began_s > THREADLESS_S
        else:
            orphan = seat.is_dead(status.executor_id or "")
        if orphan:
            DBOS.resume_workflow(entry.workflow_id)
        return orphan
    # Ended, or unknown, and yet the entry is open: DBOS's database was lost or is newer than ours (one of them was
    # restored from a backup), or the end could not be written. A new try has a new workflow id.
    crashed = status is not None and status.status == "MAX_RECOVERY_ATTEMPTS_EXCEEDED"
    deliver.give_up_or_repeat(entry, deliver.CRASHED if crashed else deliver.LOST)
    return True


def _claimed() -> QuerySet[OutboxEntry]:
    return outbox.still_open().filter(claimed_at__isnull=False)


def _next(room: int, *, skip_locked: bool) -> list[OutboxEntry]:
    known = handlers.kinds()
    found: list[OutboxEntry] = []
    for urgent in (True, False):
        waiting = outbox.still_open().filter(
            urgent=urgent, claimed_at__isnull=True, next_try_at__lte=timezone.now(), kind__in=known
        )
        if skip_locked:
            waiting = waiting.select_for_update(skip_locked=True)
        found += waiting.order_by("next_try_at", "id")[: room - len(found)]
    return found
