"""Make a home: folders, key, database, and the rows that everything stands on."""

from __future__ import annotations

from pathlib import Path

from parapet.domain.errors import HomeMissing, KeyMissing
from parapet.domain.errors import gettext_noop as _
from parapet.evidence.keys import InstanceKey
from parapet.settings.environment import Environment
from parapet.settings.start import configure_for


def make_home(home: Path | None = None) -> Environment:
    """A home at `home`, ready for use; one that is there already is brought up to date and otherwise left alone.

    Raises KeyMissing when there is a database but no key: a new key would open nothing of it.
    """
    environment = Environment.read(home)
    environment.make_folders()
    if not environment.key_file.exists():
        if environment.sqlite_file.exists() or any(environment.vault.iterdir()):
            raise KeyMissing(_("There is a vault here, but not its key."))
        InstanceKey.create(environment.key_file)
    configure_for(environment.home)
    _migrate()
    return environment


def open_home(home: Path | None = None) -> Environment:
    """Point this process at a home that is there, its database brought up to date. Raises HomeMissing."""
    environment = Environment.read(home)
    if not environment.key_file.exists() and not environment.sqlite_file.exists():
        raise HomeMissing(_("There is no home here."))
    configure_for(environment.home)
    _migrate()
    return environment


def _migrate() -> None:
    """Bring the database up to date; quick when it is."""
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", verbosity=0, interactive=False)
    _lay_foundations()


def _lay_foundations() -> None:
    from django.db import transaction

    from parapet.records.keyring import keyring
    from parapet.records.models import Advocate, LogHead
    from parapet.records.profiles import Profile, seal_profile

    with transaction.atomic():
        LogHead.objects.get_or_create(number=1)
        Advocate.objects.get_or_create(
            number=Advocate.UNMATCHED,
            defaults={
                "wrapped_key": keyring().new_advocate_key(Advocate.UNMATCHED),
                "sealed_profile": seal_profile(Profile(name=""), Advocate.UNMATCHED),
            },
        )
