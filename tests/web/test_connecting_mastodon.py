"""The pages by which a Mastodon account is connected: she says yes on her own server, and nothing by which anybody could sign in is shown."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from django.urls import reverse
from support.mastodon_double import Double, Said, double


@pytest.fixture(scope="module")
def server() -> Iterator[Double]:
    with double() as running:
        yield running


def field(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    return html.unescape(found[1]) if found else ""


def says_yes(page: str, who: str) -> tuple[str, dict[str, list[str]]]:
    """The page of her server that is linked, where she allows it: the code that it shows, and what was asked of it."""
    found = re.search(r'href="(http[^"]*/oauth/authorize[^"]*)"', page)
    assert found is not None
    asked = parse_qs(urlsplit(html.unescape(found[1])).query)
    assert httpx.get(html.unescape(found[1]), timeout=30).status_code == 200
    where = f"{html.unescape(found[1]).split('?')[0]}"
    shown = httpx.post(where, data={"username": who, "redirect_uri": asked["redirect_uri"][0]}, timeout=30).text
    return shown.partition("code: ")[2].partition("<")[0], asked


def test_she_says_yes_on_her_server_changes_it_and_ends_it_there_too(server: Double, cast: Any, browser_of: Any) -> None:
    from parapet.records.connections import told_of
    from parapet.records.models import Connection

    browser, stranger = browser_of(cast.owner), browser_of(cast.stranger)
    new = reverse("new-mastodon", args=[cast.advocate_id])
    assert new in browser.get(reverse("connections", args=[cast.advocate_id])).content.decode()
    typed = {"server": server.url, "messages": "1", "since": ""}
    for other, word in (
        ({"server": "not a server"}, "name of your server alone"),
        ({"server": "http://evil.example"}, "name of your server alone"),
        ({"server": ""}, "This is needed"),
        ({"token": "a\x01b"}, "cannot be typed"),
        ({"token": "nonsense"}, "does not let Parapet in"),
        ({"server": "http://127.0.0.1:1"}, "did not answer"),
    ):
        answer = browser.post(new, {**typed, **other})
        assert answer.status_code == 400 and word in answer.content.decode(), other
        assert "nonsense" not in answer.content.decode()
    assert not Connection.objects.exists()

    page = browser.post(new, typed).content.decode()
    assert "Say yes on your server" in page and "and send reports" not in page
    code, asked = says_yes(page, "amara")
    assert asked["scope"] == ["read"] and asked["code_challenge_method"] == ["S256"] and "client_secret" not in asked
    kept = field(page, "trip")
    assert kept and asked["client_id"][0] not in kept
    assert stranger.post(new, {"trip": kept, "code": code}).status_code == 404
    hers = reverse("new-mastodon", args=[cast.other_advocate_id])
    assert "begins anew" in stranger.post(hers, {"trip": kept, "code": code}).content.decode(), (
        "it is bound to who began, and for whom"
    )
    assert "begins anew" in browser.post(new, {"trip": kept[:-6] + "AAAAA=", "code": code}).content.decode()
    refused = browser.post(new, {"trip": kept, "code": "wrong"})
    assert refused.status_code == 400 and "does not take this code" in refused.content.decode()
    assert not Connection.objects.exists()
    done = browser.post(new, {"trip": kept, "code": f" {code}\n"}, follow=True).content.decode()
    assert "The account is connected" in done and "amara@social.example" in done and "may send reports" not in done
    row = Connection.objects.get()
    first = told_of(row)["token"]
    assert first not in done and told_of(row)["user"] == "amara@social.example" and not told_of(row)["reports"]

    # To send reports takes another yes; the old permission is taken back.
    here = reverse("connection", args=[row.id])
    form = browser.get(here).content.decode()
    assert first not in form and "Sign in again on my server" in form
    assert stranger.get(here).status_code == stranger.post(here, {"again": "1"}).status_code == 404
    page = browser.post(here, {"messages": "1", "reports": "1"}).content.decode()
    assert "and send reports" in page
    code, asked = says_yes(page, "amara")
    assert asked["scope"] == ["read write:reports"]
    assert "kept as you wrote it" in browser.post(here, {"trip": field(page, "trip"), "code": code}, follow=True).content.decode()
    second = told_of(Connection.objects.get())["token"]
    assert second != first and told_of(Connection.objects.get())["reports"]

    def stands(token: str) -> bool:
        path = "/api/v1/accounts/verify_credentials"
        return httpx.get(server.url + path, headers={"authorization": f"Bearer {token}"}, timeout=30).status_code == 200

    assert stands(second) and not stands(first)
    page = browser.post(reverse("connection-end", args=[row.id]), follow=True).content.decode()
    assert "taken back on your server" in page and not stands(second) and not Connection.objects.exists()


def test_what_the_server_lacks_is_said_and_where_it_cannot_be_told_she_is_asked_to(
    server: Double, cast: Any, browser_of: Any
) -> None:
    from parapet.records.connections import cursor_of, sealed_cursor
    from parapet.records.models import Connection

    browser = browser_of(cast.owner)
    new, here = (reverse(name, args=[cast.advocate_id]) for name in ("new-mastodon", "connections"))
    typed = {"server": server.url, "token": "amara_token", "reports": "1", "since": ""}
    server.said = {"/api/v1/notifications": Said(403)}
    assert "allows less than was asked for" in browser.post(new, typed).content.decode()
    server.said = {}
    assert browser.post(new, typed).status_code == 302
    row = Connection.objects.get()
    row.sealed_cursor = sealed_cursor(
        row.number, {**cursor_of(row), "lacks": ["quotes", "stream", "thread-now", "statuses"], "held": 3, "drops": True}
    )
    row.save()
    page = browser.get(here).content.decode()
    for said in (
        "who quotes you",
        "every ten seconds",
        "did not answer lately",
        "read all the same: 3",
        "throws some messages away",
    ):
        assert said in page, said
    page = browser.post(reverse("connection-end", args=[row.id]), follow=True).content.decode()
    assert "Take the permission back on your server too" in page
