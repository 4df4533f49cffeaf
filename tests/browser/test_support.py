"""Support is asked for, given and stopped in a real browser, in both languages in one pass: axe finds nothing on the way."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from browser.test_screens import LOOKS, faults
from playwright.sync_api import expect

KIND = "Ce que vous avez écrit sur l’horaire a rassuré mes voisins, et moi aussi. Continuez."


@pytest.mark.slow
def test_support_is_asked_for_given_and_stopped(cast: Any, enter: Any, site: Any) -> None:
    from parapet.actions.open_case import open_case
    from parapet.records.models import Item
    from parapet.records.numbers import number_of

    case = open_case(cast.owner, cast.advocate_id, "Quokkatitle", list(cast.items.values()))
    Item.objects.filter(number=number_of("itm", cast.items["plain"])).update(kind="post")  # as if it had been said in public
    hers, found = enter(cast.owner, **LOOKS["wide"]), {}
    hers.goto(site.url(f"/a/{cast.advocate_id}/support/"))
    hers.locator("#new input[name=name]").fill("Odile Tremblay")
    hers.locator("#new select[name=language]").select_option("fr-ca")
    hers.locator("#new textarea[name=how]").fill("A colleague for ten years; we met with Dr. Roy, who knows her too.")
    hers.locator("#new .button-main").click()
    link = hers.locator("#made-link").inner_text()

    theirs = enter(**LOOKS["phone-dark-french"])
    theirs.goto(link)
    theirs.locator("main .button-main").click()
    theirs.get_by_role("button", name="Plus tard").click()
    expect(theirs.locator("h1")).to_have_text("Soutenir")
    for tick in theirs.locator("input[name=code]").all():
        tick.check()
    found["asked"] = faults(theirs)
    theirs.get_by_role("button", name="J’accepte").click()
    expect(theirs.get_by_text("Rien ne vous est demandé en ce moment.")).to_be_visible()

    hers.goto(site.url(f"/a/{cast.advocate_id}/support/ask/?case={case}"))
    hers.locator("textarea[name=words]").fill(
        "After my interview about the vaccine schedule many write to me. A kind word would help."
    )
    hers.locator("textarea[name=links]").fill("https://social.example/@ada/1")
    hers.locator("input[name=when]").fill("Tonight at 21:00")
    hers.locator("input[name=place]").fill("Staff entrance, door 3")
    hers.locator("input[name=until]").fill((datetime.now(UTC) + timedelta(days=2)).date().isoformat())
    for code in ("reply", "report", "walk"):
        hers.locator(f"input[name=helps][value={code}]").check()
    hers.locator("input[name=item]").check()
    hers.locator(".fold summary").last.click()
    found["ask"] = faults(hers)
    hers.locator("form.columns .button-main").click()
    found["preview"] = faults(hers)
    hers.locator("input[name=agreed]").check()
    hers.get_by_role("button", name="Ask them").click()
    call = hers.url

    theirs.goto(site.url("/supporting/"))
    theirs.locator("article h3 a").first.click()
    theirs.get_by_role("button", name="Je m’en charge Des mots").click()
    theirs.locator("textarea[name=own]").fill(KIND)
    found["own"] = faults(theirs)
    theirs.get_by_role("button", name="Comparer mes mots").click()
    theirs.get_by_role("button", name="C’est fait").click()
    theirs.get_by_role("button", name="Je m’en charge M’accompagner").click()
    theirs.get_by_role("button", name="Afficher, mots couverts").first.click()
    expect(theirs.get_by_text("Thank you for the clear explanation")).to_be_visible()

    hers.goto(call)
    hers.get_by_role("button", name="Confirm Odile").click()
    found["hers"] = faults(hers)
    hers.get_by_role("button", name="Stop it now").click()
    expect(hers.get_by_text("Nobody finds it any more")).to_be_visible()
    theirs.goto(site.url("/supporting/"))
    found["stopped"] = faults(theirs)
    assert {name: each for name, each in found.items() if each} == {}
