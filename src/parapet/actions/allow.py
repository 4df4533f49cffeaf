"""Let a person act for an advocate, and no longer."""

from __future__ import annotations

from datetime import UTC, datetime

from parapet.evidence.seal import event_body
from parapet.records.chain import Event, append
from parapet.records.grants import mac_of, vouched
from parapet.records.keyring import keyring
from parapet.records.models import Advocate, Grant, Person
from parapet.records.vouching import REVOKE


def allow(person: Person, advocate: Advocate, role: str) -> None:
    """Let `person` act for `advocate`; nothing changes when she already may. Inside a transaction."""
    if vouched(person.number, advocate.number):
        return
    now = datetime.now(UTC)
    # A row that this home did not write gives nothing, and must not stand in the place of the one that does.
    Grant.objects.filter(person=person, advocate=advocate, revoked_at=None).update(revoked_at=now, mac=b"")
    index = _log("grant", person, advocate, role, now)
    mac = mac_of(person.number, advocate.number, role, index)
    Grant.objects.create(person=person, advocate=advocate, role=role, log_index=index, mac=mac)


def take_back(person: Person, advocate: Advocate) -> bool:
    """Let `person` no longer act for `advocate`; False when she may not as it is. Inside a transaction."""
    held = vouched(person.number, advocate.number)
    for grant in held:
        now = datetime.now(UTC)
        Grant.objects.filter(person=person, advocate=advocate, revoked_at=None).update(revoked_at=now, mac=b"")
        _log(REVOKE, person, advocate, grant.role, now)
    return bool(held)


def _log(kind: str, person: Person, advocate: Advocate, role: str, now: datetime) -> int:
    body = event_body(kind=kind, at=now, subjects=[advocate.id, person.id], actor="", details={"role": role})
    locker = keyring().advocate(advocate.number, bytes(advocate.wrapped_key))
    [index] = append([Event(kind, now, body, locker, advocate=advocate.number, person=person.number)])
    return index
