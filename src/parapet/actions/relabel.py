"""A person corrects what the program said of a message, or takes that back."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

from attrs import evolve, frozen
from django.db import transaction

from parapet.access.items import held
from parapet.access.judgements import KIND, Judged, believed, judged_at, pack_said
from parapet.access.parts import hidden_place
from parapet.actions.raise_alert import promise_alerts
from parapet.actions.standings import labels, settle, standings
from parapet.domain.errors import JudgedMeanwhile, NotFound, RequestRefused
from parapet.domain.errors import gettext_noop as _
from parapet.domain.judgement import NOT_ABUSE, Assessment, Severity, Verdict
from parapet.domain.rights import Right
from parapet.evidence.keys import Locker
from parapet.evidence.seal import event_body
from parapet.records import models
from parapet.records.chain import Event, append, hold_log
from parapet.records.naming import correction_context
from parapet.records.numbers import public
from parapet.triage.context import is_close

MAX_REASON_CHARS = 1_000


@frozen
class _Change:
    """What a person says of one version of an item, after she was let in."""

    person: models.Person
    item: models.Item
    key: Locker
    version: models.Version
    reason: str
    now: datetime


def relabel(person: models.Person, item_id: str, version: int, verdict: Verdict, *, reason: str = "", seen: int) -> bool:
    """Let what she says of a version of an item stand in place of what the program says; False when it stands already.

    version  its number, from 1
    reason   her words, sealed under the item's key; the log keeps their digest
    seen     `ItemCard.judged_at` of what she saw

    Raises NotFound, RequestRefused, JudgedMeanwhile when it is judged otherwise by now, SealBroken, LogBroken.
    """
    held(person, item_id, Right.SORT, scoped=True)  # a stranger is not even told what makes no sense
    reason = reason.strip()
    if verdict != NOT_ABUSE and not verdict.harms:
        raise RequestRefused(_("Choose what kind of harm it is, or say that it is not abuse."))
    if verdict.harms and verdict.severity is Severity.NONE:
        raise RequestRefused(_("Say how serious it is."))
    if len(reason) > MAX_REASON_CHARS:
        raise RequestRefused(_("A reason has at most %(most)s characters."), most=MAX_REASON_CHARS)
    return _say(person, item_id, version, verdict, reason, seen)


def undo_relabel(person: models.Person, item_id: str, version: int, *, seen: int) -> bool:
    """Let what the program says of a version stand again; False when it does already. Raises as `relabel`."""
    held(person, item_id, Right.SORT, scoped=True)  # who may not come in does not wait for the log's lock
    return _say(person, item_id, version, None, "", seen)


def _say(person: models.Person, item_id: str, version: int, verdict: Verdict | None, reason: str, seen: int) -> bool:
    with transaction.atomic():
        hold_log()
        item, key = held(
            person, item_id, Right.SORT, scoped=True
        )  # again: it may have been erased or moved, and she may no longer act, by now
        versions, _lines, broken = believed(item, key)
        if broken is not None:
            raise broken
        judged = {row.ordinal: (row, each) for row, each in versions}
        if version not in judged:
            raise NotFound("There is nothing here.")
        row, was = judged[version]
        if was.program is None:
            raise RequestRefused(_("It is still being sorted. Come back in a moment."))
        if was.person == verdict and reason in ("", was.reason):
            return False
        if seen not in (judged_at(item.number), hidden_place(judged_at(item.number))):
            raise JudgedMeanwhile(_("This message was judged otherwise since you opened the page. Yours is not saved yet."))
        becomes = evolve(was, person=verdict, reason=reason)
        _keep(_Change(person, item, key, row, reason, datetime.now(UTC)), was, becomes)
        stands = {ordinal: each.stands for ordinal, (_, each) in judged.items() if each.stands is not None}
        if becomes.stands is not None:
            stands[version] = becomes.stands
        was_urgent = item.urgency
        settle(standings([item.number]), {item.number: stands})
        close = is_close(was.program) if verdict is None else bool(verdict.harms)
        models.Wording.objects.filter(version=row.number).update(close=close)  # a campaign is judged by her word too
        item.refresh_from_db(fields=["urgency"])
        if item.urgency > was_urgent:  # people are told of it as if the program had said so
            promise_alerts({row.number: item.urgency})
    return True


def _keep(change: _Change, was: Judged, becomes: Judged) -> None:
    """Write the leaf, and the words under it."""
    person, item = change.person, change.item
    raw = pack_said(becomes.person, change.reason)
    details: dict[str, str | int | list[str]] = {
        "version": change.version.ordinal,
        "by": "person",
        "stands": "person" if becomes.person is not None else "program",
        "sha256": hashlib.sha256(raw).hexdigest(),
        **_told(becomes),
        **{f"before_{name}": value for name, value in _told(was).items()},
    }
    subjects = [public("itm", item.number)]
    body = event_body(kind=KIND, at=change.now, subjects=subjects, actor=person.id, details=details)
    event = Event(KIND, change.now, body, change.key, advocate=item.advocate_id, item=item.number, person=person.number)
    [index] = append([event])
    sealed = change.key.lock(raw, about=correction_context(change.version.number, index))
    models.Correction.objects.create(version=change.version, log_index=index, sealed=sealed)


def _told(judged: Judged) -> dict[str, str | int | list[str]]:
    """What stands, in codes; and by which model, where that is the program's word."""
    stands: Assessment | None = judged.stands
    if stands is None:
        return {}
    return labels(stands) | ({"model": stands.model} if judged.person is None else {})
