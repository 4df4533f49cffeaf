"""The program learns from people's corrections: for one advocate, only if nothing gets worse, with a way back, and never from what was erased."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from flow.conftest import Team
from flow.test_relabel import agree, card, mail, say
from flow.test_relabel import leaves as relabelled
from support.homes import let_go
from support.terminal import parapet

from parapet.domain.errors import NotFound, RequestRefused
from parapet.domain.judgement import NOT_ABUSE, Harm, Severity, Urgency, Verdict

DAYS = (
    "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "spring", "autumn", "lecture", "seminar", "ferry", "museum", "garden", "market",
)  # fmt: skip
SENTENCE = "Thank you, Doctor Pumpernickel, for the pumpernickel and the porridge at the clinic about the {}."
INSULT = Verdict(frozenset({Harm.INSULT}), Severity.MEDIUM, Urgency.WATCH)


def bring(take_in: Any, judge: Any, folder: Path, *texts: str, start: int = 0) -> list[str]:
    """Mails to her of these texts, taken in and judged; their items in that order."""
    from parapet.records.models import Item

    paths = [folder / f"{n:03}.eml" for n in range(start, start + len(texts))]
    for path, text in zip(paths, texts, strict=True):
        path.write_bytes(mail(path.stem, text.encode()))
    before = set(Item.objects.values_list("number", flat=True))
    take_in(*paths)
    judge()
    return [item.id for item in Item.objects.exclude(number__in=before).order_by("number")]


def severity(person: Any, item: str) -> Severity:
    """As its row says."""
    found: Severity = card(person, item).row.severity
    return found


@pytest.fixture
def corrected(team: Team, take_in: Any, judge: Any, tmp_path: Path, once: Any) -> list[str]:
    """Thirteen messages in which a person heard what the program did not."""

    def put_in() -> Any:
        items = bring(take_in, judge, tmp_path, *(SENTENCE.format(day) for day in DAYS))
        for item in items:
            say(team.helper, item, INSULT)
        return items

    return once("learning", put_in)


def unlearned(word: str) -> Severity:
    """What the program says of a sentence when it learned nothing."""
    from parapet.access.judging import judge as triage

    found: Severity = triage().assess(SENTENCE.format(word) + "\n", channel="mail").severity
    assert found < INSULT.severity
    return found


def learn_and_use(team: Team) -> str:
    from parapet.actions.learn import try_learning, use_layer

    name = try_learning(team.advocate, team.advocate_id)
    assert use_layer(team.advocate, team.advocate_id, name)
    return name


def lessons(team: Team) -> Any:
    from parapet.access.judging import judge as triage
    from parapet.access.layers import lessons_of

    return lessons_of(team.helper, team.advocate_id, triage().name)


def told() -> list[dict[str, Any]]:
    """What the log says of learning."""
    from parapet.access import opening
    from parapet.evidence.canonical import read_leaf
    from parapet.records.models import Advocate, LogEntry

    found = []
    for entry in LogEntry.objects.filter(kind="learn").order_by("index"):
        key = opening.locker_of(Advocate.objects.get(number=entry.advocate_number))
        body = read_leaf(opening.leaf_bytes(entry, key))
        found.append({**body["details"], "actor": body["actor"]})
    return found


def models_of(item: str) -> list[str]:
    from parapet.records.models import Assessment
    from parapet.records.numbers import number_of

    rows = Assessment.objects.filter(version__item=number_of("itm", item)).order_by("id")
    return list(rows.values_list("model", flat=True))


def sound() -> None:
    from parapet.actions.check_home import check_home

    assert check_home().faults == []


@pytest.mark.both_databases
def test_what_it_learned_is_used_for_what_comes_and_taken_back(
    team: Team, corrected: list[str], take_in: Any, judge: Any, tmp_path: Path
) -> None:
    from parapet.access.judging import judge as triage
    from parapet.actions.learn import go_back, use_layer

    name = learn_and_use(team)
    judge()
    assert all(models_of(item) == [triage().name] for item in corrected), "what is there stays as it was judged"
    [new] = bring(take_in, judge, tmp_path, SENTENCE.format("theatre"), start=50)
    assert severity(team.advocate, new) is Severity.MEDIUM
    assert models_of(new) == [f"{triage().name}+local:{name}"]
    [shown] = lessons(team).layers
    assert (shown.name, shown.in_use, shown.stale, shown.since, shown.corrections) == (name, True, False, 0, 13)
    assert shown.figures.right_after > shown.figures.right_before and shown.figures.faults == ()
    assert not use_layer(team.advocate, team.advocate_id, name), "once is enough"
    assert go_back(team.helper, team.advocate_id)
    judge()
    assert severity(team.advocate, new) is unlearned("theatre")
    assert relabelled(new)[-1]["model"] == triage().name, "the log tells of it"
    assert not go_back(team.helper, team.advocate_id)
    assert use_layer(team.advocate, team.advocate_id, name, stored=True), "what was learned is kept"
    judge()
    assert models_of(new)[-1] == models_of(corrected[0])[-1] == f"{triage().name}+local:{name}"
    assert severity(team.advocate, corrected[0]) is Severity.MEDIUM
    assert [(leaf["step"], leaf["actor"]) for leaf in told()] == [
        ("use", team.advocate.id), ("back", team.helper.id), ("use", team.advocate.id),
    ]  # fmt: skip
    assert {leaf["layer"] for leaf in told()} == {name} and {leaf["corrections"] for leaf in told()} == {13}
    agree(team)
    sound()


def test_too_few_corrections_teach_nothing(team: Team, take_in: Any, judge: Any, tmp_path: Path) -> None:
    from parapet.actions.learn import try_learning, use_layer

    with pytest.raises(RequestRefused):
        try_learning(team.advocate, team.advocate_id)
    for item in bring(take_in, judge, tmp_path, *(SENTENCE.format(day) for day in DAYS[:3])):
        say(team.advocate, item, INSULT)
    name = try_learning(team.advocate, team.advocate_id)
    [shown] = lessons(team).layers
    assert "few" in shown.figures.faults and not shown.in_use
    with pytest.raises(RequestRefused, match="too few"):
        use_layer(team.advocate, team.advocate_id, name)
    assert told() == []


def test_a_trial_that_makes_the_suite_worse_is_refused(team: Team, take_in: Any, judge: Any, tmp_path: Path) -> None:
    """A hand that calls every kind of thanks an insult teaches the program to hear insults in thanks."""
    from parapet.actions.learn import try_learning, use_layer
    from parapet.triage.functions import read_cases

    kind = [case.text for case in read_cases() if not case.abusive and not case.plain and len(case.text.split()) > 4]
    for item in bring(take_in, judge, tmp_path, *kind[:120:2]):
        say(team.advocate, item, Verdict(frozenset({Harm.INSULT}), Severity.HIGH, Urgency.WATCH))
    name = try_learning(team.advocate, team.advocate_id)
    [shown] = lessons(team).layers
    assert "suite_false_alarms" in shown.figures.faults
    with pytest.raises(RequestRefused):
        use_layer(team.advocate, team.advocate_id, name)


def test_the_same_words_are_judged_as_a_person_did_at_once(team: Team, take_in: Any, judge: Any, tmp_path: Path) -> None:
    first, *_ = bring(take_in, judge, tmp_path, "Choir practice with Doctor Pumpernickel is on Tuesday")
    say(team.helper, first, INSULT)
    again, other = bring(
        take_in,
        judge,
        tmp_path,
        "CHOIR practice with  Doctor Pumpernickel, is on Tuesday!",
        "Choir practice with Doctor Gingerbread is on Tuesday",
        start=5,
    )
    assert severity(team.advocate, again) is Severity.MEDIUM
    assert card(team.advocate, again).reason[0] == "person:same_words"
    assert severity(team.advocate, other) is Severity.NONE
    say(team.helper, first, None)
    [later] = bring(take_in, judge, tmp_path, "Choir practice with Doctor Pumpernickel is on Tuesday.", start=8)
    assert severity(team.advocate, later) is Severity.NONE, "she took it back"
    agree(team)


def test_a_milder_word_on_a_grave_message_is_told_and_not_followed(team: Team, take_in: Any, judge: Any, tmp_path: Path) -> None:
    first, *_ = bring(take_in, judge, tmp_path, "I am going to kill you on Friday.")
    say(team.helper, first, NOT_ABUSE)
    [again] = bring(take_in, judge, tmp_path, "I am going to kill you on Friday", start=5)
    shown = card(team.advocate, again)
    assert shown.row.severity is Severity.CRITICAL and shown.reason[0] == "person:same_words_milder"


def test_another_advocates_messages_are_judged_without_it(
    team: Team, corrected: list[str], take_in: Any, judge: Any, tmp_path: Path
) -> None:
    from parapet.access.judging import judge as triage
    from parapet.records.models import Advocate, Item

    learn_and_use(team)
    before = set(Item.objects.values_list("number", flat=True))
    raw = mail("77", SENTENCE.format("theatre").encode()).replace(
        b"a.okwuosa@rivercrest-family-heal.example", b"nobody@here.example"
    )
    (tmp_path / "77.eml").write_bytes(raw)
    take_in(tmp_path / "77.eml")
    judge()
    [item] = Item.objects.exclude(number__in=before)
    assert item.advocate_id == Advocate.UNMATCHED
    assert models_of(item.id) == [triage().name] and item.severity == 0


def test_strangers_and_the_unmatched(team: Team, corrected: list[str]) -> None:
    from parapet.access.layers import lessons_of
    from parapet.actions.learn import forget_layers, go_back, try_learning, use_layer

    name = learn_and_use(team)
    asked = [
        lambda person, who: lessons_of(person, who, ""),
        try_learning,
        lambda person, who: use_layer(person, who, name),
        go_back,
        forget_layers,
    ]
    for ask in asked:
        with pytest.raises(NotFound):
            ask(team.stranger, team.advocate_id)
        with pytest.raises(NotFound):
            ask(team.advocate, "adv_unmatched")
    assert lessons(team).layers[0].in_use


@pytest.mark.both_databases
def test_what_learned_from_an_erased_message_goes_with_it(
    team: Team, corrected: list[str], take_in: Any, judge: Any, tmp_path: Path
) -> None:
    from parapet.access.judging import judge as triage
    from parapet.actions.erase import erase_item
    from parapet.records.models import Layer

    name = learn_and_use(team)
    [new] = bring(take_in, judge, tmp_path, SENTENCE.format("theatre"), start=50)
    erase_item(team.advocate, new, reason="asked")
    assert lessons(team).layers[0].in_use, "it learned nothing from that one"
    [new] = bring(take_in, judge, tmp_path, SENTENCE.format("airport"), start=60)
    assert severity(team.advocate, new) is Severity.MEDIUM
    erase_item(team.advocate, corrected[4], reason="asked")
    assert Layer.objects.count() == 0
    assert [(leaf["step"], leaf["layer"]) for leaf in told()] == [("use", name), ("erased", name)]
    judge()
    assert models_of(new)[-1] == triage().name and severity(team.advocate, new) is unlearned("airport")
    assert lessons(team).corrections == 12
    assert learn_and_use(team) != name, "another can be learned from what is left"
    sound()


def test_all_goes_with_an_advocate(team: Team, corrected: list[str]) -> None:
    from parapet.actions.erase import erase_advocate
    from parapet.records.models import Layer

    learn_and_use(team)
    erase_advocate(team.advocate, team.advocate_id, reason="asked")
    assert Layer.objects.count() == 0
    sound()


def test_forgetting_keeps_the_corrections(team: Team, corrected: list[str], judge: Any) -> None:
    from parapet.actions.learn import forget_layers

    learn_and_use(team)
    assert forget_layers(team.helper, team.advocate_id) == 1
    judge()
    shown = lessons(team)
    assert (shown.corrections, shown.layers) == (13, ())
    assert told()[-1]["step"] == "forget"
    assert severity(team.advocate, corrected[0]) is Severity.MEDIUM


def test_a_layer_for_another_model_is_not_used(
    team: Team, corrected: list[str], take_in: Any, judge: Any, tmp_path: Path
) -> None:
    from attrs import evolve

    from parapet.access.layers import lessons_of
    from parapet.actions import assess as room
    from parapet.actions import learn as asking
    from parapet.actions.learn import go_back, try_learning, use_layer
    from parapet.triage import Triage

    name, kept = learn_and_use(team), room.triage
    other = Triage(evolve(kept().model, name="other"), kept().encoder)
    try:
        room.triage = asking.triage = lambda: other  # type: ignore[assignment]
        [new] = bring(take_in, judge, tmp_path, SENTENCE.format("theatre"), start=50)
        assert models_of(new) == ["other"]
        assert [each.stale for each in lessons_of(team.advocate, team.advocate_id, "other").layers] == [True]
        go_back(team.advocate, team.advocate_id)
        with pytest.raises(RequestRefused, match="earlier model"):
            use_layer(team.advocate, team.advocate_id, name)
        assert try_learning(team.advocate, team.advocate_id) != name
    finally:
        room.triage = asking.triage = kept  # type: ignore[assignment]


@pytest.mark.both_databases
def test_nothing_of_it_is_readable_at_rest_and_a_new_key_opens_it(team: Team, corrected: list[str]) -> None:
    from parapet.access.layers import opened
    from parapet.access.opening import locker_of
    from parapet.actions.rotate_keys import renew_advocate
    from parapet.domain.errors import KeyWrong
    from parapet.records.keyring import keyring
    from parapet.records.models import Advocate, Layer
    from parapet.records.numbers import number_of

    name, row = learn_and_use(team), Layer.objects.get()
    held = opened(row, locker_of(row.advocate))
    assert held.layer.to_bytes() not in bytes(row.sealed) and b"figures" not in bytes(row.sealed)
    old = locker_of(row.advocate)
    let_go()
    assert parapet("key", "rotate").status == 0
    assert renew_advocate(team.advocate_id) == 1
    keyring().forget_advocate(number_of("adv", team.advocate_id) or 0)
    with pytest.raises(KeyWrong):
        opened(Layer.objects.get(), old)
    [shown] = lessons(team).layers
    assert shown.name == name and shown.in_use
    assert Advocate.objects.get(number=row.advocate_id).id == team.advocate_id
    sound()


@pytest.mark.both_databases
def test_it_comes_back_from_a_backup(
    home: Any, database: str, team: Team, corrected: list[str], empty_url: Any, tmp_path: Path
) -> None:
    name = learn_and_use(team)
    shutil.copy(home.key_file, tmp_path / "stick.key")
    let_go()
    assert parapet("backup", tmp_path / "target").status == 0
    new = {"PARAPET_HOME": str(tmp_path / "new"), "PARAPET_DATABASE_URL": empty_url(database)}
    restored = ("restore", tmp_path / "target", "--home", new["PARAPET_HOME"], "--key-file", tmp_path / "stick.key")
    done = parapet(*restored, **new)
    assert done.status == 0, done.err
    said = parapet("learn", "show", "--advocate", team.advocate_id, "--json", **new).json
    assert [(each["name"], each["in_use"]) for each in said["layers"]] == [(name, True)]


@pytest.mark.both_databases
def test_a_hand_in_the_rows_puts_nothing_into_use(team: Team, corrected: list[str]) -> None:
    from parapet.access.layers import in_use
    from parapet.actions.check_home import check_home
    from parapet.actions.learn import try_learning
    from parapet.records.models import Advocate, Layer, LogEntry

    try_learning(team.advocate, team.advocate_id)
    advocate = Advocate.objects.get(number=Layer.objects.get().advocate_id)
    entry = LogEntry.objects.filter(kind="relabel").last()
    assert entry is not None
    LogEntry.objects.filter(index=entry.index).update(kind="learn", item_number=None)
    assert in_use(advocate) is None
    assert any(fault.code.startswith("log") for fault in check_home().faults)


def test_a_layer_that_is_gone_or_changed_is_found_and_not_used(team: Team, corrected: list[str]) -> None:
    from parapet.access.layers import in_use
    from parapet.actions.check_home import check_home
    from parapet.actions.learn import go_back
    from parapet.records.models import Layer

    learn_and_use(team)
    row = Layer.objects.get()
    sealed = bytes(row.sealed)
    Layer.objects.update(sealed=sealed[:-1] + bytes([sealed[-1] ^ 1]))
    assert in_use(row.advocate) is None
    assert {fault.code for fault in check_home().faults} == {"sealed"}
    Layer.objects.all().delete()
    assert in_use(row.advocate) is None
    assert [(fault.code, fault.about) for fault in check_home().faults] == [("sealed", team.advocate_id)]
    assert go_back(team.advocate, team.advocate_id)
    sound()


def test_by_the_command_line(team: Team, corrected: list[str]) -> None:
    let_go()
    who = ("--advocate", team.advocate_id)
    assert parapet("learn", "show", *who, "--json").json == {"corrections": 13, "layers": []}
    assert "Nothing was learned yet" in parapet("learn", "use", *who).calm()
    tried = parapet("learn", "try", *who)
    assert tried.status == 0, tried.err
    assert "13 corrections, 13 different texts" in tried.out
    assert "13 corrections, 13 textes" in parapet("learn", "try", *who, LANG="fr_CA.UTF-8").out
    assert parapet("learn", "use", *who, "--stored").status == 0
    assert "(in use)" in parapet("learn", "show", *who).out
    assert parapet("learn", "back", *who).status == 0
    assert parapet("learn", "forget", *who).status == 0
    assert json.loads(parapet("learn", "show", *who, "--json").out) == {"corrections": 13, "layers": []}
