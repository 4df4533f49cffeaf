"""Every screen in a real browser: axe finds nothing, nothing overflows, nothing is loaded from elsewhere."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from support.watched_pages import watched_pages

LOOKS: dict[str, dict[str, Any]] = {
    "wide": {},
    "phone-dark-french": {"viewport": {"width": 360, "height": 740}, "color_scheme": "dark"},
}
#: How wide and high the wide window becomes: at 200 %, and at 400 %.
ZOOMED = {"at 200 %": (640, 450), "at 400 %": (320, 560)}


@pytest.fixture
def screens(cast: Any, once: Any) -> dict[str, str]:
    from parapet.access import intakes
    from parapet.actions.open_case import open_case
    from parapet.actions.sign_in import make_link
    from parapet.actions.write_note import write_note

    watched = once("watched pages", lambda: watched_pages(cast.owner, cast.advocate_id))
    case = open_case(cast.owner, cast.advocate_id, "Letters since the interview", list(cast.items.values()))
    write_note(cast.owner, case, "Security was told.")
    inbox = f"/a/{cast.advocate_id}/"
    return {
        "inbox": inbox,
        "nothing": f"{inbox}?harm=sexual&channel=ratemds&search=x",
        "nobody known": "/a/adv_unmatched/",
        "item": f"/i/{cast.items['grave']}/",
        "cases": f"{inbox}cases/",
        "case": f"/c/{case}/",
        "statement": f"/c/{case}/statement/",
        "filing": f"/c/{case}/filing/",
        "counsel": f"/c/{case}/counsel/",
        "add": "/add/",
        "said": "/add/said/",
        "progress": f"/add/{intakes.recent(cast.owner)[0].id}/",
        "stopped": f"/add/{stopped(cast.owner)}/",
        "help": "/help/",
        "settings": "/settings/",
        "connections": f"{inbox}connections/",
        "mailbox": f"{inbox}connections/mail/",
        "bluesky": f"{inbox}connections/bluesky/",
        "mastodon": f"{inbox}connections/mastodon/",
        "reviews": f"{inbox}connections/reviews/",
        "feeds": f"{inbox}connections/feeds/",
        "a wave of reviews": f"/connections/{watched['reviews']}/",
        "a feed": f"/connections/{watched['feed']}/",
        "looked at again": f"/i/{watched['entry']}/",
        "browsers": f"{inbox}browsers/",
        "reach": "/settings/reach/",
        "on call": f"/protected/{cast.advocate_id}/on-call/",
        "alert": f"/alerts/{alert_of(cast)}/",
        "protected": "/protected/",
        "enrol": "/protected/new/",
        "profile": f"/protected/{cast.advocate_id}/",
        "welcome": f"/enter/{make_link(cast.owner)}/",
    }


def alert_of(cast: Any) -> str:
    """An alert about her that a service did not take, and how she is reached."""
    from datetime import UTC, datetime

    from parapet.actions.change_reach import add_way
    from parapet.records.models import Alert, AlertEvent
    from parapet.records.numbers import number_of

    add_way(cast.owner, "webhook", "https://h.example/x")
    now = datetime.now(UTC)
    alert = Alert.objects.create(advocate_id=number_of("adv", cast.advocate_id), urgency=3, opened_at=now)
    for what, code in (("called", "1"), ("failed", "http_503"), ("undelivered", "tried_out")):
        AlertEvent.objects.create(alert=alert, at=now, what=what, turn=0, person=cast.owner.number, code=code)
    return alert.id


def stopped(person: Any) -> str:
    """An import of hers that was given up."""
    from parapet.actions.give_up_intake import give_up_intake
    from parapet.actions.start_intake import start_intake
    from parapet.jobs.models import OutboxEntry
    from parapet.records.numbers import number_of

    made = start_intake(person, [("letter.txt", BytesIO(b"A letter."))])
    OutboxEntry.objects.filter(kind="run_intake").update(failed_code="home.unwritable")
    number = number_of("int", made)
    assert number is not None
    give_up_intake(number)
    return made


def faults(page: Any) -> list[str]:
    """What axe finds on a page as it stands, and whether it is wider than its window."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(Axe().axe_script)
    found = page.evaluate("axe.run({resultTypes: ['violations'], selectors: false}).then((found) => found.violations)")
    said = [f"{fault['id']}: {[node['html'][:120] for node in fault['nodes']]}" for fault in found]
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        said.append("overflows")
    return said


def faults_when_zoomed(page: Any) -> list[str]:
    """The same, and in a wide window when it is zoomed, too."""
    said = faults(page)
    if (wide := page.viewport_size)["width"] == 1280:
        for name, (width, height) in ZOOMED.items():
            page.set_viewport_size({"width": width, "height": height})
            said += [f"{name}, {fault}" for fault in faults(page)]
        page.set_viewport_size(wide)
    return said


@pytest.mark.slow
@pytest.mark.parametrize("look", LOOKS)
def test_axe_finds_nothing_and_nothing_overflows(look: str, screens: dict[str, str], cast: Any, enter: Any, site: Any) -> None:
    from parapet.actions.change_preferences import change_preferences

    if "french" in look:
        change_preferences(cast.owner, language="fr-ca", theme="system")
    page = enter(cast.owner, **LOOKS[look])
    found = {}
    for name, path in screens.items():
        assert page.goto(site.url(path)).status == 200
        found[name] = faults_when_zoomed(page)
    page.goto(site.url(screens["item"]))
    for fold in page.locator(".fold summary").all():
        fold.click()
    page.locator("#text form .button-main").click()
    page.wait_for_selector("[data-shown]")
    found["shown"] = faults_when_zoomed(page)
    page.goto(site.url(screens["enrol"]))
    page.locator(".fold summary").click()
    page.locator("#content input[name=name]").fill("Dr. Zoë Faraday")
    page.locator("input[name=mastodon]").fill("no server")
    page.locator("#content form .button-main").click()
    page.wait_for_selector("#mastodon-error")
    found["sent back"] = faults_when_zoomed(page)
    page.goto(site.url(screens["case"] + "brief/"))
    for fold in page.locator("#content .fold summary").all():
        fold.click()
    found["brief"] = faults_when_zoomed(page)
    page.locator("#content form .button-main").click()
    page.locator("#quoted form .button").click()
    page.wait_for_selector("#quoted article")
    found["what would go"] = faults_when_zoomed(page)
    enter.complaints[:] = [said for said in enter.complaints if "400" not in said]  # what it was sent back with
    assert {name: each for name, each in found.items() if each} == {}


def test_the_signed_out_page_too(enter: Any, site: Any) -> None:
    page = enter(locale="fr-CA")
    page.goto(site.url("/a/adv_x/"))
    assert "Votre session est fermée" in page.inner_text("h1")
    assert faults(page) == []


def test_theme_follows_the_setting_over_the_system(cast: Any, enter: Any, site: Any) -> None:
    from parapet.actions.change_preferences import change_preferences

    def paper(page: Any) -> str:
        page.goto(site.url("/help/"))
        return str(page.evaluate("getComputedStyle(document.body).backgroundColor"))

    light, dark = paper(enter(cast.owner)), paper(enter(cast.owner, color_scheme="dark"))
    assert light != dark
    change_preferences(cast.owner, theme="dark")
    assert paper(enter(cast.owner)) == dark
    change_preferences(cast.owner, theme="light")
    assert paper(enter(cast.owner, color_scheme="dark")) == light
