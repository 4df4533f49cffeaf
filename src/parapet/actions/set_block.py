"""Do by a program what a person approved about one account, or take it back: at most once, whatever happens to the process in between.

    1. By the log, a person approved exactly this, and nothing was tried since.
    2. What the account sent is here, fetched after that approval; unless the person said that it may go without.
    3. The platform is asked how it stands: what stands already is not done again, and nobody is shut out whom she follows.
    4. That it is about to be done is written, with its entry of the log, before anything is.
    5. It is asked for, once.
    6. What came of it is written.

A process that dies between 4 and 6 leaves a block of which nobody knows: the next one that comes finds the claim, says "unknown, please
check", and asks the platform how it stands. It does nothing there. Only what certainly was not done is tried again.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from attrs import field, frozen
from django.db import transaction

from parapet.access.block_steps import Standing, standing_of
from parapet.access.blocks import connection_of, key_of
from parapet.actions.block_events import log_block_step
from parapet.actions.bluesky_words import opening_now
from parapet.actions.connect import inside_is_allowed
from parapet.actions.fetch_first import is_fetched
from parapet.channels.blocking import Blocks, NotSet, opener_of
from parapet.domain import blocking as b
from parapet.domain.errors import BlockNotSet, KeyClosed, ParapetError, SealBroken
from parapet.jobs import outbox
from parapet.records import models
from parapet.records.chain import hold_log
from parapet.records.connections import cursor_of, told_of
from parapet.records.restored import restored_before

#: After an answer was lost, the platform is asked how it stands once whatever was on its way has arrived.
CHECK_AFTER = timedelta(seconds=20)
_WAITS = (b.WAITING, b.LIFT_WAITING)


@frozen
class _Going:
    """What is to be done, and how to sign in where it is."""

    row: models.Block
    standing: Standing
    channel: str
    connection: int
    asked: b.Asked
    told: Mapping[str, Any] = field(repr=False)
    kept: Mapping[str, Any] = field(repr=False)

    @property
    def lifts(self) -> bool:
        return self.standing.state.startswith("lift")


def set_block(block: int) -> None:
    """Do it, or take it back, unless that was tried before or is no longer to be. Raises BlockNotSet when it is to be tried again."""
    going = _going(block)
    if going is None:
        return
    if not going.lifts and not _is_kept(going):
        _write(going.row, b.LATER, code="keeping", only_from=_WAITS)
        raise BlockNotSet
    try:
        blocks = _opened(going)
    except NotSet as error:
        _not_set(going, error, only_from=_WAITS)
        return
    try:
        _done(going, blocks)
    finally:
        blocks.close()


def check_block(block: int) -> None:
    """Ask how it stands where nobody knows, or a person wants to know; nothing is done there. Raises BlockNotSet to be asked again."""
    row = _row(block)
    standing = _believed(row) if row is not None else None
    if row is None or standing is None or standing.state not in (b.UNKNOWN, b.LIFT_UNKNOWN, b.STANDS):
        return
    going = _to_go(row, standing)
    if going is None:
        return
    try:
        blocks = _opened(going)
        try:
            found = blocks.look(going.asked)
        finally:
            blocks.close()
    except NotSet as error:
        if not error.for_good:
            raise BlockNotSet from None
        return
    code = "still_there" if found.stands and going.lifts else "" if found.stands else "not_there"
    _write(row, b.THERE if found.stands else b.ABSENT, code=code, only_from=(standing.state,))


def doubt_block(block: int) -> None:
    """In a restored home: if it was approved before the backup was made, it is said to be unknown, and the platform is asked."""
    row = _row(block)
    standing = _believed(row) if row is not None else None
    if row is not None and standing is not None and standing.state in _WAITS and standing.approved < restored_before():
        _write(row, b.LOST, code="restored", only_from=_WAITS)


def give_up_block(block: int) -> None:
    """Nothing more will be tried: it certainly was not done, and a person decides. Inside a transaction."""
    row = _row(block)
    if row is not None:
        standing = _believed(row)
        code = "not_kept" if standing is not None and standing.code == "keeping" else "tried_out"
        _write(row, b.FAIL, code=code, only_from=_WAITS)


def _opened(going: _Going) -> Blocks:
    inside = inside_is_allowed()
    told = opening_now(going.told, going.connection, inside=inside, failed=NotSet)
    return opener_of(going.channel)(told, going.kept, inside=inside)


def _done(going: _Going, blocks: Blocks) -> None:
    try:
        found = blocks.look(going.asked)
    except NotSet as error:
        _not_set(going, error, only_from=_WAITS)
        return
    refusal = _refusal(going, found)
    if refusal:
        _write(going.row, b.FAIL, code=refusal, only_from=_WAITS)
        return
    if found.stands is not going.lifts:
        _write(going.row, b.ALREADY, code="already", only_from=_WAITS)
        return
    if not _claim(going):
        return
    try:
        (blocks.lift if going.lifts else blocks.set)(going.asked)
    except NotSet as error:
        _not_set(going, error)
        return
    except Exception as error:  # whatever a library raises: it may have been done, so it is never asked for again by itself
        _write(going.row, b.LOST, code=error.code if isinstance(error, ParapetError) else "lost")
        return
    _received(going.row)


def _received(row: models.Block) -> None:
    """The platform did it. That settles also what was looked up too early, while this was still on its way."""
    _write(row, b.RECEIPT, only_from=(b.SENDING, b.LIFTING, b.UNKNOWN, b.LIFT_UNKNOWN, b.FAILED, b.LIFT_FAILED))


def _refusal(going: _Going, found: b.Found) -> str:
    """Why it is not done for all that it was approved; "" for nothing. A file may claim any author, a friend of hers too."""
    if going.lifts:
        return "by_another" if found.other and not found.stands else ""
    return "herself" if found.herself else "followed" if found.friend else ""


def _not_set(going: _Going, error: NotSet, *, only_from: tuple[str, ...] = (b.SENDING, b.LIFTING)) -> None:
    _write(going.row, b.FAIL if error.for_good else b.LATER, code=error.code, only_from=only_from)
    if not error.for_good:
        raise BlockNotSet from None


def _is_kept(going: _Going) -> bool:
    if going.standing.without or going.standing.approved_at is None:
        return True
    return is_fetched(going.row.account, going.standing.approved_at)


def _row(block: int) -> models.Block | None:
    return models.Block.objects.select_related("item__advocate").filter(number=block).first()


def _believed(row: models.Block) -> Standing | None:
    """How it stands by the log; None where that cannot be believed, or not be opened: then nothing is done."""
    try:
        return standing_of(row, row.item, key_of(row))
    except (SealBroken, KeyClosed):
        return None


def _going(block: int) -> _Going | None:
    """What is to be done; None for nothing. Whoever claimed it and died is found here."""
    row = _row(block)
    standing = _believed(row) if row is not None else None
    if row is None or standing is None:
        return None
    if standing.state in (b.SENDING, b.LIFTING):  # whoever claimed it died, or is at it at this moment
        _write(row, b.LOST, code="broken_off")
        return None
    if standing.state not in _WAITS or standing.way != b.BY_PROGRAM:
        return None
    if standing.approved < restored_before():  # approved before a backup that was restored: it may have been done since
        _write(row, b.LOST, code="restored", only_from=_WAITS)
        return None
    going = _to_go(row, standing)
    if going is None:
        _write(row, b.FAIL, code="no_connection", only_from=_WAITS)
    return going


def _to_go(row: models.Block, standing: Standing) -> _Going | None:
    connection = connection_of(row)
    told = told_of(connection) if connection is not None else {}
    if connection is None or not told.get("blocks"):  # ended, or no longer allowed to do any
        return None
    asked = b.Asked(row.what, standing.target, standing.key, row.made_at, standing.group)
    return _Going(row, standing, connection.channel, connection.number, asked, told, cursor_of(connection))


def _claim(going: _Going) -> bool:
    """Write that it is about to be done; False when it is no longer to be."""
    with transaction.atomic():
        hold_log()
        row = _locked(going.row.number)
        standing = _believed(row) if row is not None else None
        if row is None or standing is None:
            return False
        if standing.state != going.standing.state or standing.approved != going.standing.approved:
            return False
        log_block_step(row, key_of(row), b.CLAIM, by=None)
    return True


def _locked(block: int) -> models.Block | None:
    rows = models.Block.objects.select_for_update(of=("self",)).select_related("item__advocate")
    return rows.filter(number=block).first()


def _write(
    row: models.Block,
    what: str,
    *,
    code: str = "",
    only_from: tuple[str, ...] = (b.SENDING, b.LIFTING, b.UNKNOWN, b.LIFT_UNKNOWN),
) -> None:
    """What came of it. What was unknown meanwhile is settled by a receipt that comes late, or a look; nothing else is written over."""
    with transaction.atomic():
        hold_log()
        held = _locked(row.number)
        standing = _believed(held) if held is not None else None
        if held is None or standing is None or standing.state not in only_from:
            return
        if standing.state in (b.UNKNOWN, b.LIFT_UNKNOWN) and what not in (b.RECEIPT, b.THERE, b.ABSENT):
            return
        if what == b.LATER and standing.code == code and code == "keeping":
            return  # said already
        log_block_step(held, key_of(held), what, by=None, details={"code": code[:40]} if code else {})
        if what == b.LOST:
            outbox.put("check_block", {"block": held.number}, not_before=datetime.now(UTC) + CHECK_AFTER)
