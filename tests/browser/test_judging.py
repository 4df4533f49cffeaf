"""Correcting a judgement in a real browser: axe finds nothing, keys alone are enough, and it works without a script."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from browser.test_screens import LOOKS, faults, faults_when_zoomed
from web.test_before import write_again
from web.test_copies import write_campaign


def snap(page: Any, name: str) -> None:
    """A picture for whoever wants to look, where `PICTURES_OF_SCREENS` names a folder."""
    if folder := os.environ.get("PICTURES_OF_SCREENS"):
        page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)


@pytest.mark.parametrize("look", LOOKS)
def test_axe_finds_nothing_while_a_judgement_is_corrected(look: str, cast: Any, enter: Any, site: Any) -> None:
    from parapet.actions.change_preferences import change_preferences

    if "french" in look:
        change_preferences(cast.owner, language="fr-ca", theme="system")
    page, found = enter(cast.owner, **LOOKS[look]), {}
    page.goto(site.url(f"/i/{cast.items['grave']}/"))
    page.locator("#judgement summary").click()
    found["form"] = faults_when_zoomed(page)
    snap(page, f"{look}-form")
    page.locator("#judgement fieldset input").nth(0).check()
    page.locator("#judgement textarea").fill("A quarrel between neighbours; she knows him.\nNo danger.")
    page.locator("#judgement .button-main").click()
    page.wait_for_selector("#judgement .said")
    found["corrected"] = faults_when_zoomed(page)
    snap(page, f"{look}-corrected")
    page.locator("#judgement summary").click()
    for box in page.locator("#judgement fieldset input").all():
        box.uncheck()
    page.locator("#judgement .button-main").click()
    page.wait_for_selector("#judge-trouble")
    found["refused"] = faults_when_zoomed(page)
    snap(page, f"{look}-refused")
    page.locator("#judgement button[value=undo]").click()
    page.wait_for_selector("#judgement .said", state="detached")
    found["undone"] = faults_when_zoomed(page)
    assert {name: each for name, each in found.items() if each} == {}


@pytest.mark.parametrize("look", LOOKS)
def test_axe_finds_nothing_where_it_is_told_what_came_before(look: str, cast: Any, enter: Any, site: Any, tmp_path: Path) -> None:
    from parapet.actions.change_preferences import change_preferences

    if "french" in look:
        change_preferences(cast.owner, language="fr-ca", theme="system")
    item = write_again(tmp_path / "again")
    page = enter(cast.owner, **LOOKS[look])
    page.goto(site.url(f"/i/{item}/"))
    assert page.locator("#judgement li").count() > 5
    snap(page, f"{look}-before")
    assert faults_when_zoomed(page) == []


def test_axe_finds_nothing_where_a_campaign_is_told(cast: Any, enter: Any, site: Any, tmp_path: Path) -> None:
    from parapet.actions.change_preferences import change_preferences

    item, page = write_campaign(tmp_path / "campaign")[-1], enter(cast.owner)
    for language in ("en", "fr-ca"):
        change_preferences(cast.owner, language=language, theme="system")
        for name, path in (("item", f"/i/{item}/"), ("inbox", f"/a/{cast.advocate_id}/")):
            page.goto(site.url(path))
            snap(page, f"campaign-{name}-{language}")
            assert faults(page) == []


def test_with_keys_alone_while_the_text_stays_open(cast: Any, enter: Any, site: Any) -> None:
    page = enter(cast.owner)
    page.goto(site.url(f"/i/{cast.items['grave']}/"))
    page.locator("#text form .button-main").click()
    page.wait_for_selector("[data-shown]")
    page.locator("#judgement button[value=nothing]").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("#judgement .said")
    page.wait_for_selector("#judgement .notice:focus")
    assert "Changed. Now: not abusive" in page.locator("#judgement .notice").inner_text()
    assert page.locator("h1").inner_text() == "No harm found"
    assert page.locator("[data-shown]").count() == 1, "what she reads is not taken from her"
    assert "Judged otherwise than before" in page.locator("#item-custody").text_content()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector("#judgement .notice:has-text('Undone')")
    assert "Threat" in page.locator("h1").inner_text()


def test_without_a_script(cast: Any, enter: Any, site: Any) -> None:
    page = enter(cast.owner, java_script_enabled=False)
    page.goto(site.url(f"/i/{cast.items['grave']}/"))
    page.locator("#judgement summary").click()
    page.locator("#judgement input[value=threat]").uncheck()
    page.locator("#judgement input[value=insult]").check()
    page.locator("#judgement .button-main").click()
    page.wait_for_selector("#judgement .said")
    assert "Changed. Now:" in page.locator("#notices").inner_text()
    assert "Insult" in page.locator("h1").inner_text()
    page.locator("#judgement button[value=undo]").click()
    page.wait_for_selector("#judgement .said", state="detached")
