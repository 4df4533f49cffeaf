"""Passphrases: the one place where one is set, taken away, or held against what somebody typed.

Every screen that takes a passphrase comes through here with the words themselves: what is to open with them can open here.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache

from attrs import evolve
from django.contrib.auth.hashers import check_password, get_hasher, identify_hasher
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.db import transaction

from parapet.actions.guesses import admit, was_right
from parapet.actions.log_signing_in import log_signing_in
from parapet.domain.errors import RequestRefused
from parapet.domain.errors import gettext_noop as _
from parapet.records.chain import hold_log
from parapet.records.models import Person, SignIn
from parapet.records.numbers import new_number
from parapet.records.signing_in import Held, hash_of, held_by, keep, name_digest
from parapet.records.typed import plain_name, plain_passphrase

MIN_CHARS, MAX_CHARS = 12, 200
MAX_NAME_CHARS = 120
_WRONG = _("This is not your passphrase. Nothing was changed.")
_LATER = _("That was tried too often. Try again later, or come in by a link.")


def set_passphrase(person: Person, new: str, *, old: str | None = None, name: str | None = None) -> None:
    """Let her sign in with `new` from now on, and no longer with what was there.

    old   what it was, which must be right; None when she proved herself otherwise just now: by a link, a passkey or an institution
    name  by which she signs in; None for the one that she has

    Raises RequestRefused, with a sentence for her.
    """
    if old is not None:
        prove_by_passphrase(person, old)
    with transaction.atomic():
        hold_log()
        held = held_by(person)
        name = held.name if name is None else " ".join(name.split())
        _check_name(person, name)
        _check_strength(new, name)
        step = "changed" if held.passphrase else "set"
        keep(person, evolve(held, name=name, passphrase=hash_of(new)))
        log_signing_in("passphrase", person, {"step": step})


def check_passphrase(person: Person, given: str) -> bool:
    """Whether it is hers. Takes as long when she has none."""
    held = held_by(person)
    if not _is_right(given, held.passphrase or _nobodys()) or not held.passphrase:
        return False
    if _is_old(held.passphrase):
        # Hashed anew where it was hashed as one did long ago: that takes the words, which are here only now.
        with transaction.atomic():
            hold_log()
            keep(person, evolve(held_by(person), passphrase=hash_of(given)))
    return True


def check_nobodys(given: str) -> None:
    """Take as long as `check_passphrase`, for a name that nobody has."""
    _is_right(given, _nobodys())


def remove_passphrase(person: Person, *, old: str) -> None:
    """She signs in without one. A second factor that stood beside it goes too. Raises RequestRefused."""
    prove_by_passphrase(person, old)
    with transaction.atomic():
        hold_log()
        held = held_by(person)
        keep(person, Held(passkeys=held.passkeys, put_off=True))  # an app and codes on paper stand beside a passphrase
        log_signing_in("passphrase", person, {"step": "removed"})


def prove_by_passphrase(person: Person, given: str) -> None:
    """Return when she typed what is hers. Raises RequestRefused when it is not, or was tried too often."""
    if admit("own", person.id, datetime.now(UTC)).wait_s:
        raise RequestRefused(_LATER)
    if not check_passphrase(person, given):
        raise RequestRefused(_WRONG)
    was_right("own", person.id)


def _check_name(person: Person, name: str) -> None:
    if not plain_name(name) or len(name) > MAX_NAME_CHARS:
        raise RequestRefused(_("Write a name to sign in with, of at most %(most)s characters."), most=MAX_NAME_CHARS)
    if SignIn.objects.filter(name_digest=name_digest(name)).exclude(person=person).exists():
        raise RequestRefused(_("This name cannot be used here. Choose another one."))


def _check_strength(new: str, name: str) -> None:
    if not MIN_CHARS <= len(new) <= MAX_CHARS:
        raise RequestRefused(
            _("A passphrase has at least %(least)s characters: four or five words, for instance."), least=MIN_CHARS
        )
    plain = plain_name(new)
    try:
        CommonPasswordValidator().validate(new)
    except ValidationError:
        raise RequestRefused(_("This passphrase is among those that are guessed first. Choose another one.")) from None
    if len(set(plain)) < 5 or plain_name(name) in plain:
        raise RequestRefused(
            _("This passphrase is easy to guess. Choose one without your name in it, and with more different letters.")
        )


def _is_right(given: str, encoded: str) -> bool:
    # What is too long for a passphrase is cut, not passed by: that answer would come sooner.
    return check_password(plain_passphrase(given[: MAX_CHARS + 1]), encoded)


def _is_old(encoded: str) -> bool:
    preferred, used = get_hasher("default"), identify_hasher(encoded)
    return used.algorithm != preferred.algorithm or preferred.must_update(encoded)


@cache
def _nobodys() -> str:
    """The hash of words that nobody knows."""
    return hash_of(f"{new_number()}:{new_number()}:{new_number()}")
