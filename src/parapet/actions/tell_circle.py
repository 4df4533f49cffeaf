"""Tell an advocate's circle, once, that her shield went up or down: those who are on call for her, each by her ways.

The promise in the outbox is the lease, as with alerts (`send_alert.py`): what was sent is written down and not sent again; a process
that dies in between leaves the promise open, and both sendings carry the same key.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from attrs import frozen
from django.conf import settings
from django.db import transaction

from parapet.access.shield_page import FAILED, SENT, UNDELIVERED
from parapet.access.shields import DOWN, UP, newest
from parapet.actions.alert_words import shield_message
from parapet.actions.change_reach import inside_is_allowed
from parapet.alerting.send import send
from parapet.domain.errors import AlertNotTaken
from parapet.domain.errors import gettext_noop as _
from parapet.jobs import outbox
from parapet.records import models
from parapet.records.keyring import keyring
from parapet.records.on_call import Callee, called_in_alerts, callees, may_be_called
from parapet.records.reach import Way
from parapet.records.vouching import is_vouched


@frozen
class Notice:
    """Which entry of the log is told to whom, by which way: all of it numbers, as they stand in the outbox."""

    entry: int
    person: int
    way: int

    @classmethod
    def of(cls, payload: Mapping[str, Any]) -> Notice:
        return cls(payload["entry"], payload["person"], payload["way"])

    @property
    def key(self) -> str:
        """The same each time that it is sent, and tells nothing: 32 hex digits."""
        return keyring().digest_once("alert", f"shield:{self.entry}:{self.person}:{self.way}").hex()[:32]


def tell_circle(entry: int, *, now: datetime | None = None) -> None:
    """Promise a notice to each who is on call, but to who did it. That it went up is told at once; that it came down, to who was
    told that it is up, outside of her quiet hours."""
    now = now or datetime.now(UTC)
    with transaction.atomic():
        found = _standing(entry)
        if found is None:
            return
        row, advocate = found
        knew = _knew(row) if row.kind == DOWN else None
        for each in callees(advocate):
            number = each.person.number
            if number == row.person_number or (knew is not None and number not in knew):
                continue
            later = each.reached.quiet_ends(now) if row.kind == DOWN else None
            for way in each.reached.ways:
                payload = {"entry": entry, "person": number, "way": way.number}
                outbox.put("send_notice", payload, urgent=True, not_before=later)


def send_notice(notice: Notice) -> None:
    """Send it, unless it was sent, or is no longer so. Raises AlertNotTaken when it is to be tried again."""
    with transaction.atomic():
        found = _standing(notice.entry)
        if found is None or models.ShieldNotice.objects.filter(**_about(notice), what__in=(SENT, UNDELIVERED)).exists():
            return
        row, advocate = found
        callee, way = _way(advocate, notice)
        if callee is None or way is None:
            _note(advocate, notice, UNDELIVERED, "no_longer")
            return
        message = shield_message(
            called_in_alerts(advocate), callee.person, advocate_id=advocate.id, up=row.kind == UP, key=notice.key
        )
    outcome = send(way.kind, way.address, message, settings.ENVIRONMENT.alerts, inside=inside_is_allowed())
    with transaction.atomic():
        _note(advocate, notice, SENT if outcome.sent else UNDELIVERED if outcome.for_good else FAILED, outcome.code)
    if not outcome.sent and not outcome.for_good:
        raise AlertNotTaken(_("An alert could not be handed over; it is tried again."))


def give_up_notice(notice: Notice) -> None:
    """Nothing more will be tried by this way: the page of the shield says so."""
    row = models.LogEntry.objects.filter(index=notice.entry).first()
    advocate = _advocate(row) if row is not None else None
    if advocate is not None:
        _note(advocate, notice, UNDELIVERED, "tried_out")


def _standing(entry: int) -> tuple[models.LogEntry, models.Advocate] | None:
    """The entry, if it is as this home wrote it and still the newest word about this shield."""
    row = models.LogEntry.objects.filter(index=entry, kind__in=(UP, DOWN)).first()
    advocate = _advocate(row) if row is not None else None
    if row is None or advocate is None or not is_vouched(row):
        return None
    last = newest(advocate.number)
    return (row, advocate) if last is not None and last.index == row.index else None


def _advocate(row: models.LogEntry) -> models.Advocate | None:
    return models.Advocate.objects.filter(number=row.advocate_number or 0).first()


def _knew(down: models.LogEntry) -> set[int]:
    """Who was told that it is up, of the time that ended with `down`."""
    told = models.ShieldNotice.objects.filter(advocate=down.advocate_number or 0, log_index__lt=down.index, what=SENT)
    newest_told = told.order_by("-log_index").values_list("log_index", flat=True).first()
    up = (
        models.LogEntry.objects.filter(advocate_number=down.advocate_number, kind=UP, index__lt=down.index)
        .order_by("-index")
        .first()
    )
    if up is None or newest_told != up.index:
        return set()
    return set(told.filter(log_index=up.index).values_list("person", flat=True))


def _way(advocate: models.Advocate, notice: Notice) -> tuple[Callee | None, Way | None]:
    """Whether she may still be called, and has this way, is asked at the moment of sending."""
    for callee in may_be_called(advocate):
        for way in callee.reached.ways:
            if (callee.person.number, way.number) == (notice.person, notice.way):
                return callee, way
    return None, None


def _about(notice: Notice) -> dict[str, int]:
    return {"log_index": notice.entry, "person": notice.person, "way": notice.way}


def _note(advocate: models.Advocate, notice: Notice, what: str, code: str) -> None:
    models.ShieldNotice.objects.create(advocate=advocate, at=datetime.now(UTC), what=what, code=code, **_about(notice))
