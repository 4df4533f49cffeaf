"""The extension in a real Firefox: the same files, the same captures."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from support.extended import pages
from support.firefox import firefox
from support.pictures import picture

from parapet.channels.web.container import read_capture

HERE = Path(__file__).parent / "extension_pages"


@pytest.mark.slow
@pytest.mark.firefox
def test_what_a_person_sees_in_firefox_is_kept_once_she_presses_the_sign(tmp_path: Path) -> None:
    lazy = (HERE / "lazy.html").read_bytes().replace(b"OTHER", b"")
    held = {"/lazy": ("text/html", lazy), "/same.png": ("image/png", picture(120, 5, 200))}
    with pages(held) as web, firefox(tmp_path) as browser:
        url = web.url("/lazy")
        page = browser.see(url)
        browser.press_its_sign()
        tab = browser.tab_of(url)
        assert browser.ask("capture", tabId=tab, kind="thread") == {"is": "waits", "why": ""}
        browser.say(page, "getSelection().selectAllChildren(document.querySelector('#list p'))")
        assert browser.ask("capture", tabId=tab, kind="selection") == {"is": "waits", "why": ""}
        first, second = browser.ask("state")["waiting"]
        whole, selected = (read_capture(io.BytesIO(browser.body_of(each["id"]))) for each in (first, second))
        assert "Line 4." in whole.facts["text"] and "Line 5." in whole.facts["text"], "more came as it scrolled"
        assert whole.screenshots and whole.facts["kind"] == "thread"
        assert (whole.facts["by"], whole.facts["url"], selected.facts["text"]) == ("extension", url, "Line 0.")
        assert "Firefox" in whole.facts["agent"] and "<script" not in whole.files["page.html"].decode()
        assert "Line 5." in whole.files["page.html"].decode() and selected.screenshots

        look = "getComputedStyle(document.querySelector('#list p')).filter"
        assert browser.ask("blur", tabId=tab)["is"] == "blurred" and browser.say(page, look) != "none"
        assert browser.ask("blur", tabId=tab)["is"] == "clear" and browser.say(page, look) == "none"
