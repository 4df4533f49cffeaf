"""Feeds and searches watched for a name: read from real servers, and from hostile ones; a name is found as a name and nowhere else."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.pages_served import Pages, moved, pages_served

from parapet.channels.contract import About, Head, recognise
from parapet.channels.feed.entries import Unread, read_feed, read_results
from parapet.channels.feed.fetch import FeedLine, _hosts, open_line
from parapet.channels.feed.parse import parse, write_delivery
from parapet.domain.errors import OutsideRefused, OutsideUnreachable, PrivateAddress, SignInRefused
from parapet.domain.parsed import Found, Passed, Reason, Refused
from parapet.patterns.named import Named, names_found

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
NAME = "Dr. Jane Q. Doe"

RSS = b"""<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>The Daily</title><link>https://daily.example/</link>
<item><title>On vaccines</title><link>https://daily.example/1</link><guid isPermaLink="false">tag:1</guid><dc:creator>R. Pen</dc:creator>
<pubDate>Mon, 30 Nov 2026 10:00:00 GMT</pubDate><description>&lt;p&gt;Yesterday &lt;b&gt;Dr. Doe&lt;/b&gt;
said&lt;script&gt;x()&lt;/script&gt; so.&lt;/p&gt;</description></item>
<item><title>On weather</title><link>https://daily.example/2</link><description>Doe season begins. Jane's doeskin.</description></item>
</channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>Blog</title><entry><title type="html">J&#xE0;ne D&#246;e, M.D.</title>
<link rel="self" href="https://blog.example/self"/><link href="/posts/7"/><id>urn:7</id><updated>2026-11-30T10:00:00Z</updated>
<author><name>Someone</name></author><summary>x</summary><content type="html">Doe, Jane was there</content></entry></feed>""".encode(
    "iso-8859-1"
)
FOUND = {"query": "x", "results": [{"title": "Thread", "url": "https://f.example/t", "content": "jane doe is a quack", "publishedDate": "2026-11-30T09:00:00"},
                                  {"title": "Other", "url": "https://f.example/o", "content": "nothing"}]}  # fmt: skip


def parsed(body: bytes, names: tuple[str, ...] = (NAME,)) -> list[Any]:
    raw = write_delivery("https://blog.example/feed", names, body)
    found = list(parse(io.BytesIO(raw), About()))
    for each in found:
        if isinstance(each, Found):
            assert raw[each.place.offset : each.place.offset + each.place.length] == each.raw
    return found


def test_entries_that_name_her_are_items_with_their_own_bytes() -> None:
    one, other = parsed(RSS)
    assert isinstance(one, Found) and isinstance(other, Passed)
    assert (
        one.raw.startswith(b"<item>") and one.raw.endswith(b"</item>") and b"Yesterday" in one.raw and b"weather" not in one.raw
    )
    item = one.item
    assert (item.uri, item.subject, item.place, item.author.name) == (
        "https://daily.example/1",
        "On vaccines",
        "The Daily",
        "R. Pen",
    )
    assert item.text == "Yesterday Dr. Doe said so." and item.sent_at == datetime(2026, 11, 30, 10, tzinfo=UTC)
    [entry] = parsed(ATOM)
    assert (entry.item.url, entry.item.text) == ("https://blog.example/posts/7", "Doe, Jane was there")
    assert entry.raw.startswith(b"<entry>") and entry.raw.endswith(b"</entry>")
    result, passed = parsed(json.dumps(FOUND).encode())
    assert result.item.uri == "https://f.example/t" and json.loads(result.raw)["title"] == "Thread" and isinstance(passed, Passed)
    assert parsed(b'{"results": []}') == []
    known = recognise(Head(write_delivery("https://x.example/", (NAME,), RSS), 900))
    assert known is not None and known.name == "feed"


BOMB = b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;">]><rss><channel><title>&b;</title></channel></rss>'
OUTSIDE = b'<!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/passwd">]><rss><channel><item><title>&a;</title></item></channel></rss>'


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (BOMB, Reason.BAD_RECORD), (OUTSIDE, Reason.BAD_RECORD),
        (b"<rss><channel>" + b"<x>" * 100, Reason.TOO_DEEP),
        (b"<html><p>no</p></html>", Reason.UNKNOWN_FORMAT),
        (b"", Reason.BAD_SYNTAX), (b'{"results": [', Reason.BAD_SYNTAX), (b"\xff\xfe\x00", Reason.BAD_SYNTAX), (b"7", Reason.BAD_SYNTAX),
        (b'<?xml version="1.0" encoding="no-such"?><rss/>', Reason.BAD_ENCODING), (b"<rss></channel>", Reason.BAD_SYNTAX),
    ],
)  # fmt: skip
def test_hostile_and_broken_documents_are_refused_by_name(body: bytes, reason: Reason) -> None:
    [refused] = parsed(body)
    assert isinstance(refused, Refused) and refused.reason is reason


def test_a_feed_that_breaks_off_gives_what_stood_before() -> None:
    assert len(read_feed(RSS[: RSS.index(b"</channel>")]).entries) == 2
    assert [type(each) for each in parsed(b"no head")] == [Refused]
    assert isinstance(next(iter(parse(io.BytesIO(b"{}"), About()))), Refused)


@settings(max_examples=60, deadline=None)
@given(body=st.binary(max_size=200), at=st.integers(0, len(RSS)))
def test_nothing_that_a_server_sends_breaks_the_reading(body: bytes, at: int) -> None:
    for given_ in (body, RSS[:at] + body + RSS[at:], b"<rss><item>" + body, b"[" + body + b"]"):
        for read in (read_feed, read_results):
            try:
                for each in read(given_).entries:
                    assert 0 <= each.offset <= each.offset + each.length <= len(given_)
            except Unread:
                pass


@pytest.mark.parametrize(
    "text",
    ["Jane Doe spoke", "JANE DOE", "Dr Doe's view", "J. Doe", "J. Q. Doe", "Jane Q Doe", "Doe, Jane", "DOE MD", "la Dre Doe", "Jané Döe", "(Jane Doe)"],
)  # fmt: skip
def test_a_name_is_found_as_people_write_it(text: str) -> None:
    assert Named.of(NAME).is_in(text)


@pytest.mark.parametrize(
    "text",
    ["", "Doe", "a doe, jane-doe-like", "Jane and John Doe", "Janet Doe", "Jane Doering", "Doe. Jane", "John Doe", "K. Doe", "Jane said Doe", "doeMD"],
)  # fmt: skip
def test_nobody_else_is_taken_for_her(text: str) -> None:
    assert not Named.of(NAME).is_in(text)


@given(text=st.text(max_size=200), name=st.text(max_size=30))
def test_a_name_is_never_found_where_its_surname_is_not(text: str, name: str) -> None:
    from parapet.patterns.aimed_at import fold

    words = Named.of(name).words
    if names_found((name,), text):
        assert words and words[-1] in fold(text)


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[str, Pages, list[str]]]:
    with pages_served() as running:
        yield running


def test_a_feed_is_asked_for_what_changed_and_brings_each_entry_once(served: tuple[str, Pages, list[str]]) -> None:
    here, pages, asked = served
    _hosts.clear()
    heard: list[dict[str, str]] = []
    time = [NOW]

    def feed(handler: Any) -> None:
        heard.append({name.lower(): value for name, value in handler.headers.items()})
        body = (
            b""
            if heard[-1].get("if-none-match") == '"one"' and not changed
            else RSS.replace(b"On vaccines", changed or b"On vaccines")
        )
        handler.send_response(200 if body else 304)
        handler.send_header("ETag", '"one"')
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    changed = b""
    pages["/feed"] = feed
    line = open_line({"pages": [[f"{here}/feed", "x"]], "names": [NAME], "password": "secret key"}, inside=True)
    line.clock = lambda: time[0]
    cursor = line.begin()
    assert len(heard) == 1 and heard[0]["authorization"] == "secret key" and "cookie" not in heard[0]

    def look() -> int:
        nonlocal cursor
        _hosts.clear()
        batch = line.fetch(cursor)
        cursor = json.loads(json.dumps(batch.cursor))
        assert not batch.more and not line.wait(0)
        time[0] += timedelta(hours=1)
        return sum(isinstance(each, Found) for piece in batch.pieces for each in parse(io.BytesIO(piece.raw), About()))

    assert look() == 1 and "if-none-match" not in heard[1]
    assert look() == 0 and heard[2]["if-none-match"] == '"one"'
    changed = b"On vaccines again"
    assert look() == 1 and look() == 0
    state = cursor["pages"][f"{here}/feed"]  # type: ignore[index]
    assert (state["found"], state["fault"], len(state["seen"])) == (1, "", 2)

    pages["/feed"] = (429, {"Retry-After": "7200"}, b"")
    line.fetch(cursor)
    assert _hosts[here.removeprefix("http://")].free_at >= time[0] + timedelta(hours=2)
    pages["/feed"] = (200, {}, BOMB)
    assert look() == 0 and cursor["pages"][f"{here}/feed"]["fault"] == "unread"  # type: ignore[index]

    # The key is for the server that was named, and what leads inside is not reached.
    with pages_served() as (other, there, _asked):
        got: list[str | None] = []

        def tell(handler: Any) -> None:
            got.append(handler.headers.get("Authorization"))
            handler.send_response(404)
            handler.send_header("Content-Length", "0")
            handler.end_headers()

        there["/feed"] = tell
        pages["/feed"] = moved(f"{other}/feed")
        with pytest.raises(OutsideRefused):
            line.begin()
        assert got == [None]
    asked.clear()
    with pytest.raises(PrivateAddress):
        FeedLine((f"{here}/feed",), (NAME,), "", inside=False).begin()
    assert asked == []
    pages["/feed"] = (403, {}, b"")
    with pytest.raises(SignInRefused):
        line.begin()
    pages["/feed"] = (500, {}, b"")
    with pytest.raises(OutsideUnreachable):
        line.begin()
    with pytest.raises(OutsideRefused):
        open_line({"pages": [["javascript:x", "x"]], "names": [NAME]}, inside=True)
