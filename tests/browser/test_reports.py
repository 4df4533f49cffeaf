"""Reporting in a real browser, in both languages: a draft, one word, a sheet, a tick; and forty of a campaign with one word."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

from browser.test_judging import snap
from browser.test_screens import LOOKS, faults
from flow.test_context import NOON, post
from playwright.sync_api import expect

FORTY = (
    "Doctor Moreau is a disgusting lying quack and a filthy fraud who should lose her licence today, tell her college all of you"
)


def forty(cast: Any, folder: Path) -> str:
    """A campaign of forty accounts against her, of nearly the same words; one of its messages."""
    from parapet.access.people import profile_for
    from parapet.actions.assess import assess
    from parapet.actions.change_profile import change_profile
    from parapet.actions.import_paths import import_paths
    from parapet.records.models import Item, Version
    from parapet.records.numbers import number_of

    details = profile_for(cast.owner, cast.advocate_id)
    details.names["mastodon"] = "@drokwuosa@medsky.example"
    change_profile(cast.owner, cast.advocate_id, details)
    posts = [post(n + 1, NOON + timedelta(minutes=n), f"{FORTY} {'!' * (n % 4)}", account=f"{500 + n}") for n in range(40)]
    folder.mkdir()
    (folder / "notifications.json").write_text(json.dumps(posts))
    import_paths([folder], person=cast.owner)
    mine = Item.objects.filter(channel="mastodon", advocate_id=number_of("adv", cast.advocate_id))
    assess(list(Version.objects.filter(item__in=mine).values_list("number", flat=True)))
    assert mine.count() == 40
    return mine.order_by("sent_at").first().id


def test_a_message_and_a_campaign_are_reported_in_both_languages(cast: Any, enter: Any, site: Any, tmp_path: Path) -> None:
    from parapet.actions.change_preferences import change_preferences

    one = forty(cast, tmp_path / "posts")
    page, found = enter(cast.owner, **LOOKS["wide"]), {}

    def look_at(name: str) -> None:
        found[name] = faults(page)
        snap(page, f"reports-{name}")

    page.goto(site.url(f"/i/{cast.items['grave']}/"))
    page.get_by_role("link", name="Report it").click()
    look_at("begin")
    page.get_by_role("button", name="Make a draft").first.click()
    expect(page.get_by_text("quoted, and veiled here")).to_be_visible()
    assert "knife" not in page.content()
    page.get_by_text("Write it otherwise").click()
    page.get_by_label("Name of who reports").fill("Desk of the association")
    page.get_by_label("E-mail address of who reports").fill("desk@association.example")
    look_at("draft")
    page.get_by_role("button", name="Keep the draft").click()
    page.get_by_role("button", name="Show exactly what goes").click()
    expect(page.locator("#text-to-copy")).to_contain_text("with a knife")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy the text").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert "with a knife" in page.evaluate("navigator.clipboard.readText()")
    look_at("words")
    page.get_by_role("button", name="Approve, and send it yourself").click()
    page.get_by_label("Number that they gave it").first.fill("T-17")
    look_at("sheet")
    page.get_by_role("button", name="I sent it").click()
    expect(page.get_by_text("Ask again if nobody answered")).to_be_visible()
    look_at("sent")

    change_preferences(cast.owner, language="fr-ca", theme="system")
    page.goto(site.url(f"/i/{one}/report/"))
    page.get_by_role("button", name="Signaler la campagne").click()
    expect(page.locator("h1")).to_have_text("40 signalements")
    look_at("lot")
    page.get_by_role("button", name="Tout approuver, et les envoyer vous-même").click()
    expect(page.get_by_text("40 signalements sont approuvés")).to_be_visible()
    page.goto(site.url(f"/a/{cast.advocate_id}/reports/"))
    look_at("envois")
    page.goto(site.url(f"/a/{cast.advocate_id}/tasks/"))
    look_at("à faire")
    assert {name: each for name, each in found.items() if each} == {}
