"""Who may see what of an advocate, for herself; and for a helper what was given to her."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from attrs import frozen

from parapet.access.opening import leaf_bytes, locker_of
from parapet.access.people import advocate_for
from parapet.domain.errors import KeyClosed, KeyWrong
from parapet.domain.rights import Right
from parapet.domain.scopes import Scope
from parapet.evidence.canonical import read_leaf
from parapet.evidence.keys import Locker
from parapet.records.bulk import run
from parapet.records.grants import HELPER, Held, given_for, vouched
from parapet.records.memberships import name_of
from parapet.records.models import Advocate, LogEntry, Person
from parapet.records.numbers import number_of
from parapet.records.profiles import profile_of
from parapet.records.vouching import is_vouched

#: Lines shown of who was let in when; the whole of it is in the log.
_MAX_LINES = 200
# The conditions stand letter for letter in the indexes `log_access` and `log_looks`.
_TOLD = """
SELECT "index" FROM records_logentry WHERE kind IN ('grant', 'revoke', 'invite') AND advocate_number = %s AND case_number IS NULL
ORDER BY "index" DESC LIMIT %s
"""
_LAST = """
SELECT max("index") FROM records_logentry WHERE kind IN ('view', 'download', 'search', 'export', 'dossier')
AND person_number = %s AND advocate_number = %s
"""


@frozen
class Seer:
    """Somebody who may act for an advocate.

    id         of the person
    since      by the entry of the log that tells of it; None when that was changed
    until      None for never; `over` once it has come
    last_look  at a text, an original, a search or an export of hers; None for none, or when its entry was changed
    guest      the account was made for this advocate's helper, so that she can make a sign-in link for it
    through    the organisation through which it was given, and with which it ends; "" for none
    scope      for which part of her messages; None for all
    """

    id: str
    name: str
    role: str
    rights: tuple[Right, ...]
    since: datetime | None
    until: datetime | None
    over: bool
    last_look: datetime | None
    guest: bool
    through: str = ""
    scope: Scope | None = None


@frozen
class AccessLine:
    """One entry of the log about who may act for her. `who` is whom it concerns, `by` who did it ("" for who keeps the home)."""

    at: datetime
    kind: str  # "grant", "revoke", "invite"
    who: str
    by: str
    rights: tuple[Right, ...]
    until: datetime | None
    log_index: int
    as_written: bool
    scope: Scope | None = None


@frozen
class Given:
    """What was given to a person for an advocate, as she sees it. `advocate` is the public name, `name` as people name her."""

    advocate: str
    name: str
    role: str
    rights: tuple[Right, ...]
    until: datetime | None
    over: bool
    through: str = ""
    scope: Scope | None = None


def who_may(person: Person, advocate_id: str, *, now: datetime | None = None) -> tuple[Seer, ...]:
    """Everybody who may act for an advocate, herself first, then as they were let in. Raises NotFound for anybody but her."""
    advocate = advocate_for(person, advocate_id, Right.GRANT)
    grants = sorted(given_for(advocate.number, scoped=True), key=lambda grant: (grant.role == HELPER, grant.log_index))
    people = {p.number: p for p in Person.objects.filter(number__in=[grant.person for grant in grants], is_active=True)}
    at = now or datetime.now(UTC)
    return tuple(_seer(grant, people[grant.person], at) for grant in grants if grant.person in people)


def _seer(grant: Held, person: Person, now: datetime) -> Seer:
    return Seer(
        id=person.id,
        name=person.name,
        role=grant.role,
        rights=_listed(grant.rights),
        since=_when(grant.log_index),
        until=grant.until,
        over=grant.over(now),
        last_look=_last_look(grant),
        guest=person.invited_by == grant.advocate.number,
        through=name_of(grant.through),
        scope=grant.scope,
    )


def told_of_access(person: Person, advocate_id: str) -> tuple[AccessLine, ...]:
    """Who was let act for an advocate and no longer, by whom, the newest first. Raises NotFound for anybody but her."""
    advocate = advocate_for(person, advocate_id, Right.GRANT)
    indexes = [index for (index,) in run(_TOLD, [advocate.number, _MAX_LINES])]
    entries = LogEntry.objects.filter(index__in=indexes).order_by("-index")
    locker = locker_of(advocate)
    said = [(entry, _body(entry, locker)) for entry in entries]
    people = {number_of("per", str(body.get("actor", ""))) or 0 for _, body in said} | {e.person_number or 0 for e in entries}
    names = {p.number: p.name for p in Person.objects.filter(number__in=people)}
    return tuple(_line(entry, body, names) for entry, body in said)


def _line(entry: LogEntry, body: Mapping[str, Any], names: Mapping[int, str]) -> AccessLine:
    details = body.get("details", {})
    until = details.get("until")
    return AccessLine(
        at=entry.at,
        kind=entry.kind,
        who=names.get(entry.person_number or 0, ""),
        by=names.get(number_of("per", str(body.get("actor", ""))) or 0, ""),
        rights=tuple(right for right in Right if right in details.get("rights", ())),
        until=datetime.fromisoformat(until) if until else None,
        log_index=entry.index,
        as_written=bool(body),
        scope=Scope.of(details["scope"]) if details.get("scope") else None,
    )


def given_to(person: Person, *, now: datetime | None = None) -> tuple[Given, ...]:
    """What she may do, for whom and until when, by name; also what is over, until it is taken back. Nothing of the unmatched."""
    at = now or datetime.now(UTC)
    grants = vouched(person.number) if person.is_active else []
    given = [
        Given(
            g.advocate.id,
            profile_of(g.advocate).name,
            g.role,
            _listed(g.rights),
            g.until,
            g.over(at),
            name_of(g.through),
            g.scope,
        )
        for g in grants
        if g.advocate.number != Advocate.UNMATCHED
    ]
    return tuple(sorted(given, key=lambda each: (each.role == HELPER, each.name)))


def _listed(rights: frozenset[Right]) -> tuple[Right, ...]:
    return tuple(right for right in Right if right in rights)


def _when(index: int) -> datetime | None:
    entry = LogEntry.objects.filter(index=index).first()
    return entry.at if entry is not None and is_vouched(entry) else None


def _last_look(grant: Held) -> datetime | None:
    [(index,)] = run(_LAST, [grant.person, grant.advocate.number])
    return None if index is None else _when(index)


def _body(entry: LogEntry, locker: Locker) -> Mapping[str, Any]:
    """What a leaf says; nothing when its row was changed, or it says something else."""
    if not is_vouched(entry):
        return {}
    try:
        body: Mapping[str, Any] = read_leaf(leaf_bytes(entry, locker))
    except KeyClosed:
        return {"kind": entry.kind}  # the row tells who and when; the rest opens with her key
    except (KeyWrong, ValueError):
        return {}
    return body if body.get("kind") == entry.kind else {}
