"""A correction in what leaves the home, under several hands at once, and in a home of any size."""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from dossiers.pdf import squeezed
from flow.conftest import Team
from flow.test_relabel import INSULT, agree, card, item, judged_by_another_model, leaves, say  # noqa: F401
from pypdf import PdfReader

from parapet.domain.errors import JudgedMeanwhile
from parapet.domain.judgement import NOT_ABUSE, Severity

WHY = "A line of a song he likes."


@pytest.fixture
def case(team: Team, item: str) -> str:  # noqa: F811
    from parapet.actions.open_case import open_case

    return open_case(team.advocate, team.advocate_id, "A case", [item])


def dossier(bag: Path) -> str:
    with (bag / "data/documents/dossier.pdf").open("rb") as file:
        return squeezed("".join(page.extract_text() for page in PdfReader(io.BytesIO(file.read())).pages))


@pytest.mark.both_databases
def test_a_bag_tells_what_the_program_said_and_what_the_person_did_and_is_sound(
    team: Team,
    case: str,
    item: str,  # noqa: F811
    tmp_path: Path,
) -> None:
    from parapet.actions.check_home import check_home
    from parapet.actions.export_bag import export_bag
    from parapet.dossiers.redaction import redaction
    from parapet.evidence.reader import layout
    from parapet.evidence.verify import verify

    say(team.helper, item, INSULT, reason=WHY)
    bag = export_bag(team.advocate, case, "en", tmp_path / "first")
    assert verify(bag).sound
    text = dossier(bag)
    for part in (
        "Judged by a person",
        "Helping Colleague",
        "mild; personal insult",
        WHY,
        "The program had said",
        "critical; threat",
    ):
        assert squeezed(part) in text, part
    told = [json.loads(path.read_text()) for path in bag.rglob("leaf.json")]
    [leaf] = [each for each in told if each["kind"] == "relabel"]
    assert (leaf["actor"], leaf["details"]["before_severity"], leaf["details"]["severity"]) == (team.helper.id, "critical", "low")
    assert not any("song" in path.read_text("utf-8", "replace") for path in bag.rglob("*.json*")), (
        "her words are in the dossier alone"
    )
    graph = json.loads((bag / layout.GRAPH).read_text())
    said = [node.get("core:description", "") for node in graph["@graph"]]
    assert any("judged by the person: severity low" in each and "Before: severity critical" in each for each in said)

    redacted = export_bag(team.advocate, case, "fr", tmp_path / "second", redaction({item: "privacy"}, (), "fr"))
    assert verify(redacted).sound
    assert squeezed("Évalué par une personne") in dossier(redacted) and squeezed(WHY) not in dossier(redacted)

    say(team.advocate, item, None)
    third = export_bag(team.advocate, case, "en", tmp_path / "third")
    assert verify(third).sound and squeezed("Judged by a person") not in dossier(third)
    assert sum(json.loads(path.read_text())["kind"] == "relabel" for path in third.rglob("leaf.json")) == 2
    assert verify(bag).sound and check_home().faults == []


def test_no_bag_and_no_dossier_is_made_of_a_correction_that_was_changed(team: Team, case: str, item: str, tmp_path: Path) -> None:  # noqa: F811
    from parapet.actions.export_bag import export_bag
    from parapet.domain.errors import SealBroken
    from parapet.records.models import Correction

    say(team.helper, item, NOT_ABUSE)
    Correction.objects.all().delete()
    with pytest.raises(SealBroken):
        export_bag(team.advocate, case, "en", tmp_path)
    with pytest.raises(SealBroken):
        say(team.advocate, item, INSULT)


def at_once(*deeds: Callable[[], object]) -> list[object]:
    """What each gave or raised, all begun at the same moment."""
    from django.db import connections

    ready, results = threading.Barrier(len(deeds)), [None] * len(deeds)

    def run(n: int, deed: Callable[[], object]) -> None:
        try:
            ready.wait()
            results[n] = deed()  # type: ignore[call-overload]
        except Exception as error:  # the test looks at it
            results[n] = error  # type: ignore[call-overload]
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(n, deed)) for n, deed in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return list(results)


@pytest.mark.both_databases
def test_of_several_at_once_one_is_heard_and_the_others_are_told(team: Team, item: str) -> None:  # noqa: F811
    seen = card(team.advocate, item).judged_at
    others = [INSULT, NOT_ABUSE]
    results = at_once(*(lambda v=verdict: say(team.helper, item, v, seen=seen) for verdict in others))  # type: ignore[misc]
    assert [each for each in results if each is True] == [True], results
    assert sum(isinstance(each, JudgedMeanwhile) for each in results) == 1, results
    assert len(leaves(item)) == 1
    assert card(team.advocate, item).judgements[0].person.verdict == others[results.index(True)]
    agree(team)
    same = at_once(*(lambda: say(team.advocate, item, None, seen=leaves_end(team, item)) for _ in range(3)))
    assert sorted(map(str, same)) == ["False", "False", "True"], "the same deed twice is done once"
    agree(team)


def leaves_end(team: Team, item: str) -> int:  # noqa: F811
    return int(card(team.advocate, item).judged_at)


@pytest.mark.both_databases
def test_a_model_and_a_person_at_the_same_moment_lose_nothing(team: Team, item: str) -> None:  # noqa: F811
    """Whoever comes second: the model's judgement is kept, and her word is either kept or refused to her."""
    seen = card(team.advocate, item).judged_at
    _, said = at_once(lambda: judged_by_another_model(-12), lambda: say(team.helper, item, INSULT, seen=seen))
    assert said is True or isinstance(said, JudgedMeanwhile), said
    shown = card(team.advocate, item)
    assert shown.model.startswith("other")
    assert (shown.row.severity is Severity.LOW) == (said is True)
    agree(team)


def test_it_costs_the_same_however_much_there_is(team: Team, item: str) -> None:  # noqa: F811
    """Every statement finds its rows by an index: SQLite says so of each."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as asked:
        say(team.helper, item, INSULT, reason=WHY)
        say(team.helper, item, None)
        card(team.helper, item)
    plans = []
    for each in asked.captured_queries:
        if each["sql"].startswith(("SELECT", "UPDATE", "DELETE")):
            with connection.cursor() as cursor:
                cursor.execute("EXPLAIN QUERY PLAN " + each["sql"])
                plans += [(str(step[-1]), each["sql"]) for step in cursor.fetchall()]
    big = ("records_item", "records_logentry", "records_version", "records_assessment", "records_correction", "records_tally")
    assert len(plans) > 20
    scans = [(step, sql) for step, sql in plans if step.startswith("SCAN") and any(table in step for table in big)]
    assert scans == []
