"""What a person says of a message goes before what the program says, is told of in the log, and can be taken back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from flow.conftest import Team

from parapet.domain.errors import JudgedMeanwhile, NotFound, RequestRefused
from parapet.domain.judgement import NOT_ABUSE, Harm, Severity, Urgency, Verdict

pytestmark = pytest.mark.both_databases

THREAT = b"I am going to kill you on Friday."
INSULT = Verdict(frozenset({Harm.INSULT}), Severity.LOW, Urgency.NONE)
TO_HER = "a.okwuosa@rivercrest-family-heal.example"


def mail(name: str, text: bytes, sender: str = "a@b.example") -> bytes:
    return f"From: {sender}\nTo: {TO_HER}\nMessage-ID: <{name}@b.example>\n\n".encode() + text + b"\n"


@pytest.fixture
def item(team: Team, take_in: Any, judge: Any, tmp_path: Path) -> str:
    """A threat to her, judged by the program."""
    from parapet.access.inbox import page
    from parapet.access.views import Filters

    (tmp_path / "x.eml").write_bytes(mail("1", THREAT))
    take_in(tmp_path / "x.eml")
    judge()
    [row] = page(team.advocate, team.advocate_id, Filters()).rows
    assert row.severity is Severity.CRITICAL and Harm.THREAT in row.harms
    return row.id


def card(person: Any, item: str) -> Any:
    from parapet.access.items import card

    return card(person, item)


def say(person: Any, item: str, verdict: Verdict | None, *, version: int = 1, reason: str = "", seen: int | None = None) -> bool:
    from parapet.actions.relabel import relabel, undo_relabel

    seen = card(person, item).judged_at if seen is None else seen
    if verdict is None:
        return undo_relabel(person, item, version, seen=seen)
    return relabel(person, item, version, verdict, reason=reason, seen=seen)


def leaves(item: str) -> list[dict[str, Any]]:
    """The details of every leaf that tells of another judgement, with who said so."""
    from parapet.access import opening
    from parapet.evidence.canonical import read_leaf
    from parapet.records.models import Item, LogEntry
    from parapet.records.numbers import number_of

    row = Item.objects.select_related("advocate").get(number=number_of("itm", item))
    key = opening.item_key(row, opening.locker_of(row.advocate))
    bodies = [read_leaf(opening.leaf_bytes(e, key)) for e in LogEntry.objects.filter(kind="relabel").order_by("index")]
    return [body["details"] | {"actor": body["actor"]} for body in bodies]


def judged_by_another_model(item: str, **changes: Any) -> None:
    """As if a newer model of ours had judged the newest version of it."""
    from attrs import evolve

    from parapet.actions import assess as module
    from parapet.records.models import Assessment, Version
    from parapet.records.numbers import number_of

    version = Version.objects.filter(item=number_of("itm", item)).order_by("-ordinal")[0]
    model = f"newer-{Assessment.objects.count()}"
    real = module.triage()

    class Newer:
        """Judges as the shipped one, but for `changes`; a model of that name is not on this disk."""

        def __init__(self) -> None:
            self.model = type("Named", (), {"name": model})()

        def assess_many(self, requests: Any) -> Any:
            return [evolve(each, model=model, **changes) for each in real.assess_many(requests)]

    kept, module.triage = module.triage, lambda: Newer()  # type: ignore[assignment,return-value]
    try:
        assert module.assess([version.number]) == 1
    finally:
        module.triage = kept


def agree(team: Team) -> None:
    """Rows are what stands for their versions, counts are those of the rows, and the home is sound."""
    from parapet.access import opening
    from parapet.access.judgements import corrections_of, judged_versions
    from parapet.actions.tallies import STANDING, Standing, judged
    from parapet.domain.judgement import mask_of
    from parapet.records.models import Item, Tally

    counted: dict[tuple[int, str, str], int] = {}
    for row in Item.objects.select_related("advocate"):
        key = opening.item_key(row, opening.locker_of(row.advocate))
        stands = [each.stands for _, each in judged_versions(row, key) if each.stands]
        assert row.severity == max(each.severity for each in stands)
        assert row.urgency == max(each.urgency for each in stands)
        assert row.harms == mask_of(frozenset().union(*(each.harms for each in stands)))
        assert row.abstain == stands[-1].abstain
        last = {line.version: line.verdict for line in corrections_of(row, key)}
        assert [last.get(v.ordinal) for v, _ in judged_versions(row, key)] == [j.person for _, j in judged_versions(row, key)]
        for each in judged(Standing(*(getattr(row, column) for column in STANDING))):
            counted[each] = counted.get(each, 0) + 1
    facets = {facet for _, facet, _ in counted} | {"unsure", "harm"}
    held = {(t.advocate_id, t.facet, t.value): t.items for t in Tally.objects.filter(facet__in=facets) if t.items}
    assert held == counted


def test_her_word_stands_everywhere_and_is_taken_back(team: Team, item: str) -> None:
    from parapet.access.exported_items import exported_items
    from parapet.access.inbox import counts, page
    from parapet.access.views import Filters

    program = card(team.helper, item).row
    assert say(team.helper, item, NOT_ABUSE, reason="A line of a song.")
    shown = card(team.advocate, item)
    assert (shown.row.severity, shown.row.urgency, shown.row.harms) == (Severity.NONE, Urgency.NONE, ())
    [judgement] = shown.judgements
    assert judgement.person.who == "Helping Colleague" and judgement.person.reason == "A line of a song."
    assert judgement.program.severity is Severity.CRITICAL, "what the program said stays to be seen"
    assert ("relabel", "Helping Colleague") in [(line.kind, line.who) for line in shown.custody]
    assert not page(team.advocate, team.advocate_id, Filters(severity=Severity.LOW)).rows
    assert not page(team.advocate, team.advocate_id, Filters(harm=Harm.THREAT)).rows
    told = counts(team.advocate, team.advocate_id)
    assert (told.by_severity[Severity.NONE], told.by_severity[Severity.CRITICAL], told.by_harm[Harm.THREAT]) == (1, 0, 0)
    [line] = exported_items()
    assert (line["labels"], line["severity"], line["urgency"], line["corrected"]) == ([], "none", "none", True)
    assert line["probabilities"]["threat"] > 0.5, "how likely is the program's own estimate"
    agree(team)

    assert say(team.advocate, item, None)
    shown = card(team.advocate, item)
    assert shown.row.severity is program.severity and shown.row.harms == program.harms
    assert shown.judgements[0].person is None
    assert len(page(team.advocate, team.advocate_id, Filters(harm=Harm.THREAT)).rows) == 1
    assert [line["corrected"] for line in exported_items()] == [False]
    agree(team)


def test_the_log_says_who_what_was_and_what_is_and_none_of_her_words(team: Team, item: str) -> None:
    from parapet.actions.check_home import check_home

    say(team.helper, item, INSULT, reason="Heard him laugh.")
    say(team.advocate, item, None)
    said, back = leaves(item)
    assert (said["by"], said["stands"], said["version"], said["actor"]) == ("person", "person", 1, team.helper.id)
    assert (said["before_severity"], said["severity"], said["harms"]) == ("critical", "low", ["insult"])
    assert said["before_model"] and "model" not in said
    assert (back["by"], back["stands"], back["actor"]) == ("person", "program", team.advocate.id)
    assert (back["before_severity"], back["severity"], back["model"]) == ("low", "critical", said["before_model"])
    assert not any("laugh" in str(each) for each in (said, back))
    assert check_home().faults == []


def test_what_is_said_twice_is_said_once(team: Team, item: str) -> None:
    assert not say(team.helper, item, None), "there is nothing to take back"
    assert say(team.helper, item, INSULT, reason="Why.")
    before = card(team.helper, item).judged_at
    assert not say(team.helper, item, INSULT)
    assert not say(team.advocate, item, INSULT, reason="Why.", seen=0), "and whoever says the same, though it was late"
    assert card(team.helper, item).judged_at == before and len(leaves(item)) == 1
    assert say(team.advocate, item, INSULT, reason="Another reason."), "another reason is something new"
    assert card(team.helper, item).judgements[0].person.reason == "Another reason."


def test_the_second_of_two_is_told_and_the_first_stays(team: Team, item: str) -> None:
    seen = card(team.advocate, item).judged_at
    assert say(team.helper, item, INSULT, seen=seen)
    for verdict in (NOT_ABUSE, None):
        with pytest.raises(JudgedMeanwhile):
            say(team.advocate, item, verdict, seen=seen)
    assert card(team.advocate, item).judgements[0].person.verdict == INSULT
    agree(team)


@pytest.mark.parametrize(
    ("verdict", "reason"),
    [
        (Verdict(frozenset(), Severity.HIGH), ""),
        (Verdict(frozenset(), Severity.NONE, Urgency.WATCH), ""),
        (Verdict(frozenset({Harm.INSULT}), Severity.NONE), ""),
        (INSULT, "x" * 1_001),
    ],
)
def test_what_makes_no_sense_is_refused(team: Team, item: str, verdict: Verdict, reason: str) -> None:
    with pytest.raises(RequestRefused):
        say(team.helper, item, verdict, reason=reason)
    assert leaves(item) == []


def test_it_outlives_a_newer_model_and_does_not_hide_it(team: Team, item: str) -> None:
    say(team.helper, item, INSULT)
    judged_by_another_model(item, severity=Severity.HIGH)
    shown = card(team.helper, item)
    assert (shown.row.severity, shown.row.harms) == (Severity.LOW, (Harm.INSULT,))
    assert shown.judgements[0].program.severity is Severity.HIGH and shown.model.startswith("newer")
    assert [(each["by"], each["stands"]) for each in leaves(item)] == [("person", "person"), ("program", "person")]
    agree(team)
    assert say(team.helper, item, None)
    assert card(team.helper, item).row.severity is Severity.HIGH, "what the newest model says"
    judged_by_another_model(item, severity=Severity.MEDIUM)
    assert leaves(item)[-1]["stands"] == "program"
    agree(team)


def test_a_new_version_is_judged_anew(team: Team, item: str, take_in: Any, judge: Any, tmp_path: Path) -> None:
    say(team.helper, item, NOT_ABUSE)
    (tmp_path / "again.eml").write_bytes(mail("1", b"You are an idiot and a quack. " + THREAT))
    assert take_in(tmp_path / "again.eml").versions == 1
    judge()
    shown = card(team.helper, item)
    assert [each.person is not None for each in shown.judgements] == [True, False]
    assert shown.shown_first == 2 and shown.row.severity is Severity.CRITICAL
    agree(team)
    assert say(team.helper, item, INSULT, version=2)
    assert card(team.helper, item).row.harms == (Harm.INSULT,)
    assert say(team.helper, item, None, version=1)
    assert card(team.helper, item).row.severity is Severity.CRITICAL, "of the first version, what the program says"
    agree(team)
    with pytest.raises(NotFound):
        say(team.helper, item, INSULT, version=3)


def test_who_may_not_act_for_her_changes_and_learns_nothing(team: Team, item: str) -> None:
    from django.db import transaction

    from parapet.actions.allow import take_back
    from parapet.actions.erase import erase_item
    from parapet.records.models import Advocate, Correction, LogHead
    from parapet.records.numbers import number_of

    seen = card(team.helper, item).judged_at
    size = LogHead.objects.get().size
    told = set()
    for person, name in (
        (team.stranger, item),
        (team.stranger, "itm_0000000000000"),
        (team.stranger, "x"),
        (team.advocate, "itm_x"),
    ):
        for verdict in (INSULT, NOT_ABUSE, None):
            with pytest.raises(NotFound) as refused:
                say(person, name, verdict, seen=seen)
            told.add(str(refused.value))
    assert len(told) == 1 and LogHead.objects.get().size == size and not Correction.objects.exists()
    with transaction.atomic():
        take_back(team.helper, Advocate.objects.get(number=number_of("adv", team.advocate_id)))
    with pytest.raises(NotFound):
        say(team.helper, item, INSULT, seen=seen)
    assert say(team.advocate, item, INSULT)
    erase_item(team.advocate, item, reason="asked")
    with pytest.raises(NotFound):
        say(team.advocate, item, None, seen=seen)
    assert not Correction.objects.exists(), "what was said of it went with it"


@pytest.mark.parametrize("deed", ["deleted", "exchanged", "of another version", "another's", "added"])
def test_what_was_changed_behind_our_back_does_not_count_on_its_page(team: Team, item: str, deed: str) -> None:
    from parapet.actions.check_home import check_home
    from parapet.records.models import Correction, LogEntry, Version

    say(team.helper, item, NOT_ABUSE)
    say(team.helper, item, INSULT)
    one, two = Correction.objects.order_by("log_index")
    if deed == "deleted":
        two.delete()
    elif deed == "exchanged":
        Correction.objects.filter(pk=two.pk).update(sealed=bytes(one.sealed))
    elif deed == "of another version":
        first = Version.objects.get()
        spare = Version.objects.create(item=first.item, ordinal=2, content=b"c" * 32, pack=first.pack, offset=first.offset,
            length=first.length, media_type="", captured_at=first.captured_at, log_index=first.log_index, sealed_face=first.sealed_face)  # fmt: skip
        Correction.objects.filter(pk=two.pk).update(version=spare)
    elif deed == "another's":
        LogEntry.objects.filter(index=two.log_index).update(person_number=team.advocate.number)
    else:
        Correction.objects.create(version_id=one.version_id, log_index=10_000, sealed=bytes(one.sealed))
    assert not check_home().sound
    if deed != "of another version":  # then there is a version that is none, and the page is broken for that
        shown = card(team.advocate, item)
        assert shown.corrections_broken is not None
        assert shown.judgements[0].person is None and shown.judgements[0].program is not None
