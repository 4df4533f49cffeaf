"""Tell supporters, once each, that they are asked, or that it was stopped: by the ways that they gave, outside of their quiet hours.

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

from parapet.access.support_steps import ASKING, Called, believed
from parapet.access.supporting import asked_people, pauses_now
from parapet.actions.alert_words import support_message
from parapet.actions.change_reach import inside_is_allowed
from parapet.alerting.send import send
from parapet.domain.errors import AlertNotTaken
from parapet.domain.errors import gettext_noop as _
from parapet.jobs import outbox
from parapet.records import models
from parapet.records.keyring import keyring
from parapet.records.reach import Way, reached

SENT, FAILED, UNDELIVERED = "sent", "failed", "undelivered"


@frozen
class SupportTold:
    """Which call, by which entry of the log, is told to whom, by which way: all of it numbers, as they stand in the outbox."""

    call: int
    entry: int
    person: int
    way: int

    @classmethod
    def of(cls, payload: Mapping[str, Any]) -> SupportTold:
        return cls(payload["call"], payload["entry"], payload["person"], payload["way"])

    @property
    def key(self) -> str:
        """The same each time that it is sent, and tells nothing: 32 hex digits."""
        return keyring().digest_once("alert", f"support:{self.entry}:{self.person}:{self.way}").hex()[:32]


def tell_supporters(call: int, entry: int, *, now: datetime | None = None) -> None:
    """Promise a notice to each who is asked, agreed, and does not pause; that it was stopped, to each who was told that it is asked."""
    now = now or datetime.now(UTC)
    with transaction.atomic():
        found = _standing(call, entry, now)
        if found is None:
            return
        told = set(models.SupportNotice.objects.filter(call=found.row, what=SENT).values_list("person", flat=True))
        for backing in asked_people(found):
            number = backing.row.person_id
            if backing.agreed_at is None or pauses_now(now, backing.row.person) or (entry == found.end and number not in told):
                continue
            said = reached(number)
            for way in said.ways:
                payload = {"call": call, "entry": entry, "person": number, "way": way.number}
                outbox.put("send_support", payload, urgent=True, not_before=said.quiet_ends(now))


def send_support(told: SupportTold, *, now: datetime | None = None) -> None:
    """Send it, unless it was sent, or is no longer so. Raises AlertNotTaken when it is to be tried again."""
    with transaction.atomic():
        call = _standing(told.call, told.entry, now or datetime.now(UTC))
        sent = models.SupportNotice.objects.filter(
            log_index=told.entry, person=told.person, way=told.way, what__in=(SENT, UNDELIVERED)
        )
        if call is None or sent.exists():
            return
        found = _way(call, told)
        if found is None:
            _note(told, UNDELIVERED, "no_longer")
            return
        person, way = found
        message = support_message(person, call_id=call.row.id, stopped=told.entry == call.end, key=told.key)
    outcome = send(way.kind, way.address, message, settings.ENVIRONMENT.alerts, inside=inside_is_allowed())
    with transaction.atomic():
        _note(told, SENT if outcome.sent else UNDELIVERED if outcome.for_good else FAILED, outcome.code)
    if not outcome.sent and not outcome.for_good:
        raise AlertNotTaken(_("An alert could not be handed over; it is tried again."))


def give_up_support(told: SupportTold) -> None:
    """Nothing more will be tried by this way."""
    _note(told, UNDELIVERED, "tried_out")


def _standing(number: int, entry: int, now: datetime) -> Called | None:
    """The call, if this entry of it is still the newest word about whether it asks."""
    rows = models.SupportCall.objects.filter(number=number).select_related("advocate")
    for call in believed(rows):
        if entry == call.end or (entry == call.row.begun and call.state(now) == ASKING):
            return call
    return None


def _way(call: Called, told: SupportTold) -> tuple[models.Person, Way] | None:
    """Whether he is still a supporter, and has this way, is asked at the moment of sending."""
    for backing in asked_people(call):
        for way in reached(backing.row.person_id).ways:
            if (backing.row.person_id, way.number) == (told.person, told.way):
                person: models.Person = backing.row.person
                return person, way
    return None


def _note(told: SupportTold, what: str, code: str) -> None:
    if models.SupportCall.objects.filter(number=told.call).exists():
        models.SupportNotice.objects.create(
            call_id=told.call,
            log_index=told.entry,
            person=told.person,
            way=told.way,
            at=datetime.now(UTC),
            what=what,
            code=code,
        )
