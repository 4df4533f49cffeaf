"""The computer's clock may be set back. The log then says so itself, before the first entry that is earlier.

Times are never bent to fit: an entry keeps the time that the clock showed, and the entry `clock` before it tells by how
much it went back. Without it an honest log would look like one whose times were edited.
"""

from __future__ import annotations

import math
from datetime import datetime, timedelta

from django.db.models import Max

from parapet.evidence.seal import CLOCK_KIND
from parapet.records.models import LogEntry

#: Workers stamp their entries before they queue for the log: so much is no step of the clock. A bag allows for more.
DISORDER = timedelta(minutes=2)
#: Rows of the log that are about every case, and so go into the bag of each.
EVERY_CASE = 0
#: How many entries back are looked at for the newest time.
_LOOKED_AT = 200


class Clock:
    """The newest time in a log of `size` entries since its clock last went back."""

    def __init__(self, size: int) -> None:
        last = LogEntry.objects.filter(case_number=EVERY_CASE, kind=CLOCK_KIND).aggregate(at=Max("index"))["at"]
        near = LogEntry.objects.filter(index__gte=max(size - _LOOKED_AT, last or 0), index__lt=size)
        self._newest: datetime | None = near.aggregate(at=Max("at"))["at"] if size else None

    def went_back_s(self, at: datetime) -> int:
        """By how many seconds `at`, the time of the next entry, goes back; 0 when it does not, or by `DISORDER` at most."""
        newest = self._newest
        if newest is None or at >= newest:
            self._newest = at
        elif (back := newest - at) > DISORDER:
            self._newest = at
            return math.ceil(back.total_seconds())
        return 0
