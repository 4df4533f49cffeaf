"""A mailbox that is watched by `parapet serve`: what comes there is in the inbox within seconds, once, whatever breaks meanwhile."""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress
from typing import Any

import psutil
import pytest
from flow.conftest import Team
from support.dovecot import PASSWORD, Dovecot, account
from support.receivers import wait_for
from support.served import served


@pytest.fixture
def told(mail_server: Dovecot, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    monkeypatch.setenv("SSL_CERT_FILE", str(mail_server.trust))
    return account(mail_server, since="")


def mail(n: int) -> bytes:
    return (
        f"From: A Stranger <a{n}@example.net>\r\nTo: amara@clinic.example\r\nSubject: {n}\r\nMessage-ID: <live-{n}@example.net>\r\n"
        f"Date: Mon, 30 Nov 2026 10:00:00 +0000\r\n\r\nYou are a disgrace, number {n}.\r\n"
    ).encode()


def held() -> int:
    """Mails of the test that were taken in."""
    from parapet.records.models import Item

    return Item.objects.filter(channel="mail").count()


def kill_worker(before: set[int]) -> None:
    for child in psutil.Process().children(recursive=True):
        with suppress(psutil.NoSuchProcess):  # the mail server's come and go
            if child.pid not in before and child.cmdline()[-1:] == ["worker"]:
                os.kill(child.pid, signal.SIGKILL)


@pytest.mark.slow
def test_what_comes_is_in_the_inbox_at_once_and_once_through_kills_restarts_and_a_pause(
    home: Any, team: Team, mail_server: Dovecot, told: dict[str, Any]
) -> None:
    from parapet.actions.connect import connect, pause, resume
    from parapet.records.models import Assessment, Connection, Intake, Version

    [folder] = told["folders"]
    before = {child.pid for child in psutil.Process().children(recursive=True)}
    connection = connect(team.advocate, team.advocate_id, "mail", told)
    mail_server.deliver(mail(0), folder=folder)  # before anybody watches
    with served(home.home):
        wait_for(lambda: held() == 1)
        wait_for(lambda: Assessment.objects.count() == 1)  # a worker loads once what it judges with
        mail_server.deliver(mail(1), folder=folder)
        wait_for(lambda: held() == 2)

        kill_worker(before)
        mail_server.deliver(mail(2), folder=folder)
        wait_for(lambda: held() == 3)

        mail_server.stop()
        wait_for(lambda: Connection.objects.get().state == "failing")
        assert Connection.objects.get().fault == "outside.unreachable"
        mail_server.start()
        mail_server.deliver(mail(3), folder=folder)
        resume(team.advocate, connection)
        wait_for(lambda: held() == 4)

        pause(team.advocate, connection)
        mail_server.deliver(mail(4), mail(1), folder=folder)
        time.sleep(1.5)
        assert held() == 4
        resume(team.advocate, connection)
        wait_for(lambda: held() == 5)
        wait_for(lambda: Assessment.objects.count() == 5)
    row = Connection.objects.get()
    assert Version.objects.count() == 5, "none twice, though one came twice"
    assert row.taken in range(6, 12) and row.state == "well"
    intakes = list(Intake.objects.filter(connection=row))
    assert len(intakes) <= 2, "an account a day"
    assert all(each.found == each.new + each.already and not each.refused for each in intakes)
    assert sum(each.new for each in intakes) in (4, 5), "what was kept a moment before the kill is found there afterwards"


def test_only_who_keeps_her_material_connects_and_a_stranger_learns_nothing(
    home: Any, team: Team, mail_server: Dovecot, told: dict[str, Any]
) -> None:
    from parapet.access.connections import connection, connections
    from parapet.actions.connect import change_connection, connect, disconnect, pause
    from parapet.domain.errors import NotFound, SignInRefused
    from parapet.records.models import Connection, LogEntry

    with pytest.raises(NotFound):
        connect(team.stranger, team.advocate_id, "mail", told)
    with pytest.raises(NotFound):
        connect(team.advocate, team.advocate_id, "x", told)  # which cannot be watched
    with pytest.raises(SignInRefused):
        connect(team.advocate, team.advocate_id, "mail", {**told, "password": "wrong"})
    assert not Connection.objects.exists() and not LogEntry.objects.filter(kind="connect").exists()
    made = connect(team.advocate, team.advocate_id, "mail", told)
    for ask in (connection, pause, disconnect):
        for name in (made, "con_0000000000000", "con_x", ""):
            with pytest.raises(NotFound):
                ask(team.stranger, name)
    with pytest.raises(NotFound):
        change_connection(team.stranger, made, told)
    with pytest.raises(NotFound):
        connections(team.stranger, team.advocate_id)
    [card] = connections(team.advocate, team.advocate_id)
    assert (card.account, card.state, card.taken) == ("doctor", "well", 0)
    assert PASSWORD not in repr(card)
    change_connection(team.advocate, made, {**told, "password": ""})
    disconnect(team.advocate, made)
    assert not Connection.objects.exists()
    assert LogEntry.objects.filter(kind="connect").count() == 3


def test_watchers_share_out_what_is_due_and_none_watches_what_another_does(
    home: Any, team: Team, mail_server: Dovecot, told: dict[str, Any]
) -> None:
    from datetime import timedelta

    from django.db.models import F

    from parapet.actions import watch
    from parapet.actions.connect import connect, pause, resume
    from parapet.records.models import Connection

    made = [connect(team.advocate, team.advocate_id, "mail", told) for _ in range(4)]
    first = watch.take_over("seat-0", most=3)
    second = watch.take_over("seat-1", most=64)
    assert len(first) == 3 and len(second) == 1 and not set(first) & set(second)
    assert watch.take_over("seat-1", most=64, besides=[due.number for due in second]) == []
    assert set(watch.take_over("seat-0", most=64)) == set(first), "who starts anew in a seat goes on at once"
    Connection.objects.update(held_until=F("held_until") - timedelta(hours=1))
    assert len(watch.take_over("seat-2", most=64)) == 4, "whoever is gone keeps nobody away for long"
    assert watch.keep_hold("seat-0", first) == set()

    due = next(each for each in watch.take_over("seat-2", most=64))
    line = watch.open_line(due)
    name = next(name for name in made if Connection.objects.get(number=due.number).id == name)
    pause(team.advocate, name)
    with pytest.raises(watch.Over):
        watch.take_next(due, line)
    watch.note_failure(due, OSError())
    assert Connection.objects.get(number=due.number).state == "paused", "who was told to stop says nothing more"
    resume(team.advocate, name)
    with pytest.raises(watch.Over):
        watch.take_next(due, line)
    line.close()
    [again] = [each for each in watch.take_over("seat-2", most=64) if each.number == due.number]
    waits = []
    for _ in range(12):
        watch.note_failure(again, OSError())
        row = Connection.objects.get(number=due.number)
        waits.append((row.next_at - row.made_at).total_seconds())
        assert (row.state, row.holder) == ("failing", "")
    assert waits[0] < 60 and waits[-1] < 1_200 and waits[8] > 500, "later each time, and not for ever"


def test_a_kill_between_keeping_and_saying_so_brings_nothing_twice(
    home: Any, team: Team, mail_server: Dovecot, told: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    from parapet.actions import watch
    from parapet.actions.connect import connect
    from parapet.records.connections import cursor_of
    from parapet.records.models import Connection, Intake, Version

    connect(team.advocate, team.advocate_id, "mail", told)
    [due] = watch.take_over("seat-0", most=1)
    mail_server.deliver(mail(1), mail(2), folder=told["folders"][0])
    began = cursor_of(Connection.objects.get())

    class Killed(BaseException):
        pass

    def killed(*_args: object) -> None:
        raise Killed

    line = watch.open_line(due)
    with monkeypatch.context() as broken, pytest.raises(Killed):
        broken.setattr(watch, "_went_well", killed)
        watch.take_next(due, line)
    assert held() == 2 and cursor_of(Connection.objects.get()) == began
    assert not watch.take_next(due, line)
    line.close()
    assert held() == 2 and Version.objects.count() == 2 and cursor_of(Connection.objects.get()) != began
    [intake] = Intake.objects.all()
    assert (intake.new, intake.already, intake.found) == (2, 2, 4)


def test_the_database_tells_neither_server_nor_name_nor_password(
    home: Any, team: Team, mail_server: Dovecot, told: dict[str, Any]
) -> None:
    from parapet.actions.connect import connect
    from parapet.records.models import Connection

    connect(team.advocate, team.advocate_id, "mail", told)
    kept = [value for row in Connection.objects.values_list() for value in row]
    raw = b" ".join(bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode() for value in kept)
    for secret in (b"127.0.0.1", b"doctor", PASSWORD.encode(), told["folders"][0].encode()):
        assert secret not in raw
