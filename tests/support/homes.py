"""Homes for tests: made once, copied for each test, on SQLite or PostgreSQL, in one process. With something in them, too.

Django's settings are made for one home and stay. A test's home takes that home's place where the settings name it,
and the database connection is made anew; what a process keeps of a home in caches is forgotten.
"""

from __future__ import annotations

import copy
import gc
import os
import shutil
import sqlite3
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from attrs import frozen

from support.postgres import Postgres

TEMPLATE = "parapet_template"
#: What was put into a home is put in anew after that long, and on another day: "today" stays today, and what waits has not waited long.
AGED = timedelta(minutes=4)


@frozen(eq=False)
class _Kept:
    """A home with something in it. `upon` is what it held before that."""

    what: str
    folder: Path
    name: str  # of its database, on PostgreSQL
    at: datetime
    told: Any
    counts: tuple[int, ...]
    upon: _Kept | None

    def has_aged(self) -> bool:
        now = datetime.now(UTC)
        return now - self.at > AGED or now.date() != self.at.date()

    def all_of_it(self) -> Iterator[_Kept]:
        """This, and what it is upon."""
        yield self
        if self.upon is not None:
            yield from self.upon.all_of_it()


def point_django_at(template: Path) -> None:
    """Start Django before tests are collected, for they import models. The home is only a folder and a key as yet."""
    for name in [name for name in os.environ if name.startswith(("PARAPET_", "DJANGO_"))]:
        del os.environ[name]
    os.environ["PARAPET_TIME_ZONE"] = "UTC"  # wherever the tests run, screens show the same times
    from parapet.evidence.keys import InstanceKey
    from parapet.settings.environment import Environment
    from parapet.settings.start import configure_for

    environment = Environment.read(template)
    environment.make_folders()
    InstanceKey.create(environment.key_file)
    configure_for(template)
    tempfile.tempdir = None  # the tests' own files have their own place
    from django.test.utils import setup_test_environment

    setup_test_environment()


class Homes:
    """All homes of a test session."""

    def __init__(self, template: Path) -> None:
        """`template` is what `point_django_at` was given."""
        self._template = template
        from parapet.actions.make_home import make_home

        make_home(template)
        close_connections()
        self._postgres_is_ready = False
        self._postgres: Postgres | None = None
        self._kept: dict[tuple[str, str], _Kept] = {}
        self._now: _Kept | None = None
        self._ended: dict[tuple[tuple[str, ...], str], _Kept | None] = {}

    @contextmanager
    def home(self, folder: Path, postgres: Postgres | None, *, like: tuple[str, ...] = ()) -> Iterator[Any]:
        """A fresh home at `folder`, which this process serves inside; yields its Environment.

        like  the file of the test and its fixtures: after another of the same it begins where these led that one's home
        """
        ended = (like, "sqlite" if postgres is None else "postgresql")
        begins = self._ended.get(ended) if like else None
        if begins is not None and any(each.has_aged() or self._kept.get(_by(each)) is not each for each in begins.all_of_it()):
            begins = None
        shutil.copytree(begins.folder if begins else self._template, folder)
        if postgres is None:
            with self._serving(folder, "") as environment:
                self._now = begins
                yield environment
                self._ended[ended] = self._now
            return
        self._prepare(postgres)
        name = f"t_{uuid.uuid4().hex}"
        postgres.create(name, template=begins.name if begins else TEMPLATE)
        try:
            with self._serving(folder, postgres.url(name)) as environment:
                self._now = begins
                yield environment
                self._ended[ended] = self._now
        finally:
            postgres.drop(name)

    def fill(self, environment: Any, what: str, put_in: Callable[[], Any]) -> Any:
        """What `put_in` puts into `environment`, the home that is served here; returns what that returned: names, no rows.

        It is called once, and the home it left copied for every test that asks for the same `what`: upon a fresh home, or upon what
        was filled in just before. A home that somebody has done something in since is filled as it is, and not kept.
        """
        for each in self._now.all_of_it() if self._now else ():
            if each.what == what:
                return copy.deepcopy(each.told)
        upon, counts = self._now, _counts()
        if counts != (upon.counts if upon else _FRESH):
            return put_in()
        by = (what, "postgresql" if environment.on_postgres else "sqlite")
        kept = self._kept.get(by)
        if kept is None or kept.upon is not upon or kept.has_aged():
            told = put_in()
            self._now = self._kept[by] = self._copied(environment, what, told, upon)
            return told
        close_connections()
        forget_caches()
        shutil.rmtree(environment.home)
        shutil.copytree(kept.folder, environment.home)
        if kept.name:
            self._server.drop(_database_of(environment))
            self._server.create(_database_of(environment), template=kept.name)
        self._now = kept
        return copy.deepcopy(kept.told)

    def _copied(self, environment: Any, what: str, told: object, upon: _Kept | None) -> _Kept:
        counts = _counts()
        close_connections()
        name = f"k_{uuid.uuid4().hex}" if environment.on_postgres else ""
        if name:
            self._server.create(name, template=_database_of(environment))
        folder = Path(tempfile.mkdtemp(dir=self._template.parent)) / "home"
        shutil.copytree(environment.home, folder)
        return _Kept(what, folder, name, datetime.now(UTC), copy.deepcopy(told), counts, upon)

    @property
    def _server(self) -> Postgres:
        assert self._postgres is not None
        return self._postgres

    def _prepare(self, postgres: Postgres) -> None:
        """Fill the template database, once: our tables and the work engine's."""
        self._postgres = postgres
        if self._postgres_is_ready:
            return
        postgres.create(TEMPLATE)
        with self._serving(self._template, postgres.url(TEMPLATE)) as environment:
            from parapet.actions.make_home import open_home
            from parapet.jobs import seats
            from parapet.jobs.engine import Engine

            open_home(environment.home)
            seat = seats.seat()
            seat.take()
            engine = Engine(seat)
            engine.start()
            engine.stop()
            seat.leave()
        self._postgres_is_ready = True

    @contextmanager
    def _serving(self, folder: Path, url: str) -> Iterator[Any]:
        self._now = None
        with serving(folder, url) as environment:
            yield environment


@contextmanager
def serving(folder: Path, url: str) -> Iterator[Any]:
    """The home at `folder`, with the database at `url` ("" for its SQLite), is the one that this process works with inside."""
    from django.db import connections
    from django.test.utils import override_settings

    from parapet.settings.environment import Environment

    before = {name: os.environ.get(name) for name in ("PARAPET_HOME", "PARAPET_DATABASE_URL", "DJANGO_SETTINGS_MODULE")}
    os.environ["PARAPET_HOME"] = str(folder)
    os.environ.pop("PARAPET_DATABASE_URL", None)
    if url:
        os.environ["PARAPET_DATABASE_URL"] = url
    environment = Environment.read()
    os.environ["DJANGO_SETTINGS_MODULE"] = environment.settings_module
    known = dict(connections.settings["default"])
    close_connections()
    connections.settings["default"] = connections.configure_settings({"default": environment.django_database()})["default"]
    forget_caches()
    try:
        with override_settings(
            ENVIRONMENT=environment,
            JOBS_FILE=str(environment.jobs_file),
            RUN_FOLDER=str(environment.run),
            FILE_UPLOAD_TEMP_DIR=str(environment.run),
        ):
            yield environment
    finally:
        close_connections()
        connections.settings["default"] = known
        forget_caches()
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _by(kept: _Kept) -> tuple[str, str]:
    return kept.what, "postgresql" if kept.name else "sqlite"


#: The counts of a home that was just made.
_FRESH = (0, 0, 0, 0)


def _counts() -> tuple[int, ...]:
    """Nearly all that is done in a home changes one of these: the log, who is there, what is promised, who is signed in."""
    from django.contrib.sessions.models import Session

    from parapet.jobs.models import OutboxEntry
    from parapet.records.models import LogHead, Person

    return (LogHead.objects.get(number=1).size, *(model.objects.count() for model in (Person, OutboxEntry, Session)))


def _database_of(environment: Any) -> str:
    return str(environment.django_database()["NAME"])


def close_connections() -> None:
    """Close this thread's connection and forget it, so that the next query makes one from the settings."""
    from django.db import connections

    connection = connections["default"]
    if connection.vendor == "sqlite" and connection.connection is not None and not connection.in_atomic_block:
        # All in one file, so that it can be copied.
        with connection.cursor() as cursor, suppress(sqlite3.Error):
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    del connections["default"]


def let_go() -> None:
    """This process works with the home no more: who has its keys open keeps them from being changed."""
    close_connections()
    forget_caches()
    gc.collect()


def forget_caches() -> None:
    """Forget what this process keeps of a home."""
    from django.contrib.contenttypes.models import ContentType

    from parapet.records import grants, keyring

    ContentType.objects.clear_cache()
    grants._told.clear()
    if keyring.keyring.cache_info().currsize and (lock := keyring.keyring().in_use) is not None:
        lock.release()  # the collector may have been told to leave what holds it alone
    keyring.keyring.cache_clear()
    keyring.vault.cache_clear()
