"""The pages of what is watched by address: reviews and feeds connected, changed, told of; and a wave of reviews said in numbers."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.urls import reverse
from support.watched_pages import PAGE, Wave


def test_pages_with_reviews_are_watched_through_the_screens(cast: Any, browser_of: Any) -> None:
    from parapet.actions import watch
    from parapet.records.connections import cursor_of, sealed_cursor
    from parapet.records.models import Connection, Item

    browser, other = browser_of(cast.owner), browser_of(cast.stranger)
    here, new = (reverse(name, args=[cast.advocate_id]) for name in ("connections", "new-pages"))
    assert new in browser.get(here).content.decode() and "Watch reviews" in browser.get(new).content.decode()
    for typed, word in (
        ("", "This is needed"),
        ("file:///etc/passwd", "Write each address whole"),
        ("https://me:secret@doctors.example/", "Write each address whole"),
        ("\n".join(f"https://doctors.example/{n}" for n in range(21)), "Twenty addresses"),
    ):
        answer = browser.post(new, {"addresses": typed})
        assert answer.status_code == 400 and word in answer.content.decode()
    assert other.post(new, {"addresses": "https://doctors.example/moreau"}).status_code == 404
    assert not Connection.objects.exists()

    page = PAGE
    told = browser.post(new, {"addresses": f"{page}\nhttps://rates.example/1", "user": ""}, follow=True).content.decode()
    row = Connection.objects.get()
    assert row.channel == "web" and "Not opened yet" in told and page in told
    assert page.encode() not in bytes(row.sealed_told)
    address = reverse("connection", args=[row.id])
    assert other.get(address).status_code == 404

    # Somebody watches: a quiet year, then nine within some days, after something that she said.
    wave = Wave()
    days, now = wave.days, wave.now
    [due] = watch.take_over("seat", most=5)
    assert not watch.take_next(due, wave)
    assert Item.objects.filter(kind="review", channel="web").count() == len(days)
    Item.objects.filter(kind="mail").update(own=True, kind="post", sent_at=now - timedelta(days=8.2))
    told = browser.get(address).content.decode()
    assert "18 reviews stand there" in told and "has 60" in told and "asks to sign in" in told
    assert "More than usual" in told and "9 reviews were written" in told and "9 of 9 have one or two stars" in told
    assert "after something that you said in public" in told and "judges nobody" in told and "Saw her" not in told
    listed = browser.get(here).content.decode()
    assert "rates.example" in listed and "asks to sign in" in listed and "Reviews" in listed

    changed = browser.post(address, {"addresses": page, "user": "My pages"}, follow=True).content.decode()
    assert "kept as you wrote it" in changed and "My pages" in changed and "rates.example" not in changed
    row.refresh_from_db()
    assert cursor_of(row)["pages"][page]["found"] == 18, "how far it was read stays"
    assert sealed_cursor(row.number, {}) != bytes(row.sealed_cursor)
    ended = browser.post(reverse("connection-end", args=[row.id]), follow=True).content.decode()
    assert "no longer opened" in ended and not Connection.objects.exists()


FEED = b"""<rss><channel><title>The Daily</title>
<item><title>On vaccines</title><link>https://daily.example/1</link><description>Ada Moreau should be ashamed, writes a reader.</description></item>
<item><title>On weather</title><link>https://daily.example/2</link><description>Rain.</description></item></channel></rss>"""


def test_a_name_is_watched_for_through_the_screens_and_the_page_of_an_entry_kept(cast: Any, browser_of: Any) -> None:
    from attrs import evolve
    from django.conf import settings
    from django.test import override_settings
    from support.pages_served import pages_served

    from parapet.actions import watch
    from parapet.channels.feed import fetch
    from parapet.records.connections import told_of
    from parapet.records.models import Capture, Connection, Item

    fetch._hosts.clear()
    browser, other = browser_of(cast.owner), browser_of(cast.stranger)
    here, new = (reverse(name, args=[cast.advocate_id]) for name in ("connections", "new-feed"))
    assert new in browser.get(here).content.decode() and "Dr. Ada Moreau" in browser.get(new).content.decode()
    with pages_served() as (server, pages, asked):
        pages["/feed"] = (200, {"Content-Type": "application/rss+xml"}, FEED)
        pages["/search?q=%22Ada+Moreau%22"] = pages["/search?q=%22Ada%20Moreau%22"] = (200, {}, b'{"results": []}')
        typed = {
            "addresses": f"{server}/feed\n{server}/search?q={{name}}",
            "names": "Ada Moreau",
            "password": "a-key",
            "capture": "1",
        }
        answer = browser.post(new, typed).content.decode()
        assert "private network" in answer or "network of this Parapet" in answer, "inside stays shut, whoever typed the address"
        assert asked == [] and not Connection.objects.exists()
        with override_settings(ENVIRONMENT=evolve(settings.ENVIRONMENT, channels_inside=True)):
            for wrong, word in (
                ({"names": "Moreau"}, "a surname alone"),
                ({"names": ""}, "This is needed"),
                ({"addresses": f"{server}/{{name}}"}, "Write each address whole"),
                ({"addresses": "\n".join(f"https://x.example/{n}" for n in range(21))}, "Twenty addresses"),
                ({"password": "a\nb"}, "cannot be typed"),
                ({"addresses": f"{server}/nothing"}, "no feed"),
            ):
                page = browser.post(new, {**typed, **wrong}).content.decode()
                assert word in page and "a-key" not in page, wrong
            assert other.post(new, typed).status_code == 404
            told = browser.post(new, typed, follow=True).content.decode()
            assert "They are watched" in told and "Not asked yet" in told and "a-key" not in told
            row = Connection.objects.get()
            assert told_of(row)["password"] == "a-key" and server.encode() not in bytes(row.sealed_told)
            [due] = watch.take_over("seat", most=5)
            line = watch.open_line(due)
            watch.take_next(due, line)
            fetch._hosts.clear()
            watch.take_next(due, line)
            [item] = Item.objects.filter(channel="feed")
            assert Capture.objects.count() == 1, "its page is kept too"
            # The feed changes, and lists the entry still: it is not kept again.
            pages["/feed"] = (200, {}, FEED.replace(b"Rain.", b"Ada Moreau, again."))
            fetch._hosts.clear()
            row.refresh_from_db()
            from parapet.records.connections import sealed_cursor

            cursor = {"pages": {}}
            Connection.objects.update(sealed_cursor=sealed_cursor(row.number, cursor))
            watch.take_next(due, line)
            fetch._hosts.clear()
            watch.take_next(due, line)
            assert (Item.objects.filter(channel="feed").count(), Capture.objects.count()) == (2, 2)
            address = reverse("connection", args=[row.id])
            told = browser.get(address).content.decode()
            assert "2 entries there name you" in told and "Nothing there names you" in told and "ashamed" not in told
            assert other.get(address).status_code == 404
            changed = browser.post(address, {**typed, "password": "", "capture": ""}, follow=True).content.decode()
            assert "kept as you wrote it" in changed
            row.refresh_from_db()
            assert told_of(row)["password"] == "a-key" and not told_of(row)["capture"]
            with pages_served() as (elsewhere, there, _asked):
                there["/feed"] = (200, {}, FEED)
                browser.post(address, {**typed, "addresses": f"{elsewhere}/feed", "password": ""})
            row.refresh_from_db()
            assert told_of(row)["password"] == "", "a key goes to no server for which it was not typed"
    page = browser.get(reverse("item", args=[item.id])).content.decode()
    assert "ashamed" not in page and "Is it still there?" in page
