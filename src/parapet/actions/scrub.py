"""After an erasure, clear what the database still keeps of deleted rows outside its tables.

SQLite overwrites what it deletes (`secure_delete`), but the write-ahead log and the gaps of pages may hold older copies: the
log is emptied and the file written anew. PostgreSQL keeps dead rows until they are vacuumed; the bytes stay in its files until
they are used again, and in its own archives and replicas as long as those are kept.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import structlog
from django.db import DatabaseError, connection

from parapet.domain.errors import HomeBusy
from parapet.domain.errors import gettext_noop as _
from parapet.jobs import outbox
from parapet.jobs.models import OutboxEntry

log = structlog.get_logger("parapet.records")

#: Less than a command waits for promised work (`jobs.engine.PATIENCE_S`).
_SOON = timedelta(seconds=5)
_TABLES = (
    "records_item", "records_version", "records_occurrence", "records_assessment", "records_itemname", "records_source",
    "records_advocate", "records_case", "records_note", "records_handover", "records_sourcecheck", "records_layer", "records_checkin",
    "records_intakefile", "records_intakerefusal", "django_session",
    "records_keyshare", "records_earlierkey", "records_ownkey", "records_oncalllist", "records_logentry",
    "records_connection", "records_browser", "records_shieldreason", "records_emergencyplan", "records_reportstep",
    "records_statement", "records_counselchannel", "records_counselletter",
)  # fmt: skip


def promise_scrub() -> None:
    """In the transaction of an erasure: whatever happens to this process, the next one that works will scrub.

    A little later, so that one scrub serves all who erase in the same minute.
    """
    now = datetime.now(UTC)
    if not OutboxEntry.objects.filter(kind="scrub", done_at=None, failed_code="", next_try_at__gt=now).exists():
        outbox.put("scrub", {}, not_before=now + _SOON)


def scrub() -> None:
    """Do it now. Raises HomeBusy where another connection reads at this moment; trying again later is enough."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for table in _TABLES:
                cursor.execute(f'VACUUM "{table}"')
            return
        cursor.execute("VACUUM")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        if cursor.fetchone()[0]:
            raise HomeBusy(_("Another program holds the database."))


def scrub_soon() -> None:
    """Empty the write-ahead log now if nobody reads; what could not be done waits for `scrub`, which was promised."""
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout=500")
        try:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            if cursor.fetchone()[0]:
                log.info("the write-ahead log is emptied later")
        except DatabaseError:  # a full disk, for one: what was erased is erased, and this was promised with it
            log.info("the write-ahead log is emptied later")
        finally:
            cursor.execute("PRAGMA busy_timeout=20000")
