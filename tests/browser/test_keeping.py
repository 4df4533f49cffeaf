"""The pages that hold and erase in a real browser: axe finds nothing, and keys alone are enough."""

from __future__ import annotations

from typing import Any

import pytest
from browser.test_screens import LOOKS, faults_when_zoomed


@pytest.mark.parametrize("look", LOOKS)
def test_axe_finds_nothing_on_the_pages_that_keep_and_erase(look: str, cast: Any, enter: Any, site: Any) -> None:
    from parapet.actions.change_preferences import change_preferences
    from parapet.actions.erase import erase_item
    from parapet.actions.hold import hold
    from parapet.actions.open_case import open_case

    if "french" in look:
        change_preferences(cast.owner, language="fr-ca", theme="system")
    case = open_case(cast.owner, cast.advocate_id, "Letters since the interview", list(cast.items.values()))
    page, found = enter(cast.owner, **LOOKS[look]), {}

    def look_at(name: str, path: str) -> None:
        assert page.goto(site.url(path)).status == 200
        found[name] = faults_when_zoomed(page)

    look_at("item", f"/i/{cast.items['grave']}/keep/")
    look_at("advocate", f"/protected/{cast.advocate_id}/keep/")
    erase_item(cast.owner, cast.items["grave"], reason="asked")
    look_at("erased", f"/i/{cast.items['grave']}/")
    look_at("case with it", f"/c/{case}/")
    hold(cast.owner, case, reason="court")
    look_at("case", f"/c/{case}/keep/")
    look_at("held", f"/i/{cast.items['plain']}/keep/")
    look_at("held advocate", f"/protected/{cast.advocate_id}/keep/")
    assert {name: each for name, each in found.items() if each} == {}


def test_a_message_is_erased_with_keys_alone(cast: Any, enter: Any, site: Any) -> None:
    page = enter(cast.owner)
    page.goto(site.url(f"/i/{cast.items['odd']}/keep/"))
    page.locator("input[name=reason]").first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/i/{cast.items['odd']}/")
    assert page.locator("h1").inner_text() == "This message was erased"
