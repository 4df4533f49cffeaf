"""The chronology: in order, and inert in a spreadsheet."""

from __future__ import annotations

import csv
import io

from attrs import evolve
from dossiers.pdf import TORONTO
from dossiers.sample import TEXTS, case, exhibit
from hypothesis import given
from hypothesis import strategies as st

from parapet.domain.items import Account
from parapet.dossiers.case_file import CaseFile
from parapet.dossiers.changes import changes
from parapet.dossiers.chronology import chronology_csv, events
from parapet.dossiers.figures import figures


def rows(whole: CaseFile, lang: str = "en") -> list[list[str]]:
    data = chronology_csv(whole, lang, TORONTO)
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_edits_and_deletions_are_events_in_order() -> None:
    found = events(case())
    assert [event.at for event in found] == sorted(event.at for event in found)
    assert [(e.kind, e.exhibit.number) for e in found if e.kind in ("edited", "gone")] == [("edited", 2), ("gone", 2)]
    assert {e.exhibit.number: e.kind for e in found}[4] == "captured_first"
    assert {e.exhibit.number: e.kind for e in found}[6] == "own"


def test_both_languages_have_a_row_an_event_and_no_message_text() -> None:
    for lang in ("en", "fr"):
        table = rows(case(), lang)
        assert len(table) == 1 + len(events(case()))
        assert {len(row) for row in table} == {19}
        assert not any(text[:20] in cell for text in TEXTS for row in table for cell in row)
    assert rows(case())[1][2:5] == ["2026-09-14 19:54:19", "EDT (UTC−04:00)", "2026-09-14T23:54:19Z"]


@given(st.text(st.characters(), max_size=40))
def test_no_cell_is_a_formula_or_hides_a_character(handle: str) -> None:
    hostile = evolve(exhibit(1, "x"), author=Account("x", handle, "=1+1", "@SUM(A1)"))
    (cells,) = rows(case(hostile))[1:]
    for cell in cells:
        assert not cell.lstrip().startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"))
        assert not any(ord(c) < 0x20 or 0x202A <= ord(c) <= 0x202E for c in cell)
    assert cells[9:11] == ["'@SUM(A1)", "'=1+1"]


def test_changes_name_what_was_taken_out_and_put_in() -> None:
    found = changes("see you soon  doctor", "see you on\nThursday doctor")
    assert (found.removed, found.added, found.too_many) == (("soon",), ("on Thursday",), False)
    assert changes("a b c", "a  b\nc").removed == ()
    assert changes("x " * 4_000, "y").too_many
    assert changes(" ".join("ab"[n % 2] for n in range(80)), " ".join("ac"[n % 2] for n in range(80))).too_many


def test_figures_count_others_and_fit_their_bars_to_the_span() -> None:
    counted = figures(case(), TORONTO)
    assert (counted.total, counted.senders, counted.unit) == (7, 4, "day")
    assert sum(bar.total for bar in counted.bars) == counted.total
    assert sum(number for _, number in counted.by_severity) == counted.total
    for days, unit in ((30, "day"), (200, "week"), (900, "month"), (9_000, "year")):
        first = exhibit(1, "x")
        late = evolve(
            exhibit(2, "y"),
            sent_at=first.sent_at.replace(year=first.sent_at.year)
            + (days * (exhibit(2, "").sent_at - exhibit(1, "").sent_at) * 8),
        )
        spread = figures(case(first, late), TORONTO)
        assert spread.unit == unit
        assert len(spread.bars) <= 46
        assert sum(bar.total for bar in spread.bars) == 2
