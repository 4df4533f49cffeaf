"""By what a person signs in, and where she is signed in, as she sees it herself."""

from __future__ import annotations

from datetime import UTC, datetime

from attrs import frozen
from django.conf import settings

from parapet.records.models import Person
from parapet.records.numbers import public
from parapet.records.sessions import SessionStore
from parapet.records.signing_in import accounts_of, held_by, somebody_signs_in


@frozen
class PasskeyCard:
    """One passkey, by the name that she gave it."""

    id: str
    name: str
    made: datetime
    used: datetime | None


@frozen
class AccountCard:
    """An account at an institution that signs her in. `title` is "" for one that whoever runs this home names no longer."""

    id: str
    title: str
    made: datetime


@frozen
class WaysIn:
    """All by which she signs in, besides links.

    codes_left  how many codes on paper still count
    """

    name: str
    has_passphrase: bool
    has_app: bool
    codes_left: int
    passkeys: tuple[PasskeyCard, ...]
    accounts: tuple[AccountCard, ...]
    put_off: bool

    @property
    def any(self) -> bool:
        """Whether there is one at all."""
        return bool(self.has_passphrase or self.passkeys or self.accounts)

    @property
    def asks_twice(self) -> bool:
        """Whether a passphrase alone is not enough."""
        return bool(self.has_app or self.passkeys)

    @property
    def can_prove(self) -> bool:
        """Whether she can be asked to prove that it is still herself."""
        return bool(self.has_passphrase or self.passkeys or any_named(self.accounts))


@frozen
class SessionCard:
    """A browser in which she is signed in. `how`: the code of how she came in; "" for one of before this was kept."""

    id: str
    browser: str
    how: str
    began: datetime | None
    ends: datetime
    here: bool


def ways_in(person: Person) -> WaysIn:
    """By what she signs in."""
    held = held_by(person)
    titles = {each.issuer: each.title for each in settings.ENVIRONMENT.institutions}
    return WaysIn(
        name=held.name,
        has_passphrase=bool(held.passphrase),
        has_app=bool(held.app),
        codes_left=len(held.recovery),
        passkeys=tuple(PasskeyCard(public("key", each.number), each.name, each.made, each.used) for each in held.passkeys),
        accounts=tuple(
            AccountCard(public("ins", number), titles.get(said.issuer, ""), said.made) for number, said in accounts_of(person)
        ),
        put_off=held.put_off,
    )


def any_named(accounts: tuple[AccountCard, ...]) -> bool:
    """Whether one of them is at an institution that this home names."""
    return any(each.title for each in accounts)


def sessions_of(person: Person, here: str | None) -> tuple[SessionCard, ...]:
    """Where she is signed in, the newest first. `here` is the cookie of the browser that asks."""
    found = []
    for row, held, ends in SessionStore.of(person.number):
        came = held.get("came") or {}
        began = datetime.fromtimestamp(came["at"], UTC) if came.get("at") else None
        is_here = here is not None and SessionStore.row_of(here) == row
        found.append(SessionCard(row, came.get("browser", ""), came.get("how", ""), began, ends, is_here))
    found.sort(key=lambda card: (not card.here, -(card.began.timestamp() if card.began else 0.0)))
    return tuple(found)


def offers_passphrase() -> bool:
    """Whether the door asks for a name and a passphrase: somebody chose a way in. On a laptop with links alone, it does not."""
    return somebody_signs_in()


def person_of(number: int) -> Person | None:
    """Who has this number, and may come in; for a number that this home itself kept."""
    return Person.objects.filter(number=number, is_active=True).first()
