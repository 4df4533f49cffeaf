"""Who can write the database but has no key takes a message out of a case, or puts one in: neither bag nor dossier comes of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from parapet.domain.errors import KeyWrong, LogBroken


@pytest.fixture
def case(cast: Any) -> str:
    from parapet.actions.open_case import open_case

    return open_case(cast.owner, cast.advocate_id, "All of it", list(cast.items.values()))


def test_the_whole_case_is_sound(cast: Any, case: str, tmp_path: Path) -> None:
    from parapet.actions.check_home import check_home
    from parapet.actions.export_bag import export_bag
    from parapet.actions.remove_from_case import remove_from_case
    from parapet.evidence.verify import verify

    assert verify(export_bag(cast.owner, case, "en", tmp_path)).sound
    remove_from_case(cast.owner, case, cast.items["plain"])
    later = export_bag(cast.owner, case, "en", tmp_path / "later")
    report = verify(later)
    assert report.sound and report.facts["removed"] == 1, report.as_text()
    assert "n.heads" not in {phrase for phrase, _ in report.not_proven}
    assert cast.items["plain"] in {path.name for path in (later / "data/removed").iterdir()}
    assert not check_home().faults


def test_a_message_that_was_taken_out_and_erased_since_leaves_the_heads_of_its_days(cast: Any, case: str, tmp_path: Path) -> None:
    from parapet.actions.add_to_case import add_to_case
    from parapet.actions.check_home import check_home
    from parapet.actions.erase import erase_item
    from parapet.actions.export_bag import export_bag
    from parapet.actions.remove_from_case import remove_from_case
    from parapet.evidence.verify import verify

    for _time in range(2):
        remove_from_case(cast.owner, case, cast.items["plain"])
        add_to_case(cast.owner, case, [cast.items["plain"]])
    remove_from_case(cast.owner, case, cast.items["plain"])
    erase_item(cast.owner, cast.items["plain"], reason="private")
    report = verify(export_bag(cast.owner, case, "en", tmp_path))
    assert report.sound and report.facts["removed"] == 1 and "erased" not in report.facts, report.as_text()
    assert "n.heads" not in {phrase for phrase, _ in report.not_proven}
    assert not check_home().faults


def test_the_row_of_an_entry_about_what_was_taken_out_is_vouched_for_too(cast: Any, case: str, tmp_path: Path) -> None:
    from parapet.actions.export_bag import export_bag
    from parapet.actions.remove_from_case import remove_from_case
    from parapet.records.models import LogEntry
    from parapet.records.numbers import number_of

    remove_from_case(cast.owner, case, cast.items["plain"])
    entry = LogEntry.objects.filter(item_number=number_of("itm", cast.items["plain"])).earliest("index")
    LogEntry.objects.filter(index=entry.index).update(item_number=number_of("itm", cast.items["grave"]))
    with pytest.raises(LogBroken):
        export_bag(cast.owner, case, "en", tmp_path)


@pytest.mark.parametrize("deed", ["deleted", "marked as taken out"])
def test_a_message_taken_out_behind_our_back_is_missed(cast: Any, case: str, tmp_path: Path, deed: str) -> None:
    from django.utils import timezone

    from parapet.actions.export_bag import export_bag
    from parapet.actions.make_dossier import make_dossier
    from parapet.records.models import CaseItem
    from parapet.records.numbers import number_of

    row = CaseItem.objects.filter(item_id=number_of("itm", cast.items["grave"]))
    if deed == "deleted":
        row.delete()
    else:
        row.update(removed_at=timezone.now())
    with pytest.raises(LogBroken):
        export_bag(cast.owner, case, "en", tmp_path)
    with pytest.raises(LogBroken):
        make_dossier(cast.owner, case, "en")


def test_a_message_slipped_in_behind_our_back_is_seen(cast: Any, tmp_path: Path) -> None:
    from django.utils import timezone

    from parapet.actions.export_bag import export_bag
    from parapet.actions.open_case import open_case
    from parapet.records.models import CaseItem
    from parapet.records.numbers import number_of

    case = open_case(cast.owner, cast.advocate_id, "One", [cast.items["grave"]])
    CaseItem.objects.create(
        case_id=number_of("cas", case), item_id=number_of("itm", cast.items["plain"]), added_at=timezone.now()
    )
    with pytest.raises(LogBroken):
        export_bag(cast.owner, case, "en", tmp_path)


def test_a_message_of_another_advocate_slipped_into_a_case_is_not_read_through_it(cast: Any, tmp_path: Path) -> None:
    """She has an account and a case of her own: what belongs to it must not decide what its papers open."""
    from django.utils import timezone

    from parapet.actions.export_bag import export_bag
    from parapet.actions.make_dossier import make_dossier
    from parapet.actions.open_case import open_case
    from parapet.records.models import CaseItem
    from parapet.records.numbers import number_of

    case = open_case(cast.stranger, cast.other_advocate_id, "Of my own")
    for item in cast.items.values():
        CaseItem.objects.create(case_id=number_of("cas", case), item_id=number_of("itm", item), added_at=timezone.now())
    for papers in (lambda: make_dossier(cast.stranger, case, "en"), lambda: export_bag(cast.stranger, case, "en", tmp_path)):
        with pytest.raises(LogBroken):
            papers()


def test_a_message_is_not_lent_to_another_advocate_for_the_moment_in_which_it_is_put_into_a_case(cast: Any) -> None:
    from parapet.actions.add_to_case import add_to_case
    from parapet.actions.open_case import open_case
    from parapet.records.models import CaseItem, Item
    from parapet.records.numbers import number_of

    case = open_case(cast.stranger, cast.other_advocate_id, "Of my own")
    Item.objects.filter(number=number_of("itm", cast.items["grave"])).update(advocate=number_of("adv", cast.other_advocate_id))
    for put in (
        lambda: add_to_case(cast.stranger, case, [cast.items["grave"]]),
        lambda: open_case(cast.stranger, cast.other_advocate_id, "Another", [cast.items["grave"]]),
    ):
        with pytest.raises(KeyWrong):
            put()
    assert not CaseItem.objects.exists()
