"""Who may act for whom: the one place where a grant is vouched for, and where it is believed.

A row that says "she may" is only as good as whoever could write it, and who runs the database server can write any. So
a grant carries a code (MAC) that only this home's key can make, over the person, the advocate, the role and the entry
of the log that tells of it. A row without its code does not exist for any reader.

Taking a grant back removes the code and writes an entry of the log. A code that somebody had kept, put back into the
row, counts for nothing against that later entry; and when that entry was changed, or is not there, no grant counts, for
nobody could tell whose end is hidden (`vouching.ended_grants`).
"""

from __future__ import annotations

import hmac

import structlog
from attrs import frozen

from parapet.records.bulk import moment, run
from parapet.records.keyring import keyring
from parapet.records.models import Advocate, Person
from parapet.records.vouching import ended_grants

log = structlog.get_logger("parapet.records")

_IN_FORCE = """
SELECT g.id, g.role, g.log_index, g.mac, a.number, a.wrapped_key, a.sealed_profile, a.made_at FROM records_grant g
JOIN records_advocate a ON a.number = g.advocate_id WHERE g.person_id = %s AND g.revoked_at IS NULL
"""
_ADVOCATE = ("number", "wrapped_key", "sealed_profile", "made_at")
#: Rows that were warned of already, once a process: a screen asks on every page. Beyond so many, all is said.
_told: set[int] = set()
_MAX_TOLD = 100


@frozen
class Held:
    """One grant in force: for whom, and as what ("advocate", "helper", "unmatched")."""

    role: str
    advocate: Advocate


def held_by(person: Person, advocate: int | None = None) -> list[Held]:
    """The grants in force of somebody who is active, in one statement; only for the advocate of this number when given."""
    return vouched(person.number, advocate) if person.is_active else []


def vouched(person: int, advocate: int | None = None) -> list[Held]:
    """`held_by` by number, whether she is active or not. Raises LogBroken when an entry that ends a grant is not as written."""
    sql, values = _IN_FORCE, [person]
    if advocate is not None:
        sql, values = f"{_IN_FORCE} AND g.advocate_id = %s", [person, advocate]
    held = []
    for row, role, index, mac, number, wrapped, profile, made_at in run(sql, values):
        if not hmac.compare_digest(bytes(mac), mac_of(person, number, role, index)):
            _warn(row)
            continue
        advocate_row = Advocate.from_db("default", _ADVOCATE, (number, wrapped, profile, moment(made_at)))
        held.append((index, Held(role, advocate_row)))
    if not held:
        return []
    ended = ended_grants()
    return [each for index, each in held if ended.get((person, each.advocate.number), -1) < index]


def mac_of(person: int, advocate: int, role: str, log_index: int) -> bytes:
    """What vouches for the grant that the leaf at `log_index` tells of: 32 bytes."""
    return keyring().digest_once("grant", f"{person}:{advocate}:{role}:{log_index}")


def _warn(row: int) -> None:
    if row not in _told and len(_told) < _MAX_TOLD:
        _told.add(row)
        log.warning("a grant that this home did not write gives nothing", grant=row)
