"""That the page of a message is looked at again: by a press, by a schedule that a person ticks, and by itself once it was reported."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import SystemRandom
from urllib.parse import urlsplit

from django.db import transaction

from parapet.access.items import held
from parapet.access.page_looks import address_of
from parapet.channels.pace import next_look
from parapet.domain import reporting as r
from parapet.domain.errors import KeyClosed, NotFound, RequestRefused
from parapet.domain.errors import gettext_noop as _
from parapet.domain.rights import Right
from parapet.evidence.keys import Locker
from parapet.evidence.seal import event_body
from parapet.records import models
from parapet.records.chain import Event, append, hold_log
from parapet.records.keyring import keyring

REPORT, ASKED, ONCE = "report", "asked", "once"
#: Of one advocate, so many may wait for a look that somebody pressed for.
MAX_PRESSED = 50
#: What stands for a report that is not settled.
UNSETTLED = (r.SENT, r.UNKNOWN, r.REFUSED, r.APPEALED)


def look_now(person: models.Person, item_id: str) -> None:
    """Have the page of a message looked at as soon as its server may be asked. Raises NotFound, RequestRefused, KeyClosed."""
    item, key = held(person, item_id, Right.SORT)
    address = _address(item, key)
    waiting = models.PageWatch.objects.filter(item__advocate=item.advocate, pressed=True).exclude(state="over")
    if waiting.count() >= MAX_PRESSED:
        raise RequestRefused(_("Many pages are waiting to be looked at. Ask again in a while."))
    now = datetime.now(UTC)
    with transaction.atomic():
        hold_log()
        row = _row(item, address, now)
        if row.state == "over":
            row.why, row.looks, row.began_at = ONCE, 0, now
        row.state, row.pressed, row.next_at, row.gone = "waiting", True, now, 0
        row.save()
        _tell(person, item, key, ONCE)


def keep_looking(person: models.Person, item_id: str, *, on: bool) -> None:
    """Have its page looked at after one day, three, seven and fourteen, then every month; or no longer. Raises NotFound, KeyClosed."""
    item, key = held(person, item_id, Right.SORT)
    address = _address(item, key)
    now = datetime.now(UTC)
    with transaction.atomic():
        hold_log()
        if on:
            row = _row(item, address, now)
            row.why, row.state, row.began_at, row.looks, row.gone = ASKED, "waiting", now, 0, 0
            row.next_at = next_look(now, now, chance=SystemRandom().random()) or now
            row.save()
        else:
            models.PageWatch.objects.filter(item=item).update(state="over", pressed=False)
        _tell(person, item, key, "on" if on else "off")


def plan_for_report(item: models.Item, key: Locker, sent_at: datetime) -> None:
    """A report of it went out: look whether that brings something about. Inside the transaction that says so."""
    try:
        address = address_of(item, key)
    except KeyClosed:
        return
    if not address:
        return
    row = _row(item, address, sent_at)
    row.why = ASKED if row.why == ASKED and row.state != "over" else REPORT
    row.state, row.began_at, row.gone = "waiting", sent_at, 0
    row.next_at = next_look(sent_at, datetime.now(UTC), chance=SystemRandom().random()) or sent_at + timedelta(days=1)
    row.save()


def stands_reported(item: int) -> bool:
    """Whether a report of it is not settled."""
    return models.Report.objects.filter(item_id=item, state__in=UNSETTLED).exists()


def _address(item: models.Item, key: Locker) -> str:
    address = address_of(item, key) if item.advocate_id != models.Advocate.UNMATCHED else ""
    if not address:
        raise NotFound("There is nothing here.")
    return address


def _row(item: models.Item, address: str, now: datetime) -> models.PageWatch:
    """The row of its page, with that of its server; not yet saved."""
    number = keyring().number("look host", (urlsplit(address).hostname or "").casefold())
    host, _made = models.PageHost.objects.get_or_create(number=number, defaults={"free_at": now})
    row = models.PageWatch.objects.filter(item=item).first()
    if row is None:
        return models.PageWatch(item=item, host=host, why=ONCE, began_at=now, next_at=now)
    row.host = host
    return row


def _tell(person: models.Person, item: models.Item, key: Locker, step: str) -> None:
    if not models.Item.objects.filter(number=item.number).exists():
        raise NotFound("There is nothing here.")
    now = datetime.now(UTC)
    body = event_body(kind="look_plan", at=now, subjects=[item.id], actor=person.id, details={"step": step})
    append([Event("look_plan", now, body, key, advocate=item.advocate_id, item=item.number, person=person.number)])
