"""What a person says of a message goes before what the program says, is told of in the log, and can be taken back."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from flow.conftest import Team
from flow.test_forged import archive
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parapet.domain.errors import JudgedMeanwhile, NotFound, RequestRefused
from parapet.domain.judgement import NOT_ABUSE, Harm, Severity, Urgency, Verdict

pytestmark = pytest.mark.both_databases

THREAT = b"I am going to kill you on Friday."
INSULT = Verdict(frozenset({Harm.INSULT}), Severity.LOW, Urgency.NONE)
TO_HER = "a.okwuosa@rivercrest-family-heal.example"


def mail(name: str, text: bytes, sender: str = "a@b.example") -> bytes:
    return f"From: {sender}\nTo: {TO_HER}\nMessage-ID: <{name}@b.example>\n\n".encode() + text + b"\n"


@pytest.fixture
def item(team: Team, take_in: Any, judge: Any, tmp_path: Path, once: Any) -> str:
    """A threat to her, judged by the program."""

    def put_in() -> Any:
        from parapet.access.inbox import page
        from parapet.access.views import Filters

        (tmp_path / "x.eml").write_bytes(mail("1", THREAT))
        take_in(tmp_path / "x.eml")
        judge()
        [row] = page(team.advocate, team.advocate_id, Filters()).rows
        assert row.severity is Severity.CRITICAL and Harm.THREAT in row.harms
        return row.id

    return once("relabel", put_in)


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
    entries = LogEntry.objects.filter(kind="relabel", item_number=row.number).order_by("index")
    bodies = [read_leaf(opening.leaf_bytes(e, key)) for e in entries]
    return [body["details"] | {"actor": body["actor"]} for body in bodies]


def judged_by_another_model(shift: float) -> None:
    """Another model of ours judges everything: one that hears more (or less, below 0) in the same words."""
    import numpy as np
    from attrs import evolve

    from parapet.actions import assess as room
    from parapet.records.models import Assessment, Version
    from parapet.triage import Triage

    kept = room.triage
    shipped = kept().model
    moved = {lang: np.add(lines, (0.0, 0.0, shift)) for lang, lines in shipped.stacking.items()}
    plain = {lang: np.add(lines, (0.0, shift)) for lang, lines in shipped.calibration.items()}
    name = f"other-{Assessment.objects.count()}"
    other = Triage(evolve(shipped, name=name, stacking=moved, calibration=plain), kept().encoder)
    try:
        room.triage = lambda: other  # type: ignore[assignment]
        numbers = list(Version.objects.values_list("number", flat=True))
        assert room.assess(numbers) == len(numbers)
    finally:
        room.triage = kept


def agree(team: Team) -> None:
    """Rows are what stands for their versions, counts are those of the rows, and the home is sound."""
    from parapet.access import opening
    from parapet.access.judgements import corrections_of, judged_versions
    from parapet.actions.tallies import STANDING, Standing, judged
    from parapet.domain.judgement import mask_of
    from parapet.records.models import Item, Sender, Tally

    counted: Counter[tuple[int, str, str]] = Counter()
    senders: Counter[tuple[int, int]] = Counter()
    for row in Item.objects.select_related("advocate"):
        key = opening.item_key(row, opening.locker_of(row.advocate))
        versions = judged_versions(row, key)
        stands = [each.stands for _, each in versions if each.stands]
        assert row.severity == max(each.severity for each in stands)
        assert row.urgency == max(each.urgency for each in stands)
        assert row.harms == mask_of(frozenset().union(*(each.harms for each in stands)))
        assert row.abstain == stands[-1].abstain
        assert row.own == (row.in_own_name and row.severity < Severity.MEDIUM and row.urgency < Urgency.SAME_DAY)
        last = {line.version: line.verdict for line in corrections_of(row, key)}
        assert [last.get(version.ordinal) for version, _ in versions] == [each.person for _, each in versions]
        counted.update(judged(Standing(*(getattr(row, column) for column in STANDING))))
        if row.own:
            counted[row.advocate_id, "own", ""] += 1
        else:
            counted[row.advocate_id, "all", ""] += 1
            counted[row.advocate_id, "channel", row.channel] += 1
            senders[row.advocate_id, row.sender] += 1
    assert {(t.advocate_id, t.facet, t.value): t.items for t in Tally.objects.exclude(items=0)} == counted
    assert {(t.advocate_id, t.sender): t.items for t in Sender.objects.exclude(items=0)} == senders


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


def test_it_outlives_a_newer_model_and_does_not_hide_it(team: Team, take_in: Any, judge: Any, tmp_path: Path) -> None:
    from parapet.access.inbox import page
    from parapet.access.views import Filters

    (tmp_path / "y.eml").write_bytes(mail("2", b"What a pathetic, stupid quack you are."))
    take_in(tmp_path / "y.eml")
    judge()
    [row] = page(team.advocate, team.advocate_id, Filters()).rows
    item = row.id
    said = Verdict(frozenset({Harm.REPUTATION}), Severity.HIGH, Urgency.WATCH)
    assert Harm.INSULT in row.harms
    say(team.helper, item, said)
    judged_by_another_model(-12)
    shown = card(team.helper, item)
    assert (shown.row.severity, shown.row.harms, shown.row.urgency) == (Severity.HIGH, (Harm.REPUTATION,), Urgency.WATCH)
    assert shown.judgements[0].program == NOT_ABUSE and shown.model.startswith("other")
    assert [(each["by"], each["stands"]) for each in leaves(item)] == [("person", "person"), ("program", "person")]
    agree(team)
    assert say(team.helper, item, None)
    assert card(team.helper, item).row.severity is Severity.NONE, "what the newest model says"
    judged_by_another_model(12)
    assert (leaves(item)[-1]["stands"], leaves(item)[-1]["by"]) == ("program", "program")
    assert card(team.helper, item).row.severity > Severity.NONE
    agree(team)


def test_in_her_own_name_it_comes_and_goes_with_what_is_said_of_it(team: Team, take_in: Any, judge: Any, tmp_path: Path) -> None:
    """A grave message in her own name stands in the queue; when she says that it is nothing, it is context again."""
    from parapet.access.inbox import counts, page
    from parapet.access.views import Filters

    take_in(archive(tmp_path / "x.zip", THREAT.decode(), "Our clinic opens at nine tomorrow."))
    judge()
    [grave] = page(team.advocate, team.advocate_id, Filters()).rows
    assert grave.in_own_name and grave.severity is Severity.CRITICAL
    agree(team)
    say(team.advocate, grave.id, NOT_ABUSE)
    assert grave.id in [row.id for row in page(team.advocate, team.advocate_id, Filters(own=True)).rows]
    assert counts(team.advocate, team.advocate_id).total == 0
    agree(team)
    say(team.advocate, grave.id, None)
    assert counts(team.advocate, team.advocate_id).total == 1
    agree(team)


VERDICTS = st.one_of(
    st.just(NOT_ABUSE),
    st.builds(
        Verdict,
        st.frozensets(st.sampled_from(Harm), min_size=1),
        st.sampled_from([each for each in Severity if each]),
        st.sampled_from(Urgency),
    ),
)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("say"), st.integers(0, 3), VERDICTS),
        st.tuples(st.just("undo"), st.integers(0, 3), st.none()),
        st.tuples(st.just("late"), st.integers(0, 3), VERDICTS),
        st.tuples(st.just("model"), st.sampled_from([-12.0, -2.0, 2.0, 12.0]), st.none()),
    ),
    max_size=8,
)


def test_whatever_is_said_in_whatever_order_log_rows_and_counts_agree(
    team: Team, take_in: Any, judge: Any, tmp_path: Path
) -> None:
    """Two items, one of two versions, one in her own name; people say and undo, some too late, and models come."""
    from parapet.access.exported_items import exported_items
    from parapet.actions.check_home import check_home

    for name, text in (("1", THREAT), ("2", b"You are an idiot and a quack.")):
        (tmp_path / f"{name}.eml").write_bytes(mail(name, text))
    take_in(tmp_path / "1.eml", tmp_path / "2.eml", archive(tmp_path / "x.zip", THREAT.decode()))
    (tmp_path / "2b.eml").write_bytes(mail("2", b"You are a quack. Nothing more to say."))
    take_in(tmp_path / "2b.eml")
    judge()
    places = [(line["id"], n) for line in exported_items() for n in range(1, line["versions"] + 1)]
    assert len(places) == 4
    stands: dict[tuple[str, int], Verdict | None] = dict.fromkeys(places)
    said = 0

    @settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(steps=STEPS)
    def live(steps: list[tuple[str, Any, Any]]) -> None:
        nonlocal said
        for what, where, verdict in steps:
            if what == "model":
                judged_by_another_model(where)
                continue
            item, version = place = places[where]
            news = verdict != stands[place]
            if what == "late" and news:
                with pytest.raises(JudgedMeanwhile):
                    say(team.helper, item, verdict, version=version, seen=-1)
                continue
            assert say(team.helper, item, verdict, version=version) == news
            stands[place] = verdict
            said += news
        by_people = [each for item in dict(places) for each in leaves(item) if each["by"] == "person"]
        assert len(by_people) == said, "as many leaves as changes"
        for item, version in places:
            [now] = [each for each in card(team.advocate, item).judgements if each.number == version]
            assert (now.person.verdict if now.person else None) == stands[item, version]
        agree(team)

    live()
    assert check_home().faults == []


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
