"""Send one approved report by a program: at most once, whatever happens to the process in between.

    1. By the log, a person approved exactly this text, and nothing was tried since.
    2. That it is about to be sent is written, with its entry of the log, before anything is.
    3. It is sent.
    4. What the platform answered is written.

A process that dies between 2 and 4 leaves a report of which nobody knows whether it arrived: the next one that comes finds the claim,
says "unknown, please check", and does not send. Only what certainly did not arrive is tried again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from attrs import field, frozen
from django.db import transaction

from parapet.access import opening
from parapet.access.report_steps import Standing, standing_of
from parapet.access.reports import desk_of
from parapet.actions.bluesky_words import opening_now
from parapet.actions.connect import inside_is_allowed
from parapet.actions.report_events import log_report_step
from parapet.channels.filing import Going, NotFiled, Receipt, filer_of
from parapet.domain import reporting as r
from parapet.domain.errors import (
    KeyClosed,
    ParapetError,
    ReportNotTaken,
    SealBroken,
)
from parapet.evidence.keys import Locker
from parapet.records import models
from parapet.records.chain import hold_log
from parapet.records.connections import told_of
from parapet.records.keyring import keyring
from parapet.records.restored import restored_before

_MAX_ANSWER_CHARS = 20_000


@frozen
class _Claimed:
    """What is to go, and how to sign in where it goes."""

    row: models.Report
    told: Mapping[str, Any] = field(repr=False)
    going: Going
    connection: int


def send_report(report: int) -> None:
    """Send it, unless it was tried before or is no longer to go. Raises ReportNotTaken when it is to be tried again."""
    claimed = _claimed(report)
    if claimed is None:
        return
    try:
        told = opening_now(claimed.told, claimed.connection, inside=inside_is_allowed(), failed=NotFiled)
        receipt = filer_of(desk_of(claimed.row.desk).sends)(told, claimed.going, inside=inside_is_allowed())
    except NotFiled as error:
        _write(claimed.row, r.FAIL if error.for_good else r.LATER, code=error.code)
        if not error.for_good:
            raise ReportNotTaken from None
        return
    except Exception as error:  # whatever a library raises: it may have arrived, so it is never sent again by itself
        _write(claimed.row, r.LOST, code=error.code if isinstance(error, ParapetError) else "lost")
        return
    _received(claimed.row, receipt)


def give_up_report(report: int) -> None:
    """Nothing more will be tried: it certainly did not arrive, and a person decides. Inside a transaction."""
    row = models.Report.objects.select_related("item__advocate").filter(number=report).first()
    if row is not None:
        _write(row, r.FAIL, code="tried_out", only_from=(r.WAITING,))


def doubt_report(report: int) -> None:
    """In a restored home: if it was approved before the backup was made, nobody knows whether it went since."""
    with transaction.atomic():
        hold_log()
        row = models.Report.objects.select_for_update(of=("self",)).select_related("item__advocate").filter(number=report).first()
        if row is None:
            return
        try:
            key = opening.item_key(row.item, opening.locker_of(row.item.advocate))
            standing = standing_of(row, row.item, key, desk_of(row.desk))
        except (SealBroken, KeyClosed):  # it does not go either
            return
        if standing.state == r.WAITING:
            _is_doubted(row, key, standing)


def _is_doubted(row: models.Report, key: Locker, standing: Standing) -> bool:
    if standing.approved >= restored_before():
        return False
    log_report_step(row, key, r.LOST, by=None, details={"code": "restored"})
    return True


def _claimed(report: int) -> _Claimed | None:
    """Write that it is about to be sent; None when it is not to be."""
    with transaction.atomic():
        hold_log()
        row = models.Report.objects.select_for_update(of=("self",)).select_related("item__advocate").filter(number=report).first()
        if row is None:
            return None
        key = opening.item_key(row.item, opening.locker_of(row.item.advocate))
        desk = desk_of(row.desk)
        try:
            standing = standing_of(row, row.item, key, desk)
        except (SealBroken, KeyClosed):  # what cannot be believed, or not be opened, does not go
            return None
        if standing.state == r.SENDING:  # whoever claimed it died, or is at it at this moment: either way it is not sent twice
            log_report_step(row, key, r.LOST, by=None, details={"code": "broken_off"})
            return None
        if standing.state != r.WAITING or standing.way != r.BY_PROGRAM:
            return None
        if _is_doubted(row, key, standing):
            return None
        connection = models.Connection.objects.filter(
            number=standing.connection, advocate_id=row.advocate_id, channel=desk.sends
        ).first()
        told = told_of(connection) if connection is not None else {"reports": False}
        if not told.get("reports", True):  # ended, or no longer allowed to send any
            log_report_step(row, key, r.FAIL, by=None, details={"code": "no_connection"})
            return None
        going = _going(row, key, standing)
        log_report_step(row, key, r.CLAIM, by=None)
    return _Claimed(row, told, going, connection.number if connection is not None else 0)


def _going(row: models.Report, key: Locker, standing: Standing) -> Going:
    draft = standing.draft
    version = models.Version.objects.get(item=row.item, ordinal=draft.version)
    return Going(
        about=opening.face(version, key),
        reason=draft.reason,
        text=standing.text,
        rules=tuple(int(each) for each in draft.rules.replace(" ", "").split(",") if each),
        key=keyring().digest_once("alert", f"report:{row.number}:{standing.approved}").hex()[:32],
    )


def _received(row: models.Report, receipt: Receipt) -> None:
    answer = json.dumps(dict(receipt.answer), sort_keys=True, default=str)[:_MAX_ANSWER_CHARS]
    _write(row, r.RECEIPT, words={"reference": receipt.reference[:200], "answer": answer})


def _write(
    row: models.Report,
    what: str,
    *,
    code: str = "",
    words: dict[str, str] | None = None,
    only_from: tuple[str, ...] = (r.SENDING, r.UNKNOWN),
) -> None:
    """What came of it. A receipt that comes late settles what was unknown meanwhile; nothing else is written over."""
    with transaction.atomic():
        hold_log()
        found = models.Report.objects.select_for_update(of=("self",)).select_related("item__advocate").filter(number=row.number)
        held = found.first()
        if held is None:
            return
        key = opening.item_key(held.item, opening.locker_of(held.item.advocate))
        state = standing_of(held, held.item, key, desk_of(held.desk)).state
        if state in only_from and (state != r.UNKNOWN or what == r.RECEIPT):
            log_report_step(held, key, what, by=None, words=words, details={"code": code[:40]} if code else {})
