"""Change who an advocate is said to be."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from attrs import evolve
from django.db import transaction

from parapet.access.people import Details, advocate_for
from parapet.actions.claims import settle
from parapet.actions.enrol_advocates import SHOWN, read_profile, write_profile
from parapet.domain.errors import NotFound, RequestRefused
from parapet.domain.errors import gettext_noop as _
from parapet.domain.rights import Right
from parapet.records import models
from parapet.records.chain import hold_log
from parapet.records.profiles import Profile, profile_of

MAX_CHARS = 4_000


def change_profile(person: models.Person, advocate_id: str, details: Details) -> None:
    """Keep `details` instead of what was shown before; what no screen shows (identifiers of posts, folders) stays.

    A private fact in `details.sealed` stays as it is, unless `details.private` has a new one.
    Raises NotFound, and RequestRefused as `profile_from` does.
    """
    with transaction.atomic():
        hold_log()
        advocate = advocate_for(person, advocate_id, Right.KEEP)
        if advocate.number == models.Advocate.UNMATCHED:
            raise NotFound("There is nothing here.")
        profile = profile_from(details, profile_of(advocate))
        write_profile(settle(profile, person, advocate), advocate, person)


def profile_from(details: Details, known: Profile | None = None) -> Profile:
    """`details` as a profile; what `known` holds besides is carried over. Raises RequestRefused without a name."""
    told = _told(details)
    if not details.name.strip() or max(map(len, told)) > MAX_CHARS:
        raise RequestRefused(_("A name is needed, and nothing may be longer than 4,000 characters."))
    profile = read_profile(_entry(details))
    if known is None:
        return profile
    before = read_profile(_entry(_details(known)))
    carried = tuple(i for i in known.identifiers if i not in before.identifiers and i not in profile.identifiers)
    private = {kind: said for kind, said in known.private.items() if kind in details.sealed} | profile.private
    return evolve(
        profile,
        reference=known.reference,
        folder=known.folder,
        private=private,
        identifiers=(*profile.identifiers, *carried),
    )


def _details(known: Profile) -> Details:
    return Details(known.name, known.specialty, known.workplace, known.city, dict(known.given))


def _entry(details: Details) -> dict[str, Any]:
    """`details` as an entry of the file of advocates."""
    handles: dict[str, Any] = {}
    for name, (platform, key) in SHOWN.items():
        value = details.names.get(name, "").strip()
        if value and key:
            handles.setdefault(platform, {})[key] = value
        elif value:
            handles[platform] = value
    return {
        "name": details.name,
        "specialty": details.specialty,
        "workplace": details.workplace,
        "city": details.city,
        "emails": [e.strip() for e in details.names.get("emails", "").splitlines() if e.strip()],
        "handles": handles,
        "private": {kind: said.strip() for kind, said in details.private.items() if said.strip()},
    }


def _told(details: Details) -> Iterator[str]:
    yield from (details.name, details.specialty, details.workplace, details.city)
    yield from details.names.values()
    yield from details.private.values()
