"""Reviews on watched pages: read from what a site says, new, changed and gone ones told apart, and a page that says nothing never taken for an empty one."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.pages_served import Pages, html, pages_served

from parapet.channels.contract import About
from parapet.channels.web.container import read_capture
from parapet.channels.web.fetch import Captured, Capturer, NotCaptured
from parapet.channels.web.parse import parse
from parapet.channels.web.recipes import recipe_for
from parapet.channels.web.reviews import Review, reviews_of, vanished
from parapet.channels.web.watched import PagesLine, _hosts
from parapet.domain.items import ItemKind
from parapet.domain.parsed import Found, Gone, Reason

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)


def ld(*reviews: dict[str, Any], count: int | None = None) -> str:
    told = {
        "@context": "https://schema.org",
        "@type": "Physician",
        "name": "Dr. Moreau",
        "review": [{"@type": "Review", **each} for each in reviews],
    }
    if count is not None:
        told["aggregateRating"] = {"@type": "AggregateRating", "reviewCount": str(count)}  # type: ignore[assignment]
    return f'<script type="application/ld+json">{json.dumps(told)}</script>'


def said(author: str, day: str, text: str, stars: int | str = 1, **more: Any) -> dict[str, Any]:
    rating = {"@type": "Rating", "ratingValue": stars}
    return {
        "author": {"@type": "Person", "name": author},
        "datePublished": day,
        "reviewBody": text,
        "reviewRating": rating,
        **more,
    }


ONE = said("A. Quill", "2026-11-20", "Saw her on television. Disgraceful.")
TWO = said("B. Lark", "2026-11-22", "She listened, and explained every result.", 5)
THREE = said("C. Wren", "2026-11-28", "Avoid.", "2,0")


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[str, Pages, list[str]]]:
    with pages_served() as running:
        yield running


@pytest.mark.slow
def test_a_browser_reads_what_sites_say_in_their_own_ways_and_a_week_on_a_page_is_told(
    served: tuple[str, Pages, list[str]],
) -> None:
    here, pages, asked = served
    page = f"{here}/doctor"
    time = [NOW]
    hostile = (
        '<script>Array.from = Array.prototype.slice = () => [{reviewBody: "forged"}]; JSON.stringify = () => "forged"</script>'
    )
    micro = (
        '<div itemscope itemtype="https://schema.org/Review"><span itemprop="author" itemscope itemtype="https://schema.org/Person">'
        '<span itemprop="name">D. Finch</span></span><time itemprop="datePublished" datetime="2026-11-29">Sunday</time>'
        '<p itemprop="reviewBody">Rude &amp; <b>late</b></p><div itemprop="reviewRating" itemscope itemtype="https://schema.org/Rating">'
        '<meta itemprop="ratingValue" content="3"></div></div>'
    )
    with Capturer(inside=True) as browser:
        line = PagesLine(((page, "doctors"),), True, look=lambda url: browser.capture(url, reviews=True), clock=lambda: time[0])
        cursor: Any = line.begin()

        def look() -> tuple[list[Found], list[Gone], dict[str, Any]]:
            nonlocal cursor
            _hosts.clear()
            batch = line.fetch(cursor)
            cursor = json.loads(json.dumps(batch.cursor))
            assert not batch.more and not line.wait(0)
            parsed = [each for piece in batch.pieces for each in parse(io.BytesIO(piece.raw), About())]
            time[0] += timedelta(hours=16)
            found = [each for each in parsed if isinstance(each, Found)]
            for each in found:
                assert json.loads(each.raw)["text"] == each.item.text, "each has its own bytes"
            return found, [each for each in parsed if isinstance(each, Gone)], cursor["pages"][page]

        pages["/doctor"] = html(hostile + ld(ONE, TWO, count=41) + micro)
        found, gone, state = look()
        assert [(each.item.author.name, each.item.rating, each.item.kind) for each in found] == [
            ("A. Quill", 1.0, ItemKind.REVIEW), ("B. Lark", 5.0, ItemKind.REVIEW), ("D. Finch", 3.0, ItemKind.REVIEW),
        ]  # fmt: skip
        assert found[2].item.text == "Rude & late" and found[0].item.sent_at == datetime(2026, 11, 20, tzinfo=UTC)
        assert found[0].item.uri.startswith(f"{page}#/review/") and found[0].item.url == page
        assert (state["count"], state["by"], gone) == (41, "schema", [])
        assert look()[:2] == ([], []), "nothing changed, and nothing is kept twice"

        pages["/doctor"] = html(ld(THREE, {**ONE, "reviewBody": "Saw her on television. Disgraceful. Edited."}, TWO) + micro)
        found, gone, _state = look()
        assert [each.item.author.name for each in found] == ["C. Wren", "A. Quill", "B. Lark", "D. Finch"] and not gone
        first = found[1].item.uri
        assert first.startswith(f"{page}#/review/") and found[0].item.rating == 2.0
        pages["/doctor"] = html(ld(THREE, TWO) + micro)
        assert look()[1] == [], "missing once may be a slip of the page"
        _found, gone, _state = look()
        assert [(each.uri, each.channel) for each in gone] == [(first, "web")], "the same review, edited or not"

        pages["/doctor"] = html("<h1>A new design</h1>" + "<p>words</p>" * 20)
        found, gone, state = look()
        assert (found, gone, state["fault"]) == ([], [], "no_reviews"), "nobody's reviews are gone because a page changed"
        pages["/doctor"] = html('<form><input type="password"></form>Sign in')
        time[0] += timedelta(days=1)
        assert look()[2]["fault"] == "login_wall"
        pages["/robots.txt"] = (200, {}, b"User-agent: *\nDisallow: /doctor")
        time[0] += timedelta(days=2)
        loads = asked.count("/doctor")
        assert look()[2]["fault"] == "robots" and asked.count("/doctor") == loads
        del pages["/robots.txt"]


def test_a_page_that_cannot_be_looked_at_is_asked_less_and_less_often_and_holds_none_of_the_others_up() -> None:
    _hosts.clear()
    time = [NOW]

    def look(_url: str) -> Captured:
        raise NotCaptured(Reason.NO_BROWSER)

    line = PagesLine((("http://127.0.0.1:1/a", "a"),), True, look=look, clock=lambda: time[0])
    batch = line.fetch({"pages": {}})
    state = dict(batch.cursor["pages"]["http://127.0.0.1:1/a"])
    assert (batch.pieces, state["fault"]) == ((), "unreachable"), "it does not say what programs may do: it is not opened"
    first = datetime.fromisoformat(state["next"]) - NOW
    time[0] = datetime.fromisoformat(state["next"]) + timedelta(days=1)
    again = dict(line.fetch(batch.cursor).cursor["pages"]["http://127.0.0.1:1/a"])
    assert datetime.fromisoformat(again["next"]) - time[0] > first * 1.2


def test_what_a_page_says_of_ratings_and_addresses_is_held_within_bounds() -> None:
    page = "https://www.doctors.example/moreau"
    told = {
        "ld": [
            "not json", "[" * 3_000,
            json.dumps({"@graph": [
                {"@type": ["Thing", "http://schema.org/Review"], "reviewBody": "ten of ten", "reviewRating": {"ratingValue": 10, "bestRating": 10}},
                {"@type": "Review", "reviewBody": "elsewhere", "url": "https://evil.example/x", "reviewRating": {"ratingValue": 900}},
                {"@type": "Review", "reviewBody": "here", "url": "/moreau/r/7", "author": "E", "datePublished": "2026-01-01"},
                {"@type": "Review", "reviewBody": "anchor", "@id": "#r8"},
                {"@type": "Review", "reviewBody": "same", "author": "F", "datePublished": "2026-01-02"},
                {"@type": "Review", "reviewBody": "same day", "author": "F", "datePublished": "2026-01-02"},
                {"@type": "Review"}, {"@type": "Review", "reviewBody": "odd", "url": "http://[x"}, {"@type": "AggregateRating", "ratingCount": "1,204"},
            ]}),
        ],
        "items": "no list", "recipe": [{"text": "not asked"}],
    }  # fmt: skip
    found = reviews_of(told, page)
    assert [(each.text, each.rating) for each in found.found] == [
        ("ten of ten", 5.0), ("elsewhere", None), ("here", None), ("anchor", None), ("same", None), ("same day", None), ("odd", None),
    ]  # fmt: skip
    assert found.found[2].uri == "https://www.doctors.example/moreau/r/7" and found.count == 1204
    assert all(each.uri.startswith(page) for each in found.found) and len({each.uri for each in found.found}) == 7
    assert reviews_of({"recipe": [{"text": "by recipe", "rating": "4 of 5", "id": "x"}]}, page).by == "recipe"
    assert [recipe_for(url)["platform"] for url in ("https://www.google.ca/maps/x", "https://maps.google.com/", "https://m.yelp.ca/biz",
            "https://google.evil.example/", "https://www.ratemds.com/doctor")] == ["google", "google", "yelp", "", "ratemds"]  # fmt: skip


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["@type", "url", "author", "reviewRating", "text"]), inner)
    ),
    max_leaves=12,
)


@settings(max_examples=60, deadline=None)
@given(told=_JSON, inner=_JSON)
def test_nothing_that_a_page_says_breaks_the_reading(told: Any, inner: Any) -> None:
    given_ = {
        "ld": [json.dumps({"@type": "Review", "reviewBody": inner, "reviewRating": told})],
        "items": told,
        "recipe": [inner],
    }
    for each in reviews_of(given_, "https://n.example/x").found:
        assert each.uri.startswith("https://n.example/") and (each.rating is None or 1 <= each.rating <= 5)


@given(
    known=st.dictionaries(st.integers(0, 20), st.integers(1, 28), max_size=12),
    here=st.lists(st.integers(0, 30), max_size=12, unique=True),
)
def test_no_review_that_stands_there_or_was_pushed_off_the_page_is_called_gone(known: dict[int, int], here: list[int]) -> None:
    found = [Review(str(n), "x", sent_at=f"2026-11-{known.get(n, 28):02}") for n in here]
    missing = vanished({str(n): ["d", f"2026-11-{day:02}"] for n, day in known.items()}, found)
    assert not set(missing) & {each.uri for each in found}
    if found and any(each.uri not in map(str, known) for each in found):
        oldest = min(each.sent_at for each in found)
        assert all(f"2026-11-{known[int(uri)]:02}" > oldest for uri in missing)


def test_a_file_cannot_say_that_another_sites_review_is_gone() -> None:
    from parapet.channels.web.container import write_capture

    facts = {"url": "https://a.example/x", "final_url": "https://a.example/x", "captured_at": "2026-12-01T09:00:00Z", "by": "parapet", "agent": "",
             "title": "", "lang": "", "kind": "reviews", "text": "", "posts": [], "links": [],
             "gone": ["https://b.example/r", "https://a.example/r", 7, "javascript:x"]}  # fmt: skip
    raw = write_capture(facts, {})
    assert read_capture(io.BytesIO(raw)).facts["kind"] == "reviews"
    assert [each.uri for each in parse(io.BytesIO(raw), About()) if isinstance(each, Gone)] == ["https://a.example/r"]
