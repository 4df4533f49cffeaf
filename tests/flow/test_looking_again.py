"""The page of a message looked at again: by a press, by itself, after a report; by a request, and by a browser where only one can tell."""

# ruff: noqa: F811
from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from django.test import override_settings
from django.urls import reverse
from flow.conftest import Team
from flow.test_context import NOON, post
from flow.test_reports import approve, hers, row_of
from support.pages_served import Pages, html, moved, pages_served
from web.conftest import browser_of  # noqa: F401

WORDS = "Quokkathreat: doctor, you should be ashamed of that interview"
DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[str, Pages, list[str]]]:
    with pages_served() as running:
        yield running


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    from parapet.channels.web.fetch import Capturer

    with Capturer(inside=True) as capturer:
        yield capturer


@pytest.fixture
def inside(team: Team) -> Iterator[None]:
    """Pages on the loopback may be asked for; nothing is remembered of sites."""
    from django.conf import settings

    from parapet.actions import look_at_pages

    look_at_pages._rules.clear()
    with override_settings(ENVIRONMENT=evolve(settings.ENVIRONMENT, channels_inside=True)):
        yield


def lying(here: str, number: int) -> dict[str, Any]:
    """A post of which a stranger's file says that it lies on a server of ours."""
    made = post(number, NOON, WORDS)
    made["status"] |= {"uri": f"{here}/{number}", "url": f"{here}/{number}"}
    return made


def free(*, due: bool = True) -> None:
    """So much time goes by that every server may be asked, and every page is due."""
    from parapet.records.models import PageHost, PageWatch

    past = datetime.now(UTC) - DAY
    PageHost.objects.update(free_at=past)
    if due:
        PageWatch.objects.update(next_at=past)


def row_of_item(item: str) -> Any:
    from parapet.records.models import PageWatch
    from parapet.records.numbers import number_of

    return PageWatch.objects.get(item=number_of("itm", item))


def standings(team: Team, item: str) -> list[tuple[str, str]]:
    from parapet.access.items import card

    return [(each.standing, each.why) for each in card(team.helper, item).looks]


def test_a_press_tells_whether_it_is_still_there_and_keeps_what_came(
    team: Team, receive: Any, inside: None, served: tuple[str, Pages, list[str]], chromium: Any, browser_of: Any, tmp_path: Path
) -> None:
    from parapet.actions.add_to_case import add_to_case
    from parapet.actions.export_bag import export_bag
    from parapet.actions.look_at_pages import look_at_due, look_with_browser
    from parapet.actions.open_case import open_case
    from parapet.actions.sign_checkpoint import sign_checkpoint
    from parapet.evidence.verify import verify
    from parapet.records.models import Item, LogEntry, PageHost, PageLook, PageWatch

    here, pages, asked = served
    receive(lying(here, 1), lying(here, 2))
    items = hers(team)
    one, two = items["1"], items["2"]
    browser, other = browser_of(team.helper), browser_of(team.stranger)
    page = browser.get(reverse("item", args=[one])).content.decode()
    assert "Is it still there?" in page and "Nobody has looked" in page and here not in page
    for name, told in (("look-again", {}), ("keep-looking", {"on": "1"}), ("item-look", {"look": "1"})):
        assert other.post(reverse(name, args=[one]), told).status_code == 404
    assert not PageWatch.objects.exists() and not LogEntry.objects.filter(kind="look_plan").exists()

    def press(item: str = one) -> str:
        free(due=False)
        assert "looked at in a moment" in browser.post(reverse("look-again", args=[item]), follow=True).content.decode()
        assert look_at_due() == 1
        return str(browser.get(reverse("item", args=[item])).content.decode())

    # It stands, and the answer is kept.
    pages["/1"] = html(f"<h1>A thread</h1><p>{WORDS}</p>")
    page = press()
    assert "The same words stand there" in page and "Its words stand on the page" in page
    assert standings(team, one) == [("same", "words")] and row_of_item(one).state == "over"
    look = PageLook.objects.get()
    kept = browser.post(reverse("item-look", args=[one]), {"look": look.log_index})
    assert kept["Content-Disposition"].startswith("attachment") and WORDS in kept.content.decode()
    assert json.loads(kept.content.split(b"\n", 1)[0])["server"] == "127.0.0.1"
    assert browser.post(reverse("item-look", args=[two]), {"look": look.log_index}).status_code == 404, "of another message"
    assert WORDS.encode() not in bytes(look.sealed_kept) and LogEntry.objects.filter(kind="download").count() == 1
    assert asked.count("/robots.txt") == 1, "a site is asked once a day what programs may do"
    assert PageHost.objects.get().free_at - look.at >= timedelta(seconds=20)
    PageHost.objects.update(free_at=datetime.now(UTC) + DAY)
    browser.post(reverse("look-again", args=[one]))
    assert look_at_due() == 0 and asked.count("/1") == 1, "the server is left alone for a while"

    # Only who runs the page sees its words: a browser looks.
    pages["/1"] = html(f"<p id=x></p><script>x.textContent = {json.dumps(WORDS)}</script>")
    assert "It is being looked at" in press()
    free()
    assert look_with_browser(chromium) and not look_with_browser(chromium)
    assert standings(team, one)[0] == ("same", "words") and PageLook.objects.latest("log_index").is_capture

    # Gone, said by the server; and once more before the message counts as gone.
    pages["/1"] = html("<p>This post was deleted.", 404)
    page = press()
    assert "It is gone from there" in page and "This post was deleted" in page
    assert Item.objects.get(gone_at=None, number=look.item_id) and row_of_item(one).gone == 1
    free()
    assert look_at_due() == 1
    assert Item.objects.get(number=look.item_id).gone_at is not None and row_of_item(one).state == "over"

    # A server that asks for patience is left alone, and nothing is said of the page.
    pages["/2"] = (429, {"Retry-After": "900"}, b"later")
    before, then = PageLook.objects.count(), datetime.now(UTC)
    press(two)
    assert PageLook.objects.count() == before and row_of_item(two).state == "waiting"
    assert PageHost.objects.get().free_at >= then + timedelta(seconds=900)

    case = open_case(team.advocate, team.advocate_id, "Pages")
    add_to_case(team.advocate, case, [one])
    sign_checkpoint()
    bag = export_bag(team.advocate, case, "en", tmp_path / "out")
    listed = json.loads((bag / "data/documents/looks.json").read_text("utf-8"))["looks"]
    assert [each["item"] for each in listed] == [one] * 4
    assert WORDS.encode() in (bag / "data/documents" / listed[0]["file"]).read_bytes()
    assert listed[1]["file"].endswith(".zip") and verify(bag).sound


def test_what_was_reported_is_looked_at_by_itself_and_a_removal_is_proposed(
    team: Team, receive: Any, inside: None, served: tuple[str, Pages, list[str]], browser_of: Any
) -> None:
    from parapet.actions.draft_report import draft_report
    from parapet.actions.follow_report import tick_sent
    from parapet.actions.look_at_pages import look_at_due
    from parapet.records.models import Item

    here, pages, asked = served
    receive(lying(here, 1), lying(here, 2))
    items, browser = hers(team), browser_of(team.helper)
    item = items["1"]
    asked.clear()
    pages["/1"] = html(f"<p>{WORDS}</p>")
    report = draft_report(team.helper, item, "mastodon")
    approve(team.helper, report)
    tick_sent(team.helper, report, happened_at=datetime.now(UTC))
    row = row_of_item(item)
    assert row.why == "report" and DAY * 0.99 < row.next_at - datetime.now(UTC) < DAY * 1.26
    assert look_at_due() == 0
    page = browser.get(reverse("item", args=[item])).content.decode()
    assert "It was reported, so it is looked at by itself" in page
    free()
    assert look_at_due() == 1 and standings(team, item) == [("same", "words")]
    assert "Its page was looked at" not in browser.get(reverse("report", args=[report])).content.decode()

    pages["/1"] = html("<p>nothing", 410)
    free()
    assert look_at_due() == 1 and row_of_item(item).state == "waiting"
    page = browser.get(reverse("report", args=[report])).content.decode()
    assert "Its page was found gone" in page and "One look found it so" in page and "You decide what is recorded" in page
    assert row_of(report).state == "sent", "nobody but a person says what came of it"
    when = page.split('name="outcome" value="removed"><input type="hidden" name="happened_at" value="')[1].split('"')[0]
    done = browser.post(reverse("report-outcome", args=[report]), {"outcome": "removed", "happened_at": when}, follow=True)
    assert "It was taken down" in done.content.decode() and row_of(report).outcome == "removed"
    free()
    look_at_due()
    assert row_of_item(item).state == "over" and asked.count("/1") <= 4, "it is settled: nobody asks any more"

    # By itself only where programs may; a person's press looks once.
    pages["/robots.txt"] = (200, {"Content-Type": "text/plain"}, b"User-agent: *\nDisallow: /2\n")
    from parapet.actions import look_at_pages

    look_at_pages._rules.clear()
    two, loads = items["2"], asked.count("/2")
    pages["/2"] = html(f"<p>{WORDS}</p>")
    assert "by itself from now on" in browser.post(reverse("keep-looking", args=[two]), {"on": "1"}, follow=True).content.decode()
    free()
    look_at_due()
    assert standings(team, two) == [("unclear", "robots")] and asked.count("/2") == loads
    assert "asks programs not to look" in browser.get(reverse("item", args=[two])).content.decode()
    browser.post(reverse("look-again", args=[two]))
    free()
    look_at_due()
    assert standings(team, two)[0] == ("same", "words")
    del pages["/robots.txt"]

    # What leads inside is not reached, by whatever way.
    pages["/2"] = moved("http://127.0.0.1:1/inside")
    with override_settings():
        from django.conf import settings

        settings.ENVIRONMENT = evolve(settings.ENVIRONMENT, channels_inside=False)
        asked.clear()
        browser.post(reverse("look-again", args=[two]))
        free()
        look_at_due()
    assert standings(team, two)[0] == ("unreachable", "private") and asked == []
    assert "private network" in browser.get(reverse("item", args=[two])).content.decode()
    browser.post(reverse("keep-looking", args=[two]), {"on": ""})
    assert row_of_item(two).state == "over"
    assert Item.objects.filter(gone_at=None).count() == 2


def test_a_page_that_was_kept_is_kept_again_and_closed_or_erased_material_is_left_alone(
    team: Team, receive: Any, inside: None, served: tuple[str, Pages, list[str]]
) -> None:
    from parapet.actions.erase import erase_item
    from parapet.actions.look_at_pages import look_at_due
    from parapet.actions.plan_looks import keep_looking
    from parapet.domain.errors import NotFound
    from parapet.records.models import Capture, Item, PageLook, PageWatch

    here, pages, _asked = served
    receive(lying(here, 1), lying(here, 2))
    items = hers(team)
    pages["/1"] = html(f"<p>{WORDS}</p>")
    keep_looking(team.helper, items["1"], on=True)
    keep_looking(team.helper, items["2"], on=True)
    # As a page that was captured: every look at it is a version.
    Item.objects.filter(number=row_of_item(items["2"]).item_id).update(channel="web")
    free()
    while look_at_due():
        free(due=False)
    capture = Capture.objects.get()
    assert capture.item_id == row_of_item(items["2"]).item_id and PageLook.objects.count() == 1
    assert row_of_item(items["2"]).looks == 1
    with pytest.raises(NotFound):
        keep_looking(team.stranger, items["1"], on=False)
    erase_item(team.advocate, items["1"], reason="asked")
    assert not PageLook.objects.exists() and PageWatch.objects.count() == 1
