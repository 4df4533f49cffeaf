"""Let a person act for an advocate, and no longer. What others call once they know who may."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import UTC, datetime

from parapet.actions.key_shares import end_share
from parapet.domain.errors import RequestRefused
from parapet.domain.errors import gettext_noop as _
from parapet.domain.rights import GIVEABLE, Right, mask_of
from parapet.evidence.seal import event_body, stamp
from parapet.records.chain import Event, append
from parapet.records.grants import mac_of, vouched
from parapet.records.keyring import keyring
from parapet.records.models import Advocate, Grant, Person
from parapet.records.numbers import public
from parapet.records.vouching import REVOKE


def allow(
    person: Person,
    advocate: Advocate,
    role: str,
    *,
    rights: Collection[Right] = GIVEABLE,
    until: datetime | None = None,
    by: Person | None = None,
    now: datetime | None = None,
    through: int | None = None,
) -> None:
    """Let `person` act for `advocate`; nothing changes while she already may. Inside a transaction.

    rights  what a helper may do; the advocate herself may do all of it, and the unmatched are nobody's
    until   when it ends by itself; None for never
    by      who gives it; None for whoever keeps the home
    through the number of the organisation through which it is given, and with which it ends
    """
    now = now or datetime.now(UTC)
    if any(not grant.over(now) for grant in vouched(person.number, advocate.number)):
        return
    # A row that this home did not write gives nothing, and must not stand in the place of the one that does.
    Grant.objects.filter(person=person, advocate=advocate, revoked_at=None).update(revoked_at=now, mac=b"")
    details: dict[str, str | list[str]] = {"role": role, "rights": [right for right in GIVEABLE if right in rights]}
    if until is not None:
        details["until"] = stamp(until)
    if through is not None:
        details["organisation"] = public("org", through)
    index = log_access("grant", person, advocate, details, by=by, now=now)
    mask = mask_of(rights)
    mac = mac_of(person.number, advocate.number, role, index, mask, until, through)
    Grant.objects.create(
        person=person, advocate=advocate, role=role, rights=mask, until=until, log_index=index, mac=mac, through=through
    )


def take_back(
    person: Person, advocate: Advocate, *, by: Person | None = None, now: datetime | None = None, still_reads: bool = False
) -> bool:
    """Let `person` no longer act for `advocate`; False when there is nothing to take back. Inside a transaction.

    still_reads  she is given other rights at once, and may go on reading: of closed material, she keeps the key
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


def log_access(
    kind: str, person: Person, advocate: Advocate, details: Mapping[str, str | list[str]], *, by: Person | None, now: datetime
) -> int:
    """Write the leaf that tells of `person`'s access to what is `advocate`'s; returns its index."""
    actor = by.id if by is not None else ""
    body = event_body(kind=kind, at=now, subjects=[advocate.id, person.id], actor=actor, details=details)
    locker = keyring().advocate(advocate.number, bytes(advocate.wrapped_key))
    [index] = append([Event(kind, now, body, locker, advocate=advocate.number, person=person.number)])
    return index
