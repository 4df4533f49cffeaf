"""Learning from corrections in a real browser: tried out, watched, used and stopped, with nothing for axe to find."""

from __future__ import annotations

from typing import Any

import pytest
from browser.test_judging import snap
from browser.test_screens import LOOKS, faults
from web.test_learning import corrected, small_suite  # noqa: F401  # the same messages, and fewer cases of the suite


@pytest.mark.parametrize("look", ["wide", "phone-dark-french"])
def test_what_was_learned_is_looked_at_used_and_stopped(look: str, cast: Any, corrected: Any, enter: Any, site: Any) -> None:  # noqa: F811
    from parapet.actions.change_preferences import change_preferences
    from parapet.actions.start_learning import run_trial
    from parapet.records.models import LearningTrial

    if "french" in look:
        change_preferences(cast.owner, language="fr-ca", theme="system")
    page, found = enter(cast.owner, **LOOKS[look]), {}

    def look_at(name: str) -> None:
        found[name] = faults(page)
        snap(page, f"{look}-learn-{name}")

    page.goto(site.url(f"/a/{cast.advocate_id}/learn/"))
    look_at("before")
    page.locator("#trial button").click()
    page.wait_for_selector("#trial progress")
    look_at("running")
    run_trial(LearningTrial.objects.get().number)
    page.wait_for_selector("#newest")  # the page saw that it was over, and nobody reloaded it
    page.locator("#newest ~ details summary, section details summary").first.click()
    look_at("tried")
    page.locator("form.fields input[type=checkbox]").check()
    page.locator("form.fields .button-main").click()
    page.wait_for_selector('form[action$="/learn/back/"]')
    look_at("used")
    page.locator('form[action$="/learn/back/"] button').click()
    page.wait_for_selector('form[action$="/learn/back/"]', state="detached")
    assert {name: each for name, each in found.items() if each} == {}
