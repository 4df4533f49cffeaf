"""What stands in the clear beside the log's leaves, vouched for.

A leaf's hash keeps what the leaf says. Kind, time, and which advocate, item, case and person it is about stand beside it,
for without them nothing of an item or a case could be found; whoever writes the database could change them, and an entry
that seems to be about something else is left out of what is made of the log. So each row carries a code (MAC) that only
this home's key can make over all of it. The head carries one as well, with the size of the log and the number of ends of
grants: an entry that is gone, or is made to look like another, is missed.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import NamedTuple

from django.db import connection

from parapet.domain.errors import LogBroken
from parapet.domain.errors import gettext_noop as _
from parapet.records.bulk import run
from parapet.records.keyring import keyring
from parapet.records.models import LogEntry

#: The kind of entry that ends a grant. The literal stands letter for letter in the partial index `log_revokes`.
REVOKE = "revoke"
_AT_ONCE = 5_000
_COLUMNS = '"index", leaf_hash, kind, {at}, advocate_number, item_number, case_number, person_number, mac'


class LogRow(NamedTuple):
    """What one row of the log says in the clear, without its code. `at` as `told` gives it."""

    place: int
    leaf_hash: bytes
    kind: str
    at: str
    advocate: int | None
    item: int | None
    case: int | None
    person: int | None


def row_said(
    index: int, leaf_hash: bytes, kind: str, at: str, advocate: int | None, item: int | None, case: int | None, person: int | None
) -> bytes:
    """All of a row in one form that no other row has.

    Numbers and times hold no bar, the kind, the only word, comes last, and the hash is written out: no two rows read alike.
    """
    return f"{leaf_hash.hex()}|{index}|{at}|{advocate}|{item}|{case}|{person}|{kind}".encode("utf-8", "surrogatepass")


def told(at: datetime | str) -> str:
    """A time in the form that is vouched for, "2026-11-23 13:05:09.000042" in UTC: as SQLite keeps it."""
    if isinstance(at, str):
        return at[:-6] if at.endswith("+00:00") else at
    return str((at if at.tzinfo is None else at.astimezone(UTC)).replace(tzinfo=None))


def is_vouched(entry: LogEntry) -> bool:
    """True when this home wrote the row as it is."""
    return _holds(_row_of(entry), bytes(entry.mac))


def check_row(entry: LogEntry) -> None:
    """Raise LogBroken unless this home wrote the row as it is."""
    if not is_vouched(entry):
        raise changed(entry.index)


def changed(index: int) -> LogBroken:
    """What is said of a row that this home did not write as it is."""
    return LogBroken(_("Entry %(index)s of the log is not as it was written."), index=index)


def rows_in_order(size: int) -> Iterator[LogRow]:
    """The first `size` rows of the log, each vouched for. Raises LogBroken naming the first that is changed or missing."""
    code_of, compare, done = keyring().log_rows.code, hmac.compare_digest, 0
    sql = f'SELECT {_columns()} FROM records_logentry WHERE "index" >= %s AND "index" < %s ORDER BY "index" LIMIT {_AT_ONCE}'  # noqa: S608 - our own words
    while done < size:
        found = run(sql, [done, size])
        for index, hashed, kind, at, advocate, item, case, person, mac in found:
            if index != done:
                break
            if type(hashed) is not bytes:  # this loop sees every row of the log: what need not be done is not
                hashed, mac = bytes(hashed), bytes(mac)
            at = told(at)
            if not compare(code_of(row_said(index, hashed, kind, at, advocate, item, case, person)), mac):
                raise changed(index)
            yield LogRow(index, hashed, kind, at, advocate, item, case, person)
            done += 1
        if done < size and (not found or done <= found[-1][0]):
            raise LogBroken(_("Entry %(index)s of the log is missing."), index=done)


def code_of_head(size: int, frontier: bytes, ends: int) -> bytes:
    """What vouches for the log's head."""
    return keyring().log_rows.code(b"head|" + f"{size}|{ends}|".encode() + frontier)


def check_head(size: int, frontier: bytes, ends: int, mac: bytes) -> None:
    """Raise LogBroken unless this home wrote the log's head as it is. The head of an empty log needs no code."""
    fresh = not (size or ends or frontier or mac)
    if not fresh and not hmac.compare_digest(code_of_head(size, frontier, ends), mac):
        raise LogBroken(_("The head of the log is not as it was written."))


def ended_grants() -> dict[tuple[int, int], int]:
    """(person, advocate) to the newest entry that ended a grant of hers. Raises LogBroken as `ends`."""
    return {(person, advocate): index for (person, advocate, case), index in ends().items() if case is None}


def ends() -> dict[tuple[int, int, int | None], int]:
    """(person, advocate, case) to the newest entry that ended what she may see: with a case the referral of it, without one her grant.

    Raises LogBroken when such an entry was changed, or they are not as many as the log's head says: one that is hidden
    could be that of any grant, so none counts.
    """
    columns = ", ".join(f"v.{c.strip()}" for c in _COLUMNS.format(at='"at"').split(","))
    nothing = ", ".join(["NULL"] * len(columns.split(",")))
    # One statement, so that both are of one moment; not a join, for which SQLite would go through the whole log.
    found = run(
        f"SELECT size, frontier, ends, mac, {nothing} FROM records_loghead WHERE number = 1 UNION ALL "  # noqa: S608 - our own words
        f"SELECT NULL, NULL, NULL, NULL, {columns} FROM records_logentry v WHERE v.kind = '{REVOKE}'",
        [],
    )
    heads = [row[:4] for row in found if row[4] is None]
    if not heads:
        raise LogBroken(_("The log has lost its head."))
    [(size, frontier, told_of, mac)] = heads
    check_head(size, bytes(frontier), told_of, bytes(mac))
    held: dict[tuple[int, int, int | None], int] = {}
    rows = [row[4:] for row in found if row[4] is not None]
    for index, hashed, kind, at, advocate, item, case, person, code in rows:
        if not _holds(LogRow(index, bytes(hashed), kind, told(at), advocate, item, case, person), bytes(code)):
            raise changed(index)
        held[person, advocate, case] = max(index, held.get((person, advocate, case), -1))
    if len(rows) != told_of:
        raise LogBroken(_("The log does not hold all entries that end a person’s access."))
    return held


def looks_of(person: int, indexes: list[int]) -> set[int]:
    """The items that `person` looked at, as the entries at `indexes` say, as far as they are vouched for."""
    if not indexes:
        return set()
    entries = LogEntry.objects.filter(index__in=indexes).defer("sealed_leaf")
    return {e.item_number for e in entries if e.kind == "view" and e.person_number == person and e.item_number and is_vouched(e)}


def _holds(row: LogRow, mac: bytes) -> bool:
    return hmac.compare_digest(keyring().log_rows.code(row_said(*row)), mac)


def _row_of(entry: LogEntry) -> LogRow:
    numbers = entry.advocate_number, entry.item_number, entry.case_number, entry.person_number
    return LogRow(entry.index, bytes(entry.leaf_hash), entry.kind, told(entry.at), *numbers)


def _columns() -> str:
    # As text, SQLite gives a time as it stands, and nothing has to make a million of them into objects and back.
    return _COLUMNS.format(at='CAST("at" AS TEXT)' if connection.vendor == "sqlite" else '"at"')
