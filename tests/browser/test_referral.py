"""A case is referred, accepted and taken back in a real browser, in both languages in one pass: axe finds nothing on the way."""

from __future__ import annotations

from typing import Any

from browser.test_screens import LOOKS, faults
from playwright.sync_api import expect


def test_a_case_goes_to_an_officer_and_comes_back(cast: Any, enter: Any, site: Any) -> None:
    from parapet.actions.open_case import open_case

    case = open_case(cast.owner, cast.advocate_id, "Quokkatitle", [cast.items["plain"]])
    hers, found = enter(cast.owner, **LOOKS["wide"]), {}
    hers.goto(site.url(f"/c/{case}/refer/"))
    found["choose"] = faults(hers)
    hers.locator("input[name=name]").fill("Agente Reyes")
    hers.locator("textarea[name=purpose]").fill("A safety plan")
    hers.locator("select[name=language]").select_option("fr-ca")
    hers.locator("main .button-main").click()
    found["confirm"] = faults(hers)
    hers.locator("input[name=agreed]").check()
    hers.locator("main .button-main").click()
    link = hers.locator("#made-link").inner_text()

    officer = enter(**LOOKS["phone-dark-french"])
    officer.goto(link)
    officer.locator("main .button-main").click()
    officer.get_by_role("button", name="Plus tard").click()
    expect(officer.locator("h1")).to_have_text("Confiés à moi")
    found["list"] = faults(officer)
    officer.locator("main h2 a").click()
    found["offer"] = faults(officer)
    officer.get_by_role("button", name="Accepter").click()
    found["case"] = faults(officer)
    officer.locator("a.row-title").click()
    found["veil"] = faults(officer)
    officer.locator("#text .button-main").click()
    expect(officer.get_by_text("Thank you for the clear explanation")).to_be_visible()
    found["text"] = faults(officer)

    hers.goto(site.url(f"/c/{case}/"))
    expect(hers.locator("#referrals")).to_contain_text("Accepted")
    found["given"] = faults(hers)
    hers.locator("#referrals").get_by_role("button", name="Take it back").click()
    expect(hers.locator("#referrals")).to_contain_text("Taken back")
    officer.goto(site.url("/referred/"))
    expect(officer.get_by_text("Rien ne vous est confié en ce moment.")).to_be_visible()
    assert {name: each for name, each in found.items() if each} == {}
