"""Killed at any moment of any work, with -9: log, database and vault always agree, and nothing that was done is lost.

One home goes through all of it: each process takes up what the killed one left.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support import busy, many
from support.homes import let_go
from support.sample import ADVOCATES
from support.terminal import surroundings

KILLS = {"sqlite": 8, "postgresql": 6}
#: Before a kill, at most; what is killed is the next.
MOST_THINGS = 8
SOAK_KILLS = {"sqlite": 200, "postgresql": 200}


class Workshop:
    """What starts workers, and looks at what they left."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.process = subprocess.Popen(
            [sys.executable, busy.__file__, str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=surroundings(),
        )

    def _say(self, line: str) -> str:
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        return self.process.stdout.readline()

    def killed_worker(self, seed: int, things: int, then_s: float) -> None:
        """Start a worker, and kill it that long after it did so many things."""
        assert self.process.stdout is not None
        wanted = self.notes() + 1 + things
        pid = int(self._say(f"work {seed}"))
        until = time.monotonic() + 600
        while self.notes() < wanted:
            assert time.monotonic() < until and not self._trouble(), self._trouble() or "the worker does not get on"
            time.sleep(0.005)
        time.sleep(then_s)
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        assert self.process.stdout.readline() == "ended\n"
        assert not self._trouble(), self._trouble()

    def faults(self) -> list[str]:
        found: list[str] = json.loads(self._say("check"))
        return [*found, *filter(None, [self._trouble()])]

    def notes(self, did: str = "") -> int:
        """How many things were done, or how many of one kind."""
        path = self.folder / "notes"
        lines = path.read_text().splitlines() if path.exists() else []
        return sum(f'"{did}' in line for line in lines)

    def _trouble(self) -> str:
        path = self.folder / "trouble"
        return path.read_text() if path.exists() else ""

    def close(self) -> None:
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.close()
        self.process.wait(60)
        self.process.stdout.close()


@pytest.fixture
def workshop(home: Any, tmp_path: Path) -> Iterator[Workshop]:
    from parapet.actions.import_paths import import_paths
    from parapet.actions.welcome import owner

    folder = tmp_path / "work"
    folder.mkdir()
    import_paths([*many.write(tmp_path / "boxes", 30, files=1)], advocates=ADVOCATES, person=owner(), role="advocate")
    let_go()
    made = Workshop(folder)
    yield made
    made.close()


def come_through(workshop: Workshop, kills: int) -> None:
    seed = random.SystemRandom().randrange(10**6)
    dice = random.Random(seed)
    for number in range(kills):
        workshop.killed_worker(dice.randrange(10**9), dice.randrange(MOST_THINGS), dice.uniform(0.0, 0.4))
        assert workshop.faults() == [], f"after kill {number + 1} with seed {seed}"
    print(f"{workshop.notes() - kills} things were done, and {kills} processes died of it")


@pytest.mark.slow
@pytest.mark.both_databases
def test_whatever_was_being_done_when_it_died_all_agrees(workshop: Workshop, database: str) -> None:
    come_through(workshop, KILLS[database])


@pytest.mark.soak
@pytest.mark.timeout(14_400)
@pytest.mark.both_databases
def test_two_hundred_deaths(workshop: Workshop, database: str) -> None:
    come_through(workshop, SOAK_KILLS[database])


@pytest.mark.parametrize(
    "sql",
    [
        'DELETE FROM "records_version" WHERE number = (SELECT MAX(number) FROM "records_version")',
        'DELETE FROM "records_logentry" WHERE "index" = 3',
        'UPDATE "records_logentry" SET leaf_hash = (SELECT leaf_hash FROM "records_logentry" WHERE "index" = 4) WHERE "index" = 3',
        'UPDATE "records_loghead" SET size = size + 1',
        'DELETE FROM "records_checkpoint"',
    ],
)
def test_who_looks_would_see_what_does_not_agree(home: Any, tmp_path: Path, sql: str) -> None:
    """Or nothing above would mean anything."""
    from django.db import connection
    from support import agree

    from parapet.actions.import_paths import import_paths
    from parapet.actions.sign_checkpoint import sign_checkpoint

    import_paths(many.write(tmp_path / "boxes", 10, files=1), advocates=ADVOCATES)
    signed = sign_checkpoint()
    assert signed is not None
    size, root = agree.head()
    (tmp_path / "notes").write_text(json.dumps({"did": "sign", "size": size, "root": root, "checkpoint": signed.note}) + "\n")
    assert agree.faults(tmp_path) == []
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA foreign_keys=OFF")
        cursor.execute(sql)
    assert agree.faults(tmp_path) != []
