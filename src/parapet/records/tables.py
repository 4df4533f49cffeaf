"""Make and change our tables: each migration whole, together with the row that says that it was done.

Django notes some migrations in a transaction of their own, after that of the tables. A process that dies in between, or finds no
room, would leave tables that the next start makes again, and fails at, for ever.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management.sql import emit_post_migrate_signal
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor

Node = tuple[str, str]


class _Whole(MigrationExecutor):
    def apply_migration(self, *given: Any, **named: Any) -> Any:
        with _one_transaction():
            return super().apply_migration(*given, **named)


def executor() -> MigrationExecutor:
    """Knows the migrations, and which of them were done."""
    return _Whole(connection)


def newest() -> list[Node]:
    """The migrations after which the tables are up to date."""
    return list(executor().loader.graph.leaf_nodes())


def are_behind() -> bool:
    """True when there is something to do."""
    found = executor()
    return bool(found.migration_plan(found.loader.graph.leaf_nodes()))


def migrate(nodes: list[Node]) -> None:
    """Bring the tables to `nodes`. Killed anywhere, the next call goes on."""
    executor().migrate(nodes)


def bring_up_to_date() -> None:
    """To the newest, with what Django keeps about its models."""
    migrate(newest())
    emit_post_migrate_signal(verbosity=0, interactive=False, db=connection.alias)


@contextmanager
def _one_transaction() -> Iterator[None]:
    """On SQLite, tables can be changed only while foreign keys are not looked at, and that can be set only outside of one."""
    looks = connection.vendor == "sqlite" and not connection.in_atomic_block and connection.disable_constraint_checking()
    try:
        with transaction.atomic():
            yield
    finally:
        if looks:
            connection.enable_constraint_checking()
