"""What a person signs in with: one sealed value, and the accounts at institutions that are hers.

Who can write the tables and has no key can put back what was, or take everything away: then only links let her in. To
add a passkey, to change a passphrase or to drop a second factor alone takes the key.
"""

from __future__ import annotations

from datetime import datetime

import msgspec
from attrs import frozen
from django.contrib.auth.hashers import make_password

from parapet.domain.errors import KeyWrong
from parapet.records.keyring import keyring
from parapet.records.models import InstitutionAccount, Person, SignIn
from parapet.records.typed import plain_name, plain_passphrase
from parapet.signon.passkeys import Passkey


@frozen
class Held:
    """All of it.

    name        by which she signs in, as she wrote it; "" for none
    passphrase  its Argon2id hash, as Django writes hashes; "" for none
    app         secret of her app for codes; "" for none. `app_step` is the last half minute whose code was used
    recovery    keyed digests of the codes on paper that were not used yet
    put_off     she was asked to choose a way in, and said later
    """

    name: str = ""
    passphrase: str = ""
    app: str = ""
    app_step: int = -1
    recovery: tuple[bytes, ...] = ()
    passkeys: tuple[Passkey, ...] = ()
    put_off: bool = False

    @property
    def asks_twice(self) -> bool:
        """Whether a passphrase alone is not enough."""
        return bool(self.app or self.passkeys)


@frozen
class AtInstitution:
    """An account at an institution, as it is kept: whose, and since when."""

    person: int
    issuer: str
    digest: bytes
    made: datetime


def signing_in_context(person: int) -> bytes:
    """What all of it is bound to."""
    return f"signing in:{person}".encode()


def institution_context(number: int) -> bytes:
    """What an account at an institution is bound to."""
    return f"institution:{number}".encode()


def name_digest(typed: str) -> bytes:
    """By what a name is found."""
    return keyring().digest_once("sign in name", plain_name(typed))


def held_by(person: Person) -> Held:
    """What she signs in with; nothing when she chose nothing. Raises KeyWrong for a row that this home did not write."""
    row = SignIn.objects.filter(person=person).first()
    return Held() if row is None else _open(row)


def keep(person: Person, held: Held) -> None:
    """Keep it in place of what was there."""
    sealed = keyring().lock(msgspec.msgpack.encode(held), about=signing_in_context(person.number))
    digest = name_digest(held.name) if held.name else None
    SignIn.objects.update_or_create(person=person, defaults={"sealed": sealed, "name_digest": digest})


def found_by_name(typed: str) -> tuple[Person, Held] | None:
    """Who signs in with this name. None for nobody, for who may not come in, and for a row that was changed."""
    row = SignIn.objects.select_related("person").filter(name_digest=name_digest(typed)).first()
    if row is None or not row.person.is_active:
        return None
    try:
        held = _open(row)
    except KeyWrong:
        return None
    # Between rows, a digest is moved with one stroke: the sealed name says whose it is.
    return (row.person, held) if held.name and name_digest(held.name) == name_digest(typed) else None


def somebody_signs_in() -> bool:
    """Whether anybody of this home chose a way in."""
    return SignIn.objects.exists() or InstitutionAccount.objects.exists()


def account_digest(issuer: str, subject: str) -> bytes:
    """By what an account at an institution is found."""
    return keyring().digest_once("institution account", f"{issuer}\n{subject}")


def link_account(person: Person, issuer: str, subject: str, now: datetime) -> None:
    """From now on this account is hers."""
    digest = account_digest(issuer, subject)
    row = InstitutionAccount(digest=digest, person=person)
    said = AtInstitution(person.number, issuer, digest, now)
    row.sealed = keyring().lock(msgspec.msgpack.encode(said), about=institution_context(row.number))
    row.save(force_insert=True)


def whose_account(issuer: str, subject: str) -> Person | None:
    """Whose account this is; None for nobody's, for who may not come in, and for a row that this home did not write."""
    digest = account_digest(issuer, subject)
    row = InstitutionAccount.objects.select_related("person").filter(digest=digest).first()
    said = None if row is None else _open_account(row)
    if row is None or said is None or said.digest != digest or not row.person.is_active:
        return None
    return row.person


def accounts_of(person: Person) -> tuple[tuple[int, AtInstitution], ...]:
    """The accounts that are hers, with the numbers of their rows."""
    rows = InstitutionAccount.objects.filter(person=person).order_by("number")
    return tuple((row.number, said) for row in rows if (said := _open_account(row)) is not None)


def hash_of(passphrase: str) -> str:
    """What is kept of a passphrase: with a salt of its own, by the first of Django's PASSWORD_HASHERS (Argon2id)."""
    return make_password(plain_passphrase(passphrase))


def _open(row: SignIn) -> Held:
    raw = keyring().unlock(bytes(row.sealed), about=signing_in_context(row.person_id))
    return msgspec.msgpack.decode(raw, type=Held)


def _open_account(row: InstitutionAccount) -> AtInstitution | None:
    try:
        raw = keyring().unlock(bytes(row.sealed), about=institution_context(row.number))
    except KeyWrong:
        return None
    said = msgspec.msgpack.decode(raw, type=AtInstitution)
    return said if said.person == row.person_id and said.digest == bytes(row.digest) else None
