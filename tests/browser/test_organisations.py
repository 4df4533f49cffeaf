"""Joining, choosing by name and leaving in a real browser, in both languages: axe finds nothing on the way, and every step works by its button."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from browser.test_screens import LOOKS, faults
from flow.test_access import organisations
from playwright.sync_api import expect

from parapet.domain.belonging import Role


def shot(page: Any, name: str) -> None:
    if folder := os.environ.get("SHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def test_somebody_joins_is_chosen_and_leaves(cast: Any, enter: Any, site: Any) -> None:
    from parapet.actions.invite_member import invite_member
    from parapet.records.models import Person

    admin, officer = Person.objects.named("Robin Tremblay"), Person.objects.named("Sam Reyes", language="fr-ca")
    hospital = organisations(admin, Person.objects.named("Lena Roy"), "Rivercrest General Hospital")
    invite_member(admin, hospital, cast.owner.id, Role.MEMBER)
    invite_member(admin, hospital, officer.id, Role.SECURITY)
    found = {}
    theirs = enter(officer, **LOOKS["phone-dark-french"])
    theirs.goto(site.url("/"))
    expect(theirs.locator("h1")).to_have_text("Organisations")
    found["invited"] = faults(theirs)
    shot(theirs, "invited-fr")
    if os.environ.get("SHOTS"):
        wide = enter(officer, **{**LOOKS["wide"], "locale": "fr-CA"})
        wide.goto(site.url("/organisations/"))
        shot(wide, "organisations-fr")
    theirs.get_by_role("button", name="Accepter et devenir membre").click()
    found["directory"] = faults(theirs)
    shot(theirs, "directory-fr")

    hers = enter(cast.owner, **LOOKS["wide"])
    hers.goto(site.url("/organisations/"))
    shot(hers, "invited-en")
    hers.get_by_role("button", name="Join").click()
    hers.goto(site.url(f"/a/{cast.advocate_id}/people/"))
    hers.locator("#let-in > summary").click()
    hers.locator("#let-in").get_by_text("Sam Reyes").click()
    found["let in"] = faults(hers)
    shot(hers, "people-en")
    hers.get_by_role("button", name="Let this person in").click()
    expect(hers.locator("#notices")).to_contain_text("Sam Reyes may act for you")

    his = enter(admin, **LOOKS["wide"])
    his.goto(site.url(f"/organisations/{hospital}/"))
    found["administering"] = faults(his)
    shot(his, "administering-en")

    hers.goto(site.url(f"/organisations/{hospital}/leave/"))
    found["leave"] = faults(hers)
    shot(hers, "leave-en")
    hers.get_by_role("button", name="Leave now").click()
    expect(hers.locator("main")).to_contain_text("Access of Sam Reyes to what is yours")
    found["told"] = faults(hers)
    shot(hers, "told-en")
    assert {name: each for name, each in found.items() if each} == {}
