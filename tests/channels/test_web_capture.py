"""Pages kept by a real Chromium, from real servers on the loopback, kind and hostile."""

from __future__ import annotations

import io
import json
import subprocess
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler

import pytest
from support.pages_served import Pages, html, moved, pages_served
from warcio.archiveiterator import ArchiveIterator  # type: ignore[import-untyped]

from parapet.channels.contract import About
from parapet.channels.web import fetch
from parapet.channels.web.container import Capture, read_capture
from parapet.channels.web.fetch import Capturer, NotCaptured
from parapet.channels.web.parse import parse
from parapet.domain.parsed import Found
from parapet.network.relay import resolved

PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c63f8cfc0f01f00050001ff56c72d410000000049454e44ae426082"
)


@pytest.fixture(scope="module")
def looked_up() -> list[str]:
    """Every name that Chromium wanted to reach."""
    return []


@pytest.fixture(scope="module")
def browser(looked_up: list[str]) -> Iterator[Capturer]:
    def resolve(host: str, port: int) -> list[str]:
        looked_up.append(host)
        return resolved(host, port) if host == "127.0.0.1" else []

    with Capturer(inside=True, resolve=resolve) as capturer:
        yield capturer


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[str, Pages, list[str]]]:
    with pages_served() as running:
        yield running


def kept(browser: Capturer, url: str) -> Capture:
    raw = browser.capture(url).raw
    [item] = parse(io.BytesIO(raw), About())
    assert isinstance(item, Found) and item.raw == raw
    return read_capture(io.BytesIO(raw))


def test_a_page_is_kept_with_all_that_can_be_seen_of_it(browser: Capturer, served: tuple[str, Pages, list[str]]) -> None:
    here, pages, _asked = served
    pages["/from"] = moved("/story")
    pages["/p.png"] = (200, {"Content-Type": "image/png"}, PICTURE)
    pages["/s.css"] = (200, {"Content-Type": "text/css"}, b"h1{color:rgb(1,2,3)}")
    pages["/story"] = html(
        '<html lang="fr"><link rel=stylesheet href=/s.css><h1>Un titre</h1><p hidden>caché</p><p id=p>vieux</p><img src=/p.png>'
        '<a href="/next">suite</a><div style="height:12000px"></div>'
        "<script>document.getElementById('p').textContent='écrit par un script'; Object.prototype.toString=null; String=null</script>"
    )
    seen = kept(browser, f"{here}/from")
    facts = seen.facts
    assert (facts["url"], facts["final_url"], facts["by"], facts["lang"]) == (f"{here}/from", f"{here}/story", "parapet", "fr")
    assert "Un titre" in facts["text"] and "écrit par un script" in facts["text"] and "caché" not in facts["text"]
    assert facts["links"] == [f"{here}/next"] and facts["notes"] == [] and facts["agent"].startswith("Chromium ")
    assert seen.screenshots == ["screenshot.png", "screenshot-2.png"], "a long page is kept in parts"
    assert seen.files["page.pdf"].startswith(b"%PDF-") and b"Un titre" in seen.files["page.mhtml"]
    page = seen.files["page.html"].decode()
    assert "data:image/png;base64," in page and "h1{color:rgb(1,2,3)}" in page and "<script" not in page
    told = json.loads(seen.files["response.json"])
    assert [(each["status"], each["ip"], each["certificate"]) for each in told["responses"]] == [
        (302, "127.0.0.1", []),
        (200, "127.0.0.1", []),
    ]
    assert told["redirects"] == [f"{here}/from"]
    archive = zipfile.ZipFile(io.BytesIO(seen.files["archive.wacz"]))
    records = ArchiveIterator(io.BytesIO(archive.read("archive/data.warc.gz")), check_digests="raise")
    loaded = {
        record.rec_headers.get_header("WARC-Target-URI"): record.content_stream().read()
        for record in records
        if record.rec_type == "response"
    }
    assert loaded[f"{here}/p.png"] == PICTURE and b"Un titre" in loaded[f"{here}/story"] and f"{here}/from" in loaded


def test_an_error_page_is_kept_too_and_its_form_is_told_to_nobody(
    browser: Capturer, served: tuple[str, Pages, list[str]], looked_up: list[str]
) -> None:
    here, pages, _asked = served
    form = "<form><input name=user autocomplete=username><input name=mail type=email><input name=word type=password></form>"
    pages["/gone"] = html(f"<p>It is gone{form}", 410)
    seen = kept(browser, f"{here}/gone")
    assert (seen.facts["status"], seen.facts["text"].strip()) == (410, "It is gone")
    assert seen.facts["notes"] == ["asks_password"] and set(looked_up) == {"127.0.0.1"}, "Chromium asks its maker nothing"


def endless(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", "text/html")
    handler.end_headers()
    handler.wfile.write(b"<!doctype html><p>words")
    while True:
        handler.wfile.write(b"<!-- " + bytes(65_536).replace(b"\0", b"x") + b" -->")


def test_hostile_pages_are_kept_as_far_as_they_go_or_refused(
    browser: Capturer, served: tuple[str, Pages, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    here, pages, asked = served
    monkeypatch.setattr(fetch, "MAX_LOADED_BYTES", 3_000_000)
    pages["/endless"] = endless
    assert "cut_at_bytes" in kept(browser, f"{here}/endless").facts["notes"]
    pages["/tall"] = html("<p>words<div style='height:9000000px'></div>")
    tall = kept(browser, f"{here}/tall")
    assert "cut_at_height" in tall.facts["notes"] and len(tall.screenshots) == 4
    pages["/popups"] = html(
        "<p>words<script>for (let i=0;i<30;i++) window.open('/popup'); alert(1); try { location='file:///etc/passwd' } catch (e) {}"
        "navigator.serviceWorker && navigator.serviceWorker.register('/sw.js').catch(() => 0); location = 'data:text/html,x';"
        "new WebSocket('ws://127.0.0.1:9/'); new RTCPeerConnection()</script>"
    )
    seen = kept(browser, f"{here}/popups")
    assert seen.facts["final_url"] == f"{here}/popups" and seen.facts["text"].strip() == "words"
    assert "/popup" not in asked and "/sw.js" not in asked
    pages["/file"] = (200, {"Content-Type": "application/octet-stream", "Content-Disposition": "attachment"}, b"MZ")
    pages["/blob"] = html("<script>location = URL.createObjectURL(new Blob(['<p>other'], {type: 'text/html'}))</script>")
    for path, reasons in (("/file", {"not_a_page"}), ("/blob", {"not_a_page"})):
        with pytest.raises(NotCaptured) as stopped:
            browser.capture(f"{here}{path}")
        assert stopped.value.reason in reasons


def test_a_page_that_hangs_is_killed_and_the_next_one_is_kept(
    browser: Capturer, served: tuple[str, Pages, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    here, pages, _asked = served
    kept(browser, f"{here}/nothing")  # it has started
    pages["/hangs"] = html("<p>words<script>addEventListener('load', () => { for (;;) {} })</script>")
    monkeypatch.setattr(fetch, "MAX_S", 6.0)
    with pytest.raises(NotCaptured) as stopped:
        browser.capture(f"{here}/hangs")
    assert stopped.value.reason == "too_slow"
    monkeypatch.undo()
    pages["/next"] = html("<p>next")
    assert kept(browser, f"{here}/next").facts["text"].strip() == "next"


def test_nothing_inside_is_reached_and_nothing_is_left_behind(served: tuple[str, Pages, list[str]]) -> None:
    here, pages, asked = served
    pages["/inside"] = html("inside")
    asked.clear()
    port = here.rpartition(":")[2]
    public = {"public.example": "127.0.0.1"}  # what a rebinding name says
    names: set[str] = set()

    def resolve(host: str, _port: int) -> list[str]:
        names.add(host)
        return [public.get(host, host)]

    with Capturer(resolve=resolve) as shut:
        for url in (f"{here}/inside", f"http://[::1]:{port}/inside", f"http://0x7f.1:{port}/inside", f"http://public.example:{port}/inside",
                    f"https://127.0.0.1:{port}/inside"):  # fmt: skip
            with pytest.raises(NotCaptured) as stopped:
                shut.capture(url)
            assert stopped.value.reason == "not_public", url
        for url in (
            "file:///etc/passwd",
            "data:text/html,x",
            "javascript:1",
            "chrome://version",
            "http://user:word@n.example/",
            "n.example",
            "",
        ):
            with pytest.raises(NotCaptured) as stopped:
                shut.capture(url)
            assert stopped.value.reason == "bad_address", url
        assert asked == []
        assert names == {"127.0.0.1", "::1", "public.example"}, "Chromium asks for nothing by itself"
        folder = shut._chromium._folder  # type: ignore[union-attr]
        assert folder.exists()
    assert not folder.exists()
    running = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout
    assert str(folder) not in running


def test_without_a_browser_it_says_so() -> None:
    with Capturer("/nowhere/chromium") as none, pytest.raises(NotCaptured) as stopped:
        none.capture("https://n.example/")
    assert stopped.value.reason == "no_browser"
