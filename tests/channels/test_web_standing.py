"""What looking at a page again tells, and a page made inert; without a browser."""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator  # type: ignore[import-untyped]

from parapet.channels.web.inert import inert
from parapet.channels.web.standing import Standing, standing
from parapet.channels.web.wacz import Exchange, write_wacz

AT = "https://social.example/@who/1"
LONG = "Once upon a time there was a page about a login that was suspended. " * 40


@pytest.mark.parametrize(
    ("status", "landed", "text", "known", "whole", "expected"),
    [
        (200, AT, "words", (), True, Standing.KEPT),
        (200, AT, " words\n here ", ("words here",), True, Standing.SAME),
        (200, AT, "words here, and more", ("words here",), True, Standing.EDITED),
        (200, AT, "top words here bottom", ("words here",), False, Standing.SAME),
        (200, AT, "top swords heres bottom", ("words here",), False, Standing.EDITED),
        (200, AT, "first", ("first", "second"), True, Standing.SAME),
        (404, AT, "gone", ("words",), True, Standing.DELETED),
        (404, AT, "gone", ("words", "gone"), True, Standing.DELETED),
        (410, AT, "", ("words",), True, Standing.DELETED),
        (404, AT, "This account has been suspended", ("words",), True, Standing.SUSPENDED),
        (200, AT, "Ce compte a été suspendu.", ("words",), True, Standing.SUSPENDED),
        (200, AT, "This post was deleted by its author", ("words",), True, Standing.DELETED),
        (200, AT, "Cette publication n’est plus disponible", ("words",), True, Standing.DELETED),
        (200, "https://social.example/accounts/login/?next=1", "Sign in", ("words",), True, Standing.LOGIN),
        (401, AT, "", ("words",), True, Standing.LOGIN),
        (503, AT, "later", ("words",), True, Standing.UNREACHABLE),
        (403, AT, "no", ("words",), True, Standing.UNREACHABLE),
        (200, AT, LONG, ("words",), True, Standing.EDITED),
        (200, AT, "account suspended", ("account suspended",), True, Standing.SAME),
    ],
)
def test_how_a_page_stands(status: int, landed: str, text: str, known: tuple[str, ...], whole: bool, expected: Standing) -> None:
    assert standing(status=status, asked=AT, landed=landed, text=text, known=known, is_whole=whole) is expected


def test_a_page_made_inert_keeps_words_and_pictures() -> None:
    page = (
        '<html><head><title>T</title><link rel="stylesheet" href="/s.css"><meta http-equiv="refresh" content="0;url=//evil.example">'
        '<script>alert(1)</script></head><body onload="x()"><p style="color:red" onclick="y()">Words &amp; more</p>'
        '<img src="/p.png" alt="A"><img src="https://evil.example/t.gif"><a href="https://evil.example/">there</a>'
        '<form action="/x"><input type="password" value="s"></form><iframe src="//evil.example"></iframe></body></html>'
    )
    bodies = {
        "https://n.example/p.png": ("image/png", b"\x89PNG"),
        "https://n.example/s.css": ("text/css", b"p{margin:0}</style>"),
    }
    made = inert(page, "https://n.example/a", bodies)
    assert "Words &amp; more" in made and "data:image/png;base64,iVBORw==" in made and "p{margin:0}" in made
    assert "evil.example" not in re.sub(r'data-address="[^"]*"', "", made)
    assert_inert(made)


class Watcher(HTMLParser):
    """Finds what would do something."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"script", "iframe", "object", "embed", "form", "link", "base", "svg", "math", "frame"}:
            self.found.append(tag)
        for name, value in attrs:
            if name.startswith("on") or name in {"href", "action", "srcdoc", "srcset", "formaction", "background"}:
                self.found.append(name)
            if name == "src" and not (value or "").startswith("data:image/"):
                self.found.append(f"src {value}")
        if tag == "meta" and dict(attrs).get("http-equiv") not in (None, "Content-Security-Policy"):
            self.found.append("meta")


def assert_inert(made: str) -> None:
    watcher = Watcher()
    watcher.feed(made)
    watcher.close()
    assert not watcher.found
    assert made.index("Content-Security-Policy") < 250
    assert made.lower().count("<style") == made.lower().count("</style")


PIECES = st.sampled_from(
    ["<script>", "</script>", "<style>", "</style>", "<svg onload=x>", "<img src=//e.example/x>", "<p onclick='a'>", "<title>", "</title>",
     "<link rel=stylesheet href=//e.example>", "<iframe srcdoc='<script>'>", "</iframe>", "<!--", "-->", "<![CDATA[", "]]>", "<a href=javascript:x>",
     "<noscript>", "<template>", "</template>", "text", "&lt;script&gt;", '"', "'>", "<base href=//e.example>", "<form action=x>", "<table><tr><td>", "\0"]
)  # fmt: skip


@given(pieces=st.lists(PIECES | st.text(max_size=6), max_size=14))
@settings(max_examples=300)
def test_whatever_the_page_it_stays_inert(pieces: list[str]) -> None:
    assert_inert(inert("".join(pieces), "https://n.example/", {}))


def test_an_archive_for_replay_holds_what_was_loaded() -> None:
    exchanges = [
        Exchange("https://www.n.example/A?b=1&a=2", "GET", [("accept", "*/*")], 200,
                 [("content-type", "text/html; charset=utf-8"), ("content-encoding", "gzip"), ("x-bad", "a\r\nInjected: 1")], b"<p>words", "192.0.2.1"),
        Exchange("https://n.example/gone", "GET", [], 302, [("location", "/A")], b""),
    ]  # fmt: skip
    raw = write_wacz(exchanges, page="https://n.example/A", title="T", at=datetime(2026, 10, 1, tzinfo=UTC), software="Parapet")
    archive = zipfile.ZipFile(io.BytesIO(raw))
    package = json.loads(archive.read("datapackage.json"))
    for each in package["resources"]:
        content = archive.read(each["path"])
        assert (each["hash"], each["bytes"]) == (f"sha256:{hashlib.sha256(content).hexdigest()}", len(content))
    warc = archive.read("archive/data.warc.gz")
    found = {}
    for record in ArchiveIterator(io.BytesIO(warc), check_digests="raise"):
        if record.rec_type == "response":
            assert (
                record.http_headers.get_header("Injected") is None and record.http_headers.get_header("content-encoding") is None
            )
            found[record.rec_headers.get_header("WARC-Target-URI")] = (
                record.http_headers.get_statuscode(),
                record.content_stream().read(),
            )
    assert found == {"https://www.n.example/A?b=1&a=2": ("200", b"<p>words"), "https://n.example/gone": ("302", b"")}
    for line in archive.read("indexes/index.cdx").decode().splitlines():
        key, _time, said = line.split(" ", 2)
        place = json.loads(said)
        part = warc[int(place["offset"]) : int(place["offset"]) + int(place["length"])]
        [record] = list(ArchiveIterator(io.BytesIO(part)))[:1]
        assert key.startswith("example,n)/")
        assert record.rec_headers.get_header("WARC-Target-URI") == place["url"]
