"""Two people open what is urgent, and she ends it and sees what was read: a real browser, both languages in one pass, and axe on the way."""

from __future__ import annotations

from typing import Any

import pytest
from browser.test_screens import LOOKS, faults
from playwright.sync_api import expect

from parapet.domain.rights import Right


@pytest.mark.slow
def test_two_people_open_it_and_she_ends_it(cast: Any, enter: Any, site: Any) -> None:
    from django.db import transaction

    from parapet.actions.allow import allow
    from parapet.actions.change_preferences import change_preferences
    from parapet.records.models import Advocate, Person
    from parapet.records.numbers import number_of

    near, other = Person.objects.named("Lena Roy"), Person.objects.named("Omar Haddad")
    with transaction.atomic():
        allow(other, Advocate.objects.get(number=number_of("adv", cast.advocate_id)), "helper", rights=[Right.ALERT])
    change_preferences(near, language="fr-ca", theme="system")
    hers, found = enter(cast.owner, **LOOKS["wide"]), {}
    hers.goto(site.url(f"/a/{cast.advocate_id}/people/"))
    hers.get_by_role("link", name="Who may be let in").click()
    hers.get_by_label("Omar Haddad").check()
    hers.get_by_label("Codes of others").fill(near.id)
    found["plan"] = faults(hers)
    hers.locator("main .button-main").click()
    expect(hers.get_by_label("Lena Roy")).to_be_checked()

    first = enter(near, **LOOKS["phone-dark-french"])
    first.goto(site.url("/emergency/"))
    found["named"] = faults(first)
    first.get_by_role("link", name="Demander l’accès").click()
    first.locator("textarea[name=reason]").fill("Elle ne répond plus et quelqu’un est devant chez elle.")
    found["ask"] = faults(first)
    first.locator("main .button-main").click()
    expect(first.locator("h1")).to_have_text("Vous avez demandé. Une autre personne doit donner son accord")
    found["waiting"] = faults(first)

    second = enter(other, **LOOKS["wide"])
    second.goto(site.url("/emergency/"))
    second.locator("main h2 a").first.click()
    found["agree"] = faults(second)
    second.get_by_role("button", name="Agree: let them in").click()
    expect(second.locator("h1")).to_have_text("The urgent messages of Dr. Ada Moreau are open")

    first.reload()
    found["open"] = faults(first)
    first.locator("a.row-title").click()
    found["veil"] = faults(first)
    first.locator("#text .button-main").click()
    expect(first.get_by_text("outside your house")).to_be_visible()
    found["text"] = faults(first)

    hers.goto(site.url(f"/a/{cast.advocate_id}/"))
    hers.get_by_role("link", name="See who and why").click()
    expect(hers.locator("main")).to_contain_text("Elle ne répond plus")
    found["hers"] = faults(hers)
    change_preferences(cast.owner, language="fr-ca", theme="system")
    hers.reload()
    found["hers-fr"] = faults(hers)
    change_preferences(cast.owner, language="en", theme="system")
    hers.reload()
    hers.get_by_role("button", name="End it now").click()
    expect(hers.locator("main")).to_contain_text("Ended by a person")
    hers.goto(site.url(f"/a/{cast.advocate_id}/custody/"))
    expect(hers.locator("main")).to_contain_text("In an emergency, Lena Roy opened the text")
    found["custody"] = faults(hers)
    first.goto(site.url("/emergency/"))
    expect(first.get_by_role("link", name="Demander l’accès")).to_be_visible()
    expect(first.get_by_text("Vous avez demandé")).to_have_count(0)
    change_preferences(cast.owner, language="fr-ca", theme="system")
    hers.reload()
    found["custody-fr"] = faults(hers)
    assert {name: each for name, each in found.items() if each} == {}
