"""Who may act for whom: the one place where a grant is vouched for, and where it is believed.

A row that says "she may" is only as good as whoever could write it, and who runs the database server can write any. So
a grant carries a code (MAC) that only this home's key can make, over the person, the advocate, the role, the rights, the
end, and the entry of the log that tells of it. A row without its code does not exist for any reader.

A grant for a part of her messages has a scope (`domain/scopes.py`), and a third form of the code, which is over the scope
too. Whoever asks who may do what is told of it only when she says that she keeps to scopes: every other door treats such a
grant as none.

Grants of before rights were given one by one have no rights in their row, and the code that they were made with, under a
key of its own: it is believed as it is, and means everything that a helper could do then. None is made any more, and the
code of one form is never that of the other, so nobody turns a grant of some rights into one of all by emptying a column.

Taking a grant back removes the code and writes an entry of the log. A code that somebody had kept, put back into the
row, counts for nothing against that later entry; and when that entry was changed, or is not there, no grant counts, for
nobody could tell whose end is hidden (`vouching.ended_grants`). Other rights are given by taking back and giving anew.
"""

from __future__ import annotations

import hmac
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from attrs import frozen

from parapet.domain.rights import BEFORE_RIGHTS, GIVEABLE, WITHIN_A_SCOPE, Right, rights_of, suffices
from parapet.domain.scopes import Scope
from parapet.records.bulk import moment, run
from parapet.records.keyring import keyring
from parapet.records.models import Advocate, Person
from parapet.records.vouching import ended_grants

log = structlog.get_logger("parapet.records")

ADVOCATE, HELPER, UNMATCHED = "advocate", "helper", "unmatched"
_IN_FORCE = """
SELECT g.id, g.person_id, g.role, g.rights, g.until, g.scope, g.log_index, g.mac, g.through, a.number, a.wrapped_key, a.sealed_profile, a.made_at
FROM records_grant g JOIN records_advocate a ON a.number = g.advocate_id WHERE {where} AND g.revoked_at IS NULL
"""
_ADVOCATE_COLUMNS = ("number", "wrapped_key", "sealed_profile", "made_at")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
#: Rows that were warned of already, once a process: a screen asks on every page. Beyond so many, all is said.
_told: set[int] = set()
_MAX_TOLD = 100


@frozen
class Held:
    """One grant that was not taken back: to whom, for whom, as what ("advocate", "helper", "unmatched"), until when.

    log_index  of the entry that tells of it
    through    number of the organisation through which it was given, and with which it ends; None for none
    scope      which part of her messages it holds for; None for all
    """

    person: int
    role: str
    advocate: Advocate
    rights: frozenset[Right]
    until: datetime | None
    log_index: int
    through: int | None = None
    scope: Scope | None = None

    def may(self, right: Right) -> bool:
        """True when it lets her do this."""
        return suffices(self.rights, right)

    def over(self, now: datetime) -> bool:
        """True once its end has come."""
        return self.until is not None and self.until <= now


def held_by(person: Person, advocate: int | None = None, *, now: datetime | None = None, scoped: bool = False) -> list[Held]:
    """The grants in force of somebody who is active, in one statement; only for the advocate of this number when given.

    scoped  also those for a part of her messages: whoever says so keeps to `Held.scope`
    """
    if not person.is_active:
        return []
    now = now or datetime.now(UTC)
    return [grant for grant in vouched(person.number, advocate) if not grant.over(now) and (scoped or grant.scope is None)]


def vouched(person: int, advocate: int | None = None) -> list[Held]:
    """What was given by number and not taken back, whether she is active or its end has come, or not, and for a part too.

    Raises LogBroken when an entry that ends a grant is not as written.
    """
    if advocate is None:
        return _genuine("g.person_id = %s", person)
    return _genuine("g.person_id = %s AND g.advocate_id = %s", person, advocate)


def given_for(advocate: int, *, scoped: bool = False) -> list[Held]:
    """The same for an advocate: whoever may act for her; with `scoped`, also for a part of her messages."""
    return [grant for grant in _genuine("g.advocate_id = %s", advocate) if scoped or grant.scope is None]


def _genuine(where: str, *values: int) -> list[Held]:
    held = []
    for row, person, role, mask, until, code, index, mac, through, number, *columns in run(_IN_FORCE.format(where=where), values):
        end = None if until is None or mask is None else moment(until)
        if not hmac.compare_digest(bytes(mac), mac_of(person, number, role, index, mask, end, through, code)):
            _warn(row)
            continue
        scope = None if code is None or mask is None else Scope.of(code.split(" "))
        rights = _rights(role, mask) if scope is None else _rights(role, mask) & WITHIN_A_SCOPE
        held.append(Held(person, role, _advocate(number, *columns), rights, end, index, through, scope))
    if not held:
        return []
    ended = ended_grants()
    return [each for each in held if ended.get((each.person, each.advocate.number), -1) < each.log_index]


def mac_of(
    person: int,
    advocate: int,
    role: str,
    log_index: int,
    rights: int | None,
    until: datetime | None,
    through: int | None = None,
    scope: str | None = None,
) -> bytes:
    """What vouches for the grant that the leaf at `log_index` tells of: 32 bytes.

    rights   a mask; None for a grant of before there were any, whose code is over the other four alone
    through  the organisation through which it was given: under a key of its own, so that no column emptied makes it outlast that
    scope    `Scope.code`; None for a grant for all: under a key of its own too, and over the organisation where there is one
    """
    if rights is None:
        return keyring().digest_once("grant", f"{person}:{advocate}:{role}:{log_index}")
    end = "" if until is None else (until - _EPOCH) // timedelta(microseconds=1)
    if scope is not None:
        # With its length, so that no word of it can be taken for one of the role, or the other way round.
        whole = f"{person}:{advocate}:{log_index}:{rights}:{end}:{through}:{len(scope)}:{scope}:{role}"
        return keyring().digest_once("grant of a part", whole)
    # The role, the only word, comes last: no two grants read alike.
    if through is not None:
        whole = f"{person}:{advocate}:{log_index}:{rights}:{end}:{through}:{role}"
        return keyring().digest_once("grant through an organisation", whole)
    return keyring().digest_once("grant of rights", f"{person}:{advocate}:{log_index}:{rights}:{end}:{role}")


def _rights(role: str, mask: int | None) -> frozenset[Right]:
    if role == ADVOCATE:
        return frozenset(Right)
    if role == UNMATCHED:
        return frozenset(GIVEABLE)
    return BEFORE_RIGHTS if mask is None else rights_of(mask) - {Right.GRANT}


def _advocate(*columns: Any) -> Advocate:
    number, wrapped, profile, made_at = columns
    row: Advocate = Advocate.from_db("default", _ADVOCATE_COLUMNS, (number, wrapped, profile, moment(made_at)))
    return row


def _warn(row: int) -> None:
    if row not in _told and len(_told) < _MAX_TOLD:
        _told.add(row)
        log.warning("a grant that this home did not write gives nothing", grant=row)
