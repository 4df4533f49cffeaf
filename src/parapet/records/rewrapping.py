"""Lock a column anew, row by row: the form of every row stays, and what is in the vault is not touched."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from attrs import frozen
from django.db import connection, transaction

from parapet.domain.errors import KeyWrong
from parapet.evidence.keys import Locker
from parapet.records.bulk import run
from parapet.records.keyring import relock_advocate, reopen_advocate
from parapet.records.sealed_columns import Sealed
from parapet.records.source_keys import relock_source, reopen_source

#: Rows in one transaction. A kill undoes at most these, and they are done again.
ROWS_AT_ONCE = 2_000


@frozen
class Form:
    """How a column's values are opened and locked: `Locker.unlock` and `lock`, or `unwrap` and `wrap`."""

    opens: Callable[..., bytes]
    locks: Callable[..., bytes]


def _unlock(locker: Locker, raw: bytes, *, about: bytes) -> bytes:
    return locker.unlock(raw, about=about)


def _lock(locker: Locker, raw: bytes, *, about: bytes) -> bytes:
    return locker.lock(raw, about=about)


def _unwrap(locker: Locker, raw: bytes, *, about: bytes) -> bytes:
    return locker.unwrap(raw, about=about)


def _wrap(locker: Locker, raw: bytes, *, about: bytes) -> bytes:
    return locker.wrap(raw, about=about)


#: For values and for keys, as the lockers themselves say: those of closed material have forms of their own.
VALUES, KEYS = Form(_unlock, _lock), Form(_unwrap, _wrap)
#: For the rows of advocates and of sealed files, some of which the home's key does not open.
OF_ADVOCATES, OF_SOURCES = Form(reopen_advocate, relock_advocate), Form(reopen_source, relock_source)


def rewrap(
    sealed: Sealed, form: Form, *, old: Sequence[Locker], new: Locker, only: tuple[str, int] | None = None
) -> Iterator[int]:
    """Go through a column, some rows in a transaction each; yields how many rows of them open under no key that is known.

    What opens under `new` already was done by an earlier run that was killed. What opens under no key stays as it is: it is
    damaged, and `parapet check` names it. `only` is a column and its value.
    """
    last = None
    while rows := _page(sealed, last, only):
        last = rows[-1][0]
        changes, lost = [], 0
        for key, by, held in rows:
            raw, about = bytes(held or b""), sealed.about(by)
            if not raw:
                continue  # erased
            plain = _opened(form, old, raw, about)
            if plain is not None:
                changes.append((form.locks(new, plain, about=about), key))
            elif _opened(form, (new,), raw, about) is None:
                lost += 1
        with transaction.atomic():
            _update(sealed, changes)
        yield lost


def _opened(form: Form, lockers: Sequence[Locker], raw: bytes, about: bytes) -> bytes | None:
    for locker in lockers:
        try:
            return form.opens(locker, raw, about=about)
        except KeyWrong:
            continue
    return None


def _page(sealed: Sealed, last: Any, only: tuple[str, int] | None) -> list[tuple[Any, ...]]:
    table, key = sealed.model._meta.db_table, _key(sealed)
    wheres, values = [sealed.where], []
    if last is not None:
        wheres.append(f'"{key}" > %s')
        values.append(last)
    if only is not None:
        wheres.append(f'"{only[0]}" = %s')
        values.append(only[1])
    return run(
        f'SELECT "{key}", "{sealed.by}", "{sealed.column}" FROM "{table}" WHERE {" AND ".join(wheres)} '  # noqa: S608 - our own names
        f'ORDER BY "{key}" LIMIT {ROWS_AT_ONCE}',
        values,
    )


def _update(sealed: Sealed, changes: list[tuple[bytes, Any]]) -> None:
    if changes:
        with connection.cursor() as cursor:
            cursor.executemany(
                f'UPDATE "{sealed.model._meta.db_table}" SET "{sealed.column}" = %s WHERE "{_key(sealed)}" = %s',  # noqa: S608
                changes,
            )


def _key(sealed: Sealed) -> str:
    assert sealed.model._meta.pk is not None
    return str(sealed.model._meta.pk.column)


def overwrite_what_goes() -> None:
    """From here on, what this connection removes or replaces is overwritten on the disk; on PostgreSQL `sweep` does it."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA secure_delete = ON")
            cursor.fetchall()


def sweep(tables: Sequence[str]) -> None:
    """Leave no earlier form of rows in the database's own files: an old key would open it there."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            cursor.fetchall()
        else:
            for table in tables:
                cursor.execute(f'VACUUM FULL "{table}"')
