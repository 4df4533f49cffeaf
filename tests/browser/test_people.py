"""The solo doctor lets in her first helper, in a real browser and both languages: axe finds nothing, and what is taken back is gone."""

from __future__ import annotations

from typing import Any

import pytest
from browser.test_screens import LOOKS, faults
from playwright.sync_api import expect

SAID = {
    "en": {
        "who": "Who can see what", "name": "Name of this person", "make": "Make the sign-in link", "enter": "Sign in", "later": "Later",
        "may": "You may: Read, Sort", "back": "Take it back", "taken": "It is taken back.", "none": "You act for nobody here at the moment.",
    },
    "fr-ca": {
        "who": "Qui peut voir quoi", "name": "Nom de cette personne", "make": "Créer le lien de connexion", "enter": "Entrer", "later": "Plus tard",
        "may": "Vous pouvez : Lire, Trier", "back": "Retirer l’accès", "taken": "L’accès est retiré.", "none": "Vous n’agissez pour personne ici en ce moment.",
    },
}  # fmt: skip


@pytest.mark.parametrize(("language", "look"), [("en", "wide"), ("fr-ca", "phone-dark-french")])
def test_the_solo_doctor_lets_in_her_first_helper(language: str, look: str, cast: Any, enter: Any, site: Any) -> None:
    from parapet.actions.change_preferences import change_preferences

    said = SAID[language]
    change_preferences(cast.owner, language=language, theme="system")
    hers, found = enter(cast.owner, **LOOKS[look]), {}
    hers.goto(site.url(f"/a/{cast.advocate_id}/"))
    hers.locator(".menu summary").click()
    hers.get_by_role("link", name=said["who"]).click()
    expect(hers.locator("h1")).to_have_text(said["who"])
    found["before"] = faults(hers)
    hers.get_by_label(said["name"]).fill("Dr. Lena Roy")
    hers.locator("#invite input[value=annotate]").uncheck()
    hers.locator("#invite select").select_option(language)
    hers.get_by_role("button", name=said["make"]).click()
    link = hers.locator("#made-link").inner_text()
    found["link"] = faults(hers)

    helper = enter(**LOOKS[look])
    helper.goto(link)
    helper.locator("main .button-main").click()
    helper.get_by_role("button", name=said["later"]).click()
    helper.wait_for_url(f"**/a/{cast.advocate_id}/")
    found["inbox"] = faults(helper)
    helper.goto(site.url(f"/i/{cast.items['plain']}/"))
    expect(helper.get_by_text("Thank you for the clear explanation")).to_be_visible()
    helper.goto(site.url("/protected/"))
    expect(helper.locator(".row-meta")).to_contain_text(said["may"])
    found["own"] = faults(helper)

    hers.reload()
    expect(hers.locator("#made-link")).to_have_count(0)
    hers.get_by_role("button", name=said["back"]).click()
    expect(hers.locator("#notices")).to_contain_text(said["taken"])
    assert helper.goto(site.url("/protected/")).status == 200
    expect(helper.get_by_text(said["none"])).to_be_visible()
    assert {name: each for name, each in found.items() if each} == {}
