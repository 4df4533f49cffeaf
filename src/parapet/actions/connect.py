"""Watch an account of an advocate: connect it, change how it signs in, pause it, end it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction

from parapet.access.connections import connection_for
from parapet.access.people import advocate_for
from parapet.actions import bluesky_words
from parapet.actions.bluesky_words import by_permission, known_as
from parapet.actions.mail_words import forget, newest, renewed
from parapet.actions.scrub import promise_scrub, scrub_soon
from parapet.channels.bluesky.permission import FIELDS as PERMISSION
from parapet.channels.live import Line, can_be_watched, end_for_good, opener_of
from parapet.domain.door import CAME, DOOR, HELD
from parapet.domain.door import PAUSED as HELD_SINCE_PAUSED
from parapet.domain.errors import NotFound, RequestRefused
from parapet.domain.errors import gettext_noop as _
from parapet.domain.rights import Right
from parapet.evidence.seal import event_body
from parapet.records.chain import Event, append, hold_log
from parapet.records.connections import cursor_of, sealed_cursor, sealed_told, told_of
from parapet.records.keyring import keyring
from parapet.records.models import Advocate, Connection, DoorMail, Person
from parapet.records.numbers import new_number

MAX_CONNECTIONS = 10
#: What signs in, by field: never shown, so that an empty one means the one that is kept.
_SECRETS = ("password", "token")
#: Where a secret goes.
_WHERE = ("host", "user", "port", "starttls")
MADE, CHANGED, PAUSED, RESUMED, ENDED = "made", "changed", "paused", "resumed", "ended"


#: What leads where strangers want, pages and feeds: inside stays shut for them also in a home that only this machine reaches.
LED_BY_STRANGERS = frozenset({"web", "feed"})


def inside_is_allowed(channel: str = "") -> bool:
    """Whether a connection may lead to addresses that are not public: in a home that only this machine reaches, who typed the
    address could open it herself. Where others come in, whoever runs it must say so."""
    environment = settings.ENVIRONMENT
    if channel in LED_BY_STRANGERS:
        return bool(environment.channels_inside)
    return bool(environment.channels_inside or environment.is_for_this_machine)


def line_to(channel: str, told: Mapping[str, Any]) -> Line:
    """A line of this channel, opened. Raises what a line raises."""
    program = {"program": str(settings.ENVIRONMENT.chromium or "")} if channel == "web" else {}
    return opener_of(channel)({**told, **program}, inside=inside_is_allowed(channel))


def end_there(channel: str, told: Mapping[str, Any]) -> bool | None:
    """Have the platform forget what signs in, as `live.end_for_good`."""
    key = {"client_key": known_as(told).key} if by_permission(told) else {}
    return end_for_good(channel, {**told, **key}, inside=inside_is_allowed())


def connect(person: Person, advocate_id: str, channel: str, told: Mapping[str, Any]) -> str:
    """Sign in once with what was typed, and watch from now on; the public name of the connection.

    Raises NotFound, RequestRefused, and what a line raises when it cannot be opened.
    """
    advocate = advocate_for(person, advocate_id, Right.KEEP)
    if advocate.number == Advocate.UNMATCHED or not can_be_watched(channel):
        raise NotFound("There is nothing here.")
    make_room(advocate)
    told = {**told, "began": datetime.now(UTC).date().isoformat()}
    # Outside of the transaction: a slow server must not hold the log.
    cursor = _first_look(channel, told)
    if channel not in LED_BY_STRANGERS:
        told = {**told, "user": told.get("user") or cursor["handle"]}
    with transaction.atomic():
        hold_log()
        advocate = advocate_for(person, advocate_id, Right.KEEP)
        make_room(advocate)
        now, number = datetime.now(UTC), new_number()
        row = Connection(number=number, advocate=advocate, channel=channel, next_at=now, asked_at=now, state="well")
        row.sealed_told, row.sealed_cursor = sealed_told(number, told), sealed_cursor(number, cursor)
        row.save(force_insert=True)
        tell_connection(person, row, MADE)
    return row.id


def change_connection(person: Person, connection_id: str, told: Mapping[str, Any]) -> None:
    """Sign in anew with what was typed; how far it was read stays, for the folders that stay. A secret left empty is kept. What was
    signed in with before is forgotten where it was, if it was got from there.

    Raises as `connect`.
    """
    row = connection_for(person, connection_id)
    known = told_of(row) if "refresh" in told else _kept_fresh(row)
    told = _with_secret(known, told)
    cursor = _first_look(row.channel, told)
    if "user" in told:
        told["user"] = cursor.get("handle") or told["user"]
    with transaction.atomic():
        hold_log()
        row = connection_for(person, connection_id, lock=True)
        # What is led by addresses has each of them in its place; an account is another once its name or its server is.
        place, kept = cursor_of(row), told_of(row)
        same = row.channel in LED_BY_STRANGERS or (known["host"], known["user"]) == (told["host"], told["user"])
        same = same or bool(place.get("did") and place["did"] == cursor.get("did"))  # whatever it is called by now
        row.sealed_told = sealed_told(row.number, bluesky_words.newest(newest(told, kept), kept))
        row.sealed_cursor = sealed_cursor(row.number, place if same else {})
        row.state, row.fault, row.failures, row.next_at = "well", "", 0, datetime.now(UTC)
        row.changed += 1
        row.save()
        tell_connection(person, row, CHANGED)
    if any(kept.get(name) != told.get(name) for name in ("token", "dpop")):
        end_there(row.channel, kept)


def _kept_fresh(row: Connection) -> dict[str, Any]:
    """What is kept, with words that open; new ones are kept at once: what comes next may fail, and the old ones may be good no longer."""
    known = told_of(row)
    if by_permission(known):
        return bluesky_words.kept_fresh(row.number, inside=inside_is_allowed())
    fresh = renewed(known)
    if fresh != known:
        Connection.objects.filter(number=row.number, changed=row.changed).update(sealed_told=sealed_told(row.number, fresh))
    return fresh


def _with_secret(known: Mapping[str, Any], told: Mapping[str, Any]) -> dict[str, Any]:
    """What was typed, with what was kept for what was not. A secret goes nowhere but to where it was given for: who could name another
    server, or another account, beside a secret that is kept would be sent it."""
    if known.get("service") and "refresh" not in told:
        return {**known, "folders": told["folders"]}
    # What is led by addresses is only called by a name, which says nothing of where anything is sent: `_places` does.
    moved = "pages" not in known and any(told.get(name, known.get(name)) != known.get(name) for name in _WHERE)
    if moved and "refresh" not in told and not any(told.get(name) for name in _SECRETS):
        raise RequestRefused(_("Write the password too: the one that is kept is sent nowhere but to where it was given for."))
    if not _places(told) <= _places(known):  # a key for a search is for the servers beside which it was typed
        return {**known, **told}
    if "refresh" in told:  # what opened it before is of no more use
        return {**known, **told}
    if by_permission(known) and told.get("password"):
        return {**{name: kept for name, kept in known.items() if name not in PERMISSION}, **told}
    kept = {name: known[name] for name in _SECRETS if name in known and not told.get(name)}
    return {**known, **told, **kept}


def _places(told: Mapping[str, Any]) -> set[str]:
    """The servers of what is led by addresses."""
    return {urlsplit(str(address)).netloc for address, _name in told.get("pages", ())}


def pause(person: Person, connection_id: str) -> None:
    """Watch no more until it is resumed. What comes meanwhile waits where it is. Raises NotFound."""
    _switch(person, connection_id, PAUSED)


def resume(person: Person, connection_id: str) -> None:
    """Watch again, beginning with what came meanwhile; ask at once where it failed. Raises NotFound."""
    _switch(person, connection_id, RESUMED)


def disconnect(person: Person, connection_id: str) -> bool | None:
    """Forget how to sign in there. What came stays. True when the platform forgot it too, False when it did not answer, None where
    only she can tell it. Raises NotFound."""
    row = connection_for(person, connection_id)
    # Before it is forgotten here: whoever is stopped in between can do it again.
    ended = end_there(row.channel, told_of(row))
    with transaction.atomic():
        hold_log()
        row = connection_for(person, connection_id, lock=True)
        told = told_of(row)
        tell_connection(person, row, ENDED)
        Connection.objects.filter(number=row.number).update(sealed_told=b"", sealed_cursor=b"")
        row.delete()
        promise_scrub()
    scrub_soon()
    others = map(told_of, Connection.objects.filter(channel=row.channel))
    if not any((other.get("service"), other.get("user")) == (told.get("service"), told.get("user")) for other in others):
        forget(told)  # services take back all that was allowed for an account, and not one word
    return ended


def _switch(person: Person, connection_id: str, step: str) -> None:
    with transaction.atomic():
        hold_log()
        row = connection_for(person, connection_id, lock=True)
        was_paused = row.state == "paused"
        row.state = "paused" if step == PAUSED else "well" if row.channel == DOOR else "new" if was_paused else row.state
        row.failures, row.next_at, row.changed = 0, datetime.now(UTC), row.changed + 1
        row.save()
        if was_paused and step == RESUMED and row.channel == DOOR:
            DoorMail.objects.filter(connection=row, state=HELD, why=HELD_SINCE_PAUSED).update(
                state=CAME, why="", tries=0, next_at=row.next_at, settled_at=None
            )
        if was_paused != (step == PAUSED):  # asking once more where it failed changes nothing that the log would tell
            tell_connection(person, row, step)


def make_room(advocate: Advocate) -> None:
    """Raises RequestRefused when there are enough."""
    if Connection.objects.filter(advocate=advocate).count() >= MAX_CONNECTIONS:
        raise RequestRefused(_("Ten connections are enough. End one first."))


def _first_look(channel: str, told: Mapping[str, Any]) -> Mapping[str, Any]:
    """Where to begin: settled now, so that nothing which comes while it is being kept is missed. What is there already is taken
    in by whoever watches it."""
    line = line_to(channel, told)
    try:
        return line.begin()
    finally:
        line.close()


def tell_connection(person: Person, row: Connection, step: str) -> None:
    """Write the leaf. Inside a transaction."""
    advocate, now = row.advocate, datetime.now(UTC)
    details = {"channel": row.channel, "step": step}
    body = event_body(kind="connect", at=now, subjects=[advocate.id, row.id], actor=person.id, details=details)
    locker = keyring().advocate(advocate.number, bytes(advocate.wrapped_key))
    append([Event("connect", now, body, locker, advocate=advocate.number, person=person.number)])
