"""A mailbox opened by signing in at its service, through the pages and a real mail server; and what becomes of it when the word runs out."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings
from django.test import override_settings
from django.urls import reverse
from support.dovecot import Dovecot, dovecot
from support.mail_service import MailService, mail_service, named, sent_back


@pytest.fixture(scope="module")
def both() -> Iterator[tuple[MailService, Dovecot]]:
    with mail_service() as service, dovecot(introspection=f"{service.base}/introspect") as server:
        yield service, server


@pytest.fixture
def service(both: tuple[MailService, Dovecot]) -> MailService:
    made, _server = both
    made.user, made.lasts_s, made.taken_back, made.turns, made.down = "doctor", 3_600, False, False, False
    return made


@pytest.fixture
def server(
    both: tuple[MailService, Dovecot], service: MailService, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Dovecot]:
    from attrs import evolve

    from parapet.settings.mail_services import read_mail_services

    _made, held = both
    monkeypatch.setenv("SSL_CERT_FILE", str(held.trust))
    [read] = read_mail_services(named(service, held.port, tmp_path))
    read = evolve(read, revoke=f"{service.base}/revoke")
    with override_settings(ENVIRONMENT=evolve(settings.ENVIRONMENT, mail_services=(read,))):
        yield held


def way_of(page: str) -> str:
    [there] = re.findall(r'class="button button-main" href="(http[^"]+)"', page)
    return html.unescape(there)


@pytest.mark.slow
def test_a_mailbox_is_opened_there_and_again_when_the_permission_was_taken_back(
    cast: Any, browser_of: Any, service: MailService, server: Dovecot
) -> None:
    from parapet.actions import watch
    from parapet.domain.errors import OutsideUnreachable, SignInOver
    from parapet.records.connections import told_of
    from parapet.records.models import Connection, IntakeFile

    browser, stranger = browser_of(cast.owner), browser_of(cast.stranger)
    here, new = reverse("connections", args=[cast.advocate_id]), reverse("new-service-mailbox", args=[cast.advocate_id, "clinic"])
    assert new in browser.get(here).content.decode()
    assert "Clinic Mail" in browser.get(new).content.decode()
    assert stranger.get(new).status_code == 404 == browser.get(new.replace("clinic/", "nowhere/")).status_code
    assert browser.post(new, {"user": "doctor", "what": "folders", "folders": ""}).status_code == 400
    server.make_folder(name := "Parapet")
    typed = {"user": "doctor", "what": "folders", "folders": name, "since": ""}

    # Refused there; begun in another browser; the code of another; a state that is not ours.
    back = reverse("from-mail-service", args=["clinic"])
    there = way_of(browser.post(new, typed).content.decode())
    asked = {key: values[0] for key, values in parse_qs(urlsplit(there).query).items()}
    assert asked["scope"] == "mail offline" and asked["login_hint"] == "doctor" and "secret" not in there
    said = browser.get(f"{back}?error=access_denied&state={asked['state']}", follow=True).content.decode()
    assert "did not allow it there" in said
    returned = sent_back(way_of(browser.post(new, typed).content.decode()))
    assert "begun in another browser" in stranger.get(returned, follow=True).content.decode()
    assert "does not hold" in browser.get(re.sub(r"state=[^&]+", "state=x", returned), follow=True).content.decode()
    assert not Connection.objects.exists()

    # Somebody else's mailbox is not opened by her word.
    other = sent_back(way_of(browser.post(new, {**typed, "user": "other"}).content.decode()))
    assert "somebody else" in browser.get(other, follow=True).content.decode() and not Connection.objects.exists()

    returned = sent_back(way_of(browser.post(new, typed).content.decode()))
    page = browser.get(returned, follow=True).content.decode()
    assert "The mailbox is connected" in page and "doctor" in page
    row = Connection.objects.get()
    told = told_of(row)
    assert told["service"] == "clinic" and told["password"] == "" and told["access"] not in page and told["refresh"] not in page
    kept = b" ".join(
        bytes(v) if isinstance(v, bytes | memoryview) else str(v).encode() for v in Connection.objects.values_list()[0]
    )
    assert told["refresh"].encode() not in kept and told["access"].encode() not in kept
    assert "does not hold" in browser.get(returned, follow=True).content.decode() or Connection.objects.count() == 1

    # It is watched; before the word runs out a new one is had, and kept.
    server.deliver(b"From: a@example.net\r\nMessage-ID: <1@example.net>\r\n\r\nA word.\r\n", folder=name)
    [due] = watch.take_over("seat-0", most=1)
    line = watch.open_line(due)
    assert not watch.take_next(due, line) and IntakeFile.objects.count() >= 1
    assert (watch.reopen_in_s(due) or 0) > 3_000 and service.renewals == 0
    line.close()
    service.turns = True  # each lasting word good once
    for round_ in range(1, 4):
        told = told_of(Connection.objects.get())
        if round_ == 3:
            service.words.clear()  # taken back before its time
        else:
            from parapet.records.connections import sealed_told

            Connection.objects.update(sealed_told=sealed_told(row.number, {**told, "until": 0}))
        watch.open_line(due).close()
        assert service.renewals == round_ and told_of(Connection.objects.get())["refresh"] != told["refresh"]

    # Folders are changed without signing in anew; nobody leads the word elsewhere.
    change = reverse("connection", args=[row.id])
    form = browser.get(change).content.decode()
    assert "Sign in there again" in form and 'name="password"' not in form
    server.make_folder("Second")
    elsewhere = {"host": "evil.example", "port": "1", "user": "other", "security": "tls", "folders": f"{name}\nSecond"}
    assert "kept as you wrote it" in browser.post(change, elsewhere, follow=True).content.decode()
    now = told_of(Connection.objects.get())
    assert (now["host"], now["user"], now["folders"]) == ("127.0.0.1", "doctor", [name, "Second"])

    # The service does not answer; then it takes the permission back.
    [due] = watch.take_over("seat-0", most=1)
    service.words.clear()
    service.down = True
    with pytest.raises(OutsideUnreachable) as down:
        watch.open_line(due)
    assert not isinstance(down.value, SignInOver)
    service.down, service.taken_back = False, True
    with pytest.raises(SignInOver) as over:
        watch.open_line(due)
    watch.note_failure(due, over.value)
    page = browser.get(here).content.decode()
    assert "taken back, or has run out" in page and reverse("connection-sign-in", args=[row.id]) in page
    assert stranger.post(reverse("connection-sign-in", args=[row.id])).status_code == 404
    service.taken_back = False
    there = way_of(browser.post(reverse("connection-sign-in", args=[row.id])).content.decode())
    page = browser.get(sent_back(there), follow=True).content.decode()
    assert "open again" in page and Connection.objects.get().state == "well"
    lasting = told_of(Connection.objects.get())["refresh"]
    assert lasting in service.lasting
    browser.post(reverse("connection-end", args=[row.id]))
    assert lasting not in service.lasting, "the service is told too"


def test_a_kept_password_is_sent_nowhere_but_to_where_it_was_given_for(cast: Any, browser_of: Any, server: Dovecot) -> None:
    from support.dovecot import PASSWORD

    from parapet.records.connections import told_of
    from parapet.records.models import Connection

    browser = browser_of(cast.owner)
    typed = {
        "host": "127.0.0.1",
        "port": str(server.port),
        "user": "doctor",
        "password": PASSWORD,
        "folders": "INBOX",
        "security": "tls",
    }
    assert browser.post(reverse("new-mailbox", args=[cast.advocate_id]), typed).status_code == 302
    row = Connection.objects.get()
    for other in ({"host": "localhost"}, {"user": "other"}, {"port": "1"}, {"security": "starttls"}):
        page = browser.post(reverse("connection", args=[row.id]), {**typed, "password": "", **other})
        assert page.status_code == 400 and "Write the password too" in page.content.decode(), other
    assert told_of(Connection.objects.get())["host"] == "127.0.0.1"
