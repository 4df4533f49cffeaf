"""Mailboxes of a real server, Dovecot on the loopback: what the mail channel's network side brings, and what it leaves alone."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from support.dovecot import PASSWORD, Dovecot, account, certify, dovecot

from parapet.channels.mail.fetch import MailLine, open_line
from parapet.domain.errors import OutsideRefused, OutsideUnreachable, PlaceMissing, PrivateAddress, SignInRefused


@pytest.fixture
def told(mail_server: Dovecot, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """A mailbox with folders of this test's own; the authority is trusted as a system trusts one."""
    monkeypatch.setenv("SSL_CERT_FILE", str(mail_server.trust))
    return account(mail_server, began="2026-11-01")


def line(told: dict[str, Any], **other: Any) -> MailLine:
    return open_line({**told, **other}, inside=True)


def mail(n: int, body: bytes = b"text") -> bytes:
    return b"From: a@example.net\r\nSubject: %d\r\n\r\n%b\r\n" % (n, body)


def test_what_comes_is_brought_byte_for_byte_once_and_in_order(mail_server: Dovecot, told: dict[str, Any]) -> None:
    [folder] = told["folders"]
    mail_server.deliver(mail(0), folder=folder)
    mails = [mail(n, bytes(n for n in range(1, 256) if n not in b"\r\n") * n) for n in range(1, 4)]
    held = line(told)
    cursor = held.begin()
    assert held.fetch(cursor).pieces == (), "what was there before is left alone"
    mail_server.deliver(*mails, folder=folder)
    batch = held.fetch(cursor)
    assert [piece.raw for piece in batch.pieces] == mails and not batch.more
    assert held.fetch(cursor) == batch, "the same again, since nothing was marked"
    assert held.fetch(batch.cursor).pieces == ()
    held.close()
    other = mail_server.client()
    other.select(folder, readonly=True)
    _ok, flags = other.fetch("1:*", "(FLAGS)")
    assert len(flags) == 4 and not any(b"Seen" in each for each in flags if isinstance(each, bytes)), "nothing is marked as read"
    other.logout()


def test_from_a_day_on_and_several_folders_and_more_than_a_batch_takes(
    mail_server: Dovecot, told: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("parapet.channels.mail.fetch.BATCH_PIECES", 2)
    [folder] = told["folders"]
    second = folder + " Indésirables & co"
    told["folders"] = [folder, second]
    mail_server.make_folder('"' + folder + ' Ind&AOk-sirables &- co"')
    mail_server.deliver(mail(1), mail(2), mail(3), folder=folder)
    mail_server.deliver(mail(4), folder='"' + folder + ' Ind&AOk-sirables &- co"')
    held = line(told, since="2026-11-01")
    cursor, got, rounds = held.begin(), [], 0
    while True:
        batch = held.fetch(cursor)
        got += [piece.raw for piece in batch.pieces]
        cursor, rounds = batch.cursor, rounds + 1
        assert len(batch.pieces) <= 2
        if not batch.more:
            break
    assert got == [mail(n) for n in range(1, 5)] and rounds == 2
    assert held.fetch(cursor).pieces == ()
    held.close()


def test_news_is_heard_at_once_and_silence_ends_by_itself(mail_server: Dovecot, told: dict[str, Any]) -> None:
    held = line(told)
    cursor = held.begin()
    assert not held.wait(0.2)
    mail_server.deliver(mail(1), folder=told["folders"][0])
    assert held.wait(20)
    assert len(held.fetch(cursor).pieces) == 1
    now = [0.0]
    held.clock = lambda: now[0]
    held._idle_since = 0.0
    assert not held.wait(0.1)
    now[0] += 3_600
    assert held.wait(0.1), "after some minutes it asks, whatever the server said"
    held.close()


def test_a_server_that_goes_away_in_the_silence_is_noticed(mail_server: Dovecot, told: dict[str, Any]) -> None:
    held = line(told)
    cursor = held.begin()
    assert not held.wait(0.05)
    mail_server.stop()
    asked = 0
    with pytest.raises(OutsideUnreachable):
        while asked < 50:
            asked += 1
            if held.wait(0.2):
                held.fetch(cursor)
    assert asked < 50
    held.close()
    mail_server.start()


def test_a_server_without_idle_is_asked_from_time_to_time(monkeypatch: pytest.MonkeyPatch) -> None:
    with dovecot(idle=False) as plain:
        monkeypatch.setenv("SSL_CERT_FILE", str(plain.trust))
        told = {
            "host": "127.0.0.1", "port": plain.plain, "user": "other", "password": PASSWORD, "folders": ["INBOX"], "starttls": True,
            "began": "2026-11-01",
        }  # fmt: skip
        held = line(told)
        now = [100.0]
        held.clock = lambda: now[0]
        cursor = held.begin()
        assert held.wait(0.01) and not held.wait(0.01), "once at first, then after a while"
        plain.deliver(mail(1), user="other")
        now[0] += 31
        assert held.wait(0.01)
        assert [piece.raw for piece in held.fetch(cursor).pieces] == [mail(1)]
        plain.stop()
        with pytest.raises(OutsideUnreachable):
            while True:  # its processes end a moment after it
                held.fetch(cursor)
                time.sleep(0.05)
        held.close()


def test_a_folder_that_is_numbered_anew_gives_what_came_since_it_was_connected(
    mail_server: Dovecot, told: dict[str, Any]
) -> None:
    [folder] = told["folders"]
    mail_server.deliver(mail(1), folder=folder)
    held = line(told)
    cursor = held.begin()
    held.close()
    other = mail_server.client()
    other.delete(folder)
    other.create(folder)
    other.logout()
    mail_server.deliver(mail(2), folder=folder)
    held = line(told)
    assert [piece.raw for piece in held.fetch(cursor).pieces] == [mail(2)]
    held.close()


def test_what_is_too_large_is_counted_and_passed_and_what_is_gone_meanwhile_does_no_harm(
    mail_server: Dovecot, told: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("parapet.channels.mail.fetch.MAX_PIECE_BYTES", 5_000)
    [folder] = told["folders"]
    held = line(told)
    cursor = held.begin()
    mail_server.deliver(mail(1, b"x" * 6_000), mail(2), mail(3), folder=folder)
    other = mail_server.client()
    other.select(folder)
    other.store("2", "+FLAGS", "\\Deleted")
    other.expunge()
    other.logout()
    batch = held.fetch(cursor)
    assert [piece.raw for piece in batch.pieces] == [mail(3)] and batch.too_large == 1
    held.close()


@pytest.mark.parametrize(
    ("other", "error"),
    [
        ({"password": "wrong"}, SignInRefused),
        ({"user": 'doctor" LOGOUT'}, SignInRefused),
        ({"folders": ["Nowhere"]}, PlaceMissing),
        ({"port": 1}, OutsideUnreachable),
    ],
)
def test_what_is_wrong_is_told_apart(told: dict[str, Any], other: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error) as raised:
        line(told, **other)
    assert type(raised.value) is error


def test_no_password_goes_to_a_server_that_proves_nothing_or_to_a_private_address(
    mail_server: Dovecot, told: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(PrivateAddress):
        open_line(told, inside=False)
    certify(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
    log = mail_server.folder / "log"
    for other in ({}, {"port": mail_server.plain, "starttls": True}):
        before = log.read_text().count("Login: user=")
        with pytest.raises(OutsideRefused):
            line(told, **other)
        assert log.read_text().count("Login: user=") == before
