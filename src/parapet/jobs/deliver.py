"""One try at one entry, and what is written about it.

The engine's workflow holds nothing but an entry's id and the number of the try, so that it never has to change shape,
and an upgrade of Parapet finds the work that the last version left.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

import structlog
from dbos import DBOS
from django.db import close_old_connections, connection, transaction
from django.utils import timezone

from parapet.domain.errors import ParapetError
from parapet.jobs import outbox
from parapet.jobs.handlers import Handler, handler_for
from parapet.jobs.models import OutboxEntry

log = structlog.get_logger("parapet.jobs")

#: A workflow whose process died this often while running it is taken for what kills the process.
MAX_DEATHS = 20

NO_HANDLER = "jobs.no_handler"
CRASHED = "jobs.crashed"
LOST = "jobs.lost"

_running: set[str] = set()
_tell: list[Callable[[], None]] = []
_running_lock = threading.Lock()


@DBOS.workflow(name="parapet.deliver", max_recovery_attempts=MAX_DEATHS)
def deliver(entry_id: str, attempt: int) -> None:
    """Try the entry once; what comes of it is in the outbox."""
    _try_once(entry_id, attempt)


@DBOS.step(name="parapet.try")
def _try_once(entry_id: str, attempt: int) -> str:
    with _running_lock:
        _running.add(entry_id)
    try:
        close_old_connections()
        return try_once(entry_id, attempt)
    finally:
        with _running_lock:
            _running.discard(entry_id)
        for call in _tell:
            call()


def when_settled(call: Callable[[], None]) -> None:
    """Call this after every try in this process, in place of what was called before."""
    _tell[:] = [call]


def is_running(entry_id: str) -> bool:
    """True while a thread of this process handles the entry."""
    with _running_lock:
        return entry_id in _running


def any_running() -> bool:
    """True while this process handles anything."""
    with _running_lock:
        return bool(_running)


def try_once(entry_id: str, attempt: int) -> str:
    """Call the handler and write down what came of it: "done", "again", "failed", or "past" when it was settled before.

    Raises only when the outbox itself cannot be written.
    """
    entry = outbox.still_open().filter(pk=entry_id, attempts=attempt).first()
    if entry is None:
        return "past"
    handler = handler_for(entry.kind)
    if handler is None:
        return _failed(entry, Handler(entry.kind, lambda _payload: None, first_wait_s=30), NO_HANDLER, permanent=False)
    try:
        with outbox.handling(entry):
            handler.run(entry.payload)
    except Exception as error:  # the edge: whatever a handler raises becomes a state that a person sees
        code = code_of(error)
        log.warning("work failed", kind=entry.kind, job=entry.pk, code=code, attempt=attempt + 1, exc_info=error)
        connection.close()  # it may be what is broken, or stand in a transaction that is
        return _failed(entry, handler, code, permanent=isinstance(error, ParapetError) and error.permanent)
    outbox.done(entry.pk)
    return "done"


def code_of(error: BaseException) -> str:
    """A stable code for people and programs; never the error's words, which may be a stranger's."""
    return error.code if isinstance(error, ParapetError) else f"error.{type(error).__name__}"[:80]


def give_up_or_repeat(entry: OutboxEntry, code: str) -> str:
    """Settle an entry whose workflow ended without a word about it."""
    handler = handler_for(entry.kind) or Handler(entry.kind, lambda _payload: None)
    return _failed(entry, handler, code, permanent=code == CRASHED)


def _failed(entry: OutboxEntry, handler: Handler, code: str, *, permanent: bool) -> str:
    failed = entry.attempts + 1
    over = permanent or failed >= handler.tries
    # Nothing is known to be wrong with what was lost on the way, so it need not wait.
    wait_s = 0.0 if code == LOST else handler.wait_s(failed)

    def write() -> int:
        return (
            outbox.still_open()
            .filter(pk=entry.pk, attempts=entry.attempts)
            .update(
                attempts=failed,
                last_code=code,
                failed_code=code if over else "",
                claimed_at=None,
                next_try_at=timezone.now() + timedelta(seconds=wait_s),
            )
        )

    changed = _give_up(entry, handler, write) if over else write()
    if over and changed:
        log.error("work given up", kind=entry.kind, job=entry.pk, code=code, attempts=failed)
    return "failed" if over else "again"


def _give_up(entry: OutboxEntry, handler: Handler, write: Callable[[], int]) -> int:
    """Write that nothing more will be tried, and have the handler tell whoever waits: both or neither."""
    if handler.given_up is None:
        return write()
    try:
        with transaction.atomic():
            changed = write()
            if changed:
                handler.given_up(entry.payload)
            return changed
    except Exception as error:  # the outbox must say that it is over, else it would be begun again for ever
        log.error("nobody could be told", kind=entry.kind, job=entry.pk, exc_info=error)
        connection.close()
        return write()
