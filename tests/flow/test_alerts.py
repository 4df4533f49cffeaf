"""Immediate danger reaches a person: who is told, how, and what is written down about it."""

from __future__ import annotations

import email.policy
import logging
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_string
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from flow.conftest import Team
from support.receivers import Webhook, mail_server, webhook

from parapet.domain.errors import AlertNotTaken, NotFound, RequestRefused

NOW = datetime(2026, 11, 20, 3, 30, tzinfo=UTC)  # half past ten in the evening in Toronto
THREAT = "I will kill you on Friday. I am outside your house now with a knife."


def mail(number: int, text: str = THREAT) -> str:
    return (
        f"From: Quokkaname <quokkahandle{number}@example.net>\r\nTo: a.okwuosa@rivercrest-family-heal.example\r\n"
        f"Subject: Quokkasubject\r\nDate: Thu, 19 Nov 2026 14:00:0{number % 10} +0000\r\nMessage-ID: <q{number}@example.net>\r\n\r\n{text} {number}\r\n"
    )


@pytest.fixture
def hook() -> Iterator[Webhook]:
    with webhook() as kept:
        yield kept


@pytest.fixture
def bring(take_in: Callable[..., Any], tmp_path: Path) -> Callable[..., list[int]]:
    """Take threats in and judge them; the versions. What is promised stays promised."""

    def run(*numbers: int, text: str = THREAT) -> list[int]:
        from parapet.actions.assess import assess
        from parapet.records.models import Version

        before = set(Version.objects.values_list("number", flat=True))
        for number in numbers:
            (tmp_path / f"{number}.eml").write_text(mail(number, text))
        take_in(*(tmp_path / f"{number}.eml" for number in numbers))
        fresh = sorted(set(Version.objects.values_list("number", flat=True)) - before)
        assess(fresh)
        return fresh

    return run


def promised(kind: str) -> list[Any]:
    from parapet.jobs.models import OutboxEntry

    return list(OutboxEntry.objects.filter(kind=kind, done_at=None).order_by("id"))


def do(kind: str, now: datetime = NOW) -> int:
    """Do what is promised of one kind at a moment, as a worker would; how many."""
    from parapet.actions.call_people import call_people
    from parapet.actions.raise_alert import raise_alert
    from parapet.actions.send_alert import Call, send_alert
    from parapet.jobs import outbox

    ways = {
        "raise_alert": lambda p: raise_alert(p["versions"], now=now),
        "call_people": lambda p: call_people(p["alert"], p["turn"], now=now),
        "send_alert": lambda p: send_alert(Call.of(p), now=now),
    }
    entries = [each for each in promised(kind) if each.next_try_at in (each.created_at, min(each.next_try_at, now))]
    for entry in entries:
        ways[kind](entry.payload)
        outbox.done(entry.pk)
    return len(entries)


def go(now: datetime = NOW) -> None:
    do("raise_alert", now)
    do("call_people", now)
    do("send_alert", now)


def the_alert() -> Any:
    from parapet.records.models import Alert

    return Alert.objects.get()


def happened() -> list[tuple[str, int | None]]:
    from parapet.records.models import AlertEvent

    return list(AlertEvent.objects.order_by("id").values_list("what", "person"))


def kinds() -> list[str]:
    from parapet.records.models import LogEntry

    return list(LogEntry.objects.order_by("index").values_list("kind", flat=True))


def test_what_is_judged_dangerous_is_told_without_a_word_of_it(team: Team, bring: Any, hook: Webhook, home: Any) -> None:
    from django.conf import settings
    from django.test import override_settings

    from parapet.actions.change_reach import add_way
    from parapet.jobs.models import OutboxEntry
    from parapet.records.models import Reach
    from parapet.settings.alerts import AlertSettings, MailServer

    with mail_server() as mails:
        port = int(mails.url.rpartition(":")[2])
        alerts = AlertSettings(MailServer("127.0.0.1", port, "insecure", "parapet@clinic.example"))
        with override_settings(ENVIRONMENT=evolve(settings.ENVIRONMENT, alerts=alerts)):
            add_way(team.advocate, "webhook", hook.url)
            add_way(team.advocate, "email", "amara@clinic.example")
            bring(1)
            go()
    [text] = hook.texts
    [(_at, to, raw)] = mails.got
    said = message_from_string(raw, policy=email.policy.default)
    assert to == ["amara@clinic.example"] and said["X-Parapet-Alert"]
    assert said.get_body().get_content().split() == text.partition("\n")[2].split()
    for each in (text, str(said["Subject"])):
        assert "A. O." in each
        assert not [word for word in ("uokka", "kill", "knife", "Okwuosa", "example.net") if word in each]
    assert "E-mail" in text and "critical" in text and f"/alerts/{the_alert().id}/" in text and "911" in text
    assert kinds().count("alert") == 1 and kinds().count("reach") == 2
    # What reaches her is in no column in the clear, and in no payload.
    stored = repr(list(Reach.objects.values_list())) + repr(list(OutboxEntry.objects.values_list()))
    assert "SECRETPATH" not in stored and "amara" not in stored


def test_it_is_promised_with_the_judgement_and_done_twice_it_is_sent_once(team: Team, bring: Any, hook: Webhook) -> None:
    from parapet.actions.assess import assess
    from parapet.actions.change_reach import add_way
    from parapet.actions.raise_alert import raise_alert
    from parapet.actions.send_alert import Call, send_alert

    versions = bring(1)
    assert promised("raise_alert") == [], "nobody would be told"
    add_way(team.advocate, "webhook", hook.url)
    assess(versions)
    assert promised("raise_alert") == [], "it was judged before"
    [version] = bring(2)
    [promise] = promised("raise_alert")
    assert promise.payload == {"versions": [version]} and promise.urgent
    do("raise_alert")
    raise_alert([version], now=NOW)
    do("call_people")
    [sending] = promised("send_alert")
    send_alert(Call.of(sending.payload), now=NOW)
    send_alert(Call.of(sending.payload), now=NOW)
    assert len(hook.got) == 1
    assert [what for what, _person in happened()] == ["called", "claimed", "sent"]


def test_a_process_that_died_between_claiming_and_sending_is_made_good_under_the_same_key(
    team: Team, bring: Any, hook: Webhook
) -> None:
    from parapet.actions import send_alert as room
    from parapet.actions.change_reach import add_way

    add_way(team.advocate, "webhook", hook.url)
    bring(1)
    do("raise_alert")
    do("call_people")
    [sending] = promised("send_alert")
    call = room.Call.of(sending.payload)
    room._claimed(call, NOW)
    assert hook.got == []
    do("send_alert")
    assert hook.keys == [call.key]
    assert [what for what, _person in happened()] == ["called", "claimed", "claimed", "sent"]


def test_a_flood_is_one_alert_and_later_there_is_another(team: Team, bring: Any, hook: Webhook) -> None:
    from parapet.actions.change_reach import add_way
    from parapet.actions.take_alert import take_alert
    from parapet.records.models import Alert, AlertItem

    add_way(team.advocate, "webhook", hook.url)
    bring(*range(60))
    go()
    bring(*range(60, 80))
    go(NOW + timedelta(minutes=9))
    assert len(hook.got) == 1 and "60 messages." in hook.texts[0]
    assert (Alert.objects.count(), AlertItem.objects.count()) == (1, 80)
    take_alert(team.advocate, the_alert().id)
    bring(99)
    go(NOW + timedelta(minutes=11))
    assert len(hook.got) == 2 and Alert.objects.count() == 2


def test_the_next_is_called_when_nobody_says_that_she_has_it(team: Team, bring: Any, hook: Webhook) -> None:
    from parapet.access.alerts import standing_of
    from parapet.access.people import advocates_of
    from parapet.actions.change_on_call import change_on_call
    from parapet.actions.change_reach import add_way
    from parapet.actions.take_alert import take_alert

    with webhook() as second:
        add_way(team.advocate, "webhook", hook.url)
        add_way(team.helper, "webhook", second.url)
        order = [team.helper.id, team.advocate.id]
        change_on_call(team.advocate, team.advocate_id, order, wait_min=7, called="Amara")
        bring(1)
        go()
        assert (len(hook.got), len(second.got)) == (0, 1) and "(Amara)" in second.texts[0]
        [later] = promised("call_people")
        assert later.next_try_at == NOW + timedelta(minutes=7)
        go(later.next_try_at)
        assert (len(hook.got), len(second.got)) == (1, 1)
        assert hook.keys != second.keys
        for minutes in (14, 21, 28):
            go(NOW + timedelta(minutes=minutes))
        assert (len(hook.got), len(second.got)) == (2, 2), "each is called twice, and then the inbox says so"
        assert happened()[-1][0] == "unanswered" and promised("call_people") == []
        [card] = standing_of(advocates_of(team.helper)[0], now=NOW + timedelta(hours=1))
        assert card.state == "unanswered"
        assert take_alert(team.helper, card.id) and not take_alert(team.advocate, card.id)
        assert standing_of(advocates_of(team.advocate)[0], now=NOW) == ()
        bring(2)
        go(NOW + timedelta(hours=2))
        second_alert = standing_of(advocates_of(team.helper)[0], now=NOW + timedelta(hours=2))[0]
        take_alert(team.advocate, second_alert.id)
        go(NOW + timedelta(hours=2, minutes=7))
        assert len(hook.got) == 2, "nobody is called once somebody has it"
    assert kinds().count("alert_taken") == 2 and kinds().count("on_call") == 1


def test_what_a_service_does_not_take_is_tried_again_and_then_said(team: Team, bring: Any) -> None:
    from parapet.access.alerts import alert_page, standing_of
    from parapet.access.people import advocates_of
    from parapet.actions.change_reach import add_way
    from parapet.actions.send_alert import Call, give_up_alert
    from parapet.actions.take_alert import take_alert

    with webhook(503, 200, 404) as shaky, webhook(404) as gone:
        add_way(team.advocate, "webhook", shaky.url)
        bring(1)
        with pytest.raises(AlertNotTaken):
            go()
        do("send_alert")
        assert len(set(shaky.keys)) == 1 and [what for what, _ in happened()][-1] == "sent"
        take_alert(team.advocate, the_alert().id)
        # The first way of the second alert is refused for good, and the next person is called at once.
        add_way(team.helper, "webhook", gone.url)
        bring(2)
        go(NOW + timedelta(hours=1))
        assert sorted(entry.payload["turn"] for entry in promised("call_people"))[-2:] == [1, 1]
        go(NOW + timedelta(hours=1))
        assert len(gone.got) == 1
        alert = standing_of(advocates_of(team.advocate)[0], now=NOW + timedelta(hours=1))[0]
        assert alert.state == "unreached" and len(alert.unreached) == 2
        assert "http_404" in {line.code for line in alert_page(team.advocate, alert.id).lines}
        # Whose tries run out is told the same way.
        call = Call(the_newest(), 7, team.helper.number, 5)
        give_up_alert(call)
        assert happened()[-1] == ("undelivered", team.helper.number)


def the_newest() -> int:
    from parapet.records.models import Alert

    return int(Alert.objects.order_by("-opened_at").values_list("number", flat=True)[0])


def test_who_may_no_longer_read_is_not_told_and_the_next_is(team: Team, bring: Any, hook: Webhook) -> None:
    from django.db import transaction

    from parapet.actions.allow import take_back
    from parapet.actions.change_on_call import change_on_call
    from parapet.actions.change_reach import add_way
    from parapet.actions.take_alert import take_alert
    from parapet.records.models import Advocate
    from parapet.records.numbers import number_of

    with webhook() as helpers:
        add_way(team.helper, "webhook", helpers.url)
        add_way(team.advocate, "webhook", hook.url)
        add_way(team.stranger, "webhook", helpers.url)
        change_on_call(team.advocate, team.advocate_id, [team.helper.id, team.advocate.id], wait_min=5, called="")
        bring(1)
        do("raise_alert")
        do("call_people")
        with transaction.atomic():  # between the call and the sending
            take_back(team.helper, Advocate.objects.get(number=number_of("adv", team.advocate_id)))
        go()
        go()
        assert helpers.got == [] and len(hook.got) == 1
        for person in (team.stranger, team.helper):
            with pytest.raises(NotFound, match="There is nothing here"):
                take_alert(person, the_alert().id)
        with pytest.raises(NotFound):
            change_on_call(team.advocate, team.advocate_id, [team.stranger.id], wait_min=5, called="")


def test_what_was_erased_alarms_nobody(team: Team, bring: Any, hook: Webhook) -> None:
    from parapet.actions.change_reach import add_way
    from parapet.actions.erase import erase_item
    from parapet.records.models import Item

    add_way(team.advocate, "webhook", hook.url)
    for number, stage in enumerate(("raise_alert", "call_people", "send_alert")):
        bring(number)
        item = Item.objects.get()
        if stage != "raise_alert":
            do("raise_alert")
        if stage == "send_alert":
            do("call_people")
        erase_item(team.advocate, item.id, reason="mistake")
        go(NOW)
        assert hook.got == [] and not promised("send_alert")
    bring(9)
    go(NOW)
    assert len(hook.got) == 1, "what comes next joins nothing that is over"


def test_what_a_person_calls_dangerous_or_gives_to_an_advocate_is_told_too(
    team: Team, bring: Any, hook: Webhook, take_in: Callable[..., Any], tmp_path: Path
) -> None:
    from parapet.access.items import card
    from parapet.actions.assess import assess
    from parapet.actions.assign_items import assign_items
    from parapet.actions.change_reach import add_way
    from parapet.actions.relabel import relabel
    from parapet.domain.judgement import Harm, Severity, Urgency, Verdict
    from parapet.records.models import Advocate, AlertItem, Item, Version

    add_way(team.advocate, "webhook", hook.url)
    bring(1, text="Thank you for the clinic hours on Friday.")
    assert not promised("raise_alert")
    mild = Item.objects.exclude(advocate_id=Advocate.UNMATCHED).get()
    said = Verdict(frozenset({Harm.THREAT}), Severity.CRITICAL, Urgency.IMMEDIATE)
    relabel(team.advocate, mild.id, 1, said, seen=card(team.advocate, mild.id).judged_at)
    go()
    assert the_alert().urgency == Urgency.IMMEDIATE

    (tmp_path / "stray.eml").write_text(
        mail(2).replace("a.okwuosa@rivercrest-family-heal.example", "nobody.known@elsewhere.example")
    )
    take_in(tmp_path / "stray.eml")
    stray = Item.objects.get(advocate_id=Advocate.UNMATCHED)
    assess(list(Version.objects.filter(item=stray).values_list("number", flat=True)))
    go()  # whoever sees what is aimed at nobody known is told; her circle is not
    assert list(AlertItem.objects.filter(item=stray).values_list("alert__advocate", flat=True)) == [Advocate.UNMATCHED]
    assign_items(team.advocate, [stray.id], team.advocate_id)
    go()
    assert AlertItem.objects.filter(item=stray, alert__advocate=mild.advocate_id).count() == 1


def test_quiet_hours_keep_all_but_danger_out(team: Team, bring: Any, hook: Webhook) -> None:
    from parapet.actions.change_reach import add_way, set_quiet_hours
    from parapet.actions.take_alert import take_alert
    from parapet.domain.judgement import Urgency
    from parapet.records.models import Item

    add_way(team.advocate, "webhook", hook.url)
    set_quiet_hours(team.advocate, 22 * 60, 7 * 60, "America/Toronto", False)
    bring(1)
    go()
    assert len(hook.got) == 1, "danger breaks them"
    take_alert(team.advocate, the_alert().id)
    versions = bring(2, text="You should be ashamed of yourself.")
    Item.objects.filter(version__number__in=versions).update(urgency=Urgency.SAME_DAY)

    def same_day(now: datetime) -> list[int]:
        from parapet.actions.raise_alert import raise_alert

        return raise_alert(versions, now=now)

    assert same_day(NOW + timedelta(hours=1)) == [], "she did not ask for it"
    set_quiet_hours(team.advocate, 22 * 60, 7 * 60, "America/Toronto", True)
    assert len(same_day(NOW + timedelta(hours=1))) == 1
    do("call_people", NOW + timedelta(hours=1))
    [waiting] = promised("send_alert")
    assert waiting.next_try_at == datetime(2026, 11, 20, 12, 0, tzinfo=UTC), "seven o'clock in Toronto"
    do("send_alert", waiting.next_try_at)
    assert "needs a person today" in hook.texts[-1] and "911" not in hook.texts[-1]


@pytest.mark.parametrize(
    ("begin", "end", "now", "ends"),
    [
        (1320, 420, datetime(2026, 11, 20, 2, 59, tzinfo=UTC), None),
        (1320, 420, datetime(2026, 11, 20, 3, 0, tzinfo=UTC), datetime(2026, 11, 20, 12, 0, tzinfo=UTC)),
        (1320, 420, datetime(2026, 11, 20, 11, 59, tzinfo=UTC), datetime(2026, 11, 20, 12, 0, tzinfo=UTC)),
        (1320, 420, datetime(2026, 11, 20, 12, 0, tzinfo=UTC), None),
        (720, 780, datetime(2026, 11, 20, 17, 30, tzinfo=UTC), datetime(2026, 11, 20, 18, 0, tzinfo=UTC)),
        # The night in which the clocks go back is an hour longer.
        (1320, 420, datetime(2026, 11, 1, 4, 0, tzinfo=UTC), datetime(2026, 11, 1, 12, 0, tzinfo=UTC)),
        (None, None, datetime(2026, 11, 20, 5, 0, tzinfo=UTC), None),
    ],
)
def test_quiet_hours_end_where_she_is(begin: int | None, end: int | None, now: datetime, ends: datetime | None) -> None:
    from parapet.records.reach import Reached

    assert Reached(quiet_from=begin, quiet_until=end, zone="America/Toronto").quiet_ends(now) == ends


@pytest.mark.parametrize(
    ("sort", "address"),
    [
        ("webhook", "jsons://h.example/x?template=/etc/passwd"),
        ("webhook", "file:///etc/passwd"),
        ("other", "syslog://"),
        ("other", "dbus://"),
        ("slack", "https://h.example/hook"),
        ("email", "a@b.ca?cc=x@y.ca"),
        ("email", "a@b.ca\r\nBcc: x@y.ca"),
        ("pigeon", "https://h.example/"),
        ("webhook", "https://" + "h" * 3_000),
    ],
)
def test_an_address_that_does_something_else_is_refused(team: Team, sort: str, address: str) -> None:
    from parapet.actions.change_reach import add_way
    from parapet.records.models import Reach

    with pytest.raises(RequestRefused):
        add_way(team.advocate, sort, address)
    assert not Reach.objects.exists()


def test_on_a_server_an_address_inside_is_asked_for_nothing(team: Team, hook: Webhook) -> None:
    from django.conf import settings
    from django.test import override_settings

    from parapet.actions.change_reach import add_way, test_way
    from parapet.settings.alerts import AlertSettings

    way = add_way(team.advocate, "webhook", hook.url)
    by_name = add_way(team.advocate, "webhook", f"http://localhost:{hook.port}/")
    server = evolve(settings.ENVIRONMENT, public_url="https://parapet.example.ca")
    with override_settings(ENVIRONMENT=server):
        assert [test_way(team.advocate, each).code for each in (way, by_name)] == ["inside", "inside"]
    assert hook.begun == 0
    with override_settings(ENVIRONMENT=evolve(server, alerts=AlertSettings(private=True))):
        assert test_way(team.advocate, way).sent
    assert test_way(team.advocate, by_name).sent, "and in a home that only this machine reaches"
    assert hook.begun == 2


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True), ("2606:2800:220:1::1", True), ("127.0.0.1", False), ("10.1.2.3", False), ("169.254.169.254", False),
        ("100.64.0.1", False), ("0.0.0.0", False), ("::1", False), ("::ffff:127.0.0.1", False), ("fd00::1", False), ("fe80::1%eth0", False),
        ("64:ff9b::7f00:1", False), ("64:ff9b::5db8:d822", True), ("2002:7f00:1::", False), ("224.0.0.1", False), ("intranet", False),
    ],
)  # fmt: skip
def test_which_addresses_are_public(address: str, public: bool) -> None:
    from parapet.network.guard import is_public

    assert is_public(address) is public


def test_nothing_of_an_address_stands_in_the_logs(team: Team, bring: Any, capfd: Any) -> None:
    from parapet.actions.change_reach import add_way, test_way
    from parapet.settings import logs

    own = logging.getLogger("apprise")
    own.handlers, own.propagate = [], True  # as in a process that has not alerted yet
    logs.configure(debug=True)
    try:
        with webhook(500) as hook:
            way = add_way(team.advocate, "webhook", hook.url)
            assert test_way(team.advocate, way).code == "http_500"
        assert test_way(team.advocate, way).code == "no_connection"
    finally:
        logs.configure()
    out, err = capfd.readouterr()
    assert "SECRETPATH" not in out + err
