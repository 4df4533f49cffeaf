"""Come in by a passphrase and what is asked beside it, and by a passkey."""

from __future__ import annotations

import hmac
from datetime import UTC, datetime

from attrs import evolve, frozen
from django.db import transaction

from parapet.actions.guesses import admit, log_guesses, was_right
from parapet.actions.log_signing_in import log_signing_in
from parapet.actions.passphrases import check_nobodys, check_passphrase
from parapet.actions.tickets import read_ticket, ticket
from parapet.records.chain import hold_log
from parapet.records.keyring import keyring
from parapet.records.models import Person
from parapet.records.signing_in import Held, found_by_name, held_by, keep
from parapet.records.typed import plain_name
from parapet.signon import passkeys
from parapet.signon.one_time import plain_recovery_code, step_of

#: Purposes of tickets: to come in, and to prove that it is still oneself.
ENTER, PROVE = "passkey enter", "passkey prove"


@frozen
class Entry:
    """What came of a name and a passphrase.

    person  None unless both were right; the same whatever was wrong
    guesses how many tries there were before
    twice   a second proof is asked for
    wait_s  seconds until it may be tried again; nothing was looked at
    """

    person: Person | None = None
    guesses: int = 0
    twice: bool = False
    wait_s: int = 0


def enter_by_passphrase(name: str, given: str, address: str, *, now: datetime | None = None) -> Entry:
    """Hold both against what is kept. `address` is where the request comes from, as far as that can be told."""
    now = now or datetime.now(UTC)
    name = plain_name(name[:1_000])
    if wait_s := admit("address", address, now).wait_s:
        return Entry(wait_s=wait_s)  # an address that has to wait uses up no names
    admitted = admit("name", name, now)
    if admitted.wait_s:
        return Entry(wait_s=admitted.wait_s)
    found = found_by_name(name)
    if found is None:
        check_nobodys(given)
        return Entry()
    person, held = found
    if not check_passphrase(person, given):
        if admitted.used_up:
            log_guesses(person, now)
        return Entry()
    was_right("address", address)
    return Entry(person, was_right("name", name), held.asks_twice)


def signed_in(person: Person, how: str, guesses: int = 0) -> None:
    """She is in. how: "link", "passphrase", "passphrase_code", "passphrase_passkey", "passkey", "institution", "institution_code",
    "institution_passkey"."""
    with transaction.atomic():
        hold_log()
        log_signing_in("sign_in", person, {"how": how, "guesses": guesses})


def check_code(person: Person, typed: str, *, now: datetime | None = None) -> bool:
    """Whether it is the code of her app now, or one of hers on paper; each counts once. Too many tries are wrong, too."""
    now = now or datetime.now(UTC)
    if admit("own", person.id, now).wait_s:
        return False
    with transaction.atomic():
        hold_log()
        held = held_by(person)
        used = _used(person, held, typed[:100], now)
        if used is None:
            return False
        keep(person, used)
        if len(used.recovery) < len(held.recovery):
            log_signing_in("factor", person, {"step": "used", "factor": "recovery"}, now)
    was_right("own", person.id)
    return True


def recovery_digest(person: Person, plain: str) -> bytes:
    """By what a code on paper is found again."""
    return keyring().digest_once("recovery code", f"{person.number}:{plain}")


def _used(person: Person, held: Held, typed: str, now: datetime) -> Held | None:
    step = step_of(held.app, typed, now, after=held.app_step) if held.app else None
    if step is not None:
        return evolve(held, app_step=step)
    plain = plain_recovery_code(typed)
    digest = recovery_digest(person, plain)
    left = tuple(each for each in held.recovery if not hmac.compare_digest(each, digest))
    return evolve(held, recovery=left) if plain and len(left) < len(held.recovery) else None


def passkey_question(
    place: passkeys.Place, person: Person | None = None, *, now: datetime | None = None
) -> tuple[str, str] | None:
    """What a browser is asked, and the ticket for its answer; of one person only her own are asked for. None when she has none."""
    now = now or datetime.now(UTC)
    held = () if person is None else held_by(person).passkeys
    if person is not None and not held:
        return None
    asked = passkeys.ask(place, held)
    purpose = ENTER if person is None else f"{PROVE} {person.number}"
    return asked.options, ticket(purpose, asked.challenge, now)


def enter_by_passkey(place: passkeys.Place, asked: str, answer: str, *, now: datetime | None = None) -> Person | None:
    """Whose passkey answered; None when it does not hold."""
    number = passkeys.whose(answer)
    person = None if number is None or number >= 1 << 63 else Person.objects.filter(number=number, is_active=True).first()
    return person if person is not None and _answered(person, place, ENTER, asked, answer, now) else None


def prove_by_passkey(person: Person, place: passkeys.Place, asked: str, answer: str, *, now: datetime | None = None) -> bool:
    """Whether one of her passkeys answered what was asked of her."""
    return _answered(person, place, f"{PROVE} {person.number}", asked, answer, now)


def _answered(person: Person, place: passkeys.Place, purpose: str, asked: str, answer: str, now: datetime | None) -> bool:
    now = now or datetime.now(UTC)
    read = read_ticket(purpose, asked, str, now)
    if read is None:
        return False
    challenge, made = read
    with transaction.atomic():
        hold_log()
        held = held_by(person)
        try:
            passkey, uses = passkeys.answered(place, challenge, made, answer, held.passkeys)
        except passkeys.NotProven:
            return False
        used = evolve(passkey, uses=uses, asked=made, used=now)
        keep(person, evolve(held, passkeys=tuple(used if each.number == passkey.number else each for each in held.passkeys)))
    return True
