"""Fixtures for every test.

def test_something(home): ...                    a fresh home on SQLite; `home` is its Environment
@pytest.mark.both_databases                      the same test on SQLite and on PostgreSQL
def test_something(home, database): ...          `database` says which: "sqlite" or "postgresql"
"""

from __future__ import annotations

import gc
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from hypothesis import HealthCheck, settings
from support.dovecot import Dovecot, dovecot
from support.homes import Homes, point_django_at
from support.network import loopback_only
from support.postgres import Postgres

if TYPE_CHECKING:
    from parapet.settings.environment import Environment


# How long an example takes is the machine's affair.
settings.register_profile("parapet", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("parapet")

TEMPLATE = Path(tempfile.mkdtemp(prefix="parapet-tests-")) / "home"


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "both_databases: run on SQLite and on PostgreSQL")
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # begun in the background: what is begun here would never hear Ctrl+C
        signal.signal(signal.SIGINT, signal.default_int_handler)
    gc.disable()  # until all tests are loaded: nearly nothing of what comes goes again
    point_django_at(TEMPLATE)


def pytest_unconfigure() -> None:
    shutil.rmtree(TEMPLATE.parent, ignore_errors=True)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if metafunc.definition.get_closest_marker("both_databases"):
        metafunc.parametrize("database", ["sqlite", "postgresql"], indirect=True)


#: Where tests are long: processes, browsers, whole homes.
LONG = ("flow", "docs", "wheel", "browser", "jobs", "web")


@pytest.hookimpl(trylast=True)  # what is left out is left out by then
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Each process begins with its share of the long files, the slow ones first: what is left to the end, when one takes from another,
    is short. A file's tests stay together: what they share is made once."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    rooms = Path(__file__).parent

    def is_long(path: Path) -> bool:
        return path in slow or path.relative_to(rooms).parts[0] in LONG

    files: dict[Path, list[pytest.Item]] = {}
    for item in items:
        files.setdefault(item.path, []).append(item)
    processes = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    shares: list[list[pytest.Item]] = [[] for _ in range(processes)]
    for n, path in enumerate(sorted(filter(is_long, files), key=lambda path: path not in slow)):
        share = shares[n % processes] if path in slow else min(shares, key=len)
        share += files.pop(path)
    short = [item for each in files.values() for item in each]
    for n, share in enumerate(shares):  # of the same size: so pytest-xdist cuts the list
        missing = max(0, (len(items) - sum(map(len, shares[:n]))) // (processes - n) - len(share))
        share += short[:missing]
        del short[:missing]
    items[:] = [item for share in shares for item in share] + short


def pytest_collection_finish() -> None:
    """What was loaded for thousands of tests stays to the end: the collector need not go through it over and over."""
    gc.collect()
    gc.freeze()
    gc.enable()


@pytest.fixture(scope="session", autouse=True)
def no_network() -> Iterator[None]:
    """Nothing beyond the loopback, in any test."""
    with loopback_only():
        yield


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server. Where it cannot start, the tests that need it fail and say what to type."""
    server = Postgres()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def one_mail_server() -> Iterator[Dovecot]:
    with dovecot() as running:
        yield running


@pytest.fixture
def mail_server(one_mail_server: Dovecot) -> Dovecot:
    """A real mail server, Dovecot; it runs, also where the test before stopped it."""
    if one_mail_server.running is None:
        one_mail_server.start()
    return one_mail_server


@pytest.fixture(autouse=True)
def own_language() -> Iterator[None]:
    """What one test speaks, the next does not: Django remembers the language of the thread's last visitor."""
    yield
    from django.utils import translation

    translation.deactivate()


@pytest.fixture(scope="session", autouse=True)
def django_test_environment() -> None:
    """In place of pytest-django's, where that is installed: Django is set up already, for a home."""


@pytest.fixture(scope="session")
def homes(request: pytest.FixtureRequest) -> Homes:
    """Makes homes; the first one is migrated here, and the others are copies."""
    if request.config.pluginmanager.hasplugin("django"):
        request.getfixturevalue("django_db_blocker").unblock()
    return Homes(TEMPLATE)


@pytest.fixture
def database(request: pytest.FixtureRequest) -> str:
    return str(getattr(request, "param", "sqlite"))


@pytest.fixture
def home(request: pytest.FixtureRequest, homes: Homes, tmp_path: Path, database: str) -> Iterator[Environment]:
    """A fresh home with its key and a migrated database. This process serves it, and children that are started too."""
    server = request.getfixturevalue("postgres") if database == "postgresql" else None
    with homes.home(tmp_path / "home", server, like=(request.node.parent.nodeid, *request.fixturenames)) as environment:
        yield environment


@pytest.fixture
def once(home: Environment, homes: Homes) -> Callable[[str, Callable[[], Any]], Any]:
    """`once(what, put_in)`: what `put_in` puts into the home, done for the first test that asks and copied for the others."""
    return partial(homes.fill, home)
