"""Connect a browser: a code is offered to it, it trades the code for a token, and the token is ended."""

from __future__ import annotations

import secrets
import unicodedata
from datetime import UTC, datetime, timedelta

from django.db import transaction

from parapet.access.browsers import browser_for
from parapet.access.people import advocate_for
from parapet.actions.guesses import admit, was_right
from parapet.actions.scrub import promise_scrub, scrub_soon
from parapet.domain.errors import NotFound, RequestRefused
from parapet.domain.errors import gettext_noop as _
from parapet.domain.rights import Right
from parapet.evidence.seal import event_body
from parapet.records.browsers import digest_of, is_right, joined, sealed_name
from parapet.records.chain import Event, append, hold_log
from parapet.records.keyring import keyring
from parapet.records.models import Advocate, Browser, Person
from parapet.records.numbers import new_number

#: Long enough to walk over to the other window and type it.
CODE_LIFE = timedelta(minutes=10)
MAX_BROWSERS = 20
MAX_NAME = 60
#: Without letters and digits that look alike: 10 of them are 50 bits, of which a stranger may try 60 in a quarter of an hour.
LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_ALIKE = str.maketrans("OIL", "011")
_CODE_CHARS = 10
PAIRED, ENDED = "paired", "ended"


def offer_code(person: Person, advocate_id: str, name: str, *, now: datetime | None = None) -> str:
    """A code for one browser of hers, "XXXXX-XXXXX", that will hand in captures for this advocate; one offered to her before counts no more.

    name  what she calls the browser

    Raises NotFound, RequestRefused.
    """
    advocate = advocate_for(person, advocate_id, Right.SORT)
    if advocate.number == Advocate.UNMATCHED:
        raise NotFound("There is nothing here.")
    name = " ".join(name.split())
    if not name or len(name) > MAX_NAME or any(unicodedata.category(c).startswith("C") for c in name):
        raise RequestRefused(_("Say what you call this browser, in at most 60 characters."))
    now = now or datetime.now(UTC)
    code = "".join(secrets.choice(LETTERS) for _place in range(_CODE_CHARS))
    with transaction.atomic():
        hold_log()
        Browser.objects.filter(expires_at__lt=now).delete()
        Browser.objects.filter(person=person).exclude(expires_at=None).delete()
        if Browser.objects.filter(person=person).count() >= MAX_BROWSERS:
            raise RequestRefused(_("Twenty browsers are enough. End one first."))
        row = Browser(number=new_number(), person=person, advocate=advocate, made_at=now, expires_at=now + CODE_LIFE)
        row.sealed_name, row.digest = sealed_name(row.number, name), digest_of(row, "code", code)
        row.save(force_insert=True)
    return f"{code[:5]}-{code[5:]}"


def pair(code: str, address: str, *, now: datetime | None = None) -> tuple[str, int]:
    """Trade a code for a token, once: the token, and 0; or "", and how many seconds to wait before the next try counts.

    address  where the request comes from, as far as that can be told
    """
    now = now or datetime.now(UTC)
    if wait_s := admit("address", address, now).wait_s:
        return "", wait_s
    code = "".join(c for c in code.upper().translate(_ALIKE) if c in LETTERS)[: _CODE_CHARS + 1]
    with transaction.atomic():
        hold_log()
        # Few codes are on offer at any moment, and each digest is of one row: all are looked at.
        offered = Browser.objects.filter(expires_at__gt=now).select_related("advocate", "person")
        row = next((each for each in offered if is_right(each, "code", code)), None)
        if row is None or not _may_still(row):
            return "", 0
        secret = secrets.token_urlsafe(32)
        row.digest, row.expires_at, row.made_at = digest_of(row, "token", secret), None, now
        row.save()
        _tell(row.person, row, PAIRED)
    was_right("address", address)
    return joined(row.number, secret), 0


def unpair(person: Person, browser_id: str) -> None:
    """Nothing is taken from this browser any more. What it handed in stays. Raises NotFound."""
    with transaction.atomic():
        hold_log()
        row = browser_for(person, browser_id, lock=True)
        _tell(person, row, ENDED)
        row.delete()
        promise_scrub()
    scrub_soon()


def _may_still(row: Browser) -> bool:
    try:
        advocate_for(row.person, row.advocate.id, Right.SORT)
    except NotFound:
        return False
    return True


def _tell(person: Person, row: Browser, step: str) -> None:
    advocate, now = row.advocate, datetime.now(UTC)
    body = event_body(kind="browser", at=now, subjects=[advocate.id, row.id], actor=person.id, details={"step": step})
    locker = keyring().advocate(advocate.number, bytes(advocate.wrapped_key))
    append([Event("browser", now, body, locker, advocate=advocate.number, person=person.number)])
