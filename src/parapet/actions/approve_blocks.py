"""Approve blocks and their lifting: the one decision by which something is done to an account; and what people tell that they did."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.db import transaction

from parapet.access.block_steps import Standing, standing_of
from parapet.access.blocks import can_be_done, held_block, held_plan, key_of, shown_of
from parapet.access.people import grant_for
from parapet.access.report_rule import approves_herself
from parapet.actions.block_events import log_block_step
from parapet.domain import blocking as b
from parapet.domain.errors import NotFound, RequestRefused
from parapet.domain.errors import gettext_noop as _
from parapet.domain.rights import Right
from parapet.evidence.keys import Locker
from parapet.jobs import outbox
from parapet.records import models
from parapet.records.chain import hold_log

#: Between two of a plan: a platform that is asked for forty in a second takes that for an attack.
PACE = timedelta(seconds=3)
_CHANGED = _("Something changed since you looked at it. Look at it again.")
_HERSELF = _("She approves this herself. What you prepared waits for her.")
_NOT_NOW = _("That cannot be done as it stands now. Look at it again.")
_NO_PROGRAM = _("No program can do this one. Approve it, and do it yourself.")


def approve_plan(person: models.Person, plan_id: str, *, way: str, shown: str, without: bool = False) -> int:
    """Approve all of a plan that did not go out; how many.

    way      BY_PROGRAM has it done from the connection, BY_PERSON leaves it to a person
    shown    `Plan.shown` of what was looked at
    without  do it also where what these accounts sent cannot be fetched once more before

    Raises NotFound, RequestRefused.
    """
    with transaction.atomic():
        hold_log()
        rows = held_plan(person, plan_id, Right.REPORT)
        _may_approve(person, rows[0].advocate_id)
        if not shown or shown != shown_of(rows):
            raise RequestRefused(_CHANGED)
        due, approved = datetime.now(UTC), 0
        for row in rows:
            key = key_of(row)
            # Those that wait are approved already; their work is promised.
            if row.state not in (b.DRAFT, b.FAILED) or standing_of(row, row.item, key).state not in (b.DRAFT, b.FAILED):
                continue
            _decide(person, row, key, b.APPROVE, way, due, without=without)
            due += PACE if way == b.BY_PROGRAM else timedelta()
            approved += 1
    return approved


def lift_block(person: models.Person, block_id: str, *, way: str) -> None:
    """Take it back: the decision. Raises NotFound, RequestRefused."""
    with transaction.atomic():
        hold_log()
        row, item, key = held_block(person, block_id, Right.REPORT, lock=True)
        _may_approve(person, row.advocate_id)
        if standing_of(row, item, key).state not in (b.STANDS, b.LIFT_FAILED):
            raise RequestRefused(_NOT_NOW)
        _decide(person, row, key, b.LIFT, way, datetime.now(UTC))


def tick_block(person: models.Person, block_id: str) -> None:
    """Say that she did it there, or took it back there. Raises NotFound, RequestRefused."""
    with transaction.atomic():
        hold_log()
        row, item, key = held_block(person, block_id, Right.REPORT, lock=True)
        if standing_of(row, item, key).state not in (b.READY, b.LIFT_READY):
            raise RequestRefused(_NOT_NOW)
        log_block_step(row, key, b.TICK, by=person)


def settle_block(person: models.Person, block_id: str, *, stands: bool) -> None:
    """Say, of one whose answer was lost, what she saw there. Raises NotFound, RequestRefused."""
    with transaction.atomic():
        hold_log()
        row, item, key = held_block(person, block_id, Right.REPORT, lock=True)
        if standing_of(row, item, key).state not in (b.UNKNOWN, b.LIFT_UNKNOWN):
            raise RequestRefused(_NOT_NOW)
        log_block_step(row, key, b.THERE if stands else b.ABSENT, by=person, details={"code": "seen"})


def ask_again(person: models.Person, block_id: str) -> None:
    """Have the platform asked how it stands: nothing is done there by that. Raises NotFound, RequestRefused."""
    with transaction.atomic():
        hold_log()
        row, item, key = held_block(person, block_id, Right.REPORT, lock=True)
        if standing_of(row, item, key).state not in (b.UNKNOWN, b.LIFT_UNKNOWN, b.STANDS) or not can_be_done(row):
            raise RequestRefused(_NOT_NOW)
        outbox.put("check_block", {"block": row.number})


def show_names(person: models.Person, plan_id: str) -> dict[str, b.Target]:
    """Whose accounts a plan is about, by the public name of each block, after that is in the log. Raises NotFound, SealBroken."""
    with transaction.atomic():
        hold_log()
        found = {}
        for row in held_plan(person, plan_id, Right.REPORT):
            found[row.id] = _shown(person, row, key_of(row)).target
    return found


def show_name(person: models.Person, block_id: str) -> b.Target:
    """The same of one block. Raises NotFound, SealBroken."""
    with transaction.atomic():
        hold_log()
        row, _item, key = held_block(person, block_id, Right.REPORT, lock=True)
        return _shown(person, row, key).target


def _shown(person: models.Person, row: models.Block, key: Locker) -> Standing:
    standing_of(row, row.item, key)
    return log_block_step(row, key, b.SHOWN, by=person)


def _decide(
    person: models.Person, row: models.Block, key: Locker, what: str, way: str, due: datetime, *, without: bool = False
) -> None:
    if way not in (b.BY_PROGRAM, b.BY_PERSON) or (way == b.BY_PROGRAM and not can_be_done(row)):
        raise RequestRefused(_NO_PROGRAM)
    details: dict[str, str | int] = {"way": way}
    if without:
        details["without"] = 1
    log_block_step(row, key, what, by=person, details=details)
    if way == b.BY_PROGRAM:
        outbox.put("set_block", {"block": row.number}, not_before=due)


def _may_approve(person: models.Person, advocate: int) -> None:
    """Raises RequestRefused for who may report, where the advocate keeps the last word."""
    if approves_herself(advocate):
        try:
            grant_for(person, advocate, Right.GRANT)
        except NotFound:
            raise RequestRefused(_HERSELF) from None
