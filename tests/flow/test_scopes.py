"""Who may act for a part of an advocate's messages sees exactly that part, by whatever door, and nothing that tells of the rest."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from attrs import frozen
from django.urls import reverse
from flow.conftest import Team
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from web.test_doors import patterns

from parapet.domain.errors import NotFound, RequestRefused
from parapet.domain.judgement import Harm, Severity, Urgency, harms_of, mask_of
from parapet.domain.rights import Right
from parapet.domain.scopes import Scope

BEGIN = datetime(2026, 9, 1, tzinfo=UTC)
MANY = 8
NOWHERE = "itm_0000000000zzz"
PART = (Right.READ, Right.SORT, Right.ALERT)
CHANNELS = ("mail", "bluesky", "x")


def mail(number: int, text: str, *, thread: str = "") -> bytes:
    return (
        f"From: Sender {number} <s{number % 3}@example.net>\r\nTo: a.okwuosa@rivercrest-family-heal.example\r\nSubject: Number {number}\r\n"
        f"Date: Tue, 01 Sep 2026 10:00:0{number % 10} +0000\r\nMessage-ID: <scope-{number}@example.net>\r\n"
        f"{f'In-Reply-To: {thread}{chr(13)}{chr(10)}' if thread else ''}\r\n{text}\r\n"
    ).encode()


def give(team: Team, scope: Scope | None, rights: Collection[Right] = PART) -> None:
    from parapet.actions.change_grant import change_rights

    change_rights(team.advocate, team.advocate_id, team.helper.id, frozenset(rights), scope=scope)


def client_of(person: Any) -> Any:
    from django.test import Client

    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


@frozen
class Said:
    """What the row of one message says. `case`: which of the two it is in, or None. day: after BEGIN."""

    channel: str
    harms: int
    severity: int
    urgency: int
    abstain: bool
    assessed: bool
    own: bool
    day: int
    case: int | None

    def waits(self) -> bool:
        return not self.own and bool(self.severity or self.urgency or self.abstain)


@frozen
class Home:
    """Her messages and two cases of hers, by public name."""

    items: list[str]
    cases: list[str]
    helper: Any
    advocate_id: str


@pytest.fixture
def hers(team: Team, receive: Any) -> Home:
    from parapet.access.inbox import page
    from parapet.access.views import Filters
    from parapet.actions.open_case import open_case

    thread = "<scope-0@example.net>"
    receive(*(mail(n, f"I will kill you, needle {n}.", thread=thread if 0 < n < 4 else "") for n in range(MANY)))
    items = sorted(row.id for row in page(team.advocate, team.advocate_id, Filters()).rows)
    cases = [open_case(team.advocate, team.advocate_id, title) for title in ("First case", "Second case")]
    assert len(items) == MANY
    return Home(items, cases, client_of(team.helper), team.advocate_id)


def is_in(scope: Scope, said: Said, cases: list[str]) -> bool:
    """What a scope means, told once more without a database."""
    at, named = BEGIN + timedelta(days=said.day), {cases.index(each) for each in scope.cases}
    return (
        (said.case in named if scope.cases else not said.own)
        and (not scope.channels or said.channel in scope.channels)
        and (not scope.harms or bool(scope.harms & harms_of(said.harms)))
        and (scope.since is None or scope.since <= at)
        and (scope.until is None or at < scope.until)
    )


def write(home: Home, rows: list[Said]) -> None:
    """Let the rows say this, as judging and people do."""
    from parapet.records.models import Case, CaseItem, Item, Turn
    from parapet.records.numbers import number_of

    CaseItem.objects.all().delete()
    Turn.objects.all().delete()
    for name, said in zip(home.items, rows, strict=True):
        Item.objects.filter(number=number_of("itm", name)).update(
            channel=said.channel, harms=said.harms, severity=said.severity, urgency=said.urgency, abstain=said.abstain,
            assessed=said.assessed, own=said.own, sent_at=BEGIN + timedelta(days=said.day), sorted_at=None,
        )  # fmt: skip
        if said.case is not None:
            case = Case.objects.get(number=number_of("cas", home.cases[said.case]))
            CaseItem.objects.create(case=case, item_id=number_of("itm", name), added_at=BEGIN)


def listed(page: Any) -> list[str]:
    """The messages that a page shows, in its order."""
    assert page.status_code == 200
    return re.findall(r'class="row-title" href="/i/(itm_[0-9a-z]+)/"', page.content.decode())


@st.composite
def a_row(draw: st.DrawFn) -> Said:
    assessed, own = draw(st.sampled_from([True, True, True, False])), draw(st.sampled_from([False, False, False, True]))
    harms = draw(st.sampled_from([0, 1, 4, 5, 8, 40])) if assessed else 0
    return Said(
        channel=draw(st.sampled_from(CHANNELS)),
        harms=harms,
        severity=draw(st.integers(1, 4)) if harms else 0,
        urgency=draw(st.integers(0, 3)) if harms else 0,
        abstain=assessed and draw(st.booleans()),
        assessed=assessed,
        own=own,
        day=draw(st.integers(0, 6)),
        case=draw(st.sampled_from([None, None, 0, 1])),
    )


@st.composite
def a_scope(draw: st.DrawFn) -> tuple[frozenset[str], frozenset[Harm], int | None, int | None, frozenset[int]]:
    some = lambda values: st.frozensets(st.sampled_from(values), max_size=2)  # noqa: E731
    channels, harms, cases = draw(some(CHANNELS)), draw(some(list(Harm)[:6])), draw(st.sampled_from([(), (), (0,), (0, 1)]))
    since, until = draw(st.sampled_from([None, None, 1, 3])), draw(st.sampled_from([None, None, 4, 6]))
    if not (channels or harms or cases or since or until):
        channels = frozenset({"mail"})
    return channels, harms, since, until, frozenset(cases)


def scope_of(home: Home, drawn: Any) -> Scope:
    channels, harms, since, until, cases = drawn
    days = [None if day is None else BEGIN + timedelta(days=day) for day in (since, until)]
    return Scope(channels, harms, *days, frozenset(home.cases[n] for n in cases))


THREAT = Said("mail", mask_of(frozenset({Harm.THREAT})), 4, 3, False, True, False, 2, 0)
KIND = Said("bluesky", 0, 0, 0, False, True, False, 5, 1)


def holds(home: Home, team: Team, rows: list[Said], drawn: Any) -> None:
    """Every door of hers against what the scope means."""
    scope = scope_of(home, drawn)
    write(home, rows)
    give(team, scope)
    within = {name: is_in(scope, said, home.cases) for name, said in zip(home.items, rows, strict=True)}
    seen = {name: said for name, said in zip(home.items, rows, strict=True) if within[name]}
    others = {name for name, said in seen.items() if not said.own}
    inbox, client = reverse("inbox", args=[home.advocate_id]), home.helper
    assert set(listed(client.get(inbox))) == others
    assert set(listed(client.get(inbox, {"own": "1"}))) == seen.keys() - others
    assert set(listed(client.post(inbox, {"words": "needle"}, follow=True))) == others
    counted(team, [said for name, said in seen.items() if name in others])
    waiting = {name for name, said in seen.items() if said.waits()}
    queue = reverse("queue", args=[home.advocate_id])
    said = client.get(queue).content.decode()
    assert (f"{len(waiting)} message" in said) if waiting else ("Nothing waits" in said)
    taken = client.post(reverse("queue-next", args=[home.advocate_id]), {"many": MANY}, follow=True)
    assert set(listed(taken)) == waiting
    nowhere = client.get(reverse("item", args=[NOWHERE])).content
    for name in home.items:
        page = client.get(reverse("item", args=[name]))
        assert (page.status_code == 200) is within[name], name
        if within[name]:
            assert {each for each in listed(page) if each != name} <= seen.keys()
        else:
            assert page.content == nowhere
    for number, case in enumerate(home.cases):
        page = client.get(reverse("case", args=[case]))
        assert (page.status_code == 200) is (case in scope.cases)
        if case in scope.cases:
            assert set(listed(page)) == {name for name, said in seen.items() if said.case == number}


def counted(team: Team, rows: list[Said]) -> None:
    from parapet.access.inbox import counts

    found, judged = counts(team.helper, team.advocate_id), [row for row in rows if row.assessed]
    assert (found.total, found.waiting, found.more) == (len(rows), len(rows) - len(judged), False)
    assert found.unsure == sum(row.abstain for row in judged)
    assert found.by_channel == Counter(row.channel for row in rows)
    assert found.by_severity == {s: sum(row.severity == s for row in judged) for s in Severity}
    assert found.by_urgency == {u: sum(row.urgency == u for row in judged) for u in Urgency}
    assert found.by_harm == {h: sum(h in harms_of(row.harms) for row in judged) for h in Harm}


def test_a_holder_sees_exactly_what_is_within(team: Team, hers: Home) -> None:
    @given(rows=st.lists(a_row(), min_size=MANY, max_size=MANY), drawn=a_scope())
    @example(rows=[THREAT, KIND] * (MANY // 2), drawn=(frozenset(), frozenset({Harm.THREAT}), None, None, frozenset()))
    @settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    def check(rows: list[Said], drawn: Any) -> None:
        holds(hers, team, rows, drawn)

    check()


@pytest.mark.both_databases
def test_on_either_database(team: Team, hers: Home) -> None:
    rows = [THREAT, KIND] * (MANY // 2)
    holds(hers, team, rows, (frozenset({"mail"}), frozenset({Harm.THREAT, Harm.INSULT}), 1, 6, frozenset({0})))
    holds(hers, team, rows, (frozenset({"mail", "x"}), frozenset(), None, None, frozenset()))


def test_every_address_of_what_is_outside_answers_as_what_is_nowhere(team: Team, hers: Home) -> None:
    """Also of what is about a message and was taught nothing: to keep, to erase, to put into a case."""
    write(hers, [THREAT, KIND] * (MANY // 2))
    give(team, Scope(harms=frozenset({Harm.THREAT})))
    outside, asked = hers.items[1], 0
    for each in patterns():
        names = set(each.pattern.converters)
        if not names or not names <= {"item_id", "subject_id"}:
            continue
        for method in (hers.helper.get, hers.helper.post):
            there, nowhere = (method(reverse(each.name, kwargs=dict.fromkeys(names, name))) for name in (outside, NOWHERE))
            assert there.status_code in {404, 405} and there.content == nowhere.content, each.name
            asked += 1
    assert asked >= 20
    for name, form in (("case-add", {"case": hers.cases[0]}), ("assign", {"advocate": hers.advocate_id})):
        for item in (hers.items[0], outside):
            assert hers.helper.post(reverse(name), {**form, "item": item}).status_code == 404


def test_the_page_of_a_message_tells_nothing_of_others(team: Team, hers: Home) -> None:
    from parapet.access.items import card, opened

    write(hers, [THREAT, KIND] * (MANY // 2))
    opened(team.advocate, hers.items[0], why="read")
    give(team, Scope(harms=frozenset({Harm.THREAT}), cases=frozenset({hers.cases[0]})))
    whole, part = card(team.advocate, hers.items[0]), card(team.helper, hers.items[0])
    assert whole.custody and whole.thread and whole.row.sender_count == 3
    assert (part.custody, part.history, part.copies, part.copies_then, part.copied) == ((), None, None, None, ())
    assert (part.checkpoint_size, {v.log_index for v in part.versions}, {v.places for v in part.versions}) == (0, {0}, {()})
    assert {row.id for row in part.thread} <= {hers.items[0], hers.items[2]} and {row.sender_count for row in part.thread} <= {0}
    assert part.row.sender_count < whole.row.sender_count
    assert [case.id for case in part.cases] == [hers.cases[0]] and part.judged_at != whole.judged_at
    page = hers.helper.get(reverse("item", args=[hers.items[0]])).content.decode()
    assert "Custody" not in page and "Log entry" not in page and "Put into a case" not in page and "/care/" not in page


def test_a_correction_lets_it_out_and_in(team: Team, hers: Home) -> None:
    """What is judged otherwise leaves the part at once, also under the hands of who judged it so."""
    from parapet.access.items import card

    item = hers.items[0]
    give(team, Scope(harms=frozenset({Harm.THREAT})))
    seen = card(team.helper, item)
    judge = reverse("item-judge", args=[item])
    said = hers.helper.post(judge, {"version": 1, "do": "nothing", "seen": seen.judged_at}, follow=True)
    assert (
        said.redirect_chain == [(reverse("inbox", args=[hers.advocate_id]), 302)] and "outside the part" in said.content.decode()
    )
    assert hers.helper.get(reverse("item", args=[item])).status_code == 404 and item not in listed(said)
    from parapet.actions.relabel import undo_relabel

    undo_relabel(team.advocate, item, 1, seen=card(team.advocate, item).judged_at)
    assert hers.helper.get(reverse("item", args=[item])).status_code == 200


def test_notes_in_a_case_are_her_own(team: Team, hers: Home) -> None:
    from parapet.actions.write_note import write_note

    write(hers, [THREAT, KIND] * (MANY // 2))
    write_note(team.advocate, hers.cases[0], "It is the same man as in the other case.")
    rights = (Right.READ, Right.ANNOTATE)
    give(team, Scope(cases=frozenset({hers.cases[0]})), rights)
    case = reverse("case", args=[hers.cases[0]])
    hers.helper.post(reverse("case-note", args=[hers.cases[0]]), {"text": "I have called the clinic."})
    assert hers.helper.post(reverse("case-note", args=[hers.cases[0]]), {"text": " "}).status_code == 400
    page = hers.helper.get(case).content.decode()
    assert "called the clinic" in page and "the same man" not in page and "Custody" not in page
    assert "First case" in (cases := hers.helper.get(reverse("cases", args=[hers.advocate_id])).content.decode())
    assert "Second case" not in cases
    briefs = ("case-brief", "case-brief-pdf", "case-read")
    for name in (*briefs, "case-timeline", "case-close", "case-remove", "case-dossier", "keep-case", "refer", "case-private"):
        url = reverse(name, args=[hers.cases[0]])
        assert {hers.helper.get(url).status_code, hers.helper.post(url).status_code} <= {404, 405}, name
    give(team, Scope(channels=frozenset({"mail"})))
    for url in (case, reverse("cases", args=[hers.advocate_id])):
        assert hers.helper.get(url).status_code == 404


def test_a_hand_in_the_database_makes_no_part_wider(team: Team) -> None:
    from parapet.records.grants import vouched
    from parapet.records.models import Grant

    [row] = Grant.objects.filter(person=team.helper, revoked_at=None)
    Grant.objects.filter(pk=row.pk).update(scope="channel:mail")
    assert vouched(team.helper.number) == [], "nor one of before narrower"
    row.save()
    give(team, Scope(channels=frozenset({"mail"})))
    [row] = Grant.objects.filter(person=team.helper, revoked_at=None)
    for scope in (None, "", "channel:mail channel:x", "harm:threat", "channel:x"):
        for change in ({"scope": scope}, {"scope": scope, "rights": None}, {"scope": scope, "role": "advocate"}):
            Grant.objects.filter(pk=row.pk).update(**change)
            assert vouched(team.helper.number) == [], change
            row.save()
    assert [grant.scope for grant in vouched(team.helper.number)] == [Scope(channels=frozenset({"mail"}))]


@given(role=st.text(":0123456789chanel mail", max_size=12), code=st.text(":0123456789chanel mail", max_size=24))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_two_grants_read_alike(home: Any, role: str, code: str) -> None:
    from parapet.records.grants import mac_of

    def of(role: str, scope: str | None, through: int | None = None) -> bytes:
        return mac_of(1, 2, role, 3, 4, None, through, scope)

    made = {of(role, code), of(role, None), of(f"{code}:{role}", None), of(role, None, 5)}
    moved = {of(f"{code[n:]}{role}", code[:n]) for n in range(len(code))}
    assert not made & moved and len({of(role, code), of(role, None), of(role, code, 5), of(role, None, 5)}) == 4


@given(drawn=a_scope())
@settings(max_examples=60, deadline=None)
def test_a_scope_is_read_as_it_was_written(drawn: Any) -> None:
    scope = scope_of(Home([], ["cas_0000000000abc", "cas_0000000000abd"], None, ""), drawn)
    assert Scope.of(scope.code.split(" ")) == scope
    for wrong in ([], [*scope.parts, scope.parts[0]], [*scope.parts, "own:1"], ["channel:"], ["case:itm_0000000000abc"]):
        with pytest.raises(ValueError):
            Scope.of(wrong)


def test_what_makes_no_sense_of_a_part_is_not_given(team: Team) -> None:
    from parapet.actions.invite import invite

    by_mail = Scope(channels=frozenset({"mail"}))
    for scope, rights in (
        (Scope(), PART),
        (by_mail, (Right.READ, Right.EXPORT)),
        (by_mail, (Right.READ, Right.KEEP)),
        (by_mail, (Right.READ, Right.ANNOTATE)),
        (Scope(since=BEGIN, until=BEGIN), PART),
    ):
        with pytest.raises(RequestRefused):
            give(team, scope, rights)
        with pytest.raises(RequestRefused):
            invite(team.advocate, team.advocate_id, "A friend", set(rights), scope=scope)
    with pytest.raises(NotFound):
        give(team, Scope(cases=frozenset({"cas_0000000000zzz"})))


def test_the_log_and_both_pages_say_which_part(team: Team, hers: Home) -> None:
    from parapet.access.people import advocates_of
    from parapet.access.seers import given_to, told_of_access, who_may
    from parapet.actions.change_grant import revoke

    scope = Scope(frozenset({"mail"}), frozenset({Harm.THREAT}), cases=frozenset({hers.cases[1]}))
    give(team, scope)
    assert [each.scope for each in who_may(team.advocate, team.advocate_id)] == [None, scope]
    assert [each.scope for each in given_to(team.helper)] == [scope]
    assert [(each.kind, each.scope) for each in told_of_access(team.advocate, team.advocate_id)][:2] == [
        ("grant", scope),
        ("revoke", None),
    ]
    assert advocates_of(team.helper) == (), "whoever does not keep to scopes is told of none"
    assert [card.scope for card in advocates_of(team.helper, scoped=True)] == [scope]
    mine = client_of(team.advocate).get(reverse("people", args=[team.advocate_id])).content.decode()
    assert "Channels: E-mail · Kinds of harm: Threat · Cases: Second case" in mine and "With a part, nobody can" in mine
    own = hers.helper.get(reverse("protected")).content.decode()
    assert "1 case" in own and "with a part, you cannot: Report, Export, Keep and erase, Refer cases" in own.replace("\xa0", " ")
    assert "You see a part" in hers.helper.get(reverse("inbox", args=[team.advocate_id])).content.decode()
    revoke(team.advocate, team.advocate_id, team.helper.id)
    assert hers.helper.get(reverse("inbox", args=[team.advocate_id])).status_code == 404


def test_of_many_the_newest_are_counted(team: Team, hers: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    from parapet.access import parts

    write(hers, [THREAT, KIND] * (MANY // 2))
    give(team, Scope(channels=frozenset({"mail"})))
    monkeypatch.setattr(parts, "MOST_COUNTED", 3)
    page = hers.helper.get(reverse("inbox", args=[hers.advocate_id])).content.decode()
    assert "There are more than 3" in page and "4 messages need a person now" in page, "what is urgent is counted all the same"
    monkeypatch.setattr(parts, "MOST_COUNTED", 4)
    assert "4 messages are kept safe" in hers.helper.get(reverse("inbox", args=[hers.advocate_id])).content.decode()


def test_a_long_queue_is_not_gone_through(team: Team, hers: Home) -> None:
    """Each list of a part begins in an index of what it asks for, and sorts no more than it shows."""
    from django.db import connection

    from parapet.access.rows import NEWEST, Where
    from parapet.records.bulk import run

    assert connection.vendor == "sqlite"
    scopes = {
        "item_harm_2": Scope(harms=frozenset({Harm.THREAT})),
        "item_harm_3": Scope(harms=frozenset({Harm.THREAT, Harm.DOXING})),
        "item_channel": Scope(channels=frozenset({"mail", "x"}), since=BEGIN),
        "item_queue": Scope(until=BEGIN),
        "sqlite_autoindex_records_item_1": Scope(cases=frozenset(hers.cases)),
    }
    for index, scope in scopes.items():
        sql, values = Where("advocate_id = %s AND own = %s", (1, False)).within(scope).first("number", order=NEWEST, most=51)
        plan = [str(step[-1]) for step in run(f"EXPLAIN QUERY PLAN {sql}", values)]
        assert any(index in step for step in plan), (scope, plan)
        assert not [step for step in plan if step.startswith("SCAN records_item")], plan


class TestAlerts:
    """Who holds a part is called for what is within it, and cannot take what is not."""

    @pytest.fixture(autouse=True)
    def reached(self, team: Team, hers: Home) -> None:
        from parapet.actions.change_reach import add_way

        for number, person in enumerate((team.advocate, team.helper)):
            add_way(person, "webhook", f"https://hook{number}.example/x")

    def raise_for(self, names: list[str], minute: int = 0) -> list[int]:
        from parapet.actions.raise_alert import raise_alert
        from parapet.records.models import Version
        from parapet.records.numbers import number_of

        versions = Version.objects.filter(item__in=[number_of("itm", name) for name in names]).values_list("number", flat=True)
        return raise_alert(list(versions), now=BEGIN + timedelta(minutes=minute))

    def test_what_is_within_and_what_is_not_are_two_alerts(self, team: Team, hers: Home) -> None:
        from parapet.access.alerts import alert_page, alerted, standing_of
        from parapet.access.people import advocates_of
        from parapet.actions.call_people import call_people
        from parapet.actions.take_alert import take_alert
        from parapet.records.models import Alert, AlertEvent
        from parapet.records.numbers import number_of

        other = Said("x", 4, 4, 3, False, True, False, 2, None)
        write(hers, [THREAT, other] * (MANY // 2))
        give(team, Scope(channels=frozenset({"mail"})))
        within, outside = hers.items[0], hers.items[1]
        made = [Alert.objects.get(number=number) for number in self.raise_for([within, outside])]
        assert sorted(alerted(each) for each in made) == sorted([{number_of("itm", within)}, {number_of("itm", outside)}])
        [mine] = [each for each in made if alerted(each) == {number_of("itm", within)}]
        [hidden] = [each for each in made if each != mine]
        assert [row.id for row in alert_page(team.helper, mine.id).rows] == [within]
        [card] = advocates_of(team.helper, scoped=True)
        assert [each.id for each in standing_of(card, now=BEGIN + timedelta(minutes=1))] == [mine.id]
        for act in (alert_page, take_alert):
            with pytest.raises(NotFound):
                act(team.helper, hidden.id)
        for alert in made:
            for turn in range(4):
                call_people(alert.number, turn, now=BEGIN)
        called = {
            alert: set(AlertEvent.objects.filter(alert=alert, what="called").values_list("person", flat=True)) for alert in made
        }
        assert called == {mine: {team.advocate.number, team.helper.number}, hidden: {team.advocate.number}}

        assert take_alert(team.helper, mine.id)
        assert self.raise_for([hers.items[2]], minute=1) == [], "it joins what she has"
        AlertEvent.objects.filter(alert=hidden).delete()
        assert self.raise_for([hers.items[3]], minute=2) == [], "and this the other"
        assert alerted(mine) == {number_of("itm", hers.items[n]) for n in (0, 2)}
        assert alerted(hidden) == {number_of("itm", hers.items[n]) for n in (1, 3)}

    def test_nobody_is_thought_to_be_reached_by_who_sees_a_part(self, team: Team, hers: Home) -> None:
        from parapet.access.reach import on_call_of, reach_of
        from parapet.actions.change_reach import remove_way

        write(hers, [THREAT, KIND] * (MANY // 2))
        give(team, Scope(channels=frozenset({"x"})))
        [way] = reach_of(team.advocate).ways
        remove_way(team.advocate, way.id)
        assert self.raise_for([hers.items[0]]) == []
        card = on_call_of(team.advocate, team.advocate_id)
        assert not card.reaches and [each.part for each in card.people] == [True, False]
        assert "Nobody would be told" in client_of(team.advocate).get(reverse("inbox", args=[hers.advocate_id])).content.decode()


def test_who_sees_a_part_keeps_no_key_of_closed_material(team: Team, hers: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """A key opens all of it: with a part she sees how many and how grave, and no word."""
    from parapet.access.own_keys import number_of_key, own_page
    from parapet.actions.close_material import close_material
    from parapet.actions.key_shares import let_in
    from parapet.actions.own_keys import make_own_key, unlock
    from parapet.evidence import keyfile
    from parapet.records.models import KeyShare, OwnKey
    from parapet.records.presence import here

    stretch = keyfile.Stretch
    monkeypatch.setattr(keyfile, "Stretch", lambda *said: stretch(*said) if said else stretch(64, 1, 1))
    write(hers, [THREAT, KIND] * (MANY // 2))
    words = "seven quiet herons by the lake"
    for person in (team.advocate, team.helper):
        make_own_key(person, words)
    own = unlock(team.advocate, words)
    half = bytes(OwnKey.objects.get(person=team.helper).public)
    give(team, None)
    with here(team.advocate.number, own):
        close_material(team.advocate, team.advocate_id)
        let_in(team.advocate, team.advocate_id, team.helper.id, number_of_key(half))
        assert bytes(KeyShare.objects.get(person=team.helper).sealed)
        give(team, Scope(harms=frozenset({Harm.THREAT})))
        assert not KeyShare.objects.filter(person=team.helper).exclude(sealed=b"").exists()
        assert [reader.id for material in own_page(team.advocate).material for reader in material.readers] == []
        with pytest.raises(NotFound):
            let_in(team.advocate, team.advocate_id, team.helper.id, number_of_key(half))
    assert set(listed(hers.helper.get(reverse("inbox", args=[hers.advocate_id])))) == {hers.items[n] for n in range(0, MANY, 2)}
    closed = hers.helper.get(reverse("item", args=[hers.items[0]]))
    assert closed.status_code == 403 and "not their words" in closed.content.decode()
    assert hers.helper.get(reverse("item", args=[hers.items[1]])).status_code == 404
