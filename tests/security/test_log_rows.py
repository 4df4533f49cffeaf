"""Who writes the database without the key changes what stands beside an entry of the log: every change is found, and named."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from parapet.domain.errors import LogBroken

pytestmark = pytest.mark.both_databases

CHANGES: dict[str, Any] = {
    "kind": "search",
    "at": datetime(2020, 1, 1, tzinfo=UTC),
    "advocate_number": 1,
    "item_number": None,
    "case_number": 7,
    "person_number": 8,
    "leaf_hash": b"h" * 32,
    "mac": b"",
    "index": 9_999_999,
}


@pytest.fixture
def case(cast: Any) -> str:
    from parapet.access.items import opened
    from parapet.actions.open_case import open_case

    case = open_case(cast.owner, cast.advocate_id, "All of it", list(cast.items.values()))
    opened(cast.owner, cast.items["grave"], why="read")
    return case


def a_look() -> Any:
    from parapet.records.models import LogEntry

    return LogEntry.objects.filter(kind="view").latest("index")


@pytest.mark.parametrize("column", CHANGES)
def test_a_column_changed_by_hand_is_named_by_export_and_check(cast: Any, case: str, tmp_path: Path, column: str) -> None:
    from parapet.actions.check_home import check_home
    from parapet.actions.export_bag import export_bag
    from parapet.actions.make_dossier import make_dossier
    from parapet.records.models import LogEntry

    assert check_home().faults == []
    index = a_look().index
    LogEntry.objects.filter(index=index).update(**{column: CHANGES[column]})
    for papers in (lambda: export_bag(cast.owner, case, "en", tmp_path), lambda: make_dossier(cast.owner, case, "en")):
        with pytest.raises(LogBroken, match=rf"Entry {index} of the log is (not as it was written|missing)\."):
            papers()
    assert not list(tmp_path.glob("cas_*"))
    found = {(fault.code, fault.about) for fault in check_home().faults}
    assert found & {("log_row", str(index)), ("log_gap", str(index))}, found


def test_the_row_of_another_entry_put_in_its_place_is_no_row(cast: Any, case: str, tmp_path: Path) -> None:
    """Not even with the other's own code: that is bound to its place."""
    from parapet.actions.export_bag import export_bag
    from parapet.records.models import LogEntry

    look = a_look()
    other = LogEntry.objects.filter(kind="assess").latest("index")
    columns = {"kind": other.kind, "at": other.at, "item_number": other.item_number, "person_number": None, "mac": other.mac}
    LogEntry.objects.filter(index=look.index).update(**columns)
    with pytest.raises(LogBroken, match=str(look.index)):
        export_bag(cast.owner, case, "en", tmp_path)


def test_an_entry_taken_out_is_named(cast: Any, case: str, tmp_path: Path) -> None:
    from parapet.actions.check_home import check_home
    from parapet.actions.export_bag import export_bag

    index = a_look().index
    a_look().delete()
    with pytest.raises(LogBroken, match=f"Entry {index} of the log is missing"):
        export_bag(cast.owner, case, "en", tmp_path)
    assert "log_gap" in {fault.code for fault in check_home().faults}


@pytest.mark.parametrize("change", [{"size": 3}, {"ends": 1}, {"frontier": b"f" * 40}, {"mac": b"m" * 16}])
def test_a_changed_head_stops_whoever_would_write_after_it(cast: Any, case: str, change: dict[str, Any]) -> None:
    from parapet.actions.check_home import check_home
    from parapet.actions.write_note import write_note
    from parapet.records.models import LogHead

    LogHead.objects.update(**change)
    with pytest.raises(LogBroken):
        write_note(cast.owner, case, "A note.")
    assert "log_head" in {fault.code for fault in check_home().faults}


def test_screens_say_that_an_entry_is_not_as_it_was_written(cast: Any, case: str) -> None:
    from parapet.access import cases, items
    from parapet.actions.write_note import write_note
    from parapet.records.models import LogEntry

    item = cast.items["grave"]
    assert items.card(cast.owner, item).row.looked_at
    LogEntry.objects.filter(index=a_look().index).update(at=datetime(2020, 1, 1, tzinfo=UTC))
    card = items.card(cast.owner, item)
    assert not card.row.looked_at
    assert [line.as_written for line in card.custody].count(False) == 1
    write_note(cast.owner, case, "A note.")
    assert cases.page(cast.owner, case).notes
    LogEntry.objects.filter(kind="note").update(person_number=None)
    page = cases.page(cast.owner, case)
    assert page.notes == () and page.notes_broken is not None


def test_a_case_gets_its_head_when_something_happened_to_its_messages(cast: Any, case: str, tmp_path: Path) -> None:
    """One for all that came since the last checkpoint, and none when nothing came."""
    from parapet.access.items import opened
    from parapet.actions.check_home import check_home
    from parapet.actions.export_bag import export_bag
    from parapet.actions.sign_checkpoint import sign_checkpoint
    from parapet.evidence.verify import verify
    from parapet.records.models import LogEntry

    heads = LogEntry.objects.filter(kind="case_head")
    sign_checkpoint()
    before = heads.count()
    signed = sign_checkpoint()
    for _ in range(3):
        opened(cast.owner, cast.items["plain"], why="read")
    newer = sign_checkpoint()
    assert signed is not None and newer is not None
    assert (heads.count(), newer.size) == (before + 1, signed.size + 4)
    assert sign_checkpoint() == newer
    assert check_home().faults == []
    assert verify(export_bag(cast.owner, case, "en", tmp_path)).sound


def test_an_entry_that_the_heads_tell_of_and_is_left_out_is_missed(cast: Any, case: str, tmp_path: Path) -> None:
    """By somebody with the key, who vouches anew for a look as though it were about nothing."""
    from parapet.access.items import opened
    from parapet.actions.check_home import check_home
    from parapet.actions.export_bag import export_bag
    from parapet.actions.sign_checkpoint import sign_checkpoint
    from parapet.evidence.verify import verify
    from parapet.records.keyring import keyring
    from parapet.records.models import LogEntry
    from parapet.records.vouching import row_said, told

    opened(cast.owner, cast.items["plain"], why="read")
    sign_checkpoint()
    row = a_look()
    said = row_said(row.index, bytes(row.leaf_hash), row.kind, told(row.at), row.advocate_number, None, None, row.person_number)
    LogEntry.objects.filter(index=row.index).update(item_number=None, mac=keyring().log_rows.code(said))
    assert "case_head" in {fault.code for fault in check_home().faults}
    found = verify(export_bag(cast.owner, case, "en", tmp_path))
    assert not found.sound
    assert {fault.code for fault in found.faults} == {"head.count", "head.digest"}
