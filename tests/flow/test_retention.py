"""Rules by which messages go: only what they name, only by a person's order, and never what must be kept."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flow.conftest import Team
from support import many
from support.sample import ADVOCATES
from support.terminal import parapet

from parapet.domain.errors import LogBroken, OnHold, RequestRefused
from parapet.domain.judgement import Severity

pytestmark = pytest.mark.both_databases
LATER = datetime.now(UTC) + timedelta(days=31)


@pytest.fixture
def held(team: Team, take_in: Callable[..., Any], judge: Callable[[], None], tmp_path: Any, once: Any) -> list[str]:
    """Her messages, each in a file of its own, mild ones first; the files lie in `boxes`."""
    boxes = many.write(tmp_path / "boxes", 12, files=12, shared=0)

    def put_in() -> Any:
        from parapet.records.models import Item

        take_in(*boxes[:-1], advocates=ADVOCATES)  # the last holds all of them once more
        judge()
        hers = Item.objects.exclude(advocate=0).order_by("number")
        hers.update(severity=0, abstain=False)
        first = hers.first()
        assert first is not None
        return [item.id for item in hers]

    return once("retention", put_in)


def left() -> set[str]:
    from parapet.records.models import Item

    return {item.id for item in Item.objects.exclude(advocate=0)}


def number(item: str) -> int:
    from parapet.records.numbers import number_of

    found = number_of("itm", item)
    assert found is not None
    return found


def test_without_a_rule_nothing_goes(team: Team, held: list[str]) -> None:
    from parapet.actions.retention import run_rules

    assert run_rules(now=LATER) == 0
    assert left() == set(held)


def test_a_rule_takes_what_it_names_and_nothing_else(team: Team, held: list[str]) -> None:
    from parapet.access import erased
    from parapet.actions.check_home import check_home
    from parapet.actions.close_case import close_case
    from parapet.actions.hold import hold
    from parapet.actions.open_case import open_case
    from parapet.actions.retention import Rule, preview, run_rules, set_rule
    from parapet.records.models import CaseItem, Item

    grave, unsure, unjudged, opened, closed, on_hold, *others = held
    Item.objects.filter(number=number(grave)).update(severity=3)
    Item.objects.filter(number=number(unsure)).update(abstain=True)
    Item.objects.filter(number=number(unjudged)).update(assessed=False)
    case = open_case(team.advocate, team.advocate_id, "Open", [opened])
    done = open_case(team.advocate, team.advocate_id, "Closed", [closed])
    close_case(team.advocate, done)
    hold(team.advocate, on_hold, reason="court")
    rule = Rule(30, Severity.LOW)
    set_rule(team.advocate, team.advocate_id, rule)
    assert preview(team.advocate, team.advocate_id, rule) == run_rules() == 0, "nothing is old enough"
    # A hand that takes a message out of an open case behind the log's back exposes it to no rule.
    CaseItem.objects.filter(case__state="open").delete()
    assert preview(team.advocate, team.advocate_id, rule, now=LATER) == len(others)
    assert run_rules(now=LATER) == len(others)
    assert left() == {grave, unsure, unjudged, opened, closed, on_hold}
    assert run_rules(now=LATER) == 0
    card = erased.card(team.advocate, others[0])
    assert (card.who, card.reason) == ("", "rule")
    set_rule(team.advocate, team.advocate_id, Rule(30, Severity.LOW, closed_cases=True))
    assert run_rules(now=LATER) == 1
    assert left() == {grave, unsure, unjudged, opened, on_hold}
    assert case
    assert not [fault for fault in check_home().faults if fault.code != "version_missing"]


@pytest.mark.parametrize(
    "hand",
    [
        'DELETE FROM records_logentry WHERE kind = \'retention\' AND "index" = (SELECT MAX("index") FROM records_logentry)',
        "UPDATE records_logentry SET kind = 'view' WHERE kind = 'retention' AND \"index\" = (SELECT MAX(\"index\") FROM records_logentry)",
        "DELETE FROM records_orderhead",
    ],
)
def test_a_rule_that_was_ended_is_not_brought_back_by_a_hand_in_the_database(team: Team, held: list[str], hand: str) -> None:
    from django.db import connection

    from parapet.actions.retention import Rule, run_rules, set_rule

    set_rule(team.advocate, team.advocate_id, Rule(30))
    set_rule(team.advocate, team.advocate_id, Rule())
    with connection.cursor() as cursor:
        cursor.execute(hand)
    with pytest.raises(LogBroken):
        run_rules(now=LATER)
    assert left() == set(held)


def test_a_rule_is_sensible(team: Team, held: list[str]) -> None:
    from parapet.actions.retention import Rule, set_rule

    for rule in (Rule(3), Rule(30, Severity.HIGH), Rule(40_000)):
        with pytest.raises(RequestRefused):
            set_rule(team.advocate, team.advocate_id, rule)


def test_of_a_hold_and_an_erasure_at_once_one_wins_whole(team: Team, held: list[str]) -> None:
    from django.db import connections

    from parapet.actions.erase import erase_item
    from parapet.actions.hold import hold
    from parapet.domain.errors import NotFound
    from parapet.records.orders import orders

    for item in held[:6]:
        said: dict[str, type[BaseException] | None] = {}

        def attempt(name: str, run: Callable[[], Any], said: dict[str, type[BaseException] | None] = said) -> None:
            try:
                run()
                said[name] = None
            except (OnHold, NotFound) as error:
                said[name] = type(error)
            finally:
                connections.close_all()

        both = [
            threading.Thread(target=attempt, args=("erase", lambda item=item: erase_item(team.helper, item, reason="asked"))),
            threading.Thread(target=attempt, args=("hold", lambda item=item: hold(team.advocate, item, reason="court"))),
        ]
        for thread in both:
            thread.start()
        for thread in both:
            thread.join()
        kept = item in left()
        assert said == ({"erase": OnHold, "hold": None} if kept else {"erase": None, "hold": NotFound})
        assert kept == (item in orders().holds)


def test_who_looks_while_orders_are_given_finds_none_missing(team: Team, held: list[str]) -> None:
    """The worker looks each minute, whatever people do meanwhile: two looks of different moments would differ."""
    from django.db import connections

    from parapet.actions.hold import hold, release
    from parapet.records.orders import orders

    failed: list[BaseException] = []
    given = threading.Event()

    def give() -> None:
        try:
            for item in held[:6]:
                hold(team.advocate, item, reason="court")
                release(team.advocate, item, reason="court")
        except BaseException as error:  # told by the assert
            failed.append(error)
        finally:
            given.set()
            connections.close_all()

    giver, looks = threading.Thread(target=give), 0
    giver.start()
    while not given.is_set():
        orders(strictly=True)
        looks += 1
    giver.join()
    assert failed == [] and looks > 10 and orders(strictly=True).count == 12


def test_what_an_erasure_promised_is_done_by_the_next_that_works(team: Team, held: list[str], tmp_path: Any) -> None:
    from support.homes import close_connections

    from parapet.actions.erase import erase_item
    from parapet.jobs.models import OutboxEntry

    erase_item(team.advocate, held[0], reason="asked")
    assert OutboxEntry.objects.filter(kind="scrub", done_at=None).count() == 1
    close_connections()
    done = parapet("import", tmp_path / "boxes" / "box-0.mbox", "--json")
    assert (done.status, done.json["new"], done.json["already_there"], done.json["not_judged"]) == (0, 0, 1, 0), done.err
    assert not OutboxEntry.objects.filter(kind="scrub", done_at=None).exists()
    assert held[0] not in left()
    assert parapet("check").status == 0


def test_the_commands(team: Team, held: list[str]) -> None:
    from support.homes import close_connections

    close_connections()
    assert parapet("hold", "--item", held[0], "--reason", "police").status == 0
    refused = parapet("erase", "--item", held[0], "--reason", "asked", "--yes").calm()
    assert "keeping.on_hold" in refused
    assert parapet("release", "--item", held[0]).status == 0
    asked = parapet("erase", "--item", held[0], "--reason", "asked")
    assert asked.status == 1 and "1 item(s) and 1 whole file(s)" in asked.err, "nobody answered"
    assert held[0] in left()
    close_connections()
    assert parapet("erase", "--item", held[0], "--reason", "asked", "--yes").status == 0
    assert held[0] not in left()
    close_connections()
    parapet("erase", "--item", held[0], "--reason", "asked", "--yes").calm()
    assert parapet("retention", "set", "--advocate", team.advocate_id, "--days", "30").status == 0
    assert parapet("retention", "run", "--dry-run").out == "0\n"
    assert [line["days"] for line in parapet("retention", "show").lines if line["advocate"] == team.advocate_id] == [30]
    assert parapet("retention", "run").out == "0\n"
    parapet("hold", "--advocate", "Nobody Here").calm()
    parapet("hold", "--case", "cas_0000000000000").calm()
    parapet("hold", "--item", "nonsense").calm()
    assert parapet("erase", "--advocate", team.advocate_id, "--reason", "asked", "--yes").status == 0
    close_connections()
    assert left() == set()
    assert parapet("check").status == 0
