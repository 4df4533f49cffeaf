"""The extension in a real Chromium: what a person sees arrives in her Parapet as proof, whatever the page tries and whether or not
Parapet runs."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from support.extended import LOOK_MS, Extended, Pages, Parapet, extended, pages
from support.pictures import picture
from web.conftest import Cast, browser_of, cast  # noqa: F401  # the same people and messages
from web.test_browsers import taken_in

from parapet.channels.web.container import Capture, read_capture

HERE = Path(__file__).parent / "extension_pages"


@pytest.fixture(scope="module")
def playwright() -> Iterator[Any]:
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=LOOK_MS)
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as running:
        yield running
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("browser")


@pytest.fixture(scope="module")
def browser(playwright: Any, folder: Path) -> Iterator[Extended]:
    with extended(playwright, folder) as running:
        yield running


@pytest.fixture(scope="module")
def web() -> Iterator[Pages]:
    held = {f"/{each.stem}": ("text/html", each.read_bytes()) for each in HERE.glob("*.html")}
    held |= {"/closed.png": ("image/png", picture(250, 1, 2)), "/open/open.png": ("image/png", picture(2, 200, 220))}
    held |= {"/same.png": ("image/png", picture(120, 5, 200)), "/look.css": ("text/css", b"p{color:rgb(3,4,5)}")}
    with pages(held) as running:
        other = running.url("", "localhost")
        running.held["/lazy"] = ("text/html", (HERE / "lazy.html").read_bytes().replace(b"OTHER", other.encode()))
        yield running


@pytest.fixture
def parapet(home: Any) -> Iterator[Parapet]:
    running = Parapet()
    running.start()
    yield running
    running.stop()


def connect(browser: Extended, parapet: Parapet, cast: Cast) -> None:  # noqa: F811
    """As a person does, on the extension's own page."""
    from parapet.actions.pair_browser import offer_code

    page = browser.see(f"chrome-extension://{browser.id}/options.html")
    page.get_by_label("Address of your Parapet").fill(f" {parapet.origin}/add/ ")
    page.get_by_label("Code").fill("00000-00000")
    page.get_by_role("button", name="Connect", exact=True).click()
    page.get_by_text("This code is not good").wait_for()
    page.get_by_label("Code").fill(offer_code(cast.owner, cast.advocate_id, "Test browser"))
    page.get_by_role("button", name="Connect", exact=True).click()
    page.get_by_text("Connected. What you keep is handed in there").wait_for()
    page.close()


def originals() -> list[Capture]:
    """The captures that came in, as they were sealed."""
    from parapet.actions.seal_source import open_source
    from parapet.records.models import IntakeFile

    found = []
    for row in IntakeFile.objects.filter(intake__advocate__isnull=False).select_related("source").order_by("number"):
        with open_source(row.source) as file:
            found.append(read_capture(io.BytesIO(file.read())))
    return found


@pytest.mark.slow
def test_a_page_with_a_script_a_lazy_list_and_pictures_of_others_is_kept_whole_and_does_nothing_any_more(
    cast: Cast, parapet: Parapet, browser: Extended, web: Pages  # noqa: F811
) -> None:  # fmt: skip
    from parapet.actions.check_home import check_home

    browser.empty()
    connect(browser, parapet, cast)
    page = browser.see(web.url("/lazy"))
    page.mouse.wheel(0, 150)
    assert browser.keep(page) == {"is": "kept", "why": ""}
    assert browser.waiting() == [] and page.evaluate("document.documentElement.outerHTML.includes('data-parapet')") is False
    assert page.locator("header").get_attribute("style") is None, "the page is as it was"

    [text] = taken_in()
    assert all(f"Line {n}." in text for n in range(20)) and text.count("Always there") == 1
    [capture] = originals()
    facts = capture.facts
    assert (facts["by"], facts["kind"], facts["url"], facts["title"], facts["lang"]) == (
        "extension",
        "page",
        page.url,
        "Un fil",
        "fr-CA",
    )
    closed, opened, same, header, first = browser.colours_of(
        capture.files["screenshot.png"], ["250,1,2", "2,200,220", "120,5,200", "1,2,250", "9,120,9"]
    )
    assert (closed, opened, same) == (1_600, 1_600, 1_600), "every picture is in the screenshot, also those of other sites"
    assert 20_000 < header <= 30_000, "what stays in its place is in it once"
    assert 150_000 < first <= 200_000
    html = capture.files["page.html"].decode()
    assert html.count("data:image/png;base64,") == 2 and "/closed.png" in html and "rgb(3, 4, 5)" in html
    assert "window.ran" not in html and "<script" not in html and ' src="http' not in html
    before = len(web.asked)
    still = browser.context.new_page()
    still.set_content(html)
    assert still.evaluate("window.ran") is None and len(web.asked) == before, "and nothing is loaded when it is looked at"
    still.close()
    assert not check_home().faults
    page.close()


@pytest.mark.slow
def test_what_is_kept_waits_through_the_end_of_the_browser_until_parapet_runs_and_an_ended_browser_says_so(
    cast: Cast, parapet: Parapet, playwright: Any, web: Pages, tmp_path: Path  # noqa: F811
) -> None:  # fmt: skip
    from parapet.actions.pair_browser import unpair
    from parapet.records.models import Browser

    with extended(playwright, tmp_path) as browser:
        connect(browser, parapet, cast)
        parapet.stop()
        page = browser.see(web.url("/x"))
        assert browser.keep(page) == {"is": "waits", "why": ""}
        [waiting] = browser.waiting()
        assert (waiting["refused"], waiting["kind"]) == ("", "page") and waiting["tries"] >= 1
        browser.until("async () => (await chrome.action.getBadgeText({})) === '1'")
    with extended(playwright, tmp_path) as browser:
        assert [each["sha256"] for each in browser.waiting()] == [waiting["sha256"]]
        browser.own.reload()
        browser.own.get_by_text("Waiting to be handed in").wait_for()
        parapet.start()
        browser.until_nothing_waits()
        browser.own.reload()
        browser.own.locator("#waiting").wait_for(state="hidden")
        browser.until("async () => (await chrome.action.getBadgeText({})) === ''")
        assert browser.waiting() == []
        assert len(taken_in()) == 1

        unpair(cast.owner, Browser.objects.get().id)
        page = browser.see(web.url("/lazy"))
        page.evaluate("getSelection().selectAllChildren(document.querySelector('#list p'))")
        assert browser.keep(page, "selection")["is"] == "kept_here"
        [refused] = browser.waiting()
        assert (
            refused["refused"] == "unpaired"
            and read_capture(io.BytesIO(browser.body_of(refused["id"]))).facts["text"] == "Line 0."
        )
        browser.own.reload()
        browser.own.get_by_text("takes nothing from this browser any more").wait_for()
        with browser.own.expect_download() as download:
            browser.own.get_by_role("button", name="Save as a file").click()
        assert read_capture(io.BytesIO(download.value.path().read_bytes())).facts["kind"] == "selection"
        connect(browser, parapet, cast)
        browser.until("async () => !(await chrome.runtime.sendMessage({ ask: 'state' })).told.waiting.length")
        assert sorted(taken_in())[0] == "Line 0."


def test_a_press_on_its_sign_opens_the_page_in_front_to_it_and_no_other(playwright: Any, web: Pages, tmp_path: Path) -> None:
    with extended(playwright, tmp_path, as_shipped=True) as browser:
        assert browser.own.evaluate("chrome.permissions.getAll().then((all) => all.origins)") == []
        other = browser.see(web.url("/x"))
        page = browser.see(web.url("/lazy"))
        urls = "chrome.tabs.query({}).then((tabs) => tabs.map((each) => each.url ?? ''))"
        assert not [each for each in browser.own.evaluate(urls) if each.startswith("http")], "it knows no address unasked"

        popup = browser.press_its_sign(page)
        assert [each for each in browser.own.evaluate(urls) if each.startswith("http")] == [page.url]
        popup.press("page")
        assert popup.said().startswith("Kept here. It is handed in")
        popup.press("blur")
        popup.said()
        page.wait_for_function("getComputedStyle(document.querySelector('#list p')).filter !== 'none'")
        popup.press("blur")
        page.wait_for_function("getComputedStyle(document.querySelector('#list p')).filter === 'none'")
        page.evaluate("getSelection().selectAllChildren(document.querySelector('#list p'))")
        popup.press("selection")
        assert popup.said().startswith("Kept here. It is handed in")
        whole, selected = [read_capture(io.BytesIO(browser.body_of(each["id"]))) for each in browser.waiting()]
        assert "Line 19." in whole.facts["text"] and whole.screenshots and whole.facts["url"] == page.url
        assert (selected.facts["kind"], selected.facts["text"]) == ("selection", "Line 0.")

        tab = browser.own.evaluate(
            "(known) => chrome.tabs.query({}).then((tabs) => tabs.filter((t) => !t.url).map((t) => t.id))", ""
        )
        assert {browser.ask("capture", tabId=each, kind="page")["is"] for each in tab} == {"failed"}, "and no other page is read"
        page.goto(web.url("/x", "localhost"))
        assert not [each for each in browser.own.evaluate(urls) if each.startswith("http")], "nor the next one in the same tab"
        other.close()


def test_a_hostile_page_reaches_nothing_and_is_kept_all_the_same(browser: Extended, web: Pages) -> None:
    browser.empty()
    page = web.held["/hostile"][1].replace(b"EXTENSION", browser.id.encode())
    web.held["/hostile-now"] = ("text/html", page)
    page = browser.see(web.url("/hostile-now"))
    before = browser.ask("state")
    assert browser.keep(page) == {"is": "waits", "why": ""}
    seen = browser.seen_by(page)
    assert seen["reached"] is False
    stolen = seen["stolen"]
    assert {each for each in stolen if not each.startswith("[object")} <= {"mxss", "svg"}, (
        "nothing of ours ran in the page's own world"
    )
    assert before["paired"] == ""
    [waiting] = browser.waiting()
    capture = read_capture(io.BytesIO(browser.body_of(waiting["id"])))
    facts, html = capture.facts, capture.files["page.html"].decode()
    assert "The end of it." in facts["text"] and "Words within a form." in facts["text"] and "far down" in html
    assert facts["posts"] == [] and "Words put into a mouth." in facts["text"], "a form that is another site's counts only there"
    low = html.lower()
    for word in ("<script", "javascript:", "onerror", "onclick", "onfocus", "<iframe", "<base", "refresh", "hunter2", "token-of-hers",
                 "what she is writing", "evil.", "xlink:href", "<foreignobject", "<link"):  # fmt: skip
        assert word not in low, word
    loaded: list[str] = []
    still = browser.context.new_page()
    still.on("request", lambda request: loaded.append(request.url))
    still.set_content(html)
    still.wait_for_timeout(50)
    assert [each for each in loaded if not each.startswith("data:")] == [] and still.evaluate("window.stolen") is None
    still.close()
    page.close()


def test_a_giant_page_is_cut_and_kept(browser: Extended, web: Pages) -> None:
    browser.empty()
    script = b"<script>for(let n=0;n<160000;n+=1)document.body.append(document.createElement('i'));document.body.append('At the end.')</script>"
    web.held["/giant"] = ("text/html", b"<!doctype html><title>Giant</title><body><p>At the start.</p>" + script)
    page = browser.see(web.url("/giant"))
    assert browser.keep(page)["is"] == "waits"
    [waiting] = browser.waiting()
    capture = read_capture(io.BytesIO(browser.body_of(waiting["id"])))
    assert "At the start." in capture.facts["text"] and "At the end." in capture.facts["text"]
    assert capture.files["page.html"].count(b"<i>") <= 150_000 and "screenshot.png" in capture.files
    page.close()


def test_no_other_tab_comes_into_the_picture(browser: Extended, web: Pages) -> None:
    browser.empty()
    page = browser.see(web.url("/lazy"))
    tab = browser.tab_of(page)
    browser.own.bring_to_front()
    said = browser.ask("capture", tabId=tab, kind="page")
    assert said["is"] == "waits", "what can be read is kept"
    capture = read_capture(io.BytesIO(browser.body_of(browser.waiting()[0]["id"])))
    assert "Line 0." in capture.facts["text"] and capture.screenshots == []
    own = browser.own.evaluate("chrome.tabs.getCurrent().then((tab) => tab.id)")
    assert browser.ask("capture", tabId=own, kind="page") == {"is": "failed", "why": "closed"}
    assert browser.ask("capture", tabId=tab, kind="selection") == {"is": "failed", "why": "nothing selected"}
    page.close()


def answered(page: Any, url: str, body: bytes) -> None:
    """This address gives this, and nobody is asked for it."""
    page.route(url, lambda route: route.fulfill(body=body, content_type="text/html"))


SITES = {
    "x": "https://x.com/rowanvale/status/1001",
    "facebook": "https://www.facebook.com/rowan.vale.made.up/posts/501",
    "instagram": "https://www.instagram.com/p/MADEUP1/",
    "linkedin": "https://www.linkedin.com/feed/update/urn:li:activity:7001/",
    "tiktok": "https://www.tiktok.com/@rowan/video/1",
    "youtube": "https://www.youtube.com/watch?v=MADEUP",
    "reddit": "https://www.reddit.com/r/madeup/comments/abc/title/",
    "google_reviews": "https://www.google.ca/maps/place/made-up",
    "ratemds": "https://www.ratemds.com/doctor-ratings/made-up/",
}
FOUND = {
    "x": ("Anon", "anon_77", "https://x.com/anon_77/status/1002", "2026-09-14T20:01:00.000Z", "You should x be struck off.", 2),
    "facebook": (
        "Anon Person", "anon.person.made.up", "https://www.facebook.com/rowan.vale.made.up/posts/501?comment_id=502", "", "Shame on you.", 2,
    ),
    "instagram": ("rowan.vale.made.up", "rowan.vale.made.up", "https://www.instagram.com/p/MADEUP1/", "2026-09-14T19:54:07.000Z", "Clinic day.", 1),
    "linkedin": ("Anon", "anon-made-up", "", "2026-09-14T20:00:00Z", "Who paid you?", 2),
    "tiktok": ("Kind", "kind.made.up", "", "", "Thank you, doctor.", 2),
    "youtube": ("@kind-made-up", "kind-made-up", "https://www.youtube.com/watch?v=MADEUP&lc=Ug2", "", "Very clear.", 2),
    "reddit": (
        "anon_77", "anon_77", "https://www.reddit.com/r/madeup/comments/abc/comment/d1/", "2026-09-14T20:01:00.000Z", "By quitting.", 2,
    ),
    "google_reviews": ("Anon Patient", "1234567890", "", "", "Never again.", 1),
    "ratemds": (
        "A patient", "", "https://www.ratemds.com/doctor-ratings/made-up/#r55", "2026-09-14", "Cold and hurried.", 1,
    ),
}  # fmt: skip


def test_each_recipe_finds_the_posts_of_a_page_built_like_its_site_and_a_changed_site_is_a_plain_page(
    browser: Extended, web: Pages
) -> None:
    page = browser.context.new_page()
    page.set_default_timeout(LOOK_MS)
    for name, url in SITES.items():
        answered(page, url, web.held[f"/{name}"][1])
        page.goto(url)
        posts = browser.posts_on(page)
        last = posts[-1]
        got = (*(last[field] for field in ("author", "author_handle", "url", "sent_at", "text")), len(posts))
        assert (got, last["platform"]) == (FOUND[name], name), name
        mains = [each["is_main"] for each in posts]
        assert mains == [name in {"x", "facebook", "instagram", "reddit", "linkedin"}, False][: len(posts)], name
        page.evaluate("document.body.innerHTML = '<p>All is built anew.</p>'")
        assert browser.posts_on(page) == [], name
    page.close()


def test_posts_without_an_address_are_kept_under_one_of_their_page_and_come_in_as_messages(
    cast: Cast, parapet: Parapet, browser: Extended, web: Pages  # noqa: F811
) -> None:  # fmt: skip
    from parapet.records.models import Item

    browser.empty()
    connect(browser, parapet, cast)
    page = browser.context.new_page()
    answered(page, SITES["tiktok"], web.held["/tiktok"][1])
    page.goto(SITES["tiktok"])
    page.bring_to_front()
    assert browser.keep(page, "thread") == {"is": "kept", "why": ""}
    texts = taken_in()
    assert {"Quack.", "Thank you, doctor."} <= set(texts) and Item.objects.filter(channel="web").count() == 3
    [capture] = originals()
    assert capture.facts["kind"] == "thread"
    urls = {each["url"] for each in capture.facts["posts"]}
    assert len(urls) == 2 and all(url.startswith(f"{SITES['tiktok']}#/post/") for url in urls)
    page.close()


def test_a_blurred_page_shows_what_is_pointed_at_or_reached_and_is_whole_again_afterwards(browser: Extended, web: Pages) -> None:
    web.held["/plain"] = (
        "text/html",
        b"<!doctype html><title>P</title><body><p id=a>Words.</p><p id=b>Others, <a href='/x'>a way</a>.</p><img src='/same.png'><div></div>",
    )
    page = browser.see(web.url("/plain"))
    page.mouse.move(900, 600)
    before = page.evaluate("document.body.innerHTML")
    tab = browser.tab_of(page)
    assert browser.ask("blur", tabId=tab)["is"] == "blurred"

    def clear(selector: str) -> bool:
        return bool(page.evaluate("(s) => getComputedStyle(document.querySelector(s)).filter === 'none'", selector))

    assert not any(clear(each) for each in ("#a", "#b", "img"))
    page.hover("#a")
    assert clear("#a") and not clear("#b")
    page.mouse.move(900, 600)
    page.keyboard.press("Tab")
    assert clear("#a") and not clear("#b"), "what has nothing to press can be reached too"
    page.keyboard.press("Tab")
    assert not clear("#a") and clear("#b")
    page.evaluate("document.querySelector('div').innerHTML = '<p id=c>New.</p>'")
    page.wait_for_function("document.getElementById('c').hasAttribute('data-parapet-blur')")
    assert not clear("#c")
    page.evaluate("document.querySelector('div').innerHTML = ''")
    assert browser.ask("blur", tabId=tab)["is"] == "clear"
    assert all(clear(each) for each in ("#a", "#b", "img")) and page.evaluate("document.body.innerHTML") == before
    page.close()


def test_the_extensions_own_pages_have_no_fault_and_work_with_the_keyboard(browser: Extended, web: Pages) -> None:
    browser.empty()
    page = browser.see(web.url("/x"))
    browser.keep(page)
    page.close()
    for name in ("popup.html", "options.html"):
        own = browser.see(f"chrome-extension://{browser.id}/{name}")
        own.get_by_role("button").first.wait_for()
        found = Axe().run(own)
        assert found.violations_count == 0, (name, found.generate_report())
        assert own.evaluate("document.documentElement.lang") in {"en-CA", "fr-CA"}
        own.keyboard.press("Tab")
        assert own.evaluate("document.activeElement !== document.body")
        own.set_viewport_size({"width": 320, "height": 600})
        assert own.evaluate("document.documentElement.scrollWidth <= 320"), name
        own.close()
    own = browser.see(f"chrome-extension://{browser.id}/popup.html")
    remove = own.get_by_role("button", name="Remove")
    remove.click()
    assert len(browser.waiting()) == 1, "asked once more: it is the only copy"
    own.get_by_role("button", name="Remove for good?").click()
    own.locator("#waiting").wait_for(state="hidden")
    assert browser.waiting() == []
    own.close()
