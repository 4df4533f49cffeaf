"""A page kept and looked at again, through the doors that people use; a stranger sees none of it."""

# ruff: noqa: F811
from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from support.pages_served import Pages, html, pages_served
from web.conftest import browser_of, cast  # noqa: F401

WORDS = "Doctor Moreau should be ashamed of that interview"


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[str, Pages, list[str]]]:
    with pages_served() as running:
        yield running


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    from parapet.channels.web.fetch import Capturer

    with Capturer(inside=True) as capturer:
        yield capturer


def asked_for(browser: Any, cast: Any, url: str) -> str:
    answer = browser.post(reverse("keep-page"), {"advocate": cast.advocate_id, "address": url})
    assert answer.status_code == 302
    return str(answer.url)


def test_a_page_is_kept_looked_at_again_and_exported(
    cast: Any,
    browser_of: Any,
    chromium: Any,
    served: tuple[str, Pages, list[str]],
    tmp_path: Path,
) -> None:
    from parapet.actions.add_to_case import add_to_case
    from parapet.actions.assess import assess
    from parapet.actions.capture_page import capture_waiting
    from parapet.actions.export_bag import export_bag
    from parapet.actions.open_case import open_case
    from parapet.actions.sign_checkpoint import sign_checkpoint
    from parapet.evidence.verify import verify
    from parapet.records.models import Capture, Item, LogEntry, Version

    here, pages, _asked = served
    browser, other = browser_of(cast.owner), browser_of(cast.stranger)
    assert reverse("keep-page") in browser.get("/add/").content.decode()
    for wrong in ("", "file:///etc/passwd", "http://me:secret@n.example/", "news.example"):
        answer = browser.post(reverse("keep-page"), {"advocate": cast.advocate_id, "address": wrong})
        assert answer.status_code == 400 and "whole address of a page" in answer.content.decode()
    assert other.post(reverse("keep-page"), {"advocate": cast.advocate_id, "address": f"{here}/story"}).status_code == 404
    assert not Capture.objects.exists()

    pages["/story"] = html(f"<h1>News</h1><p>{WORDS}")
    place = asked_for(browser, cast, f"{here}/story")
    assert "The page is being kept" in browser.get(place).content.decode() and other.get(place).status_code == 404
    assert capture_waiting(chromium) and not capture_waiting(chromium)
    told = browser.get(place).content.decode()
    item = Item.objects.get(channel="web")
    assert "The page is kept" in told and reverse("item", args=[item.id]) in told and WORDS not in told
    assert f"{here}/story" not in bytes(Capture.objects.get().file.sealed_path).decode("latin-1")
    assess(list(Version.objects.filter(item=item).values_list("number", flat=True)))

    page = browser.get(reverse("item", args=[item.id])).content.decode()
    assert "Look again" in page and WORDS not in page and here not in page
    shown = browser.post(reverse("item-page", args=[item.id]), {"why": "report"})
    told = shown.content.decode()
    assert "page-pictures veiled" in told and f"{here}/story" in told and "127.0.0.1" in told
    address = told.split('<img src="')[1].split('"')[0]
    picture = browser.get(address)
    assert picture["Content-Type"] == "image/png" and picture.content.startswith(b"\x89PNG")
    assert (
        "veiled"
        not in browser.post(reverse("item-page", args=[item.id]), {"clear": "on"}).content.decode().split("page-pictures")[1][:12]
    )
    assert LogEntry.objects.filter(kind="view", item_number=item.number).count() == 3
    for method, path in (
        ("post", reverse("item-page", args=[item.id])),
        ("get", address),
        ("post", reverse("look-again", args=[item.id])),
    ):
        assert getattr(other, method)(path).status_code == 404
    assert browser.get(address[:-3] + "x/").status_code == 404
    assert browser.post(reverse("look-again", args=[cast.items["plain"]])).status_code == 404, "a mail has no page"

    for answer, standing, words in (
        (html(f"<h1>News</h1>\n<p>{WORDS}"), "same", "The same words stand there"),
        (html("<h1>News</h1><p>Corrected"), "edited", "says something else now"),
        (html("<p>nothing", 404), "deleted", "It is gone from there"),
    ):
        pages["/story"] = answer
        place = browser.post(reverse("look-again", args=[item.id])).url
        assert capture_waiting(chromium)
        assert words in browser.get(place).content.decode()
        assert Capture.objects.latest("asked_at").outcome == standing
    item.refresh_from_db()
    assert (item.versions, item.gone_at is not None) == (4, True), "each look is kept"
    assert LogEntry.objects.filter(kind="look_again", item_number=item.number).count() == 3
    page = browser.get(reverse("item", args=[item.id])).content.decode()
    assert "It is gone from there" in page and "Every capture is kept" in page

    case = open_case(cast.owner, cast.advocate_id, "Pages")
    add_to_case(cast.owner, case, [item.id])
    sign_checkpoint()
    bag = export_bag(cast.owner, case, "en", tmp_path / "out")
    assert len(list(bag.rglob("original.zip"))) == 4
    assert verify(bag).sound


def test_a_refused_page_says_why_and_holds_nobody_up(
    cast: Any,
    browser_of: Any,
    served: tuple[str, Pages, list[str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from parapet.actions import capture_page
    from parapet.channels.web.fetch import Capturer
    from parapet.records.models import Capture, Intake, Item

    here, _pages, asked = served
    asked.clear()
    browser = browser_of(cast.owner)
    browser.cookies["parapet_language"] = "en"
    place = asked_for(browser, cast, f"{here}/inside")
    with capture_page.capturer() as shut:  # as this home is set up: nothing inside is reached
        assert capture_page.capture_waiting(shut)
    told = browser.get(place).content.decode()
    assert "could not be kept" in told and "own network" in told and asked == []
    assert (Capture.objects.get().state, Intake.objects.latest("started_at").refused) == ("refused", 1)
    assert not Item.objects.filter(channel="web").exists()

    # Killed before anything was sealed, again and again: given up after the third.
    asked_for(browser, cast, f"{here}/kills")
    Capture.objects.filter(state="waiting").update(state="running", attempts=3)
    with Capturer("/nowhere") as none:
        assert capture_page.capture_waiting(none) and not capture_page.capture_waiting(none)
    assert Capture.objects.latest("asked_at").outcome == "reader_failed"


def test_a_look_that_was_killed_after_sealing_is_read_and_nothing_is_doubled(
    cast: Any,
    browser_of: Any,
    chromium: Any,
    served: tuple[str, Pages, list[str]],
) -> None:
    from parapet.actions.capture_page import capture_waiting
    from parapet.channels.web.fetch import Capturer
    from parapet.records.models import Capture, Intake, Item, Source

    here, pages, asked = served
    pages["/twice"] = html(f"<p>{WORDS}")
    asked_for(browser_of(cast.owner), cast, f"{here}/twice")
    assert capture_waiting(chromium)
    sources, loads = Source.objects.count(), asked.count("/twice")
    Capture.objects.update(state="running", ended_at=None, outcome="")
    with Capturer("/nowhere") as none:  # nothing is looked at again
        assert capture_waiting(none)
    assert Capture.objects.get().state == "done"
    assert (Item.objects.get(channel="web").versions, Source.objects.count(), asked.count("/twice")) == (1, sources, loads)
    intake = Intake.objects.latest("started_at")
    assert (intake.found, intake.new, intake.already, intake.state) == (1, 0, 1, "done")


def test_the_command_keeps_pages_and_says_which_it_could_not(
    home: Any, served: tuple[str, Pages, list[str]], tmp_path: Path
) -> None:
    from parapet.actions.enrol_advocates import enrol
    from parapet.actions.welcome import owner
    from parapet.records.profiles import Profile

    here, pages, _asked = served
    pages["/story"] = html(f"<p>{WORDS}")
    enrol([Profile("Dr. Ada Moreau")], person=owner(), role="advocate")
    run = subprocess.run(
        [sys.executable, "-c", "from parapet.cli.main import main; main()", "capture", f"{here}/story", "http://127.0.0.1:1/", "--json"],
        capture_output=True, text=True, env={**os.environ, "PARAPET_CHANNELS_TO_PRIVATE": "1"}, check=False,
    )  # fmt: skip
    assert run.returncode == 3, run.stderr
    assert [(each["kept"], each["new"], each["reason"]) for each in json.loads(run.stdout)] == [
        (True, 1, ""),
        (False, 0, "unreachable"),
    ]
