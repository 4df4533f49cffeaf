"""Keys of each person's own: made once, locked under her passphrase and, apart from it, under a sheet of paper.

Whoever is lost without both is lost for good: nobody else, and no key of the home, opens it. This module is the one place that
takes a person's passphrase for her key; what else asks for one hands it on to `unlock`.
"""

from __future__ import annotations

import threading
from datetime import UTC, datetime

from django.db import transaction

from parapet.actions.guesses import admit, was_right
from parapet.actions.scrub import promise_scrub
from parapet.domain.errors import KeyWrong, RequestRefused
from parapet.domain.errors import gettext_noop as _
from parapet.evidence import keyfile, sheet
from parapet.evidence.boxes import public_of
from parapet.evidence.keys import KEY_BYTES, InstanceKey, Locker, derive, new_key
from parapet.evidence.seal import event_body
from parapet.records.chain import Event, append, hold_log
from parapet.records.lasting import home_locker
from parapet.records.models import Advocate, OwnKey, Person
from parapet.records.typed import plain_passphrase

LEAST_CHARS, MOST_CHARS = 12, 1_000
#: A passphrase takes 64 MiB for half a second: many at once must not take the machine.
_stretching = threading.BoundedSemaphore(2)


def make_own_key(person: Person, passphrase: str) -> list[str]:
    """A key of her own, where she has none; the lines of her recovery sheet, which are kept nowhere. Raises RequestRefused."""
    own, secret = new_key(), new_key()
    by_passphrase = _under(passphrase, own, person)
    with transaction.atomic():
        hold_log()
        if OwnKey.objects.filter(person=person).exists():
            raise RequestRefused(_("You have a key already. Without its passphrase, use the recovery sheet."))
        OwnKey.objects.create(
            person=person, public=public_of(own), by_passphrase=by_passphrase, by_sheet=_under_sheet(secret, own, person)
        )
        _tell(person, "made")
    return sheet.lines_of(InstanceKey(secret))


def unlock(person: Person, passphrase: str, *, now: datetime | None = None) -> bytes:
    """Her own key, by her passphrase. Raises KeyWrong, also when she has none, and when it was tried too often."""
    wait_s = admit("key", person.id, now or datetime.now(UTC)).wait_s
    if wait_s:
        raise KeyWrong(_("That was tried too often. Try again in %(n)s min, or use the recovery sheet."), n=-(-wait_s // 60))
    own = _unlock(person, passphrase)
    was_right("key", person.id)
    return own


def opened_by(person: Person, passphrase: str) -> bytes | None:
    """Her own key, where the passphrase that she signed in with, and that was right there, is that of her key too; else None."""
    if not has_own_key(person):
        return None
    try:
        return _unlock(person, passphrase)
    except KeyWrong:
        return None


def _unlock(person: Person, passphrase: str) -> bytes:
    row = OwnKey.objects.filter(person=person).first()
    if row is None or len(passphrase) > MOST_CHARS:
        raise KeyWrong(_("This is not the passphrase of your key."))
    stored = keyfile.parsed(bytes(row.by_passphrase))
    with _stretching:
        unlocking = stored.unlocking(plain_passphrase(passphrase))
    try:
        body = stored.opened(unlocking)
    except KeyWrong:
        raise KeyWrong(_("This is not the passphrase of your key.")) from None
    return _checked(row, body[:KEY_BYTES], body[KEY_BYTES:])


def change_passphrase(person: Person, own: bytes, passphrase: str) -> None:
    """Lock her key, which was opened, under another passphrase. Raises RequestRefused, KeyWrong when it is not hers."""
    _relock(person, own, passphrase, "passphrase")


def recover(person: Person, typed: str, passphrase: str) -> bytes:
    """Her own key by the lines of her sheet; from now on under `passphrase`. Raises RequestRefused, KeyWrong for another sheet."""
    key = sheet.read_text(typed)
    row = OwnKey.objects.filter(person=person).first()
    if row is None or key.later:
        raise KeyWrong(_("This is not the sheet of your key."))
    try:
        own = Locker(derive(key.secret, "own key")).unwrap(bytes(row.by_sheet), about=_about(person))
    except KeyWrong:
        raise KeyWrong(_("This is not the sheet of your key.")) from None
    _relock(person, own, passphrase, "sheet")
    return own


def renew_sheet(person: Person, own: bytes) -> list[str]:
    """The lines of a new sheet for her key, which was opened; the one of before opens it no more. Raises KeyWrong when it is not hers."""
    secret = new_key()
    with transaction.atomic():
        hold_log()
        row = OwnKey.objects.get(person=person)
        _checked(row, own, _about(person))
        row.by_sheet = _under_sheet(secret, own, person)
        row.save(update_fields=["by_sheet"])
        promise_scrub()
        _tell(person, "new_sheet")
    return sheet.lines_of(InstanceKey(secret))


def has_own_key(person: Person) -> bool:
    """True when she made one."""
    return OwnKey.objects.filter(person=person).exists()


def _relock(person: Person, own: bytes, passphrase: str, step: str) -> None:
    by_passphrase = _under(passphrase, own, person)
    with transaction.atomic():
        hold_log()
        row = OwnKey.objects.get(person=person)
        _checked(row, own, _about(person))
        row.by_passphrase = by_passphrase
        row.save(update_fields=["by_passphrase"])
        _tell(person, step)


def _under(passphrase: str, own: bytes, person: Person) -> bytes:
    if not LEAST_CHARS <= len(passphrase) <= MOST_CHARS:
        raise RequestRefused(_("A passphrase has at least %(least)s characters."), least=LEAST_CHARS)
    with _stretching:
        lock = keyfile.passphrase_lock(plain_passphrase(passphrase))
    return keyfile.line_of(own + _about(person), lock)


def _under_sheet(secret: bytes, own: bytes, person: Person) -> bytes:
    return Locker(derive(secret, "own key")).wrap(own, about=_about(person))


def _checked(row: OwnKey, own: bytes, about: bytes) -> bytes:
    """`own`, when it is the key of this row's person: one that was moved to another's row, or whose public half is another, is not."""
    if about != f"own key:{row.person_id}".encode() or public_of(own) != bytes(row.public):
        raise KeyWrong(_("Your key is not the one that is kept here: its row was changed."))
    return own


def _about(person: Person) -> bytes:
    return f"own key:{person.number}".encode()


def _tell(person: Person, step: str) -> None:
    now = datetime.now(UTC)
    body = event_body(kind="own_key", at=now, subjects=[person.id], actor=person.id, details={"step": step})
    append([Event("own_key", now, body, home_locker(), advocate=Advocate.UNMATCHED, person=person.number)])
