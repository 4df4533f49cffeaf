"""The rows of this home at one moment, for a backup and a check; and back into an empty database.

Rows travel in one form whatever the database (`evidence/rowstream.py`), so that what was kept from one can go into the other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from django.apps import apps
from django.db import connection, models, transaction

from parapet.domain.errors import BackupBroken
from parapet.domain.errors import gettext_noop as _
from parapet.evidence.log import Frontier, root_of
from parapet.evidence.rowstream import Batch, Table
from parapet.records.bulk import moment
from parapet.records.models import LogEntry, LogHead, Source, Version

#: Whose tables are ours. Django's own hold permissions that nobody uses, and sessions: a restored home asks everybody to sign in.
APPS = ("jobs", "records")
#: Ways in that would work again in a restored home, though they were used since.
LEFT_OUT = ("LoginLink",)
_ROWS_AT_ONCE = 500
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_Row = TypeVar("_Row", bound=models.Model)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_KINDS = {"DateTimeField": "time", "BooleanField": "truth", "JSONField": "json", "BinaryField": "bytes"}


@contextmanager
def one_moment() -> Iterator[None]:
    """What is read inside is all of one moment, while others go on writing. Nothing can be written inside."""
    begin = "BEGIN" if connection.vendor == "sqlite" else "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
    with connection.cursor() as cursor:
        # Not `atomic`, which on SQLite takes the writers' lock.
        cursor.execute(begin)
        try:
            cursor.execute(f'SELECT COUNT(*) FROM "{LogHead._meta.db_table}"')  # noqa: S608 - our own table. The moment begins with the first look
            yield
        finally:
            cursor.execute("ROLLBACK")


def kept_models() -> list[type[models.Model]]:
    """Every table that a backup holds, in the order of their names."""
    ours = (model for app in APPS for model in apps.get_app_config(app).get_models())
    return sorted((m for m in ours if m.__name__ not in LEFT_OUT), key=lambda m: m._meta.db_table)


def packs_named() -> list[bytes]:
    """The names of all packs that rows refer to, sorted: 16 bytes each, for there may be a million."""
    names = set(map(bytes.fromhex, Source.objects.exclude(pack="").values_list("pack", flat=True)))
    names.update(map(bytes.fromhex, Version.objects.values_list("pack", flat=True).distinct()))
    return sorted(names)


def migrations() -> tuple[tuple[str, str], ...]:
    """The newest migration of each of our apps: the form in which the rows are."""
    from django.db.migrations.loader import MigrationLoader

    graph = MigrationLoader(connection).graph
    return tuple(sorted(node for app in APPS for node in graph.leaf_nodes(app)))


def all_rows() -> Iterator[tuple[Table, Iterator[list[list[Any]]]]]:
    """Every table with its rows, some at a time. Within `one_moment`."""
    for model in kept_models():
        fields = model._meta.concrete_fields
        table = Table(
            model._meta.db_table,
            tuple(str(f.column) for f in fields),
            tuple(_KINDS.get(f.get_internal_type(), "plain") for f in fields),
        )
        yield table, _rows(model, table)


def _rows(model: type[models.Model], table: Table) -> Iterator[list[list[Any]]]:
    key = model._meta.pk
    assert key is not None
    at = table.columns.index(key.column)
    names = ", ".join(f'"{c}"' for c in table.columns)
    start = f'SELECT {names} FROM "{table.name}"'  # noqa: S608 - names of our own columns
    end = f' ORDER BY "{key.column}" LIMIT {_ROWS_AT_ONCE}'
    last: Any = None
    while True:
        with connection.cursor() as cursor:
            if last is None:
                cursor.execute(start + end)
            else:
                cursor.execute(f'{start} WHERE "{key.column}" > %s{end}', [last])
            found = cursor.fetchall()
        if not found:
            return
        last = found[-1][at]
        yield [[_out(value, kind) for value, kind in zip(row, table.kinds, strict=True)] for row in found]


def _out(value: Any, kind: str) -> Any:
    """A value as the driver gives it, in the form that travels."""
    if value is None or kind == "plain":
        return value
    if kind == "bytes":
        return bytes(value)
    if kind == "truth":
        return bool(value)
    if kind == "json":
        return str(value)
    at = datetime.fromisoformat(value) if isinstance(value, str) else value
    return (moment(at) - _EPOCH) // timedelta(microseconds=1)


def _into(value: Any, kind: str) -> Any:
    """The inverse of `_out`, for this database's driver."""
    if value is not None and kind == "time":
        return connection.ops.adapt_datetimefield_value(_EPOCH + timedelta(microseconds=value))
    return value


def make_tables(state: tuple[tuple[str, str], ...]) -> None:
    """Make our tables as they were at `state`. Raises BackupBroken when this program does not know it."""
    from parapet.records import tables

    known = tables.executor().loader.graph.nodes
    if {app for app, _name in state} != set(APPS) or any(node not in known for node in state):
        raise BackupBroken(_("This backup was made by a newer Parapet: install that one first."))
    tables.migrate(list(state))


def is_empty() -> bool:
    """True when this database has no rows of ours."""
    there = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        for model in kept_models():
            if model._meta.db_table in there:
                cursor.execute(f'SELECT 1 FROM "{model._meta.db_table}" LIMIT 1')  # noqa: S608 - our own table
                if cursor.fetchone():
                    return False
    return True


def load(batches: Iterable[Batch], *, size: int, root: bytes) -> None:
    """Fill empty tables in one transaction, which is undone unless the log then has `size` leaves and this `root`.

    Raises BackupBroken.
    """
    with transaction.atomic():
        for table, rows in batches:
            _insert(table, rows)
        if not holds(size, root):
            raise BackupBroken(_("The log in the backup does not have the root that was signed."))


def holds(size: int, root: bytes) -> bool:
    """True when the log here has `size` leaves which give `root`, counted anew, and its head says the same."""
    head = LogHead.objects.filter(number=1).first()
    if head is None or head.size != size:
        return False
    stored = Frontier.from_bytes(bytes(head.frontier)).root() if head.frontier else Frontier().root()
    return stored == root == root_of(leaf_hashes())


def in_pages(rows: models.QuerySet[_Row], at_once: int = _ROWS_AT_ONCE) -> Iterator[list[_Row]]:
    """All of `rows` in the order of their primary key, some at a time, with no cursor left open in between."""
    last: Any = None
    while page := list((rows if last is None else rows.filter(pk__gt=last)).order_by("pk")[:at_once]):
        last = page[-1].pk
        yield page


def leaf_hashes() -> Iterator[bytes]:
    """The hash of every leaf in the log's order."""
    last = -1
    while rows := list(LogEntry.objects.filter(index__gt=last).order_by("index").values_list("index", "leaf_hash")[:5_000]):
        last = rows[-1][0]
        yield from (bytes(hashed) for _index, hashed in rows)


def _insert(table: Table, rows: list[list[Any]]) -> None:
    names = ", ".join(f'"{c}"' for c in table.columns)
    marks = ", ".join(["%s"] * len(table.columns))
    if not all(_NAME.fullmatch(name) for name in (table.name, *table.columns)):
        raise BackupBroken(_("The rows in the backup are not of the form that this Parapet reads."))
    with connection.cursor() as cursor:
        cursor.executemany(
            f'INSERT INTO "{table.name}" ({names}) VALUES ({marks})',  # noqa: S608 - names of our own, from a signed backup
            [[_into(value, kind) for value, kind in zip(row, table.kinds, strict=True)] for row in rows],
        )


def go_on_counting() -> None:
    """Let PostgreSQL's sequences go on after the numbers that were loaded."""
    from django.core.management.color import no_style

    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), kept_models()):
            cursor.execute(statement)
