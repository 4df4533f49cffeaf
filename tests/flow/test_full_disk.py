"""The disk is full: one sentence, nothing lost, and the same command goes on once there is room."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from flow.state import check_whole, contents
from support import many
from support.homes import close_connections
from support.limits import files_up_to
from support.sample import ADVOCATES
from support.terminal import parapet

from parapet.domain.errors import HomeUnwritable

HELD = 120


@pytest.fixture
def boxes(tmp_path: Path) -> list[Path]:
    return many.write(tmp_path / "boxes", HELD, files=2, shared=5)


#: Bytes that a file may have: hardly any, and enough to begin with.
@pytest.mark.parametrize("room", [400_000, 880_000])
def test_an_import_that_meets_a_full_disk_says_so_and_goes_on_later(home: Any, boxes: list[Path], room: int) -> None:
    from parapet.actions.import_paths import import_paths

    close_connections()
    limit = files_up_to(room)
    said = parapet("import", *boxes, "--advocates", ADVOCATES, before=limit)
    assert HomeUnwritable.code in said.calm()
    again = parapet("import", *boxes, "--advocates", ADVOCATES, before=limit)
    assert HomeUnwritable.code in again.calm(), "and again, as long as there is no room"
    done = parapet("import", *boxes, "--advocates", ADVOCATES, "--json")
    assert done.status == 0, done.err
    assert done.json["found"] == done.json["new"] + done.json["already_there"]
    assert done.json["not_judged"] == 0
    check_whole()
    held = contents()["items"]
    assert len(held) == HELD
    assert sum(line[9] == "2" for line in held) == HELD // 10
    before = contents()
    import_paths(boxes, advocates=ADVOCATES)
    assert contents() == before


def test_a_full_disk_at_export_leaves_no_half_bag(home: Any, boxes: list[Path], tmp_path: Path) -> None:
    assert parapet("import", boxes[0], "--advocates", ADVOCATES).status == 0
    out, whole = tmp_path / "out", tmp_path / "whole"
    close_connections()
    assert parapet("export", "--all", "-o", whole).status == 0
    [bag] = whole.iterdir()
    assert parapet("verify", bag).status == 0
    room = max(p.stat().st_size for p in bag.rglob("*") if p.is_file()) - 70_000
    said = parapet("export", "--all", "-o", out, before=files_up_to(room))
    assert HomeUnwritable.code in said.calm()
    assert list(out.iterdir() if out.exists() else []) == []
