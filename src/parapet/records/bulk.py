"""Many rows in one statement. Django spends most of an import preparing values one field at a time: these do not."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from django.db import connection, models

#: Values in one statement. Every connection keeps the statements it made, with room for their values: few, and short ones.
_AT_ONCE = 512


def insert(model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]], *, known: str = "") -> None:
    """Insert `rows` (values in the order of `columns`, which are database names) in one prepared statement.

    known  what to do when a row is there already: "" raises IntegrityError, "skip" leaves it, and a column's name adds
           the new value of that column to the old one (all other columns being its unique key)

    Times pass through `stored_time`; everything else is stored as it is.
    """
    rows = list(rows)
    if not rows:
        return
    table = model._meta.db_table
    marks = ", ".join(["%s"] * len(columns))
    sql = f'INSERT INTO "{table}" ({_names(columns)}) VALUES ({marks})'  # noqa: S608 - names of our own columns
    if known == "skip":
        sql += " ON CONFLICT DO NOTHING"
    elif known:
        key = [c for c in columns if c != known]
        sql += f' ON CONFLICT ({_names(key)}) DO UPDATE SET "{known}" = "{table}"."{known}" + excluded."{known}"'
    with connection.cursor() as cursor:
        cursor.executemany(sql, rows)


def find(model: type[models.Model], columns: Sequence[str], by: str, values: Collection[Any]) -> Iterator[tuple[Any, ...]]:
    """`columns` of every row whose column `by` is one of `values`, however many they are.

    Names are the database's. Values come as the driver gives them: for numbers and bytes (which may be a memoryview).
    """
    listed = list(values)
    start = f'SELECT {_names(columns)} FROM "{model._meta.db_table}" WHERE "{by}"'  # noqa: S608 - our own words
    for first in range(0, len(listed), _AT_ONCE):
        part = listed[first : first + _AT_ONCE]
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute(f"{start} = ANY(%s)", [part])
            else:
                # Repeated up to a power of two: ten statements in all, where a long import made one for every length.
                part += part[-1:] * ((1 << (len(part) - 1).bit_length()) - len(part))
                cursor.execute(f"{start} IN ({', '.join(['%s'] * len(part))})", part)
            yield from cursor.fetchall()


def run(sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    """The rows of one statement in our own words; values come as the driver gives them."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


def moment(stored: datetime) -> datetime:
    """A time as a raw statement gives it, aware: SQLite's are UTC, and do not say so."""
    return stored if stored.tzinfo is not None else stored.replace(tzinfo=UTC)


def stored_time(at: datetime) -> Any:
    """`at` as the database's driver takes it in a raw statement."""
    return stored_times()(at)


def stored_times() -> Callable[[datetime], Any]:
    """`stored_time` for many: which database this is, is looked up only once."""
    adapted, sqlite = connection.ops.adapt_datetimefield_value, connection.vendor == "sqlite"
    return lambda at: _without_zone(at) if sqlite and at.tzinfo is UTC else adapted(at)


@lru_cache(maxsize=64)
def _without_zone(at: datetime) -> str:
    """What Django would make of a time, in a fifth of the time; and all rows of a batch have the same."""
    return str(at.replace(tzinfo=None))


def _names(columns: Iterable[str]) -> str:
    return ", ".join(f'"{c}"' for c in columns)
