"""Make a home: folders, key, database, and the rows that everything stands on."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from parapet.domain.errors import HomeBusy, HomeMissing, HomeUnwritable, KeyMissing, reason_of
from parapet.domain.errors import gettext_noop as _
from parapet.evidence.keys import InstanceKey
from parapet.settings.environment import Environment
from parapet.settings.start import configure_for, refuse_unfinished

#: Of our advisory locks on PostgreSQL, the one of who changes the tables.
_MIGRATING = 0x4D6967


def make_home(home: Path | None = None) -> Environment:
    """A home at `home`, ready for use; one that is there already is brought up to date and otherwise left alone.

    Raises KeyMissing when there is a database but no key: a new key would open nothing of it.
    """
    environment = Environment.read(home)
    refuse_unfinished(environment)
    environment.make_folders()
    with one_at_a_time(environment):
        if not environment.key_file.exists():
            if environment.sqlite_file.exists() or any(environment.vault.iterdir()):
                raise KeyMissing(_("There is a vault here, but not its key."))
            InstanceKey.create(environment.key_file)
        configure_for(environment.home)
        bring_up_to_date()
    return environment


def open_home(home: Path | None = None, *, settled: bool = True) -> Environment:
    """Point this process at a home that is there, its database brought up to date. Raises HomeMissing.

    settled  go on with a change of the keys that did not come to its end
    """
    environment = Environment.read(home)
    refuse_unfinished(environment)
    if not environment.key_file.exists() and not environment.sqlite_file.exists():
        raise HomeMissing(_("There is no home here."))
    configure_for(environment.home)
    with one_at_a_time(environment):
        bring_up_to_date(settled=settled)
    return environment


@contextmanager
def one_at_a_time(environment: Environment) -> Iterator[None]:
    """Of two commands that begin at the same moment, one makes the home, and the other finds it made."""
    try:
        file = os.open(environment.run / "making.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    except OSError as error:
        raise HomeUnwritable(_("The home cannot be written (%(reason)s)."), reason=reason_of(error)) from error
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
    finally:
        os.close(file)


def bring_up_to_date(*, settled: bool = True) -> None:
    """Bring the database up to date, and a change of the keys to its end; quick when that was done."""
    from django.db import connection

    from parapet.records import tables
    from parapet.records.keyring import keyring

    if tables.are_behind():
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":  # another machine may be at it: hers is another folder, and another lock
                cursor.execute("SELECT pg_advisory_lock(%s)", [_MIGRATING])
            try:
                if tables.are_behind():
                    tables.bring_up_to_date()
            finally:
                if connection.vendor == "postgresql":
                    cursor.execute("SELECT pg_advisory_unlock(%s)", [_MIGRATING])
    _lay_foundations()
    if settled and keyring().instance.unsettled:
        from parapet.actions.rotate_keys import settle  # with all that judges, which most commands do without

        # While others work with the home it waits: what was locked before opens until it is done.
        with suppress(HomeBusy):
            settle()


def _lay_foundations() -> None:
    from django.db import transaction

    from parapet.records.keyring import keyring
    from parapet.records.models import Advocate, LogHead
    from parapet.records.profiles import Profile, seal_profile

    with transaction.atomic():
        LogHead.objects.get_or_create(number=1)
        unmatched, _made = Advocate.objects.get_or_create(
            number=Advocate.UNMATCHED,
            defaults={
                "wrapped_key": keyring().new_advocate_key(Advocate.UNMATCHED),
                "sealed_profile": seal_profile(Profile(name=""), Advocate.UNMATCHED),
            },
        )
    # With another key nothing here would be believed, and the home would seem empty: say at once that it is the wrong one.
    keyring().advocate(unmatched.number, bytes(unmatched.wrapped_key))
