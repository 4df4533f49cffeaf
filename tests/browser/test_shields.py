"""The night of a crisis in a real browser: she presses once, a helper takes over in French, she lowers it in the end. Axe finds nothing on the way."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from browser.test_judging import snap
from browser.test_screens import LOOKS, faults
from playwright.sync_api import expect


def test_a_crisis_night(cast: Any, enter: Any, site: Any) -> None:
    from web.test_people import let_in

    from parapet.actions.change_preferences import change_preferences
    from parapet.actions.change_reach import add_way
    from parapet.domain.rights import GIVEABLE

    helper = let_in(cast, set(GIVEABLE))
    add_way(helper, "webhook", "https://h.example/x")
    change_preferences(helper, language="fr-ca", theme="system")
    hers, theirs = enter(cast.owner, **LOOKS["wide"]), enter(helper, **LOOKS["phone-dark-french"])
    found: dict[str, Any] = {}

    def look_at(page: Any, name: str) -> None:
        found[name] = faults(page)
        snap(page, f"shields-{name}")

    # Three keys from her home, no mouse; two more, and it is up.
    hers.goto(site.url(f"/a/{cast.advocate_id}/"))
    for key in ("Tab", "Tab", "Enter"):
        hers.keyboard.press(key)
    expect(hers.locator("h1")).to_have_text("The shield is down")
    hers.keyboard.press("Tab")
    hers.keyboard.press("Enter")
    expect(hers.locator("h1")).to_have_text("The shield is up")
    look_at(hers, "up")
    hers.goto(site.url(f"/a/{cast.advocate_id}/"))
    expect(hers.locator("h1")).to_have_text("Your shield is up, and 1 person reads for you.")
    look_at(hers, "calm")

    theirs.goto(site.url(f"/a/{cast.advocate_id}/"))
    theirs.get_by_role("link", name="Où on en est").click()
    expect(theirs.locator("h1")).to_have_text("Le bouclier est levé")
    for line in ("Êtes-vous en sécurité", "Prévenez la police"):
        theirs.get_by_role("button", name=f"C’est fait {line}").click()
        expect(theirs.locator("#notices")).to_contain_text("C’est noté.")
    expect(theirs.locator(".first-hour .done")).to_have_count(2)
    look_at(theirs, "tel")
    theirs.get_by_role("link", name="Traiter la file").click()
    theirs.get_by_role("button", name="Le suivant").click()
    expect(theirs.locator(".turn")).to_have_count(1)
    theirs.goto(site.url(f"/a/{cast.advocate_id}/shield/settings/"))
    look_at(theirs, "reglages")

    hers.get_by_role("link", name="How it stands").click()
    hers.get_by_role("button", name="I am all right").click()
    expect(hers.locator("#notices")).to_contain_text("They can see it now")
    expect(hers.locator(".circle")).to_contain_text("on 1 message now")
    if os.environ.get("PICTURES_OF_SCREENS"):
        pictures(hers, helper, enter, site, cast)
    hers.get_by_role("link", name="Lower the shield").click()
    hers.get_by_role("button", name="Lower it now").click()
    expect(hers.locator("h1")).to_have_text("The shield is down")
    hers.goto(site.url(f"/a/{cast.advocate_id}/"))
    expect(hers.locator(".row").first).to_be_visible()
    assert {name: each for name, each in found.items() if each} == {}


def pictures(hers: Any, helper: Any, enter: Any, site: Any, cast: Any) -> None:
    """What the pages in `docs/` show: hers in English, a helper's in French."""
    theirs = enter(helper, **LOOKS["wide"])
    theirs.goto(site.url(f"/a/{cast.advocate_id}/shield/"))
    for page, language in ((hers, "en"), (theirs, "fr")):
        page.evaluate("scrollTo(0, 0)")
        page.screenshot(path=str(Path(os.environ["PICTURES_OF_SCREENS"]) / f"docs-shields-{language}.png"))
