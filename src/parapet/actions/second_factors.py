"""An app for codes, codes on paper, and passkeys: added and taken away by the person herself."""

from __future__ import annotations

from datetime import UTC, datetime

from attrs import evolve
from django.db import transaction

from parapet.actions.enter import recovery_digest
from parapet.actions.log_signing_in import log_signing_in
from parapet.actions.tickets import read_ticket, ticket
from parapet.domain.errors import RequestRefused
from parapet.domain.errors import gettext_noop as _
from parapet.records.chain import hold_log
from parapet.records.models import Person
from parapet.records.numbers import new_number, number_of
from parapet.records.signing_in import Held, accounts_of, held_by, keep
from parapet.signon import one_time, passkeys

MAX_PASSKEYS = 12
MAX_PASSKEY_NAME_CHARS = 60
_OLD = _("The page has grown old. Nothing was changed. Try again.")


def new_app(person: Person, *, now: datetime | None = None) -> tuple[str, str]:
    """A fresh secret for her app, and the ticket with which she confirms it."""
    secret = one_time.new_secret()
    return secret, ticket(f"app {person.number}", secret, now or datetime.now(UTC))


def app_of(person: Person, asked: str, *, now: datetime | None = None) -> str | None:
    """The secret of a ticket of hers, to show it again; None when it has grown old."""
    read = read_ticket(f"app {person.number}", asked, str, now or datetime.now(UTC))
    return None if read is None else read[0]


def add_app(person: Person, asked: str, code: str, *, now: datetime | None = None) -> tuple[str, ...]:
    """Ask for a code of her app from now on, once she typed one; codes for paper when she has none. Raises RequestRefused."""
    now = now or datetime.now(UTC)
    secret = app_of(person, asked, now=now)
    if secret is None:
        raise RequestRefused(_OLD)
    step = one_time.step_of(secret, code[:100], now)
    if step is None:
        raise RequestRefused(_("This code is not the one that the app shows now. Look whether the clock of the phone is right."))
    with transaction.atomic():
        hold_log()
        held = held_by(person)
        if not (held.passphrase or accounts_of(person)):
            raise RequestRefused(_("Choose a passphrase first: the code is asked for beside it."))
        codes = () if held.recovery else one_time.new_recovery_codes()
        keep(person, _with_codes(person, evolve(held, app=secret, app_step=step), codes))
        log_signing_in("factor", person, {"step": "added", "factor": "app"}, now)
        if codes:
            log_signing_in("factor", person, {"step": "added", "factor": "recovery"}, now)
    return codes


def remove_app(person: Person) -> None:
    """No code of an app is asked for any more."""
    with transaction.atomic():
        hold_log()
        held = held_by(person)
        if held.app:
            keep(person, _tidy(evolve(held, app="", app_step=-1)))
            log_signing_in("factor", person, {"step": "removed", "factor": "app"})


def renew_codes(person: Person) -> tuple[str, ...]:
    """Fresh codes for paper; the earlier ones count no longer. Raises RequestRefused when there is nothing for which they could stand in."""
    with transaction.atomic():
        hold_log()
        held = held_by(person)
        if not held.asks_twice:
            raise RequestRefused(_("Codes on paper stand in for an app or a passkey. Add one of these first."))
        codes = one_time.new_recovery_codes()
        keep(person, _with_codes(person, held, codes))
        log_signing_in("factor", person, {"step": "added", "factor": "recovery"})
    return codes


def new_passkey(person: Person, place: passkeys.Place, *, now: datetime | None = None) -> tuple[str, str]:
    """What her browser is asked, and the ticket for its answer."""
    held = held_by(person)
    asked = passkeys.ask_for_new(place, person.number, held.name or person.name, held.passkeys)
    return asked.options, ticket(f"passkey {person.number}", asked.challenge, now or datetime.now(UTC))


def add_passkey(
    person: Person, place: passkeys.Place, asked: str, answer: str, name: str, *, now: datetime | None = None
) -> tuple[str, ...]:
    """Let her come in with it; codes for paper when she signs in with a passphrase and has none. Raises RequestRefused."""
    now = now or datetime.now(UTC)
    read = read_ticket(f"passkey {person.number}", asked, str, now)
    if read is None:
        raise RequestRefused(_OLD)
    challenge, made = read
    try:
        credential, uses = passkeys.new_credential(place, challenge, answer)
    except passkeys.NotProven:
        raise RequestRefused(_("Your device’s answer cannot be used. Nothing was changed.")) from None
    name = " ".join(name.split())[:MAX_PASSKEY_NAME_CHARS] or "passkey"
    with transaction.atomic():
        hold_log()
        held = held_by(person)
        if len(held.passkeys) >= MAX_PASSKEYS:
            raise RequestRefused(_("Twelve passkeys are enough. Take one away first."))
        codes = one_time.new_recovery_codes() if held.passphrase and not held.recovery else ()
        added = passkeys.Passkey(new_number(), name, credential, uses, made, now)
        keep(person, _with_codes(person, evolve(held, passkeys=(*held.passkeys, added)), codes))
        log_signing_in("factor", person, {"step": "added", "factor": "passkey"}, now)
        if codes:
            log_signing_in("factor", person, {"step": "added", "factor": "recovery"}, now)
    return codes


def remove_passkey(person: Person, passkey: str) -> None:
    """It lets nobody in any more; nothing happens when it is not there."""
    with transaction.atomic():
        hold_log()
        held = held_by(person)
        left = tuple(each for each in held.passkeys if each.number != number_of("key", passkey))
        if left != held.passkeys:
            keep(person, _tidy(evolve(held, passkeys=left)))
            log_signing_in("factor", person, {"step": "removed", "factor": "passkey"})


def put_off(person: Person) -> None:
    """She was asked to choose a way in, and said later."""
    with transaction.atomic():
        hold_log()
        keep(person, evolve(held_by(person), put_off=True))


def _with_codes(person: Person, held: Held, codes: tuple[str, ...]) -> Held:
    if not codes:
        return held
    return evolve(held, recovery=tuple(recovery_digest(person, one_time.plain_recovery_code(code)) for code in codes))


def _tidy(held: Held) -> Held:
    """Codes on paper stand in for something, or go."""
    return held if held.asks_twice else evolve(held, recovery=())
