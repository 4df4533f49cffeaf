"""Shields up: what the log says and nothing else; who is told, who sorts, who is spared; and no half of it when a process dies."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from contextlib import nullcontext
from datetime import timedelta
from typing import Any

import pytest
from flow.conftest import Team
from flow.test_alerts import NOW, bring, do, hook, mail  # noqa: F401  # the same messages and the same address
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.receivers import Webhook

from parapet.domain.errors import NotFound, RequestRefused
from parapet.domain.rights import GIVEABLE, Right

WHY = "Quokkareason: they wrote to my hospital"


@pytest.fixture
def number(team: Team) -> int:
    from parapet.records.numbers import number_of

    return number_of("adv", team.advocate_id) or 0


def give(team: Team, *rights: Right) -> None:
    from parapet.actions.change_grant import change_rights

    change_rights(team.advocate, team.advocate_id, team.helper.id, frozenset(rights))


def told() -> None:
    """Do what is promised for the circle."""
    from parapet.actions.tell_circle import Notice, send_notice, tell_circle
    from parapet.jobs import outbox
    from parapet.jobs.models import OutboxEntry

    for kind in ("tell_circle", "send_notice"):
        for each in OutboxEntry.objects.filter(kind=kind, done_at=None).order_by("id"):
            tell_circle(each.payload["entry"], now=NOW) if kind == "tell_circle" else send_notice(Notice.of(each.payload))
            outbox.done(each.pk)


def kinds() -> list[str]:
    from parapet.records.models import LogEntry

    return list(LogEntry.objects.filter(kind__startswith="shield_").order_by("index").values_list("kind", flat=True))


@pytest.mark.both_databases
def test_two_raises_are_one_and_nobody_else_learns_of_it(team: Team, number: int) -> None:
    from parapet.access.shield_page import shield_page
    from parapet.access.shield_reasons import calm, why_raised
    from parapet.access.shields import holds_veil, is_up
    from parapet.actions.lower_shield import lower_shield
    from parapet.actions.raise_shield import raise_shield
    from parapet.actions.shield_steps import say_fine, still_needed, tick_line
    from parapet.records.models import ShieldReason

    give(team, *(set(GIVEABLE) - {Right.SHIELD}))
    every: list[Callable[[Any], Any]] = [
        lambda who: raise_shield(who, team.advocate_id),
        lambda who: lower_shield(who, team.advocate_id),
        lambda who: still_needed(who, team.advocate_id),
        lambda who: why_raised(who, team.advocate_id),
    ]
    for refused in (*every, lambda who: say_fine(who, team.advocate_id)):
        for who in (team.helper, team.stranger):
            with pytest.raises(NotFound, match=r"There is nothing here\."):
                refused(who)
    with pytest.raises(NotFound):
        shield_page(team.stranger, team.advocate_id)
    assert kinds() == [] and not is_up(number) and not holds_veil(number)

    give(team, Right.READ, Right.SHIELD, Right.SORT)
    assert raise_shield(team.helper, team.advocate_id, WHY)
    assert not raise_shield(team.advocate, team.advocate_id, "Another reason")
    assert kinds() == ["shield_up"] and is_up(number) and holds_veil(number)
    assert why_raised(team.advocate, team.advocate_id) == why_raised(team.helper, team.advocate_id) == WHY
    assert b"Quokka" not in bytes(ShieldReason.objects.get().sealed)
    quiet = calm(team.advocate, team.advocate_id)
    assert quiet is not None and (quiet.helpers, quiet.asks) == (1, False) and calm(team.helper, team.advocate_id) is None
    with pytest.raises(NotFound):
        tick_line(team.helper, team.advocate_id, "safe")  # takes the right to write notes
    with pytest.raises(RequestRefused):
        raise_shield(team.advocate, team.advocate_id, "x" * 501)
    page = shield_page(team.helper, team.advocate_id)
    assert (page.by, page.herself, page.may_raise, page.may_tick) == (team.helper.name, False, True, False)

    with pytest.raises(RequestRefused):
        lower_shield(team.advocate, team.advocate_id, veil_days=400)
    assert lower_shield(team.advocate, team.advocate_id, veil_days=7)
    assert not lower_shield(team.helper, team.advocate_id)
    assert kinds() == ["shield_up", "shield_down"] and not is_up(number)
    assert calm(team.advocate, team.advocate_id) is None


def test_the_veil_is_kept_as_long_as_was_chosen_and_no_longer(team: Team, number: int) -> None:
    from parapet.access.shields import holds_veil, is_up, was_up
    from parapet.actions.lower_shield import lower_shield
    from parapet.actions.raise_shield import raise_shield

    raise_shield(team.advocate, team.advocate_id, now=NOW)
    lower_shield(team.advocate, team.advocate_id, veil_days=3, now=NOW + timedelta(hours=2))
    assert not is_up(number)
    for after, held in ((timedelta(days=3), True), (timedelta(days=3, hours=3), False)):
        assert holds_veil(number, now=NOW + after) is held
    ups = [was_up(number, NOW + timedelta(hours=hours)) for hours in (-1, 0, 1, 2, 3)]
    assert ups == [False, True, True, False, False]


@given(done=st.lists(st.sampled_from(["raise", "lower", "tick", "needed", "fine"]), max_size=7))
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_whatever_people_do_in_turn_the_newest_word_stands(team: Team, number: int, done: list[str]) -> None:
    from parapet.access.shield_page import shield_page
    from parapet.access.shields import is_up
    from parapet.actions.lower_shield import lower_shield
    from parapet.actions.raise_shield import raise_shield
    from parapet.actions.shield_steps import say_fine, still_needed, tick_line

    person, name = team.advocate, team.advocate_id
    up, ticked = is_up(number), False
    if up:
        lower_shield(person, name)
        up = False
    for each in done:
        if each == "raise":
            assert raise_shield(person, name) is not up
            ticked = ticked and up
            up = True
        elif each == "lower":
            assert lower_shield(person, name) is up
            up = False
        else:
            with nullcontext() if up else pytest.raises(RequestRefused):
                if each == "tick":
                    tick_line(person, name, "safe")
                else:
                    (still_needed if each == "needed" else say_fine)(person, name)
            ticked = ticked or (up and each == "tick")
        assert is_up(number) is up
    page = shield_page(person, name)
    assert (page.up is not None, "safe" in (page.ticks or {})) == (up, up and ticked)


def test_a_hand_in_the_database_does_not_take_it_down(team: Team, number: int) -> None:
    from parapet.access.opening import locker_of
    from parapet.access.shield_page import shield_page
    from parapet.access.shield_reasons import broken_reasons, why_raised
    from parapet.access.shields import is_up
    from parapet.actions.lower_shield import lower_shield
    from parapet.actions.raise_shield import raise_shield
    from parapet.actions.shield_steps import tick_line
    from parapet.records.models import Advocate, LogEntry, ShieldReason

    raise_shield(team.advocate, team.advocate_id, WHY)
    lower_shield(team.advocate, team.advocate_id)
    raise_shield(team.advocate, team.advocate_id, "Again")
    tick_line(team.helper, team.advocate_id, "police")
    first, second = LogEntry.objects.filter(kind="shield_up").order_by("index")
    for changed in ({"kind": "shield_down"}, {"mac": b"forged"}, {"kind": "view"}, {"advocate_number": 0}):
        kept = {name: getattr(second, name) for name in changed}
        LogEntry.objects.filter(pk=second.pk).update(**changed)
        assert is_up(number)
        LogEntry.objects.filter(pk=second.pk).update(**kept)
    one, two = ShieldReason.objects.order_by("log_index")
    ShieldReason.objects.filter(pk=two.pk).update(sealed=one.sealed)
    assert why_raised(team.advocate, team.advocate_id) == "", "a reason of another time is none"
    advocate = Advocate.objects.get(number=number)
    assert len(list(broken_reasons(advocate, locker_of(advocate)))) == 1
    LogEntry.objects.filter(kind="shield_step").update(person_number=team.advocate.number)
    assert shield_page(team.advocate, team.advocate_id).ticks == {}, "and a tick that was changed is none"
    assert first.index < second.index


def test_her_queue_goes_to_her_helpers_and_comes_back(team: Team, receive: Any) -> None:
    from parapet.access.queue import queue
    from parapet.actions.lower_shield import lower_shield
    from parapet.actions.pass_turns import hand_over
    from parapet.actions.raise_shield import raise_shield
    from parapet.actions.take_turns import take_next

    receive(*(mail(n).encode() for n in range(3)))
    assert len(take_next(team.advocate, team.advocate_id, 2)) == 2
    before = queue(team.helper, team.advocate_id)
    assert (before.waiting, len(before.others), [name for _id, name in before.helpers]) == (1, 2, [team.advocate.name])
    raise_shield(team.advocate, team.advocate_id)
    during = queue(team.helper, team.advocate_id)
    assert (during.waiting, during.others, during.helpers, during.spared) == (3, (), (), False)
    assert queue(team.advocate, team.advocate_id).spared
    with pytest.raises(RequestRefused, match="others sort"):
        take_next(team.advocate, team.advocate_id)
    [taken] = take_next(team.helper, team.advocate_id)
    with pytest.raises(NotFound):
        hand_over(team.helper, taken, team.advocate.id)
    assert len(take_next(team.advocate, team.advocate_id, anyway=True)) == 1, "hers to ask for"
    lower_shield(team.advocate, team.advocate_id)
    hand_over(team.helper, taken, team.advocate.id)
    assert not queue(team.advocate, team.advocate_id).spared and take_next(team.advocate, team.advocate_id)


def test_her_circle_is_told_once_and_once_more_when_it_is_over(team: Team, hook: Webhook) -> None:  # noqa: F811
    from parapet.access.shield_page import shield_page
    from parapet.actions.change_reach import add_way
    from parapet.actions.lower_shield import lower_shield
    from parapet.actions.raise_shield import raise_shield
    from parapet.actions.tell_circle import Notice, send_notice, tell_circle
    from parapet.jobs.models import OutboxEntry
    from parapet.records.models import LogEntry

    for who in (team.advocate, team.helper):
        add_way(who, "webhook", hook.url)
    raise_shield(team.advocate, team.advocate_id, WHY, now=NOW)
    told()
    [text] = hook.texts
    assert "shields up (A. O.)" in text and f"/a/{team.advocate_id}/shield/" in text and "911" in text
    assert not [word for word in ("uokka", "hospital", "Okwuosa", "Helping") if word in text]
    assert "uokka" not in repr(list(OutboxEntry.objects.values_list()))
    [entry] = LogEntry.objects.filter(kind="shield_up")
    tell_circle(entry.index, now=NOW)
    for each in OutboxEntry.objects.filter(kind="send_notice"):
        send_notice(Notice.of(each.payload))
    assert len(hook.got) == 1, "done twice, it is sent once"
    circle = {each.name: each.told for each in shield_page(team.helper, team.advocate_id).circle}
    assert circle == {team.advocate.name: "", team.helper.name: "sent"}, "who raised it knows"

    lower_shield(team.advocate, team.advocate_id, now=NOW + timedelta(hours=1))
    told()
    told()
    assert len(hook.got) == 2 and "the shield is down" in hook.texts[1] and len(set(hook.keys)) == 2
    raise_shield(team.advocate, team.advocate_id, now=NOW + timedelta(hours=2))
    lower_shield(team.advocate, team.advocate_id, now=NOW + timedelta(hours=2))
    told()
    assert len(hook.got) == 2, "down again before anybody was told: nothing is to be told"


def test_a_way_that_fails_is_tried_again_and_then_said_to_have_failed(team: Team, hook: Webhook) -> None:  # noqa: F811
    from parapet.access.shield_page import shield_page
    from parapet.actions.change_reach import add_way
    from parapet.actions.raise_shield import raise_shield
    from parapet.actions.tell_circle import Notice, give_up_notice, send_notice, tell_circle
    from parapet.domain.errors import AlertNotTaken
    from parapet.jobs.models import OutboxEntry

    hook.answers[:] = [503]
    add_way(team.helper, "webhook", hook.url)
    raise_shield(team.advocate, team.advocate_id)
    tell_circle(OutboxEntry.objects.get(kind="tell_circle").payload["entry"])
    notice = Notice.of(OutboxEntry.objects.get(kind="send_notice").payload)
    with pytest.raises(AlertNotTaken):
        send_notice(notice)
    [helper] = [each for each in shield_page(team.advocate, team.advocate_id).circle if not each.herself]
    assert helper.told == ""
    give_up_notice(notice)
    send_notice(notice)
    [helper] = [each for each in shield_page(team.advocate, team.advocate_id).circle if not each.herself]
    assert helper.told == "undelivered" and hook.keys == [notice.key]


def test_what_is_urgent_today_calls_people_while_it_is_up(team: Team, bring: Any, hook: Webhook) -> None:  # noqa: F811
    from parapet.actions.change_reach import add_way
    from parapet.actions.raise_alert import raise_alert
    from parapet.actions.raise_shield import raise_shield
    from parapet.domain.judgement import Urgency
    from parapet.records.models import Alert, AlertEvent, Item

    add_way(team.advocate, "webhook", hook.url)
    add_way(team.helper, "webhook", hook.url)

    def urgent_today(*numbers: int, minutes: int) -> list[int]:
        versions = bring(*numbers, text="You should be ashamed of yourself.")
        Item.objects.filter(version__number__in=versions).update(urgency=Urgency.SAME_DAY)
        return raise_alert(versions, now=NOW + timedelta(minutes=minutes))

    def called() -> int:
        do("call_people", NOW)
        return AlertEvent.objects.filter(what="called").count()

    assert urgent_today(1, minutes=0) == [], "nobody asked to be told of it"
    raise_shield(team.advocate, team.advocate_id, now=NOW + timedelta(minutes=1))
    assert len(urgent_today(2, minutes=2)) == 1 and called() == 1
    do("call_people", NOW + timedelta(minutes=30))
    assert AlertEvent.objects.filter(what="called").count() == 2, "and then the next"
    assert urgent_today(3, minutes=5) == [] and Alert.objects.count() == 1, "a flood is one alert"


def statements(at: int, person: Any, advocate_id: str) -> int:
    """Raise it in a process that kills itself before statement `at`, or before its commit when there is none; its status."""
    from django.db import connection, connections

    from parapet.actions.raise_shield import raise_shield

    connections.close_all()
    child = os.fork()
    if child:
        return os.waitpid(child, 0)[1]
    left = iter(range(at))

    def count(execute: Any, *rest: Any) -> Any:
        if next(left, None) is None:
            os.kill(os.getpid(), signal.SIGKILL)
        return execute(*rest)

    with connection.execute_wrapper(count):
        raise_shield(person, advocate_id, WHY)
    os._exit(0)


def test_killed_at_any_statement_it_is_up_or_it_is_not(team: Team, number: int) -> None:
    from parapet.access.shields import is_up
    from parapet.jobs.models import OutboxEntry
    from parapet.records.models import LogHead, ShieldReason

    size = LogHead.objects.get().size
    for at in range(1, 100):
        status = statements(at, team.advocate, team.advocate_id)
        held = (is_up(number), ShieldReason.objects.count(), OutboxEntry.objects.filter(kind="tell_circle").count())
        if status == 0:
            break
        assert os.WTERMSIG(status) == signal.SIGKILL
        assert held == (False, 0, 0) and LogHead.objects.get().size == size, at
    assert held == (True, 1, 1) and at > 8 and LogHead.objects.get().size == size + 1


def test_it_is_asked_after_a_week_and_never_comes_down_by_itself(team: Team, number: int) -> None:
    from parapet.access.shield_page import shield_page
    from parapet.access.shields import is_up
    from parapet.actions.raise_shield import raise_shield
    from parapet.actions.shield_steps import still_needed

    raise_shield(team.advocate, team.advocate_id, now=NOW)
    week = timedelta(days=7)

    def asks(after: timedelta) -> bool:
        return shield_page(team.advocate, team.advocate_id, now=NOW + after).asks

    assert [asks(after) for after in (week - timedelta(minutes=1), week)] == [False, True]
    still_needed(team.advocate, team.advocate_id, now=NOW + week)
    assert [asks(after) for after in (week, 2 * week)] == [False, True] and is_up(number)


def test_the_page_counts_and_shows_no_word_to_who_is_only_on_call(team: Team, receive: Any) -> None:
    from parapet.access.shield_page import shield_page
    from parapet.actions.mark_sorted import mark_sorted
    from parapet.actions.raise_shield import raise_shield
    from parapet.actions.shield_steps import say_fine, tick_line
    from parapet.actions.take_turns import take_next

    receive(mail(1).encode())
    raise_shield(team.advocate, team.advocate_id, WHY)
    receive(mail(2).encode(), mail(3).encode())
    first, *_ = take_next(team.helper, team.advocate_id, 2)
    mark_sorted(team.helper, first, "watch")
    tick_line(team.helper, team.advocate_id, "police")
    tick_line(team.advocate, team.advocate_id, "safe")
    tick_line(team.advocate, team.advocate_id, "safe", done=False)
    with pytest.raises(NotFound):
        tick_line(team.advocate, team.advocate_id, "nothing of the kind")
    say_fine(team.advocate, team.advocate_id)
    give(team, Right.ALERT)
    page = shield_page(team.helper, team.advocate_id)
    assert (page.counts.came, page.counts.sorted, page.counts.waiting) == (2, 1, 2) and page.counts.grave == 2
    assert {line: tick.who for line, tick in (page.ticks or {}).items()} == {"police": team.helper.name}
    assert page.fine_at is not None and not (page.may_raise or page.may_tick or page.herself)
    assert "uokka" not in repr(page)
