"""That a case was reported or given is recorded with its leaf, shown as it was written, and to nobody else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flow.conftest import Team
from pypdf import PdfReader

from parapet.domain.errors import NotFound, RequestRefused

pytestmark = pytest.mark.both_databases

NOON = datetime(2026, 11, 1, 12, 0, tzinfo=UTC)
TOLD: dict[str, Any] = {
    "kind": "report",
    "to": "police",
    "means": "phone",
    "happened_at": NOON,
    "name": "Sgt. Roy",
    "reference": "26-117",
}


def test_who_could_see_a_case_is_told_from_the_log(team: Team, case: str) -> None:
    from django.db import transaction

    from parapet.actions.allow import take_back
    from parapet.records.models import Advocate, Grant, LogEntry
    from parapet.records.numbers import number_of

    def told() -> list[tuple[str, str, bool]]:
        return [(each.kind, each.who, each.as_written) for each in lines(team, case).seen_by]

    assert told() == [("grant", "Amara", True), ("grant", "Helping Colleague", True)]
    advocate = Advocate.objects.get(number=number_of("adv", team.advocate_id))
    with transaction.atomic():
        take_back(team.helper, advocate)
    assert told()[-1] == ("revoke", "Helping Colleague", True) and len(told()) == 3
    elsewhere = LogEntry.objects.filter(kind="case_open").values_list("index", flat=True)[0]
    Grant.objects.create(person=team.stranger, advocate=advocate, role="helper", log_index=elsewhere, mac=b"x" * 32)
    assert len(told()) == 3, "a row that somebody wrote tells nothing that the log does not"
    LogEntry.objects.filter(kind="grant", person_number=team.helper.number).update(person_number=team.stranger.number)
    assert [as_written for _, _, as_written in told()] == [True, False, True]
    with pytest.raises(NotFound):
        from parapet.access.cases import page

        page(team.stranger, case)


@pytest.fixture
def case(team: Team) -> str:
    from parapet.actions.open_case import open_case

    return open_case(team.advocate, team.advocate_id, "A case")


def lines(team: Team, case: str) -> Any:
    from parapet.access.cases import page

    return page(team.advocate, case)


def test_what_was_recorded_is_shown_and_in_the_bag(team: Team, case: str, tmp_path: Path) -> None:
    from parapet.actions.check_home import check_home
    from parapet.actions.export_bag import export_bag
    from parapet.actions.record_handover import record_handover
    from parapet.evidence.verify import verify
    from parapet.records.models import LogEntry

    first = record_handover(team.helper, case, **TOLD)
    export_bag(team.advocate, case, "en", tmp_path / "first")
    [exported] = LogEntry.objects.filter(kind="export").values_list("index", flat=True)
    given = {**TOLD, "kind": "transfer", "to": "counsel", "means": "in_person", "bag": exported, "name": "", "reference": ""}
    record_handover(team.advocate, case, **given)
    report, transfer = lines(team, case).handovers
    assert (report.kind, report.to, report.name, report.reference, report.who) == (
        "report",
        "police",
        "Sgt. Roy",
        "26-117",
        "Helping Colleague",
    )
    assert (report.happened_at, report.log_index, report.bag) == (NOON, first, 0)
    assert (transfer.kind, transfer.to, transfer.bag) == ("transfer", "counsel", exported)
    assert {"report", "transfer"} <= {line.kind for line in lines(team, case).custody}
    bag = export_bag(team.advocate, case, "en", tmp_path / "second")
    assert verify(bag).sound
    said = [path.read_text() for path in bag.rglob("leaf.json")]
    assert sum('"kind":"report"' in each and '"to":"police"' in each for each in said) == 1
    assert not any("Roy" in each or "26-117" in each for each in said), "her words stay sealed; their digest is there"
    dossier = "".join(page.extract_text() for page in PdfReader(bag / "data/documents/dossier.pdf").pages)
    told = "".join(dossier.split())
    assert "Reportedtothepolice,byphone" in told and "Giventoalawyer,inperson" in told
    assert "HelpingColleague" in told and f"exportedatentry{exported}" in told
    assert "Roy" not in dossier and "26-117" not in dossier, "the dossier says no more than the leaf"
    assert check_home().faults == []


def test_a_stranger_records_and_learns_nothing(team: Team, case: str) -> None:
    from parapet.actions.record_handover import record_handover
    from parapet.records.models import Handover

    with pytest.raises(NotFound):
        record_handover(team.stranger, case, **TOLD)
    assert not Handover.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "view"},
        {"to": "nobody"},
        {"means": "owl"},
        {"name": "x" * 201},
        {"bag": 1},
        {"happened_at": datetime.now(UTC) + timedelta(days=2)},
    ],
)
def test_what_makes_no_sense_is_refused_and_leaves_nothing(team: Team, case: str, wrong: dict[str, Any]) -> None:
    from parapet.actions.record_handover import record_handover
    from parapet.records.models import Handover, LogHead

    size = LogHead.objects.get().size
    with pytest.raises(RequestRefused):
        record_handover(team.advocate, case, **{**TOLD, **wrong})
    assert not Handover.objects.exists() and LogHead.objects.get().size == size


@pytest.mark.parametrize("deed", ["deleted", "moved in time", "exchanged", "another's"])
def test_what_was_changed_behind_our_back_is_not_shown(team: Team, case: str, deed: str) -> None:
    from parapet.actions.check_home import check_home
    from parapet.actions.record_handover import record_handover
    from parapet.records.models import Handover, LogEntry

    for name in ("One", "Two"):
        record_handover(team.advocate, case, **{**TOLD, "name": name})
    one, two = Handover.objects.order_by("log_index")
    rows = Handover.objects.filter(pk=one.pk)
    if deed == "deleted":
        rows.delete()
    elif deed == "moved in time":
        rows.update(at=one.at - timedelta(days=1))
    elif deed == "exchanged":
        rows.update(sealed_words=bytes(two.sealed_words))
    else:
        LogEntry.objects.filter(index=one.log_index).update(person_number=team.helper.number)
    page = lines(team, case)
    assert page.handovers == () and page.handovers_broken is not None
    assert not check_home().sound


def test_a_leaf_that_is_not_in_the_table_of_kinds_is_not_written(team: Team) -> None:
    from django.db import transaction

    from parapet.evidence.seal import event_body
    from parapet.records.chain import Event, append
    from parapet.records.keyring import keyring
    from parapet.records.models import Advocate, LogHead

    locker = keyring().advocate(0, bytes(Advocate.objects.get(number=0).wrapped_key))
    size = LogHead.objects.get().size
    for told, kind, details in (("gossip", "gossip", {}), ("view", "view", {"words": "x"}), ("view", "search", {})):
        body = event_body(kind=kind, at=NOON, subjects=["adv_unmatched"], details=details)
        with pytest.raises(ValueError, match="kind"), transaction.atomic():
            append([Event(told, NOON, body, locker, advocate=0)])
    assert LogHead.objects.get().size == size


def test_another_model_that_judges_otherwise_leaves_word_of_it(team: Team, take_in: Any, judge: Any, tmp_path: Path) -> None:
    """And one that judges the same does not."""
    from parapet.access import opening
    from parapet.access.judgements import judged_of
    from parapet.actions.assess import assess
    from parapet.evidence.canonical import read_leaf
    from parapet.records.faces import pack_assessment
    from parapet.records.models import Assessment, LogEntry, Version
    from parapet.records.naming import assessment_context

    (tmp_path / "x.eml").write_bytes(
        b"From: a@b.example\nTo: a.okwuosa@rivercrest-family-heal.example\nMessage-ID: <1@b.example>\n\nI am going to kill you on Friday.\n"
    )
    take_in(tmp_path / "x.eml", advocate="adv-01")
    judge()
    version = Version.objects.select_related("item__advocate").get()
    key = opening.item_key(version.item, opening.locker_of(version.item.advocate))
    now = judged_of({version.number: key})[version.number].program
    assert now is not None

    def judged_before(**changes: Any) -> list[dict[str, Any]]:
        from attrs import evolve

        Assessment.objects.all().delete()
        earlier = evolve(now, model="earlier-1", **changes)
        sealed = key.lock(pack_assessment(earlier), about=assessment_context(version.number, "earlier-1"))
        Assessment.objects.create(version=version, model="earlier-1", at=NOON, sealed=sealed)
        assert assess([version.number]) == 1
        entries = LogEntry.objects.filter(kind="relabel").order_by("index")
        return [read_leaf(opening.leaf_bytes(entry, key))["details"] for entry in entries]

    from parapet.domain.judgement import Severity

    assert judged_before() == []
    [told] = judged_before(severity=Severity.LOW)
    assert (told["before_severity"], told["severity"], told["before_model"], told["model"], told["by"]) == (
        "low", now.severity.code, "earlier-1", now.model, "program",
    )  # fmt: skip
