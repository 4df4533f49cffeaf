"""Homes for tests: made once, copied for each test, on SQLite or PostgreSQL, in one process.

Django's settings are made for one home and stay. A test's home takes that home's place where the settings name it,
and the database connection is made anew; what a process keeps of a home in caches is forgotten.
"""

from __future__ import annotations

import gc
import os
import shutil
import sqlite3
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from support.postgres import Postgres

TEMPLATE = "parapet_template"


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

    @contextmanager
    def home(self, folder: Path, postgres: Postgres | None) -> Iterator[Any]:
        """A fresh home at `folder`, which this process serves inside; yields its Environment."""
        shutil.copytree(self._template, folder)
        name = f"t_{uuid.uuid4().hex}"
        if postgres is None:
            with self._serving(folder, "") as environment:
                yield environment
            return
        self._prepare(postgres)
        postgres.create(name, template=TEMPLATE)
        try:
            with self._serving(folder, postgres.url(name)) as environment:
                yield environment
        finally:
            postgres.drop(name)

    def _prepare(self, postgres: Postgres) -> None:
        """Fill the template database, once: our tables and the work engine's."""
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

    from parapet.records import keyring

    ContentType.objects.clear_cache()
    if keyring.keyring.cache_info().currsize and (lock := keyring.keyring().in_use) is not None:
        lock.release()  # the collector may have been told to leave what holds it alone
    keyring.keyring.cache_clear()
    keyring.vault.cache_clear()
