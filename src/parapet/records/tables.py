"""Make and change our tables: each migration whole, together with the row that says that it was done.

Django notes some migrations in a transaction of their own, after that of the tables. A process that dies in between, or finds no
room, would leave tables that the next start makes again, and fails at, for ever.

A database with nothing in it gets its tables as they are today, at once: going through every state they ever had took a new home
several seconds, and a restored one as many. That both ways lead to the same tables is held by tests/flow/test_migrations.py.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import apps
from django.core.management.sql import emit_post_migrate_signal
from django.db import connection, transaction
from django.db.migrations import Migration, RunSQL
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

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
    """True when there is something to do. Every command asks: where each file was done, none of them is read."""
    if _by_name() <= MigrationRecorder(connection).applied_migrations().keys():
        return False
    found = executor()
    return bool(found.migration_plan(found.loader.graph.leaf_nodes()))


def _by_name() -> set[Node]:
    """The migrations that there are, by the names of their files."""
    found: set[Node] = set()
    for config in apps.get_app_configs():
        name, _own = MigrationLoader.migrations_module(config.label)
        if name is None or find_spec(name) is None:
            continue  # an app without tables
        package = import_module(name)
        found |= {(config.label, each.name) for each in pkgutil.iter_modules(package.__path__) if each.name[0] not in "_~"}
    return found


def migrate(nodes: list[Node]) -> None:
    """Bring the tables to `nodes`. Killed anywhere, the next call goes on."""
    found = executor()
    if set(nodes) <= set(found.loader.graph.leaf_nodes()) and not connection.introspection.table_names():
        _make(found, nodes)
    else:
        found.migrate(nodes)


def _make(found: MigrationExecutor, newest: list[Node]) -> None:
    """The tables as they are after the last migrations, in a database that has none. What changes rows has nothing to change."""
    plan: list[Migration] = [migration for migration, _back in found.migration_plan(newest)]
    state = found.loader.project_state(newest)
    with _one_transaction():
        found.recorder.ensure_schema()
        with connection.schema_editor(atomic=True) as editor:
            for model in state.apps.get_models():
                editor.create_model(model)
        # After the indexes of the models: of two that would do, SQLite takes the one that was made last, which is to be the narrower.
        with connection.schema_editor(atomic=True) as editor:
            for migration in plan:
                for step in migration.operations:
                    if isinstance(step, RunSQL):  # what models cannot say: they know of no index that looks at one bit
                        step.database_forwards(migration.app_label, editor, state, state)
        for migration in plan:
            found.recorder.record_applied(migration.app_label, migration.name)


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
