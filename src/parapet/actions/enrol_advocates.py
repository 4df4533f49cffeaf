"""Enrol advocates from a file that says who they are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
from django.db import transaction

from parapet.access.people import advocate_number, advocates_of
from parapet.actions.allow import allow
from parapet.actions.claims import confirm
from parapet.domain.errors import ReferenceUnknown, RequestRefused
from parapet.domain.errors import gettext_noop as _
from parapet.domain.items import Identifier, IdentifierKind, screen_name
from parapet.domain.rights import Right
from parapet.evidence.seal import event_body
from parapet.records.chain import Event, append, hold_log
from parapet.records.keyring import keyring
from parapet.records.models import Advocate, Identity, Person
from parapet.records.numbers import new_number, number_of
from parapet.records.profiles import Profile, profile_of, seal_profile

MAX_FILE_BYTES = 64 * 1024 * 1024


def enrol_advocates(file: Path, *, person: Person | None = None, role: str = "helper") -> list[str]:
    """Enrol everybody in `file`, a JSON list as `docs/reference/advocates-file.md` describes; returns their public names.

    Somebody known by the same reference, or by the same name where there is none, is brought up to date instead.
    `person` may act for all of them with `role` (the first is "advocate" when `role` is "advocate").
    An entry whose reference is a public name ("adv_...") only confirms what it names of her, and lets nobody in.
    Raises RequestRefused when the file is no such list, ReferenceUnknown for a public name that is nobody's.
    """
    if file.stat().st_size > MAX_FILE_BYTES:
        raise RequestRefused(_("The file of advocates is too large."))
    try:
        entries = msgspec.json.decode(file.read_bytes(), type=list[dict[str, Any]])
        profiles = [read_profile(entry) for entry in entries]
    except (msgspec.DecodeError, TypeError, ValueError, RecursionError) as error:
        raise RequestRefused(_("The file of advocates must be a JSON list with a name for each.")) from error
    return enrol(profiles, person=person, role=role)


def enrol(profiles: list[Profile], *, person: Person | None = None, role: str = "helper") -> list[str]:
    """Enrol `profiles`, as `enrol_advocates` says; returns public names in order."""
    enrolled = []
    with transaction.atomic():
        hold_log()  # two that enrol the same file at once would else both find nobody
        known = _known(person)
        for place, profile in enumerate(profiles):
            if profile.reference.startswith("adv_"):
                enrolled.append(_confirmed(profile))
                continue
            enrolled.append(write_profile(profile, known.get(_handle(profile))))
            if person is not None:
                allow(person, enrolled[-1], "advocate" if role == "advocate" and place == 0 else "helper")
    return [advocate.id for advocate in enrolled]


def _known(person: Person | None) -> dict[str, Advocate]:
    """Whom an entry may mean, by reference or name. By name, only those whose details `person` may change (all, without one):
    else what a file says of one person would go to another, who enrolled herself under the same name."""
    hers = None if person is None else {advocate_number(card.id) for card in advocates_of(person, Right.KEEP)}
    known: dict[str, Advocate] = {}
    for advocate in Advocate.objects.exclude(number=Advocate.UNMATCHED).order_by("made_at", "number"):
        profile = profile_of(advocate)
        if profile.reference or hers is None or advocate.number in hers:
            known.setdefault(_handle(profile), advocate)
    return known


def _confirmed(said: Profile) -> Advocate:
    """The advocate whose public name is the reference; what `said` names of her counts from now on."""
    number = number_of("adv", said.reference)
    advocate = Advocate.objects.filter(number=number).first() if number else None  # 0 is nobody: the unmatched
    if advocate is None:
        raise ReferenceUnknown(_("No advocate of this home has that reference."))
    return write_profile(confirm(profile_of(advocate), said), advocate)


def read_profile(entry: Mapping[str, Any]) -> Profile:
    """One entry of the file. Raises ValueError without a name, TypeError for a name that is no text."""
    name = entry.get("name")
    if not isinstance(name, str) or not name.strip():
        raise ValueError("an entry has no name")
    private = entry.get("private")
    return Profile(
        name=name.strip(),
        reference=_text(entry, "id"),
        specialty=_text(entry, "specialty"),
        workplace=_text(entry, "workplace"),
        city=_text(entry, "city"),
        folder=_text(entry, "data_dir"),
        private=_private(private) if isinstance(private, dict) else {},
        identifiers=tuple(dict.fromkeys(i.normalised() for i in _identifiers(entry) if i.value.strip())),
        given=_given(entry),
    )


#: Names that a screen shows: its own word for each, and where the entry has it (platform and key).
SHOWN = {
    "bluesky_handle": ("bluesky", "handle"),
    "bluesky_did": ("bluesky", "did"),
    "mastodon": ("mastodon", "acct"),
    "x_name": ("x", "screen_name"),
    "x_id": ("x", "id"),
    "instagram": ("instagram", ""),
    "facebook": ("facebook", ""),
    "youtube": ("youtube", "channel"),
}


def _given(entry: Mapping[str, Any]) -> dict[str, str]:
    """`Profile.given` of an entry: what can be shown and changed, as it was written."""
    emails = [_text(entry, "clinic_email"), *(e.strip() for e in _texts(entry.get("emails")))]
    given = {"emails": "\n".join(dict.fromkeys(e for e in emails if e))}
    handles = entry.get("handles")
    for name, (platform, key) in SHOWN.items():
        said = handles.get(platform) if isinstance(handles, dict) else None
        value = said if not key else said.get(key) if isinstance(said, dict) else None
        if isinstance(value, str):
            given[name] = value.strip()
    return {name: value for name, value in given.items() if value}


def _private(given: dict[object, object]) -> dict[str, str]:
    return {str(k): v for k, v in given.items() if k != "note" and isinstance(v, str)}


def _identifiers(entry: Mapping[str, Any]) -> Iterator[Identifier]:
    yield Identifier(IdentifierKind.NAME, _text(entry, "name"))
    yield Identifier(IdentifierKind.EMAIL, _text(entry, "clinic_email"))
    yield from (Identifier(IdentifierKind.EMAIL, e) for e in _texts(entry.get("emails")))
    yield Identifier(IdentifierKind.PLACE, _text(entry, "workplace"))
    handles = entry.get("handles")
    for platform, given in handles.items() if isinstance(handles, dict) else ():
        yield from _handles(str(platform), given)


def _handles(platform: str, given: object) -> Iterator[Identifier]:
    """The names on one platform: a bare text, or an object of them."""
    if isinstance(given, str):
        yield from _screen_names(platform, given)
        if platform in {"instagram", "facebook"}:
            yield Identifier(IdentifierKind.NATIVE_ID, f"{platform}:{given}")
        return
    if not isinstance(given, dict):
        return
    kinds = {
        "did": IdentifierKind.DID,
        "handle": IdentifierKind.HANDLE,
        "acct": IdentifierKind.ACCT,
        "channel": IdentifierKind.CHANNEL_ID,
    }
    for key, value in given.items():
        if key in kinds and isinstance(value, str):
            yield Identifier(kinds[key], value)
        if key == "screen_name" and isinstance(value, str):
            yield from _screen_names(platform, value)
        if key in {"id", "did", "channel"} and isinstance(value, str):
            yield Identifier(IdentifierKind.NATIVE_ID, f"{platform}:{value}")
        if key == "videos":
            yield from (Identifier(IdentifierKind.VIDEO_ID, v) for v in _texts(value))


def _screen_names(platform: str, name: str) -> Iterator[Identifier]:
    """On its platform; and alone, as texts on any platform call her."""
    yield screen_name(platform, name)
    yield Identifier(IdentifierKind.MENTION, name)


def _text(entry: Mapping[str, Any], key: str) -> str:
    value = entry.get(key)
    return value.strip() if isinstance(value, str) else ""


def _texts(value: object) -> list[str]:
    return [v for v in value if isinstance(v, str)] if isinstance(value, list) else []


def _handle(profile: Profile) -> str:
    return profile.reference or profile.name


def write_profile(profile: Profile, advocate: Advocate | None, person: Person | None = None) -> Advocate:
    """Keep `profile` in the row of `advocate`, or in a new one, and say so in the log. Inside a transaction."""
    now = datetime.now(UTC)
    if advocate is None:
        number = new_number()
        advocate = Advocate.objects.create(
            number=number, wrapped_key=keyring().new_advocate_key(number), sealed_profile=seal_profile(profile, number)
        )
        kind = "enrol"
    else:
        if profile_of(advocate) == profile:
            return advocate
        advocate.sealed_profile = seal_profile(profile, advocate.number)
        advocate.save(update_fields=["sealed_profile"])
        kind = "profile"
    Identity.objects.filter(advocate=advocate).delete()
    Identity.objects.bulk_create(
        Identity(advocate=advocate, digest=keyring().digest("identity", name))
        for name in profile.identifiers
        if name not in profile.waits
    )
    locker = keyring().advocate(advocate.number, bytes(advocate.wrapped_key))
    body = event_body(kind=kind, at=now, subjects=[advocate.id], actor=person.id if person else "", details={})
    append([Event(kind, now, body, locker, advocate=advocate.number, person=person.number if person else None)])
    return advocate
