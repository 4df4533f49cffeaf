"""What is erased is gone for good, everything else stays as it was, and the log says who did it and why."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flow.conftest import Team
from flow.state import check_whole
from support.paired import paired
from support.sample import ADVOCATES, SAMPLE
from support.watched import watched

from parapet.domain.errors import NotFound, OnHold, RequestRefused

pytestmark = pytest.mark.both_databases


@pytest.fixture
def held(team: Team, take_in: Callable[..., Any], judge: Callable[[], None], once: Any) -> list[str]:
    """The public names of her messages, newest first."""

    def put_in() -> Any:
        from parapet.access.inbox import page
        from parapet.access.views import Filters

        take_in(SAMPLE / "bluesky", advocates=ADVOCATES)
        judge()
        return [row.id for row in page(team.advocate, team.advocate_id, Filters(), size=200).rows]

    return once("erase", put_in)


def faults() -> list[Any]:
    from parapet.actions.check_home import check_home

    return check_home().faults


def test_an_erased_item_is_gone_and_the_rest_is_whole(
    team: Team, held: list[str], judge: Callable[[], None], database: str
) -> None:
    from parapet.access import items
    from parapet.access.inbox import counts, page
    from parapet.access.views import Filters
    from parapet.actions.check_home import check_home
    from parapet.actions.erase import erase_item

    before = counts(team.advocate, team.advocate_id)
    erase_item(team.advocate, held[0], reason="private")
    with pytest.raises(NotFound):
        items.card(team.advocate, held[0])
    after = counts(team.advocate, team.advocate_id)
    assert after.total == before.total - 1
    assert sum(after.by_severity.values()) == sum(before.by_severity.values()) - 1
    assert held[0] not in [row.id for row in page(team.advocate, team.advocate_id, Filters(), size=200).rows]
    assert items.opened(team.advocate, held[1], why="read").item.text
    judge()
    check_whole()
    health = check_home()
    assert not health.faults
    assert health.erased >= 3, "its capture, its judgement and the file's own leaf"


def sound(bag: Path) -> Any:
    from parapet.evidence.verify import verify

    report = verify(bag)
    assert report.state == "sound", report.as_text()
    return report


def test_the_bag_of_a_case_with_an_erased_item_is_complete(team: Team, held: list[str], tmp_path: Path) -> None:
    from parapet.access import items
    from parapet.actions.erase import erase_item
    from parapet.actions.export_bag import export_bag
    from parapet.actions.hold import hold
    from parapet.actions.open_case import open_case

    case = open_case(team.advocate, team.advocate_id, "Three", held[:3])
    items.opened(team.advocate, held[0], why="case")
    before = sound(export_bag(team.advocate, case, "en", tmp_path / "before"))
    erase_item(team.advocate, held[0], reason="asked")
    hold(team.helper, case, reason="court")
    hold(team.helper, held[1], reason="police")
    bag = export_bag(team.advocate, case, "en", tmp_path / "after")
    kinds = {json.loads(path.read_text())["kind"] for path in (bag / "data" / "custody").glob("*/leaf.json")}
    assert kinds >= {"erase", "hold", "case_open", "export", "case_head"}
    after = sound(bag)
    assert (before.facts["items"], after.facts["items"], after.facts["erased"]) == (3, 2, 1)
    folder = bag / "data" / "items" / held[0]
    assert sorted(p.name for p in folder.rglob("*") if p.is_file()) == ["erased.json", "item.json", "proof.tlog-proof"]
    assert list((bag / "data" / "custody").glob("*/erased.json"))
    assert "erased by a person's decision" in after.as_text()


def test_a_stranger_erases_holds_and_sees_nothing(team: Team, held: list[str]) -> None:
    from parapet.access import erased
    from parapet.actions.erase import erase_advocate, erase_item, reach_of_advocate, reach_of_item
    from parapet.actions.hold import hold, release
    from parapet.actions.retention import Rule, preview, set_rule

    rule = Rule(30)
    doors: list[Callable[[], Any]] = [
        lambda: erase_item(team.stranger, held[0], reason="asked"),
        lambda: reach_of_item(team.stranger, held[0]),
        lambda: erase_advocate(team.stranger, team.advocate_id, reason="asked"),
        lambda: reach_of_advocate(team.stranger, team.advocate_id),
        lambda: hold(team.stranger, held[0], reason="court"),
        lambda: hold(team.stranger, team.advocate_id, reason="court"),
        lambda: release(team.stranger, held[0]),
        lambda: set_rule(team.stranger, team.advocate_id, rule),
        lambda: preview(team.stranger, team.advocate_id, rule),
        lambda: erased.card(team.stranger, held[1]),
    ]
    erase_item(team.helper, held[1], reason="asked")
    for door in doors:
        with pytest.raises(NotFound):
            door()
    assert erased.card(team.advocate, held[1]).who == "Helping Colleague"


def test_what_is_on_hold_cannot_be_erased_through_any_door(team: Team, held: list[str]) -> None:
    from parapet.actions.erase import erase_advocate, erase_item, reach_of_item
    from parapet.actions.hold import hold, release
    from parapet.actions.open_case import open_case
    from parapet.actions.remove_from_case import remove_from_case

    def refused(item: str, why: str) -> None:
        assert reach_of_item(team.advocate, item).why_not == why
        with pytest.raises(OnHold):
            erase_item(team.advocate, item, reason="asked")
        with pytest.raises(OnHold):
            erase_advocate(team.advocate, team.advocate_id, reason="asked")

    hold(team.helper, held[0], reason="police")
    refused(held[0], "item")
    neighbour = next(each for each in held[1:] if reach_of_item(team.advocate, each).why_not)
    refused(neighbour, "file")
    release(team.advocate, held[0])
    with pytest.raises(RequestRefused):
        release(team.advocate, held[0])
    case = open_case(team.advocate, team.advocate_id, "Held", held[:2])
    hold(team.advocate, case, reason="court")
    remove_from_case(team.advocate, case, held[0])
    refused(held[0], "case")
    release(team.advocate, case)
    hold(team.advocate, team.advocate_id, reason="college")
    refused(held[5], "advocate")
    release(team.advocate, team.advocate_id)
    erase_item(team.advocate, held[0], reason="asked")
    assert not faults()


@pytest.mark.parametrize(
    "hand",
    [
        "DELETE FROM records_logentry WHERE kind = 'hold'",
        "UPDATE records_logentry SET kind = 'view' WHERE kind = 'hold'",
        "UPDATE records_logentry SET kind = 'release' WHERE kind = 'view'",
        "UPDATE records_orderhead SET count = 0",
        "DELETE FROM records_orderhead",
        "UPDATE records_logentry SET item_number = NULL, advocate_number = NULL WHERE kind = 'hold'",
        "UPDATE records_caseitem SET removed_at = added_at",
    ],
)
def test_a_hand_in_the_database_frees_nothing(team: Team, held: list[str], hand: str) -> None:
    from django.db import connection

    from parapet.access import items
    from parapet.actions.erase import erase_item
    from parapet.actions.hold import hold
    from parapet.actions.open_case import open_case
    from parapet.domain.errors import LogBroken
    from parapet.records.models import Item

    items.opened(team.advocate, held[1], why="read")
    case = open_case(team.advocate, team.advocate_id, "Held", held[:1])
    hold(team.advocate, case if "caseitem" in hand else held[0], reason="court")
    with connection.cursor() as cursor:
        cursor.execute(hand)
    with pytest.raises((OnHold, LogBroken)):
        erase_item(team.advocate, held[0], reason="asked")
    assert Item.objects.filter(advocate__grant__person=team.advocate).exists()


def test_a_row_that_calls_something_erased_is_not_believed(team: Team, held: list[str]) -> None:
    """Who takes an item's rows away by hand, and says that it was erased, is found out: the log does not say so."""
    from parapet.access import erased
    from parapet.actions.erase import erase_item
    from parapet.records.models import Assessment, Erased, Item, ItemName, Occurrence, Version
    from parapet.records.numbers import number_of

    erase_item(team.advocate, held[1], reason="asked")
    assert not faults()
    number = number_of("itm", held[0])
    honest = Erased.objects.get(what="item")
    Erased.objects.create(
        number=number, what="item", advocate_number=honest.advocate_number, log_index=honest.log_index, erased_at=honest.erased_at
    )
    for model in (Occurrence, Assessment):
        model.objects.filter(version__item=number).delete()
    for model in (Version, ItemName):
        model.objects.filter(item=number).delete()
    Item.objects.filter(number=number).delete()
    assert {fault.code for fault in faults()} == {"leaf_key", "version_missing"} or {f.code for f in faults()} == {"leaf_key"}
    with pytest.raises(NotFound):
        erased.card(team.advocate, held[0])


def test_what_was_erased_does_not_come_back_with_the_same_file(
    team: Team, held: list[str], take_in: Callable[..., Any], judge: Callable[[], None]
) -> None:
    from parapet.access.inbox import counts
    from parapet.actions.erase import erase_item
    from parapet.records.models import Source

    erase_item(team.advocate, held[0], reason="mistake")
    before = counts(team.advocate, team.advocate_id).total
    sources = Source.objects.exclude(pack="").count()
    again = take_in(SAMPLE / "bluesky")
    assert (again.new, again.found) == (0, again.already + again.refused)
    judge()
    assert counts(team.advocate, team.advocate_id).total == before
    assert Source.objects.exclude(pack="").count() == sources, "the file that brought it was erased again"
    assert not Source.objects.filter(holds_erased=True).exists()
    assert not faults()


def test_an_advocate_is_erased_with_everything_of_hers(team: Team, held: list[str], take_in: Callable[..., Any]) -> None:
    from parapet.access.people import advocates_of
    from parapet.actions.erase import erase_advocate
    from parapet.actions.open_case import open_case
    from parapet.actions.write_note import write_note
    from parapet.records import models
    from parapet.records.numbers import number_of

    case = open_case(team.advocate, team.advocate_id, "All", held[:3])
    write_note(team.advocate, case, "Note about it.")
    watched(number_of("adv", team.advocate_id) or 0)
    paired(team.advocate, team.advocate_id)
    others = models.Item.objects.exclude(advocate=number_of("adv", team.advocate_id)).count()
    with pytest.raises(RequestRefused):
        erase_advocate(team.advocate, team.advocate_id, reason="whim")
    erase_advocate(team.advocate, team.advocate_id, reason="asked")
    assert team.advocate_id not in [card.id for card in advocates_of(team.advocate)]
    assert models.Item.objects.count() == others
    assert not models.Case.objects.exists() and not models.Note.objects.exists()
    assert not models.Connection.objects.exists(), "nobody goes on watching her mailbox"
    assert not models.Browser.objects.exists(), "and no browser hands in for her"
    assert not faults()
    take_in(SAMPLE / "bluesky")
    assert models.Item.objects.count() == others, "nothing of hers comes back, not as aimed at nobody either"
    assert not faults()
