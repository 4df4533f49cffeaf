"""The computer's clock is set back while a home is in use: the log's order stays, bags verify, and both say what happened."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flow.conftest import Team
from support import many
from support.clock import clock_wrong_by
from support.homes import close_connections
from support.sample import ADVOCATES
from support.terminal import parapet

HOUR = 3_600


def steps() -> list[int]:
    """By how many seconds the log says its clock went back, each time."""
    from parapet.access import opening
    from parapet.evidence.canonical import read_leaf
    from parapet.records.models import Advocate, LogEntry

    nobody = opening.locker_of(Advocate.objects.get(number=Advocate.UNMATCHED))
    entries = LogEntry.objects.filter(kind="clock").order_by("index")
    return [read_leaf(opening.leaf_bytes(entry, nobody))["details"]["seconds_back"] for entry in entries]


def sound_bag(out: Path, **clock: str) -> dict[str, Any]:
    """Export everything; what the check of the bag says as JSON, having found it sound."""
    said = parapet("export", "--all", "-o", out, **clock)
    assert said.status == 0, said.err
    bag = max(out.iterdir(), key=lambda p: p.stat().st_ino)
    told = parapet("verify", bag, "--json")
    assert told.status == 0, told.out
    return told.json


@pytest.mark.slow
@pytest.mark.both_databases
def test_a_clock_set_back_an_hour_is_told_and_bags_verify(home: Any, tmp_path: Path) -> None:
    first, second = many.write(tmp_path / "boxes", 20, files=1)
    close_connections()
    assert parapet("import", first, "--advocates", ADVOCATES).status == 0
    ahead = sound_bag(tmp_path / "before")
    assert "clock_set_back" not in ahead["facts"]
    back = clock_wrong_by(-HOUR)
    said = parapet("import", second, **back)
    assert said.status == 0, said.err
    [told] = steps()
    assert HOUR - 120 <= told <= HOUR + 120
    bag = sound_bag(tmp_path / "after", **back)
    assert (bag["facts"]["clock_set_back"], bag["facts"]["clock_seconds_back"]) == (1, told)
    assert any(f"{told} seconds" in line for line in bag["not_proven"])
    assert steps() == [told], "one step is told once"
    assert parapet("check").status == 0
    # Set right again: time goes on, and there is nothing more to tell.
    assert parapet("import", first).status == 0
    assert sound_bag(tmp_path / "right")["facts"]["clock_set_back"] == 1
    assert parapet("check").status == 0


@pytest.mark.slow
def test_a_clock_that_was_years_ahead_and_is_set_right(home: Any, tmp_path: Path) -> None:
    """Nothing waits for 2031: neither entries nor bags keep a time that was never true."""
    first, second = many.write(tmp_path / "boxes", 10, files=1)
    close_connections()
    ahead = clock_wrong_by(5 * 365 * 86_400)
    assert parapet("import", first, "--advocates", ADVOCATES, **ahead).status == 0
    assert parapet("import", second).status == 0
    told = sound_bag(tmp_path / "out")
    assert told["facts"]["exported"][:4] == str(datetime.now(UTC).year)
    assert sum(steps()) > 4 * 365 * 86_400
    assert parapet("check").status == 0


@pytest.mark.both_databases
def test_workers_a_minute_apart_make_no_step_and_two_steps_are_two(team: Team, tmp_path: Path) -> None:
    from django.db import transaction

    from parapet.access.cases import held_case
    from parapet.actions.case_events import log_case_event
    from parapet.actions.open_case import open_case
    from parapet.domain.rights import Right

    case = held_case(team.advocate, open_case(team.advocate, team.advocate_id, "A case", []), Right.READ)
    now = datetime.now(UTC) + timedelta(seconds=5)

    def at(seconds: int) -> None:
        with transaction.atomic():
            log_case_event(case, "case_add", person=team.advocate, now=now + timedelta(seconds=seconds))

    at(0)
    at(-60)
    assert steps() == []
    at(-600)
    assert steps() == [600]
    at(-500)
    at(-7_700)
    assert steps() == [600, 7_200]


def test_the_next_backup_is_the_newest_though_the_clock_went_back(home: Any, tmp_path: Path) -> None:
    from parapet.evidence.shelf import Shelf

    close_connections()
    shelf = tmp_path / "backups"
    assert parapet("backup", shelf).status == 0
    [first] = Shelf(shelf).ids()
    assert parapet("backup", shelf, **clock_wrong_by(-HOUR)).status == 0
    one, other = Shelf(shelf).ids()
    assert one == first < other
