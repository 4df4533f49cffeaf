"""Pass a mail on to her own address: handed over to the home's mail server once, and what came of it written down.

    1. The row says that it is to go. Connecting, the addresses and the mail itself are said to the server.
    2. When nothing is missing but the last line, "sending" is written, and then the last line is sent.
    3. What the server answered is written.

A process that dies between 2 and 3 leaves a mail of which nobody knows whether it arrived: it is shown as that, and not sent again by itself.
Before 2 it certainly did not, and is tried again.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import structlog
from django.conf import settings
from django.db import transaction

from parapet.access.door import mail_for, mail_of_item_for
from parapet.actions.close_sources import close_read, open_for_reading
from parapet.actions.door_steps import log_step
from parapet.actions.seal_source import open_source
from parapet.channels.mail.onward import MaybeTaken, NotTaken, Onward, Relay, stamped
from parapet.domain import door as d
from parapet.domain.errors import KeyClosed, KeyWrong, NotFound, RequestRefused, SealBroken
from parapet.domain.errors import gettext_noop as _
from parapet.evidence.keys import Locker
from parapet.records.chain import hold_log
from parapet.records.connections import told_of
from parapet.records.door import envelope_of, home_mark, key_of, return_path
from parapet.records.keyring import is_closed, keyring
from parapet.records.models import Connection, DoorMail, Person

log = structlog.get_logger("parapet.door")

AT_ONCE = 50
#: As long as servers keep trying for each other (RFC 5321, section 4.5.4.1: four to five days).
GIVE_UP_AFTER = timedelta(days=5)
FIRST_WAIT_S, LONGEST_WAIT_S = 30.0, 3_600.0


def pass_on(person: Person, mail_id: str) -> None:
    """Have one that is held, or of which nobody knows, passed on. Raises NotFound, RequestRefused, KeyClosed."""
    _ask(mail_for(person, mail_id), person)


def pass_on_item(person: Person, item_id: str) -> None:
    """The same for the mail in which an item came. Raises as `pass_on`."""
    _ask(mail_of_item_for(person, item_id), person)


def _ask(row: DoorMail, person: Person) -> None:
    if row.connection is None or row.source is None or not row.source.pack:
        raise RequestRefused(_("Its address was ended, or it was erased: it can no longer be passed on."))
    with transaction.atomic():
        hold_log()
        open_for_reading([row.source_id])
        now = datetime.now(UTC)
        asked = DoorMail.objects.filter(number=row.number, state__in=d.MAY_BE_PASSED_ON)
        if not asked.update(
            state=d.READY, why="", code="", tries=0, by_person=True, decided_at=now, next_at=now, settled_at=None
        ):
            raise NotFound("There is nothing here.")
        log_step(row, d.STEP_ASKED, person=person)


def pass_on_waiting(*, now: datetime | None = None) -> int:
    """Hand over what is to go, at most AT_ONCE mails; how many were tried."""
    now = now or datetime.now(UTC)
    due = DoorMail.objects.filter(state__in=(d.READY, d.SENDING), next_at__lte=now).order_by("next_at", "number")
    numbers = list(due.values_list("number", flat=True)[:AT_ONCE])
    server = settings.ENVIRONMENT.alerts.mail
    relay = Relay(server) if server is not None else None
    try:
        for number in numbers:
            row = DoorMail.objects.select_related("advocate", "connection", "source").filter(number=number).first()
            if row is not None and row.state == d.SENDING:  # this is done by one at a time: whoever wrote that has died
                _settle(row, d.UNKNOWN, step=d.STEP_UNKNOWN)
            elif row is not None and row.state == d.READY:
                _hand_on(row, relay)
    finally:
        if relay is not None:
            relay.hang_up()
    return len(numbers)


def _hand_on(row: DoorMail, relay: Relay | None) -> None:
    if row.connection is None or row.source is None or not row.source.pack:
        _settle(row, d.HELD, why=d.ENDED, step=d.STEP_HELD)
        return
    if relay is None:
        _later(row, "no_mail")
        return
    try:
        onward = _onward(row, row.connection)
    except KeyClosed:
        _settle(row, d.HELD, why=d.CLOSED, step=d.STEP_HELD)
        return
    except (KeyWrong, SealBroken) as error:  # `parapet check` tells of that
        log.error("a mail does not open", exc_info=error)
        _later(row, "unreadable")
        return
    try:
        relay.hand_on(onward, claim=lambda: _claim(row))
    except MaybeTaken:
        _settle(row, d.UNKNOWN, step=d.STEP_UNKNOWN)
    except NotTaken as error:
        if error.for_good:
            _settle(row, d.HELD, why=d.REFUSED, code=f"smtp_{error.reply}", step=d.STEP_HELD)
        else:
            _later(row, f"smtp_{error.reply}" if error.reply else "no_connection")
    else:
        # The log tells what people decided and what departs from the rule; that the rest went on is the rule, and stands in its row.
        _settle(row, d.PASSED, step=d.STEP_PASSED if row.by_person else "")


def _onward(row: DoorMail, connection: Connection) -> Onward:
    assert row.source is not None
    told, locker = told_of(connection), keyring().advocate(row.advocate_id, bytes(row.advocate.wrapped_key))
    domain = str(told["user"]).rpartition("@")[2]
    envelope = _envelope(row, locker)
    with open_source(row.source) as stream:
        raw = stream.read()
    whole = stamped(
        raw,
        door=domain,
        shielded=str(told["user"]),
        helo=envelope.helo,
        peer=envelope.peer,
        encrypted=bool(envelope.tls),
        key=key_of(row),
        mark=home_mark(),
        at=row.came_at,
    )
    return Onward(whole, return_path(row, domain), str(told["to"]))


def _envelope(row: DoorMail, locker: Locker) -> d.Envelope:
    try:
        return envelope_of(row, locker)
    except KeyClosed:
        return d.Envelope("", "")  # who wrote is hers alone to open; it goes all the same


def _claim(row: DoorMail) -> bool:
    return bool(DoorMail.objects.filter(number=row.number, state=d.READY).update(state=d.SENDING))


def _later(row: DoorMail, code: str) -> None:
    """Certainly not taken: again later; after days it is held, and shown."""
    now = datetime.now(UTC)
    if now - (row.decided_at or row.came_at) > GIVE_UP_AFTER:
        _settle(row, d.HELD, why=d.UNDELIVERED, code=code, step=d.STEP_HELD)
        return
    wait_s = min(FIRST_WAIT_S * 2 ** min(row.tries, 10), LONGEST_WAIT_S)
    DoorMail.objects.filter(number=row.number, state__in=(d.READY, d.SENDING)).update(
        state=d.READY, code=code, tries=row.tries + 1, next_at=now + timedelta(seconds=wait_s)
    )


def _settle(row: DoorMail, state: str, *, step: str, why: str = "", code: str = "") -> None:
    standing = DoorMail.objects.filter(number=row.number, state__in=(d.READY, d.SENDING, d.UNKNOWN))
    settled = {"state": state, "why": why, "code": code, "settled_at": datetime.now(UTC), "next_at": None}
    if not step:
        standing.update(**settled)
    else:
        with transaction.atomic():
            hold_log()
            if standing.update(**settled):
                log_step(row, step, why=why)
    if row.source_id is not None and is_closed(bytes(row.advocate.wrapped_key)):
        close_read([row.source_id])
