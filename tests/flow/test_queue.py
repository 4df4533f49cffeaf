"""A queue that several share: nobody gets what another has, nothing is stranded, and what was done is in the log."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flow.conftest import Team

from parapet.domain.errors import NotFound, RequestRefused

NOON = datetime(2026, 11, 1, 12, 0, tzinfo=UTC)
WAITING = 1_000

#: One of two helpers at once: takes, five at a time, until nothing is left; says what she was given.
TAKER = """
import json, sys
from parapet.actions.make_home import open_home
open_home()
from parapet.actions.take_turns import take_next
from parapet.records.models import Person
person = Person.objects.get(number=int(sys.argv[1]))
given = []
print("ready", flush=True)
sys.stdin.readline()
while some := take_next(person, sys.argv[2], 5, anyway=True):
    given += some
print(json.dumps(given))
"""
#: Dies at the statement of a hand-over, before it is committed.
DIES = """
import os, signal, sys
from parapet.actions.make_home import open_home
open_home()
from django.db.backends.base.base import BaseDatabaseWrapper
from parapet.actions.pass_turns import hand_over
from parapet.records.models import Person
person = Person.objects.get(number=int(sys.argv[1]))
BaseDatabaseWrapper._commit = lambda self: os.kill(os.getpid(), signal.SIGKILL)
hand_over(person, sys.argv[2], sys.argv[3])
"""


@pytest.fixture
def full(team: Team) -> list[str]:
    """`WAITING` rows of her queue, of every urgency, as a list shows them: a turn opens none of them. Gravest first."""
    from parapet.records.bulk import insert, stored_time
    from parapet.records.models import Item
    from parapet.records.numbers import number_of, public

    columns = (
        "number", "advocate_id", "channel", "kind", "wrapped_key", "received_at", "sent_at", "time_is_ours", "own", "in_own_name",
        "versions", "lang", "assessed", "abstain", "severity", "urgency", "harms", "as_copies",
    )  # fmt: skip
    at, advocate = stored_time(NOON), number_of("adv", team.advocate_id)
    rows = [
        (n, advocate, "mail", "mail", b"", at, at, False, False, False, 1, "en", True, False, n % 4 + 1, n % 3, 1, False)
        for n in range(1, WAITING + 1)
    ]
    rows += [(WAITING + n, *rows[0][1:12], True, False, 0, 0, 0, False) for n in range(1, 4)]  # harmless: not in the queue
    insert(Item, columns, rows)
    ordered = sorted(rows[:WAITING], key=lambda row: (-row[15], -row[14], -row[0]))
    return [public("itm", row[0]) for row in ordered]


@pytest.fixture
def another(team: Team) -> Any:
    from django.db import transaction

    from parapet.actions.allow import allow
    from parapet.records.models import Advocate, Person
    from parapet.records.numbers import number_of

    person = Person.objects.named("Marie")
    with transaction.atomic():
        allow(person, Advocate.objects.get(number=number_of("adv", team.advocate_id)), "helper")
    return person


def started(code: str, *words: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", code, *map(str, words)]
    return subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ}
    )


@pytest.mark.both_databases
def test_two_helpers_at_once_are_never_given_the_same(team: Team, another: Any, full: list[str]) -> None:
    both = [started(TAKER, each.number, team.advocate_id) for each in (team.helper, another)]
    for process in both:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in both:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    said = [process.communicate(timeout=120) for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    one, two = (json.loads(out) for out, _ in said)
    assert not set(one) & set(two)
    assert len(one) + len(two) == WAITING and set(one) | set(two) == set(full)
    assert one and two


@pytest.mark.both_databases
def test_killed_during_a_hand_over_nothing_is_stranded(team: Team, another: Any, full: list[str], receive: Any) -> None:
    from parapet.actions.take_turns import LEASE, take_next, take_one
    from parapet.records.models import Item, Turn

    receive(
        b"From: a@b.example\nTo: a.okwuosa@rivercrest-family-heal.example\nMessage-ID: <q@b.example>\n\nYou are filth, I will kill you.\n"
    )
    real = Item.objects.exclude(wrapped_key=b"").latest("number").id
    take_one(team.helper, real)
    dying = started(DIES, team.helper.number, real, another.id)
    _, said = dying.communicate(timeout=60)
    assert dying.returncode == -signal.SIGKILL, said
    turn = Turn.objects.get()
    assert turn.person_id == team.helper.number, "it stays where it was"
    later = turn.until + timedelta(seconds=1)
    assert real in [name for _ in range(60) for name in take_next(another, team.advocate_id, 20, now=later)]
    assert Turn.objects.get(item_id=turn.item_id).until == later + LEASE


@pytest.mark.both_databases
def test_the_gravest_and_most_urgent_come_first_and_return_by_themselves(team: Team, another: Any, full: list[str]) -> None:
    from parapet.access.queue import queue
    from parapet.actions.take_turns import LEASE, take_next

    assert list(take_next(team.helper, team.advocate_id, 5, now=NOON)) == full[:5]
    assert list(take_next(another, team.advocate_id, 2, now=NOON)) == full[5:7]
    seen = queue(another, team.advocate_id, now=NOON)
    assert [card.row.id for card in seen.mine] == sorted(full[5:7], key=lambda name: [c.row.id for c in seen.mine].index(name))
    assert {card.row.id for card in seen.others} == set(full[:5]) and {card.who for card in seen.others} == {"Helping Colleague"}
    assert seen.waiting == WAITING - 7
    after = NOON + LEASE
    assert list(take_next(another, team.advocate_id, 3, now=after)) == full[:3]
    assert queue(another, team.advocate_id, now=after).waiting == WAITING - 3


@pytest.mark.both_databases
def test_who_read_enough_is_given_no_more_unless_she_says_so(team: Team, full: list[str]) -> None:
    from parapet.actions.take_turns import take_next

    team.helper.reading_limit = 3
    assert len(take_next(team.helper, team.advocate_id, 2, now=NOON)) == 2
    assert len(take_next(team.helper, team.advocate_id, 5, now=NOON)) == 1
    with pytest.raises(RequestRefused):
        take_next(team.helper, team.advocate_id, now=NOON)
    assert len(take_next(team.helper, team.advocate_id, 2, anyway=True, now=NOON)) == 2


def test_a_helper_who_may_not_sort_finds_no_queue(team: Team, full: list[str]) -> None:
    from parapet.access.queue import queue
    from parapet.actions.change_grant import change_rights
    from parapet.actions.take_turns import take_next
    from parapet.domain.rights import Right

    change_rights(team.advocate, team.advocate_id, team.helper.id, rights={Right.READ})
    for ask in (queue, take_next):
        for person in (team.helper, team.stranger):
            with pytest.raises(NotFound, match="There is nothing here"):
                ask(person, team.advocate_id)
        with pytest.raises(NotFound):
            ask(team.advocate, "adv_unmatched")


class TestOneMessage:
    @pytest.fixture
    def item(self, team: Team, receive: Any) -> str:
        from parapet.records.models import Item

        receive(
            b"From: a@b.example\nTo: a.okwuosa@rivercrest-family-heal.example\nMessage-ID: <q@b.example>\n\nYou are filth, a stupid liar.\n"
        )
        return str(Item.objects.get().id)

    @pytest.mark.both_databases
    def test_it_passes_from_hand_to_hand_and_is_done_once(self, team: Team, another: Any, item: str) -> None:
        from parapet.access.custody import custody_of_item
        from parapet.access.items import card
        from parapet.access.queue import queue
        from parapet.actions.check_home import check_home
        from parapet.actions.mark_sorted import mark_sorted, sort_again
        from parapet.actions.pass_turns import hand_over, let_go
        from parapet.actions.take_turns import keep_on, take_next, take_one
        from parapet.records.models import Item, Turn

        assert take_next(team.helper, team.advocate_id) == (item,)
        with pytest.raises(RequestRefused):
            take_one(another, item)
        with pytest.raises(RequestRefused):
            mark_sorted(another, item, "nothing")
        assert keep_on(team.helper, item) and not keep_on(another, item)
        hand_over(team.helper, item, another.id)
        assert (card(team.advocate, item).on_it.who, card(another, item).on_it.me) == ("Marie", True)
        assert queue(another, team.advocate_id).mine[0].given_by == "Helping Colleague"
        with pytest.raises(RequestRefused):
            hand_over(team.helper, item, another.id)
        with pytest.raises(NotFound):
            hand_over(another, item, team.stranger.id)
        assert let_go(another, item) and not let_go(another, item)
        assert take_next(another, team.advocate_id) == (), "not given again to who gave it back"
        assert take_next(team.helper, team.advocate_id) == (item,)
        with pytest.raises(RequestRefused):
            mark_sorted(team.helper, item, "again")
        mark_sorted(team.helper, item, "watch")
        found = card(team.advocate, item).on_it
        assert (found.outcome, found.done_by, found.who, found.waits) == ("watch", "Helping Colleague", "", False)
        assert queue(team.helper, team.advocate_id).waiting == 0 and not Turn.objects.exists()
        sort_again(team.advocate, item)
        assert card(team.advocate, item).on_it.outcome == "" and queue(team.helper, team.advocate_id).waiting == 1
        assert [line.kind for line in custody_of_item(Item.objects.get())].count("sorted") == 2
        assert check_home().faults == []

    def test_judged_graver_it_waits_again(self, team: Team, item: str) -> None:
        from parapet.access.items import card
        from parapet.access.queue import queue
        from parapet.actions.mark_sorted import mark_sorted
        from parapet.actions.relabel import relabel
        from parapet.domain.judgement import Harm, Severity, Urgency, Verdict

        mark_sorted(team.helper, item, "nothing")
        verdict = Verdict(harms=frozenset({Harm.INSULT}), severity=Severity.LOW, urgency=Urgency.NONE)
        relabel(team.advocate, item, 1, verdict, seen=card(team.advocate, item).judged_at)
        assert queue(team.helper, team.advocate_id).waiting == 0
        relabel(
            team.advocate, item, 1, Verdict(harms=frozenset({Harm.THREAT}), severity=Severity.CRITICAL, urgency=Urgency.SAME_DAY),
            seen=card(team.advocate, item).judged_at,
        )  # fmt: skip
        assert queue(team.helper, team.advocate_id).waiting == 1

    def test_erased_nobody_is_on_it(self, team: Team, item: str) -> None:
        from parapet.actions.erase import erase_item
        from parapet.actions.take_turns import take_one
        from parapet.records.models import Turn

        take_one(team.helper, item)
        erase_item(team.advocate, item, reason="asked")
        assert not Turn.objects.exists()
