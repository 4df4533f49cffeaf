"""Digests: once a period, at least once, only when something is new, never more than the veil lets, and no word of a message."""

from __future__ import annotations

import email.policy
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_string
from typing import Any

import pytest
from attrs import evolve
from flow.conftest import Team
from flow.test_alerts import bring, promised  # noqa: F401  # threats that come in
from hypothesis import given
from hypothesis import strategies as st
from support.receivers import Mails, mail_server

from parapet.domain.errors import AlertNotTaken, RequestRefused
from parapet.domain.judgement import Harm
from parapet.domain.veil import Level
from parapet.records.digests import DAILY, WEEKLY, Plan

ZONE = "America/Toronto"
#: What no digest may hold: words, handles and names of those who wrote; names of those who are protected.
SECRETS = ("kill", "knife", "house", "uokka", "example.net", "Okwuosa", "Amara", "Subject-line")


@pytest.fixture
def mails(home: Any) -> Iterator[Mails]:
    from django.conf import settings
    from django.test import override_settings

    from parapet.settings.alerts import AlertSettings, MailServer

    with mail_server() as kept:
        port = int(kept.url.rpartition(":")[2])
        alerts = AlertSettings(MailServer("127.0.0.1", port, "insecure", "parapet@clinic.example"))
        with override_settings(ENVIRONMENT=evolve(settings.ENVIRONMENT, alerts=alerts)):
            yield kept


def wants(person: Any, every: str = DAILY, *, now: datetime, **more: Any) -> str:
    from parapet.actions.change_digest import change_digest
    from parapet.actions.change_reach import add_way

    way = add_way(person, "email", f"{person.id}@clinic.example")
    change_digest(person, every, hour=8, zone=ZONE, way=way, now=now, **more)
    return way


def work(now: datetime) -> int:
    """What a worker does at a moment: promises what is due, and sends what is promised and may go; how many were sent or found empty."""
    from parapet.actions.send_digest import promise_digests, send_digest
    from parapet.jobs import outbox

    promise_digests(now=now)
    entries = [each for each in promised("send_digest") if each.next_try_at <= max(now, each.created_at)]
    for entry in entries:
        send_digest(entry.payload["digest"], now=now)
        outbox.done(entry.pk)
    return len(entries)


def read(mails: Mails, at: int = -1) -> tuple[str, str]:
    said = message_from_string(mails.got[at][2], policy=email.policy.default)
    assert said["X-Parapet-Alert"] and said["Auto-Submitted"] == "auto-generated" and said["X-Priority"] is None
    body = said.get_body(("plain",))
    assert body is not None
    return str(said["Subject"]), body.get_content().replace("\r\n", "\n")


def test_a_digest_comes_once_a_period_says_what_the_veil_lets_and_nothing_when_nothing_is_new(
    team: Team,
    bring: Any,  # noqa: F811
    mails: Mails,
) -> None:
    from parapet.access.digests import digest_of
    from parapet.actions import send_digest as room
    from parapet.actions.change_preferences import change_preferences
    from parapet.actions.change_reach import remove_way, set_quiet_hours
    from parapet.actions.set_veil import set_veil
    from parapet.jobs.models import OutboxEntry
    from parapet.records.models import Digest, DigestPlan, Item

    begun = datetime.now(UTC)
    way = wants(team.advocate, now=begun)
    assert work(begun) == 0, "not before its hour"
    bring(1)
    bring(2, text="You are a stupid quack and a liar.")
    bring(3, text="Thank you for the clear explanation.")
    due = DigestPlan.objects.get(person=team.advocate).due_at
    assert begun < due <= begun + timedelta(days=1) and due.astimezone(Plan(DAILY, 8, 0, ZONE, 1).zone_info).hour == 8

    # Twice the same minute, by two workers: one mail.
    assert (work(due), work(due)) == (1, 0)
    title, said = read(mails)
    [(_at, to, _raw)] = mails.got
    assert to == [f"{team.advocate.id}@clinic.example"]
    assert title == "Parapet: something needs a person now" and "3 new messages." in said and "Abusive: 1 critical" in said
    assert "/\n" in said and "911" in said
    assert not [word for word in SECRETS if word in title + said]
    assert digest_of(team.advocate).last[1] == "sent"

    # A day later nothing is new: no mail, and her page can say so.
    day = due + timedelta(days=1)
    assert work(day) == 1 and len(mails.got) == 1 and digest_of(team.advocate).last[1] == "nothing"

    # Three days nothing ran: one digest makes up for them. French, and only that something is there.
    known = list(Item.objects.values_list("number", flat=True))
    bring(4, text="You are a stupid quack, again.")
    change_preferences(team.advocate, language="fr-ca", theme="system")
    team.advocate.refresh_from_db()
    set_veil(team.advocate, Level.NOTHING)
    newest = Item.objects.exclude(number__in=known).get()
    Item.objects.filter(number=newest.number).update(received_at=day + timedelta(hours=1))
    late = day + timedelta(days=3)
    assert work(late) == 1
    title, said = read(mails)
    assert title.replace("\u00a0", " ") == "Parapet : où en sont les choses" and "Il y a quelque chose à regarder." in said
    assert not any(character.isdigit() for character in said.split("http")[0])
    assert not [word for word in SECRETS if word in title + said]

    # Quiet hours hold; a process that dies between saying that it will and having sent sends again, with the same key.
    hour = (late + timedelta(days=1)).astimezone(Plan(DAILY, 8, 0, ZONE, 1).zone_info)
    set_quiet_hours(team.advocate, 7 * 60, 9 * 60 + 30, ZONE, False)
    set_veil(team.advocate, Level.COUNTS, {Harm.INSULT: Level.NOTHING})
    Item.objects.filter(number=newest.number).update(received_at=late + timedelta(hours=1))
    next_due = DigestPlan.objects.get(person=team.advocate).due_at
    assert work(next_due) == 0 and len(mails.got) == 2, hour
    [entry] = promised("send_digest")
    assert entry.next_try_at == next_due + timedelta(hours=1, minutes=30)
    assert room._claimed(entry.payload["digest"], next_due) is not None  # and here it dies
    assert work(entry.next_try_at) == 1 and len(mails.got) == 3
    assert "Il y a quelque chose à regarder." in read(mails)[1], "what one harm hides is not counted"
    room.send_digest(entry.payload["digest"])
    assert len(mails.got) == 3, "what was sent is not sent again"

    # Her address is gone: nothing is sent, and it is told. What is stored shows nothing.
    stored = repr(list(DigestPlan.objects.values_list())) + repr(list(Digest.objects.values_list()))
    assert "clinic.example" not in stored + repr(list(OutboxEntry.objects.values_list()))
    remove_way(team.advocate, way)
    assert work(next_due + timedelta(days=1, hours=2)) == 1 and len(mails.got) == 3
    assert digest_of(team.advocate).last[1] == "no_longer"


def test_who_may_read_nothing_is_told_nothing_and_what_failed_is_told_the_next_time(team: Team, bring: Any, mails: Mails) -> None:  # noqa: F811
    from django.conf import settings
    from django.test import override_settings

    from parapet.access.digests import digest_of
    from parapet.actions.change_digest import change_digest
    from parapet.actions.send_digest import give_up_digest, promise_digests, send_digest
    from parapet.jobs import outbox
    from parapet.settings.alerts import AlertSettings, MailServer

    begun = datetime.now(UTC)
    ways = {person: wants(person, WEEKLY, weekday=2, now=begun) for person in (team.helper, team.stranger)}
    with pytest.raises(RequestRefused):
        change_digest(team.stranger, DAILY, zone=ZONE, way=ways[team.helper], now=begun)  # another's address
    for wrong in (
        {"every": "hourly"},
        {"every": DAILY, "hour": 24},
        {"every": WEEKLY, "weekday": 7},
        {"every": DAILY, "zone": "Nowhere"},
    ):
        with pytest.raises(RequestRefused):
            change_digest(team.stranger, **{"zone": ZONE, "way": ways[team.stranger], "now": begun, **wrong})
    bring(1)
    first = Plan(WEEKLY, 8, 2, ZONE, 1).next_due(begun)
    nowhere = AlertSettings(MailServer("127.0.0.1", 1, "insecure", "parapet@clinic.example"))
    assert promise_digests(now=first) == 2
    with override_settings(ENVIRONMENT=evolve(settings.ENVIRONMENT, alerts=nowhere)):
        for entry in promised("send_digest"):
            if digest_person(entry) == team.helper.number:
                with pytest.raises(AlertNotTaken):
                    send_digest(entry.payload["digest"], now=first)
                give_up_digest(entry.payload["digest"])
            else:
                send_digest(entry.payload["digest"], now=first)
            outbox.done(entry.pk)
    assert not mails.got
    assert (digest_of(team.helper).last[1], digest_of(team.stranger).last[1]) == ("tried_out", "nothing")
    work(first + timedelta(days=7))
    [(_at, to, _raw)] = mails.got
    assert to == [f"{team.helper.id}@clinic.example"]
    assert "For A. O." in read(mails)[1] and "1 new message." in read(mails)[1], "what was never told is told now"
    change_digest(team.helper, "none")
    assert work(first + timedelta(days=15)) == 1 and len(mails.got) == 1, "the stranger’s, empty; the helper wants none"


def digest_person(entry: Any) -> int:
    from parapet.records.models import Digest

    return int(Digest.objects.get(number=entry.payload["digest"]).person_id)


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)),  # noqa: DTZ001  # Hypothesis adds the zone
    st.sampled_from([DAILY, WEEKLY]),
    st.integers(0, 23),
    st.integers(0, 6),
    st.sampled_from([ZONE, "America/St_Johns", "America/Vancouver", "Pacific/Apia", "UTC"]),
)
def test_the_next_moment_is_by_the_clock_on_her_wall(after: datetime, every: str, hour: int, weekday: int, zone: str) -> None:
    plan = Plan(every, hour, weekday, zone, 1)
    due = plan.next_due(after)
    local = due.astimezone(plan.zone_info)
    assert after < due <= after + timedelta(days=8 if every == WEEKLY else 2)
    assert local.hour in {hour, (hour + 1) % 24}, "an hour that the clock skips in spring is the one after it"
    assert every == DAILY or local.weekday() == weekday
    assert plan.next_due(due) - due >= timedelta(hours=23)


def test_the_page_says_how_it_stands(team: Team, mails: Mails) -> None:
    from django.test import Client

    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(team.advocate, backend="django.contrib.auth.backends.ModelBackend")
    assert "Add an e-mail address" in client.get("/settings/digest/").content.decode()
    way = wants(team.advocate, now=datetime.now(UTC))
    page = client.get("/settings/digest/").content.decode()
    assert (
        'value="daily" checked' in page
        and re.search(r"The next one: [^<]*08:00\.", page)
        and way in page
        and "nothing is sent" in page
    )
    refused = client.post("/settings/digest/", {"every": "daily", "hour": "8", "weekday": "0", "zone": "x", "way": way})
    assert refused.status_code == 400 and "Choose a time zone" in refused.content.decode()
    answer = client.post("/settings/digest/", {"every": "none"}, follow=True).content.decode()
    assert "No digest is sent to you any more." in answer and "The next one:" not in answer
