"""In a restored home: what a person had approved before the backup may have gone out since. All of it waits for a fresh word.

The worker does this once after a restore. Whoever sends asks the same of each by itself (`send_report`, `set_block`), so that nothing
goes whichever of the two comes first.
"""

from __future__ import annotations

from django.db import transaction

from parapet.actions.send_report import doubt_report
from parapet.actions.set_block import doubt_block
from parapet.domain import blocking as b
from parapet.domain import reporting as r
from parapet.jobs import outbox
from parapet.records import models
from parapet.records.restored import note_restored

_WAITS = (b.WAITING, b.LIFT_WAITING)


def promise_doubts() -> None:
    """Note that the home was put back, and promise the chore where something waits to go."""
    with transaction.atomic():
        note_restored()
        waiting = models.Report.objects.filter(state=r.WAITING).exists() or models.Block.objects.filter(state__in=_WAITS).exists()
        if waiting:
            outbox.put("doubt_restored", {})


def doubt_restored() -> None:
    """Say "unknown, please check" of every report and block that waited to be done by a program. At least once, and the same each time."""
    for number in list(models.Report.objects.filter(state=r.WAITING).values_list("number", flat=True)):
        doubt_report(number)
    for number in list(models.Block.objects.filter(state__in=_WAITS).values_list("number", flat=True)):
        doubt_block(number)
