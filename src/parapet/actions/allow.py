"""Let a person act for an advocate, and no longer. What others call once they know who may."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import UTC, datetime

from parapet.actions.key_shares import end_share
from parapet.domain.errors import NotFound, RequestRefused
from parapet.domain.errors import gettext_noop as _
from parapet.domain.rights import GIVEABLE, WITHIN_A_SCOPE, Right, mask_of
from parapet.domain.scopes import MOST_CASES, Scope
from parapet.evidence.seal import event_body, stamp
from parapet.records.chain import Event, append
from parapet.records.grants import HELPER, mac_of, vouched
from parapet.records.keyring import keyring
from parapet.records.models import Advocate, Case, Grant, Person
from parapet.records.numbers import number_of, public
from parapet.records.vouching import REVOKE


def allow(
    person: Person,
    advocate: Advocate,
    role: str,
    *,
    rights: Collection[Right] = GIVEABLE,
    until: datetime | None = None,
    scope: Scope | None = None,
    by: Person | None = None,
    now: datetime | None = None,
    through: int | None = None,
) -> None:
    """Let `person` act for `advocate`; nothing changes while she already may. Inside a transaction.

    rights  what a helper may do; the advocate herself may do all of it, and the unmatched are nobody's
    until   when it ends by itself; None for never
    scope   for which part of her messages a helper may; None for all
    by      who gives it; None for whoever keeps the home
    through the number of the organisation through which it is given, and with which it ends
    """
    now = now or datetime.now(UTC)
    if scope is not None and role != HELPER:
        raise ValueError("a part is given to helpers alone")
    if any(not grant.over(now) for grant in vouched(person.number, advocate.number)):
        return
    # A row that this home did not write gives nothing, and must not stand in the place of the one that does.
    Grant.objects.filter(person=person, advocate=advocate, revoked_at=None).update(revoked_at=now, mac=b"")
    details: dict[str, str | list[str]] = {"role": role, "rights": [right for right in GIVEABLE if right in rights]}
    if until is not None:
        details["until"] = stamp(until)
    if through is not None:
        details["organisation"] = public("org", through)
    if scope is not None:
        details["scope"] = list(scope.parts)
    index = log_access("grant", person, advocate, details, by=by, now=now)
    mask, code = mask_of(rights), None if scope is None else scope.code
    mac = mac_of(person.number, advocate.number, role, index, mask, until, through, code)
    row = {"rights": mask, "until": until, "scope": code, "through": through, "log_index": index, "mac": mac}
    Grant.objects.create(person=person, advocate=advocate, role=role, **row)


def take_back(
    person: Person, advocate: Advocate, *, by: Person | None = None, now: datetime | None = None, still_reads: bool = False
) -> bool:
    """Let `person` no longer act for `advocate`; False when there is nothing to take back. Inside a transaction.

    still_reads  she is given other rights at once, and may go on reading all of it: of closed material, she keeps the key
    """
    now = now or datetime.now(UTC)
    held = vouched(person.number, advocate.number)
    for grant in held:
        Grant.objects.filter(person=person, advocate=advocate, revoked_at=None).update(revoked_at=now, mac=b"")
        log_access(REVOKE, person, advocate, {"role": grant.role}, by=by, now=now)
    if held and not still_reads:
        end_share(person, advocate)
    return bool(held)


def check_rights(rights: Collection[Right], until: datetime | None, now: datetime) -> None:
    """Raise RequestRefused unless these may be given to a helper until then."""
    if not rights or not set(rights) <= set(GIVEABLE):
        raise RequestRefused(_("Choose what this person may do."))
    if Right.READ not in rights and set(rights) != {Right.ALERT}:
        raise RequestRefused(_("Whoever does anything but be on call must be able to read."))
    if until is not None and until <= now:
        raise RequestRefused(_("That day is over. Choose a later one, or none."))


def check_scope(advocate: Advocate, rights: Collection[Right], scope: Scope | None) -> None:
    """Raise RequestRefused unless these rights may be given for that part of this advocate's messages."""
    if scope is None:
        return
    if not scope.parts:
        raise RequestRefused(_("Say which part: choose a channel, a kind of harm, a day or a case."))
    if not set(rights) <= WITHIN_A_SCOPE:
        raise RequestRefused(_("Of a part, only reading, sorting, notes and being on call can be given."))
    if Right.ANNOTATE in rights and not scope.cases:
        raise RequestRefused(_("Notes are written in cases. Choose the cases, or leave notes out."))
    if scope.since and scope.until and scope.since >= scope.until:
        raise RequestRefused(_("The last day lies before the first. Turn them round."))
    numbers = {number_of("cas", name) for name in scope.cases}
    if len(numbers) > MOST_CASES:
        raise RequestRefused(_("Choose at most %(most)s cases."), most=MOST_CASES)
    if Case.objects.filter(number__in=[n for n in numbers if n is not None], advocate=advocate).count() != len(numbers):
        raise NotFound("There is nothing here.")


def log_access(
    kind: str, person: Person, advocate: Advocate, details: Mapping[str, str | list[str]], *, by: Person | None, now: datetime
) -> int:
    """Write the leaf that tells of `person`'s access to what is `advocate`'s; returns its index."""
    actor = by.id if by is not None else ""
    body = event_body(kind=kind, at=now, subjects=[advocate.id, person.id], actor=actor, details=details)
    locker = keyring().advocate(advocate.number, bytes(advocate.wrapped_key))
    [index] = append([Event(kind, now, body, locker, advocate=advocate.number, person=person.number)])
    return index
