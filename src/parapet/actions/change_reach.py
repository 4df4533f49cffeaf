"""A person says how she is reached when something is urgent, and when she is left alone."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from attrs import evolve
from django.conf import settings
from django.db import transaction

from parapet.actions.alert_words import test_message
from parapet.alerting.send import Outcome, send
from parapet.alerting.services import read_address
from parapet.domain.errors import NotFound, RequestRefused
from parapet.domain.errors import gettext_noop as _
from parapet.evidence.seal import event_body
from parapet.records.chain import Event, append, hold_log
from parapet.records.lasting import home_locker
from parapet.records.models import Advocate, Person
from parapet.records.numbers import new_number, number_of, public
from parapet.records.reach import Reached, Way, keep_reached, reached

MAX_WAYS = 8


def inside_is_allowed() -> bool:
    """Whether an alert may go to addresses that are not public.

    In a home that only this machine reaches, who types the address could open it herself. Where others come in, one of them could
    have the server ask what only the server reaches, so that whoever runs it must say so.
    """
    environment = settings.ENVIRONMENT
    return bool(environment.alerts.private or environment.is_for_this_machine)


def add_way(person: Person, sort: str, address: str) -> str:
    """Add a way by which she is reached; its public name. Raises RequestRefused for an address that cannot be used."""
    kept, shown = read_address(sort, address)
    if sort == "email" and settings.ENVIRONMENT.alerts.mail is None:
        raise RequestRefused(_("This Parapet sends no e-mail: whoever runs it has named no mail server."))
    way = Way(new_number(), sort, kept, shown)
    with transaction.atomic():
        hold_log()
        said = reached(person.number)
        if len(said.ways) >= MAX_WAYS:
            raise RequestRefused(_("Eight ways are enough. Take one away first."))
        if any(each.address == kept for each in said.ways):
            raise RequestRefused(_("This way is there already."))
        _keep(person, evolve(said, ways=(*said.ways, way)))
    return public("way", way.number)


def remove_way(person: Person, way: str) -> None:
    """Take one of her ways away; nothing happens when it is not there."""
    with transaction.atomic():
        hold_log()
        said = reached(person.number)
        left = tuple(each for each in said.ways if each.number != number_of("way", way))
        if left != said.ways:
            _keep(person, evolve(said, ways=left))


def set_quiet_hours(person: Person, begin: int | None, end: int | None, zone: str, same_day: bool) -> None:
    """Say when she is left alone (minutes after midnight in `zone`, None for never), and whether she wants to hear of what needs a
    person the same day. Immediate danger breaks quiet hours. Raises RequestRefused."""
    if (begin is None) != (end is None):
        raise RequestRefused(_("Write when the quiet hours begin and when they end, or neither."))
    if any(minute is not None and not 0 <= minute < 24 * 60 for minute in (begin, end)):
        raise RequestRefused(_("Write times from 00:00 to 23:59."))
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise RequestRefused(_("Choose a time zone of the list.")) from None
    with transaction.atomic():
        hold_log()
        _keep(person, evolve(reached(person.number), quiet_from=begin, quiet_until=end, zone=zone, same_day=same_day))


def test_way(person: Person, way: str) -> Outcome:
    """Send her a test by one of her ways, now; what came of it. Raises NotFound."""
    for each in reached(person.number).ways:
        if each.number == number_of("way", way):
            message = test_message(person)
            return send(each.kind, each.address, message, settings.ENVIRONMENT.alerts, inside=inside_is_allowed())
    raise NotFound("There is nothing here.")


def _keep(person: Person, said: Reached) -> None:
    keep_reached(person, said)
    now = datetime.now(UTC)
    details = {"ways": len(said.ways), "quiet": int(said.quiet_from is not None), "same_day": int(said.same_day)}
    body = event_body(kind="reach", at=now, subjects=[person.id], actor=person.id, details=details)
    append([Event("reach", now, body, home_locker(), advocate=Advocate.UNMATCHED, person=person.number)])
