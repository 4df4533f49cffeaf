"""Erase sealed files that brought something erased back in, as soon as they have been read."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime, timedelta

from django.db import transaction

from parapet.access.holds import held
from parapet.actions.scrub import promise_scrub
from parapet.actions.wipe import wipe_sources
from parapet.evidence.seal import event_body
from parapet.records import models
from parapet.records.chain import Event, append, hold_log
from parapet.records.lasting import ERASE, home_locker
from parapet.records.numbers import public

#: A file whose reading never came to its end, for its process was killed and nobody began anew, is erased after this.
_ABANDONED_AFTER = timedelta(days=1)


def erase_read(sources: Collection[int]) -> int:
    """Erase those of these files that hold something erased; returns how many. They have been read to their end."""
    if not sources or not models.Source.objects.filter(number__in=sources, holds_erased=True).exists():
        return 0
    now = datetime.now(UTC)
    with transaction.atomic():
        hold_log()
        wanted = list(models.Source.objects.filter(number__in=sources, holds_erased=True).exclude(pack="").order_by("number"))
        kept = held(strictly=True).in_held_files([source.number for source in wanted])
        # A message on hold wants its file: it stays until the hold is released, and is looked at again then.
        gone = [source for source in wanted if source.number not in kept]
        locker = home_locker()
        for source in gone:
            details: dict[str, str | int] = {"reason": "brought_back", "files": 1}
            body = event_body(kind=ERASE, at=now, subjects=[public("src", source.number)], details=details)
            [index] = append([Event(ERASE, now, body, locker)])
            wipe_sources([source.number], index, now)
        if gone:
            promise_scrub()
    return len(gone)


def erase_left(*, now: datetime | None = None) -> int:
    """The same for files that were left when an import was killed; returns how many."""
    now = now or datetime.now(UTC)
    waiting = models.Source.objects.filter(holds_erased=True).exclude(pack="")
    reading = set(models.IntakeFile.objects.filter(source__in=waiting, ended=False).values_list("source_id", flat=True))
    left = [s.number for s in waiting if s.number not in reading or s.sealed_at < now - _ABANDONED_AFTER]
    return erase_read(left)
