"""What people do: with keys alone, without scripts, and back again."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from browser.test_screens import faults
from playwright.sync_api import expect


def see(page: Any, text: str) -> None:
    expect(page.get_by_text(text).first).to_be_visible()


def test_from_the_link_to_a_case_with_keys_alone(cast: Any, enter: Any, site: Any) -> None:
    from parapet.actions.sign_in import make_link

    page = enter()
    page.goto(site.url(f"/enter/{make_link(cast.owner)}/"))
    for _ in range(8):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('main form button')"):
            break
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/a/{cast.advocate_id}/")
    for key in ("j", "x", "j", "x"):
        page.keyboard.press(key)
    expect(page.locator("#count")).to_have_text("2 chosen")
    page.keyboard.press("c")
    page.wait_for_url("**/choose/")
    page.get_by_label("Name of the case").press_sequentially("By keys jx")
    page.keyboard.press("Enter")
    page.wait_for_url("**/c/cas_*/")
    expect(page.locator("h1")).to_have_text("By keys jx")


def test_keys_open_the_help_the_search_and_a_message(cast: Any, enter: Any, site: Any) -> None:
    page = enter(cast.owner)
    page.goto(site.url(f"/a/{cast.advocate_id}/"))
    page.keyboard.press("?")
    expect(page.locator("#keys-help")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    expect(page.locator("#search")).to_be_focused()
    page.keyboard.type("jkx?")
    expect(page.locator("#search")).to_have_value("jkx?")
    page.locator("h1").click()
    page.keyboard.press("k")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/i/itm_*/")


@pytest.mark.parametrize("scripts", [True, False])
def test_a_search_leaves_no_word_in_any_address_and_back_repeats_it(scripts: bool, cast: Any, enter: Any, site: Any) -> None:
    asked: list[str] = []
    page = enter(cast.owner, java_script_enabled=scripts)
    page.on("request", lambda request: asked.append(request.url))
    page.goto(site.url(f"/a/{cast.advocate_id}/"))
    if scripts:
        page.keyboard.press("/")
    page.locator("#search").fill("outside your house")
    page.keyboard.press("Enter")
    page.wait_for_url("**/?search=*")
    expect(page.locator(".row-title")).to_have_count(1)
    expect(page.locator("#search")).to_have_value("outside your house")
    page.locator(".row-title").click()
    page.wait_for_url("**/i/itm_*/")
    page.go_back()
    page.wait_for_url("**/?search=*")
    expect(page.locator(".row-title")).to_have_count(1)
    page.get_by_role("link", name="search").click()
    expect(page.locator(".row-title")).to_have_count(3)
    page.go_back()
    expect(page.locator(".row-title")).to_have_count(1)
    assert not [url for url in asked if "outside" in url or "house" in url]


def test_single_keys_can_be_switched_off(cast: Any, enter: Any, site: Any) -> None:
    page = enter(cast.owner)
    page.goto(site.url(f"/a/{cast.advocate_id}/"))
    page.keyboard.press("?")
    page.locator("#keys-on").uncheck()
    page.keyboard.press("Escape")
    page.reload()
    page.keyboard.press("?")
    assert not page.locator("#keys-help").is_visible()


def test_a_text_is_shown_veiled_again_and_gone_on_the_way_back(cast: Any, enter: Any, site: Any) -> None:
    page = enter(cast.owner)
    page.goto(site.url(f"/i/{cast.items['grave']}/"))
    assert "knife" not in page.content()
    page.get_by_role("button", name="Show the text").click()
    expect(page.locator(".theirs")).to_contain_text("knife")
    expect(page.locator("[data-focus]")).to_be_focused()
    assert page.evaluate("JSON.stringify([localStorage, sessionStorage])").count("knife") == 0
    page.get_by_role("link", name="Veil it again").click()
    expect(page.locator(".theirs")).to_have_count(0)
    page.get_by_role("button", name="Show the text").click()
    expect(page.locator(".theirs")).to_contain_text("knife")
    page.goto(site.url("/help/"))
    page.go_back()
    see(page, "The text is veiled")
    assert "knife" not in page.content()


def test_hostile_text_does_nothing(cast: Any, enter: Any, site: Any) -> None:
    page = enter(cast.owner)
    page.on("dialog", lambda dialog: enter.complaints.append("a script ran"))
    page.goto(site.url(f"/i/{cast.items['odd']}/"))
    page.get_by_role("button", name="Show the text").click()
    expect(page.locator(".theirs")).to_contain_text("<script>alert(1)</script>")
    expect(page.locator(".theirs a")).to_have_count(0)
    expect(page.locator(".theirs .odd")).to_have_count(3)


@pytest.mark.slow
def test_everything_works_without_scripts(cast: Any, enter: Any, site: Any, tmp_path: Path) -> None:
    from web.conftest import mail

    page = enter(cast.owner, java_script_enabled=False)
    page.goto(site.url(f"/a/{cast.advocate_id}/"))
    for box in page.locator("input[name=item]").all():
        box.check()
    page.get_by_role("button", name="Put into a case").click()
    page.get_by_label("Name of the case").fill("Without scripts")
    page.get_by_role("button", name="Open the case").click()
    see(page, "The case is open.")
    page.goto(site.url(f"/i/{cast.items['grave']}/"))
    page.get_by_role("button", name="Show the text").click()
    expect(page.locator(".theirs")).to_contain_text("knife")
    page.get_by_role("link", name="Veil it again").click()
    expect(page.locator(".theirs")).to_have_count(0)
    letter = tmp_path / "letter.eml"
    letter.write_bytes(mail("letter", "Good day."))
    page.goto(site.url("/add/"))
    page.locator("input[name=files]").set_input_files(letter)
    page.get_by_role("button", name="Take them in").click()
    see(page, "Waiting to begin")


def test_somebody_new_enrols_herself_without_scripts_and_finds_her_details_again(home: Any, enter: Any, site: Any) -> None:
    from parapet.actions.sign_in import make_link
    from parapet.records import models

    page = enter(java_script_enabled=False)
    page.goto(site.url(f"/enter/{make_link(models.Person.objects.named('Newcomer'))}/"))
    page.get_by_role("button", name="Come in").click()
    see(page, "Whom shall Parapet protect?")
    page.get_by_label("Yes, it is me").check()
    page.get_by_label("Name, as people write it").fill("Dr. Zoë Faraday")
    page.get_by_label("Mastodon").fill("zoe@social.example")
    page.locator(".fold summary").click()
    page.get_by_label("Home address").fill("12 Quiet Lane")
    page.get_by_role("button", name="Enrol").click()
    see(page, "Dr. Zoë Faraday is enrolled.")
    page.locator(".menu summary").click()
    page.get_by_role("link", name="Who is protected").click()
    page.get_by_role("link", name="Dr. Zoë Faraday").click()
    expect(page.get_by_label("Mastodon")).to_have_value("zoe@social.example")
    expect(page.get_by_label("Home address")).not_to_be_visible()
    page.locator(".fold summary").click()
    expect(page.get_by_label("Home address")).to_have_value("12 Quiet Lane")


def test_the_count_goes_on_by_itself_until_all_is_in(cast: Any, enter: Any, site: Any, tmp_path: Path) -> None:
    from web.conftest import mail

    from parapet.actions.run_intake import run_intake
    from parapet.records import models

    folder = tmp_path / "dr-moreau"
    folder.mkdir()
    for n in range(3):
        (folder / f"{n}.eml").write_bytes(mail(f"dropped-{n}", f"Number {n}."))
    page = enter(cast.owner)
    page.goto(site.url("/add/"))
    page.locator("#folder").set_input_files(folder)
    see(page, "Files chosen: 3")
    expect(page.locator("input[name=paths]")).to_have_value(re.compile('"dr-moreau/'))
    page.get_by_role("button", name="Take them in").click()
    see(page, "Waiting to begin")
    page.wait_for_timeout(1_500)
    run_intake(models.Intake.objects.order_by("-started_at").first().number)
    see(page, "All taken in")
    expect(page.locator("h1")).to_be_focused()
    expect(page.locator(".sum")).to_contain_text("3 new")


@pytest.mark.parametrize("scripts", [True, False])
def test_names_of_refused_files_wait_for_a_click_and_are_gone_on_the_way_back(
    scripts: bool, cast: Any, enter: Any, site: Any, tmp_path: Path
) -> None:
    from parapet.actions.run_intake import run_intake
    from parapet.records import models

    empty = tmp_path / "You will be sorry.eml"
    empty.write_bytes(b"")
    page = enter(cast.owner, java_script_enabled=scripts)
    page.goto(site.url("/add/"))
    page.locator("input[name=files]").set_input_files(empty)
    page.get_by_role("button", name="Take them in").click()
    page.wait_for_url("**/add/int_*/")
    run_intake(models.Intake.objects.order_by("-started_at").first().number)
    page.goto(page.url)
    assert "sorry" not in page.content()
    page.get_by_role("button", name="Show the names").click()
    see(page, "You will be sorry.eml")
    if scripts:
        expect(page.get_by_role("heading", name="Refused: 1")).to_be_focused()
        assert faults(page) == []
    page.get_by_role("button", name="Hide the names").click()
    expect(page.get_by_role("button", name="Show the names")).to_be_visible()
    assert "sorry" not in page.content()
    if scripts:
        page.get_by_role("button", name="Show the names").click()
        see(page, "You will be sorry.eml")
        page.goto(site.url("/help/"))
        page.go_back()
        see(page, "File 1")
        assert "sorry" not in page.content()


def test_a_fragment_that_fails_is_said(cast: Any, enter: Any, site: Any) -> None:
    from parapet.records import models

    page = enter(cast.owner)
    page.goto(site.url(f"/i/{cast.items['grave']}/"))
    models.Grant.objects.filter(person=cast.owner).delete()
    page.get_by_role("button", name="Show the text").click()
    see(page, "That did not work. Reload the page and try again.")
    assert "knife" not in page.content()
    enter.complaints[:] = [said for said in enter.complaints if "404" not in said]


def test_downloads_come_as_files(cast: Any, enter: Any, site: Any) -> None:
    page = enter(cast.owner)
    page.goto(site.url(f"/i/{cast.items['odd']}/"))
    with page.expect_download() as coming:
        page.get_by_role("button", name="Download").click()
    assert coming.value.suggested_filename.startswith("itm_")
    assert Path(coming.value.path()).read_bytes().startswith(b"From: ")


def test_a_printed_page_has_no_bar_and_no_buttons(cast: Any, enter: Any, site: Any) -> None:
    page = enter(cast.owner)
    page.goto(site.url(f"/a/{cast.advocate_id}/"))
    page.emulate_media(media="print")
    assert not page.locator(".bar").is_visible() and not page.locator(".bulk").is_visible()
    assert page.locator(".row-title").first.is_visible()


@pytest.mark.parametrize("language", ["en", "fr-ca"])
def test_a_redacted_bag_for_one_reader_with_keys_alone(language: str, cast: Any, enter: Any, site: Any, tmp_path: Path) -> None:
    """Both folds opened, a message ticked, words and a public key typed, and the file that comes is encrypted."""
    import pyrage

    from parapet.actions.change_preferences import change_preferences
    from parapet.actions.open_case import open_case

    change_preferences(cast.owner, language=language, theme="system")
    case = open_case(cast.owner, cast.advocate_id, "Letters", list(cast.items.values()))
    officer = pyrage.x25519.Identity.generate()
    page = enter(cast.owner)
    page.goto(site.url(f"/c/{case}/"))
    for fold in page.locator("form .fold > summary").all():
        fold.focus()
        page.keyboard.press("Enter")
    assert faults(page) == []
    page.locator("input[name=withhold]").first.focus()
    page.keyboard.press("Space")
    page.locator("select[name=withhold_reason]").focus()
    page.keyboard.press("End")
    page.locator("textarea[name=recipients]").focus()
    page.keyboard.type(str(officer.to_public()))
    page.screenshot(path=tmp_path / "bag.png", full_page=True)
    button = page.locator("form[action$='/bag/'] button")
    button.focus()
    with page.expect_download() as coming:
        page.keyboard.press("Enter")
    assert coming.value.suggested_filename.endswith(".zip.age")
    coming.value.save_as(tmp_path / "bag.zip.age")
    plain = pyrage.decrypt((tmp_path / "bag.zip.age").read_bytes(), [officer])
    assert b"data/redactions.json" in plain
    assert b"withheld.json" in plain
