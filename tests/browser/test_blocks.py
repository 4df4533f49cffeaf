"""Blocking in a real browser, in both languages: what it brings about, one word, a name only when asked, and a tick."""

from __future__ import annotations

from typing import Any

from browser.test_judging import snap
from browser.test_screens import LOOKS, faults
from playwright.sync_api import expect


def test_an_account_is_shut_out_in_both_languages(cast: Any, enter: Any, site: Any) -> None:
    from parapet.actions.change_preferences import change_preferences

    page, found = enter(cast.owner, **LOOKS["wide"]), {}

    def look_at(name: str) -> None:
        found[name] = faults(page)
        snap(page, f"blocks-{name}")

    page.goto(site.url(f"/i/{cast.items['grave']}/block/"))
    look_at("begin")
    page.get_by_role("radio").first.check()
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text("What the other sees")).to_be_visible()
    assert "grave@example.net" not in page.content()
    page.get_by_role("button", name="Show the names").click()
    expect(page.get_by_text("grave@example.net")).to_be_visible()
    look_at("plan")
    page.get_by_role("button", name="Approve, and do it yourself").click()
    page.get_by_role("link", name="Account 1").click()
    change_preferences(cast.owner, language="fr-ca", theme="system")
    page.reload()
    page.get_by_role("button", name="Je l’ai fait là-bas").click()
    expect(page.locator(".badge").first).to_have_text("En vigueur")
    look_at("fiche")
    page.goto(site.url(f"/a/{cast.advocate_id}/blocks/"))
    look_at("tous")
    assert {name: each for name, each in found.items() if each} == {}
