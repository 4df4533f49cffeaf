"""What people decide about a case: kept with its leaf, summed to how it stands, undoable, and shown to nobody else."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from flow.conftest import Team

from parapet.domain.errors import NotFound, RequestRefused

TODAY = date.today()  # noqa: DTZ011 - tasks have days of a calendar
MAIL = "From: {0}@b.example\nTo: a.okwuosa@rivercrest-family-heal.example\nMessage-ID: <{1}@b.example>\n\nYou are filth {1}, a stupid liar.\n"


@pytest.fixture
def opened(team: Team, receive: Any) -> Any:
    """`opened(title, sender, ...)`: the name of a case with a message of each of these accounts."""
    from parapet.actions.open_case import open_case
    from parapet.records.models import Item

    taken: set[str] = set()

    def run(title: str, *senders: str) -> str:
        receive(*(MAIL.format(sender, f"{sender}{title}{n}").encode() for n, sender in enumerate(senders)))
        fresh = [item.id for item in Item.objects.all() if item.id not in taken]
        taken.update(fresh)
        return open_case(team.advocate, team.advocate_id, title, fresh)

    return run


def work(team: Team, case: str) -> Any:
    from parapet.access.case_work import case_work

    return case_work(team.advocate, case)


@pytest.mark.both_databases
def test_care_tasks_and_outcomes_are_the_sum_of_their_steps(team: Team, opened: Any) -> None:
    from parapet.access.due import due, due_counts
    from parapet.actions.assign_case import assign_case
    from parapet.actions.check_home import check_home
    from parapet.actions.close_case import close_case
    from parapet.actions.record_outcome import record_outcome
    from parapet.actions.tasks import end_task, set_task
    from parapet.records.numbers import number_of

    case, advocate = opened("One", "ann"), number_of("adv", team.advocate_id) or 0
    assert assign_case(team.advocate, case, team.helper.id) and not assign_case(team.helper, case, team.helper.id)
    reply = set_task(team.helper, case, "", task="college_reply", whose=team.helper.id, begin=TODAY - timedelta(days=31))
    silence = set_task(team.helper, case, "  the \n reel ", task="platform_silence", begin=TODAY - timedelta(days=12))
    set_task(team.advocate, case, "Call counsel", due=TODAY + timedelta(days=40))
    set_task(team.advocate, case, "Some day")
    seen = work(team, case)
    assert seen.cares == (team.helper.id, "Helping Colleague")
    assert [(task.entry, task.due, task.name) for task in seen.tasks[:2]] == [
        (reply, TODAY - timedelta(days=1), "Helping Colleague"), (silence, TODAY + timedelta(days=2), ""),
    ]  # fmt: skip
    assert [task.what for task in seen.tasks[1:]] == ["the reel", "Call counsel", "Some day"]
    assert [line.when for line in due(team.helper, team.advocate_id, TODAY)] == ["overdue", "soon", "later", ""]
    assert due_counts(advocate, TODAY) == (1, 1)
    end_task(team.helper, case, reply)
    end_task(team.helper, case, silence, "dropped")
    end_task(team.advocate, case, silence, "again")
    assert due_counts(advocate, TODAY) == (0, 1)
    assert {task.entry: task.ended for task in work(team, case).tasks}[reply] == "done"
    record_outcome(team.advocate, case, "college_dismissed", said="s. 26(4)")
    close_case(team.advocate, case)
    seen = work(team, case)
    assert [(each.code, each.words, each.who) for each in seen.outcomes] == [("college_dismissed", "s. 26(4)", "Amara")]
    assert seen.state == "closed" and check_home().faults == []


@pytest.mark.both_databases
def test_merged_cases_keep_their_events_and_come_apart_again(team: Team, opened: Any, tmp_path: Any) -> None:
    from parapet.access.cases import page
    from parapet.actions.add_to_case import add_to_case
    from parapet.actions.check_home import check_home
    from parapet.actions.export_bag import export_bag
    from parapet.actions.merge_cases import merge_cases, unmerge_cases
    from parapet.actions.reopen_case import reopen_case
    from parapet.actions.tasks import set_task
    from parapet.actions.write_note import write_note
    from parapet.evidence.verify import verify

    one, two = opened("One", "ann", "bob"), opened("Two", "ann")
    both = page(team.advocate, one).rows[0].id
    add_to_case(team.advocate, two, [both])
    write_note(team.advocate, one, "Of the first.")
    set_task(team.advocate, one, "Of the first, too")
    merge_cases(team.helper, one, two)
    seen, old = work(team, two), work(team, one)
    assert [card.title for card in seen.within] == ["One"] and [task.what for task in seen.tasks] == ["Of the first, too"]
    assert (old.state, old.into.id, seen.state) == ("merged", two, "open")
    assert len(page(team.advocate, two).rows) == 3
    assert [note.text for note in page(team.advocate, one).notes] == ["Of the first."]
    reopen_case(team.advocate, one)
    assert work(team, one).state == "merged" == page(team.advocate, one).card.state
    for wrong in (lambda: add_to_case(team.advocate, one, [both]), lambda: merge_cases(team.advocate, one, two)):
        with pytest.raises(RequestRefused):
            wrong()
    assert verify(export_bag(team.advocate, two, "en", tmp_path / "merged")).sound
    unmerge_cases(team.advocate, one)
    assert (work(team, one).state, work(team, one).into, work(team, two).within) == ("open", None, ())
    assert len(page(team.advocate, one).rows) == 2 and len(page(team.advocate, two).rows) == 2, "what both had, both have"
    with pytest.raises(NotFound):
        unmerge_cases(team.advocate, one)
    assert verify(export_bag(team.advocate, two, "en", tmp_path / "apart")).sound
    assert check_home().faults == []


def test_cases_of_the_same_account_are_found_and_others_are_linked_by_hand(team: Team, opened: Any) -> None:
    from parapet.actions.link_cases import link_cases, unlink_cases

    one, two, three = opened("One", "ann", "bob"), opened("Two", "ann"), opened("Three", "zoe")
    assert [(each.card.title, each.why, each.messages) for each in work(team, one).related] == [("Two", "sender", 1)]
    link_cases(team.helper, one, three)
    link_cases(team.helper, three, one)
    assert [(each.card.id, each.why) for each in work(team, one).related] == [(three, "hand"), (two, "sender")]
    assert [each.card.id for each in work(team, three).related] == [one]
    unlink_cases(team.advocate, three, one)
    assert not work(team, three).related
    with pytest.raises(NotFound):
        link_cases(team.advocate, one, one)


def test_a_private_note_is_its_writers_alone_and_goes_when_she_says(team: Team, opened: Any) -> None:
    from parapet.access.private_notes import private_notes
    from parapet.actions.check_home import check_home
    from parapet.actions.private_notes import erase_private_note, write_private_note
    from parapet.records.models import LogHead, PrivateNote

    case = opened("One", "ann")
    size = LogHead.objects.get().size
    write_private_note(team.helper, case, "I am not sure about this one.")
    [note] = private_notes(team.helper, case)
    assert note.text == "I am not sure about this one."
    assert private_notes(team.advocate, case) == ()
    assert LogHead.objects.get().size == size and b"not sure" not in bytes(PrivateNote.objects.get().sealed)
    with pytest.raises(NotFound):
        erase_private_note(team.advocate, case, note.id)
    PrivateNote.objects.update(person=team.advocate)
    assert [fault.code for fault in check_home().faults] == ["sealed"], "given to somebody else, it opens for nobody"
    PrivateNote.objects.update(person=team.helper)
    erase_private_note(team.helper, case, note.id)
    assert not PrivateNote.objects.exists()


@pytest.mark.parametrize("deed", ["deleted", "exchanged", "moved in time"])
def test_steps_that_were_changed_behind_our_back_are_not_shown(team: Team, opened: Any, deed: str) -> None:
    from parapet.actions.check_home import check_home
    from parapet.actions.tasks import set_task
    from parapet.records.models import CaseStep

    case = opened("One", "ann")
    for what in ("One", "Two"):
        set_task(team.advocate, case, what)
    one, two = CaseStep.objects.order_by("log_index")
    rows = CaseStep.objects.filter(pk=one.pk)
    if deed == "deleted":
        rows.delete()
    elif deed == "exchanged":
        rows.update(sealed_words=bytes(two.sealed_words))
    else:
        rows.update(at=one.at - timedelta(days=1))
    seen = work(team, case)
    assert seen.tasks == () and seen.broken is not None and not check_home().sound


@pytest.mark.parametrize(
    "wrong",
    [
        {"what": ""}, {"what": "x" * 501}, {"task": "owl"}, {"task": "college_reply"}, {"due": TODAY + timedelta(days=4_000)},
    ],
)  # fmt: skip
def test_a_task_that_makes_no_sense_is_refused(team: Team, opened: Any, wrong: dict[str, Any]) -> None:
    from parapet.actions.tasks import set_task
    from parapet.records.models import Due

    case = opened("One", "ann")
    with pytest.raises(RequestRefused):
        set_task(team.advocate, case, **{"what": "Call", **wrong})
    with pytest.raises(NotFound):
        set_task(team.advocate, case, "Call", whose=team.stranger.id)
    assert not Due.objects.exists()
