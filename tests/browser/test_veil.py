"""The veil of each person in a real browser: covered words open with the page for who helps, and axe finds nothing, in both languages."""

from __future__ import annotations

from typing import Any

import pytest
from attrs import evolve
from browser.test_judging import snap
from browser.test_screens import LOOKS, faults
from web.test_people import let_in

from parapet.domain.rights import GIVEABLE


@pytest.mark.slow
def test_covered_words_open_by_themselves_once_and_the_settings_are_readable(cast: Any, enter: Any, site: Any) -> None:
    from django.conf import settings
    from django.test import override_settings

    from parapet.actions.change_digest import change_digest
    from parapet.actions.change_preferences import change_preferences
    from parapet.actions.change_reach import add_way
    from parapet.records.models import LogEntry
    from parapet.settings.alerts import AlertSettings, MailServer

    helper, found = let_in(cast, GIVEABLE), {}
    page = enter(helper, **LOOKS["wide"])

    def look_at(name: str) -> None:
        found[name] = faults(page)
        snap(page, name)

    page.goto(site.url(f"/i/{cast.items['grave']}/"))
    page.wait_for_selector("[data-shown] .covered")
    assert "knife" not in page.content() and page.evaluate("document.activeElement === document.body")
    look_at("covered")
    page.reload()
    page.wait_for_selector(".veil")
    assert LogEntry.objects.filter(kind="view", person_number=helper.number).count() == 1, "and not again"
    look_at("not-again")
    page.locator("#text button[name=covered]").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-shown] .covered")
    page.locator("[data-shown] form button").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-shown] mark")
    page.goto(site.url("/settings/veil/"))
    page.locator("summary").filter(has_text="Stricter").click()
    look_at("settings-en")
    change_preferences(helper, language="fr-ca", theme="dark")
    page.set_viewport_size({"width": 320, "height": 900})
    page.locator("input[value=nothing]").check()
    page.locator("main form .button-main").click()
    page.wait_for_selector(".notice-success")
    look_at("settings-fr")
    page.goto(site.url(f"/i/{cast.items['plain']}/"))
    assert page.locator("h1").inner_text() == "Un message"
    look_at("nothing-fr")
    page.goto(site.url(f"/a/{cast.advocate_id}/"))
    look_at("inbox-nothing-fr")
    alerts = AlertSettings(MailServer("127.0.0.1", 25, "insecure", "parapet@clinic.example"))
    with override_settings(ENVIRONMENT=evolve(settings.ENVIRONMENT, alerts=alerts)):
        way = add_way(helper, "email", "helping.hand@clinic.example")
        change_digest(helper, "daily", zone="America/Toronto", way=way)
        page.goto(site.url("/settings/digest/"))
        look_at("digest-fr")
    assert {name: each for name, each in found.items() if each} == {}
