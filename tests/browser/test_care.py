"""Breathing space in a real browser: a reply is looked at, not sent, kept for herself and erased; a pause comes before the next text."""

from __future__ import annotations

from typing import Any

import pytest
from browser.test_judging import snap
from browser.test_screens import LOOKS, faults
from web.test_care import RISKY, helper  # noqa: F401  # the same colleague


@pytest.mark.parametrize("look", ["wide", "phone-dark-french"])
def test_before_an_answer_and_after_an_attack(look: str, cast: Any, helper: Any, enter: Any, site: Any) -> None:  # noqa: F811
    from parapet.actions.change_preferences import change_preferences
    from parapet.actions.limit_reading import limit_reading

    if "french" in look:
        change_preferences(cast.owner, language="fr-ca", theme="system")
    limit_reading(cast.owner, 4)
    page, found = enter(cast.owner, **LOOKS[look]), {}

    def look_at(name: str) -> None:
        found[name] = faults(page)
        if look == "wide":
            page.set_viewport_size({"width": 320, "height": 900})
            found[f"{name} at 400 %"] = (
                ["overflows"] if page.evaluate("document.documentElement.scrollWidth > innerWidth") else []
            )
            page.set_viewport_size({"width": 1280, "height": 900})
        snap(page, f"{look}-{name}")

    page.goto(site.url(f"/i/{cast.items['grave']}/"))
    page.locator("#text form .button-main").click()
    page.wait_for_selector("[data-shown]")
    page.locator(f'[data-shown] a[href="/a/{cast.advocate_id}/care/?item={cast.items["grave"]}"]').click()
    look_at("form")
    page.locator("textarea[name=reply]").fill(RISKY)
    page.locator("input[value=review]").check()
    page.locator("form.fields .button").click()
    page.wait_for_selector("#risks")
    assert page.locator(".theirs mark").count() > 3
    look_at("risks")
    page.locator('form[action$="/keep/"] button').click()
    page.wait_for_selector("#kept")
    assert page.locator(".note p").nth(1).inner_text().startswith("As your doctor")
    page.locator("input[value=tired]").check()
    page.locator("textarea[name=line]").fill("Walked home by the canal.")
    page.locator("form.fields .button-main").click()
    page.wait_for_selector(".note:has-text('canal')")
    look_at("days")
    page.locator(".note:has-text('canal') .link").click()
    page.wait_for_selector(".note:has-text('canal')", state="detached")
    page.locator('.tabs a[href$="/care/help/"]').click()
    look_at("help")
    limit_reading(cast.owner, 3)
    page.goto(site.url(f"/i/{cast.items['plain']}/"))
    page.locator("#text form .button-main").click()
    page.wait_for_selector("#text .code")
    assert "Helping Colleague" in page.locator("#text").inner_text()
    look_at("pause")
    page.locator("#text form .button").click()
    page.wait_for_selector("[data-shown]")
    assert {name: each for name, each in found.items() if each} == {}
