"""Two helpers share the queue and a case in a real browser, one in each language: axe finds nothing, and nobody gets what the other has."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from browser.test_judging import snap
from browser.test_screens import LOOKS, faults
from django.utils import timezone
from playwright.sync_api import expect
from web.test_casework import marie  # noqa: F401  # the same helper


@pytest.mark.slow
def test_two_share_the_queue_and_a_case(cast: Any, marie: Any, enter: Any, site: Any) -> None:  # noqa: F811
    from parapet.actions.change_preferences import change_preferences
    from parapet.actions.open_case import open_case

    change_preferences(marie, language="fr-ca", theme="system")
    case = open_case(cast.owner, cast.advocate_id, "Letters since May", [cast.items["grave"]])
    other = open_case(cast.owner, cast.advocate_id, "Everything of May", [cast.items["odd"]])
    hers, owners = enter(marie, **LOOKS["phone-dark-french"]), enter(cast.owner, **LOOKS["wide"])
    found: dict[str, Any] = {}

    def look_at(page: Any, name: str) -> None:
        found[name] = faults(page)
        snap(page, f"casework-{name}")

    hers.goto(site.url(f"/a/{cast.advocate_id}/"))
    hers.get_by_role("link", name="Traiter la file").click()
    hers.get_by_role("button", name="Le suivant").click()
    expect(hers.locator(".turn")).to_have_count(1)
    owners.goto(site.url(f"/a/{cast.advocate_id}/queue/"))
    owners.get_by_role("button", name="The next 5").click()
    expect(owners.get_by_text("Marie Roy is on it since")).to_be_visible()
    expect(owners.locator(".turn .deeds")).to_have_count(1)
    look_at(owners, "queue")
    look_at(hers, "file")
    hers.locator(".turn .row-title").click()
    expect(hers.locator("#on-it")).to_contain_text("Vous vous en occupez")
    look_at(hers, "message")
    hers.locator("#on-it select[name=helper]").select_option(cast.owner.id)
    hers.get_by_role("button", name="Transmettre").click()
    expect(hers.locator("#on-it")).to_contain_text("Owner One s’en occupe")
    owners.reload()
    expect(owners.locator(".turn .deeds")).to_have_count(2)
    owners.locator(".turn").first.get_by_role("button", name="Done").click()
    expect(owners.locator(".turn .deeds")).to_have_count(1)

    owners.goto(site.url(f"/c/{case}/"))
    owners.locator("#tasks summary").click()
    owners.locator("#tasks select[name=task]").select_option("college_reply")
    owners.locator("#tasks input[name=begin]").fill(str(timezone.localdate() - timedelta(days=40)))
    owners.get_by_role("button", name="Set it").click()
    expect(owners.locator(".todo .badge")).to_have_text("Overdue")
    owners.locator("#private textarea").fill("For me alone.")
    owners.get_by_role("button", name="Keep it for me").click()
    look_at(owners, "case")
    owners.goto(site.url(f"/a/{cast.advocate_id}/tasks/"))
    look_at(owners, "tasks")
    hers.goto(site.url(f"/c/{case}/"))
    expect(hers.locator("#private")).not_to_contain_text("For me alone.")
    hers.locator("#related summary").click()
    hers.locator("#related select").select_option(other)
    hers.get_by_role("button", name="Y fusionner celui-ci").click()
    expect(hers.locator("h1")).to_have_text("Everything of May")
    look_at(hers, "dossier")
    hers.goto(site.url(f"/c/{other}/timeline/"))
    look_at(hers, "chronologie")
    assert {name: each for name, each in found.items() if each} == {}
