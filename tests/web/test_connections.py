"""The pages of connections: a mailbox connected, paused, ended, in words that mend it; and no password on any of them."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from support.dovecot import PASSWORD, Dovecot


@pytest.fixture
def typed(mail_server: Dovecot, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    monkeypatch.setenv("SSL_CERT_FILE", str(mail_server.trust))
    return {
        "host": "127.0.0.1", "port": str(mail_server.port), "user": "doctor", "password": PASSWORD, "folders": "INBOX", "security": "tls",
        "since": "",
    }  # fmt: skip


def test_a_mailbox_is_connected_changed_paused_and_ended_through_the_pages(
    cast: Any, browser_of: Any, typed: dict[str, str]
) -> None:
    from parapet.records.models import Connection

    browser = browser_of(cast.owner)
    here, new = (reverse(name, args=[cast.advocate_id]) for name in ("connections", "new-mailbox"))
    assert here in browser.get("/add/").content.decode(), "from the page where messages are added"
    assert "Nothing is watched so far" in browser.get(here).content.decode()

    def refused(**other: str) -> str:
        answer = browser.post(new, {**typed, **other})
        page = str(answer.content.decode())
        assert answer.status_code == 400 and not Connection.objects.exists()
        assert "wrong" not in page and PASSWORD not in page, "what was typed as a password is not sent back"
        return page

    assert "does not take this name and password" in refused(password="wrong one")
    assert "A folder is not there" in refused(folders="Nowhere")
    assert "did not answer" in refused(port="1")
    for other, word in (
        ({"host": "https://imap.example.ca/"}, "name of the server alone"),
        ({"host": "a b"}, "name of the server alone"),
        ({"user": "a\x01b"}, "cannot be typed"),
        ({"folders": "\n".join("abcdef")}, "Five folders"),
        ({"port": "70000"}, "1 to 65535"),
        ({"since": "2001-01-01"}, "ten years"),
        ({"host": ""}, "This is needed"),
    ):
        assert word in refused(**other), other

    page = browser.post(new, typed, follow=True).content.decode()
    assert "The mailbox is connected" in page and "doctor" in page and PASSWORD not in page
    name = Connection.objects.get().id
    form = browser.get(reverse("connection", args=[name])).content.decode()
    assert 'value="127.0.0.1"' in form and PASSWORD not in form
    changed = browser.post(reverse("connection", args=[name]), {**typed, "password": ""}, follow=True).content.decode()
    assert "kept as you wrote it" in changed
    assert (
        "Paused. What comes waits there" in browser.post(reverse("connection-pause", args=[name]), follow=True).content.decode()
    )
    assert "Being asked" in browser.post(reverse("connection-resume", args=[name]), follow=True).content.decode()
    Connection.objects.update(state="failing", fault="outside.sign_in_refused")
    failing = browser.get(here).content.decode()
    assert "app password" in failing and "Ask now" in failing
    assert here in browser.get(reverse("inbox", args=[cast.advocate_id])).content.decode(), "the inbox says so, and leads there"
    assert "password forgotten" in browser.post(reverse("connection-end", args=[name]), follow=True).content.decode()
    assert not Connection.objects.exists()


def test_a_server_inside_is_refused_where_others_come_in(cast: Any, browser_of: Any, typed: dict[str, str]) -> None:
    from attrs import evolve
    from django.conf import settings
    from django.test import override_settings

    open_home = evolve(settings.ENVIRONMENT, public_url="https://parapet.example", allowed_hosts=("parapet.example",))
    new = reverse("new-mailbox", args=[cast.advocate_id])
    with override_settings(ENVIRONMENT=open_home):
        page = browser_of(cast.owner).post(new, typed).content.decode()
    assert "network of this Parapet" in page
    with override_settings(ENVIRONMENT=evolve(open_home, channels_inside=True)):
        assert browser_of(cast.owner).post(new, typed).status_code == 302
