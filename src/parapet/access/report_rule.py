"""Whether an advocate approves every report herself: what the log says, and nothing else.

An entry that is not as this home wrote it counts as if she did: a hand in the database does not let anybody else approve.
"""

from __future__ import annotations

from parapet.records.models import LogEntry
from parapet.records.vouching import is_vouched

HERSELF, ANYBODY = "report_herself", "report_anybody"
KINDS = (HERSELF, ANYBODY)


def approves_herself(advocate: int) -> bool:
    """True while the advocate of this number approves every report herself."""
    entry = LogEntry.objects.filter(advocate_number=advocate, kind__in=KINDS).order_by("-index").first()
    return entry is not None and (entry.kind == HERSELF or not is_vouched(entry))
