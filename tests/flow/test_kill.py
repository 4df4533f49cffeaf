"""`parapet import` is killed at any moment, or runs twice at once: nothing is lost, nothing is doubled."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flow.state import assert_same, check_whole, contents
from support import many
from support.homes import Homes, close_connections
from support.sample import ADVOCATES, SAMPLE
from support.terminal import parapet, started

MAILS = 250
KILLS = {"sqlite": 3, "postgresql": 2}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[str | Path]:
    """The words of the command: boxes that repeat each other's mail, edits of it, and an archive with the advocate's own posts."""
    folder = tmp_path_factory.mktemp("many")
    return [
        *many.write(folder, MAILS, files=3, shared=40),
        SAMPLE / "x" / "archive.zip",
        SAMPLE / "youtube",
        "--advocates",
        ADVOCATES,
    ]


@pytest.fixture(scope="module")
def undisturbed(
    files: list[str | Path], homes: Homes, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[dict[str, Any], int]]:
    """What a home holds after one import in peace, and how many leaves its log then has."""
    with homes.home(tmp_path_factory.mktemp("peace") / "home", None):
        close_connections()
        assert parapet("import", *files).status == 0
        check_whole()
        yield contents(), leaves()


def leaves() -> int:
    from parapet.records.models import LogHead

    return LogHead.objects.get(number=1).size


def killed(files: list[str | Path], when: int) -> bool:
    """Start the import, and kill it with all it started once the log has `when` leaves; False when it ended before."""
    process = started(["import", *files])
    while leaves() < when and process.poll() is None:
        time.sleep(0.02)
    time.sleep(random.SystemRandom().uniform(0, 0.02))
    alive = process.poll() is None
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    return alive


def come_through(files: list[str | Path], undisturbed: tuple[dict[str, Any], int], kills: int) -> bool:
    """False when every kill came after the end of the import."""
    held, total = undisturbed
    hit = 0
    for number in range(kills):
        now = leaves()
        more = random.SystemRandom().randrange(1, max(2, (total - now) * 2 // 3)) if number else 1
        hit += killed(files, now + more)
    done = parapet("import", *files, "--json")
    assert done.status == 0, done.err
    assert done.json["found"] == done.json["new"] + done.json["already_there"]
    check_whole()
    assert_same(contents(), held)
    return hit > 0


@pytest.mark.slow
@pytest.mark.both_databases
def test_an_import_killed_at_any_moment_and_run_again_ends_as_if_nothing_had_been(
    files: list[str | Path],
    undisturbed: tuple[dict[str, Any], int],
    homes: Homes,
    database: str,
    tmp_path: Path,
    request: pytest.FixtureRequest,
) -> None:
    server = request.getfixturevalue("postgres") if database == "postgresql" else None
    for number in range(20):  # a fresh home, should the machine have looked away until the import was over
        with homes.home(tmp_path / f"home-{number}", server):
            close_connections()
            if come_through(files, undisturbed, KILLS[database]):
                return
    raise AssertionError("no kill came in time")


@pytest.mark.slow
@pytest.mark.both_databases
def test_two_imports_at_once_of_the_same_files_lose_and_double_nothing(
    files: list[str | Path], undisturbed: tuple[dict[str, Any], int], home: Any
) -> None:
    first, *others = files[:3]
    both = [started(["import", *order, *files[3:]]) for order in ([first, *others], [*others, first])]
    assert [process.wait(900) for process in both] == [0, 0]
    check_whole()
    assert_same(contents(), undisturbed[0])
