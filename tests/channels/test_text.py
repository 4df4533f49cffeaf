"""Hostile text becomes safe to read, nothing of it is lost silently, and no input takes long."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parapet.channels.text import LATEST_PLAUSIBLE, clean, line, moment, plain, read_html, web_address
from parapet.domain.items import EARLIEST_PLAUSIBLE, MAX_TEXT_CHARS, Flag

ANY_TEXT = st.text(st.characters(codec=None, exclude_categories=()))


@given(ANY_TEXT)
def test_cleaned_text_can_be_stored_hashed_and_printed(text: str) -> None:
    cleaned, flags = clean(text)
    cleaned.encode("utf-8")
    assert len(cleaned) <= MAX_TEXT_CHARS
    assert not any((c < " " and c not in "\t\n") or "\x7f" <= c <= "\x9f" for c in cleaned)
    assert clean(cleaned)[0] == cleaned
    if not flags:
        assert cleaned.split() == text.split()


@pytest.mark.parametrize(
    ("text", "shown", "flag"),
    [
        ("a\0b\x1b[31m", "a␀b␛[31m", Flag.CONTROL_CHARACTERS),
        ("half \ud83d pair", "half � pair", Flag.LONE_SURROGATES),
        ("y\u200bo\u200bu", "y\u200bo\u200bu", Flag.HIDDEN_CHARACTERS),
        ("photo\u202egnp.exe", "photo\u202egnp.exe", Flag.HIDDEN_CHARACTERS),
        ("safe\U000e0041\U000e0042", "safe\U000e0041\U000e0042", Flag.HIDDEN_CHARACTERS),
        ("a fr\u0430ud", "a fr\u0430ud", Flag.HOMOGLYPHS),
        ("\u039fkwuosa", "\u039fkwuosa", Flag.HOMOGLYPHS),
    ],
)
def test_each_oddity_is_flagged(text: str, shown: str, flag: Flag) -> None:
    assert clean(text) == (shown, frozenset({flag}))


@pytest.mark.parametrize(
    "text",
    [
        "Ordinary words, isn't it?\n\tYes.",
        "Médecin épouvantable, «à fuir» – œuvre",
        "👩\u200d⚕️ ❤️ 🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f 🇨🇦",
        "TNFα and 5 μg, NF-κB, β-blocker",
        "Это обычный текст",
        "می\u200cخواهم",
        "Ιατρός και doctor",
    ],
)
def test_ordinary_writing_is_not_flagged(text: str) -> None:
    assert clean(text) == (text, frozenset())


def test_a_threat_at_the_end_of_a_very_long_text_stays() -> None:
    text = "have a nice day " * 40_000 + "I know where you park."
    cleaned, flags = clean(text)
    assert flags == {Flag.CUT_FOR_DISPLAY}
    assert len(cleaned) == MAX_TEXT_CHARS
    assert cleaned.startswith("have a nice") and cleaned.endswith("where you park.")


def test_a_line_is_one_line() -> None:
    assert line("  Dr\n\nNo \u2028 One ") == ("Dr No One", frozenset())
    assert len(line("x" * 10_000)[0]) == 300


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>One<br />two</p><p>three &amp; four</p>", "One\ntwo\n\nthree & four"),
        ("plain &lt;b&gt;", "plain <b>"),
        ("no markup", "no markup"),
        ("age < 5 and > 2 <b>so</b>", "age < 5 and > 2 so"),
        ("<a href='https://e.example/q'>click</a>", "click (https://e.example/q)"),
        ("<a href='https://e.example/q'>https://e.example/q</a>", "https://e.example/q"),
        ("<a href='https://m.example/@d' class='mention'>@<span>d</span></a>", "@d"),
        ("<script>alert(1)</script><style>p{}</style>seen", "seen"),
        ("<p title='a>b'>x</p>", "x"),
        ("<!-- unclosed <b>threat</b>", "unclosed threat"),
        ("<p onclick=alert(1)>hi<script>alert(1)</p>", "hi"),
        ("<img src=x onerror=alert(1) alt='a cat'>", "[a cat]"),
        ("&amp;lt;b&amp;gt;", "&lt;b&gt;"),
        ("<table><tr><td>a</td><td>b</td></tr></table>", "a b"),
        ("an open <b", "an open <b"),
    ],
)
def test_html_is_read_as_a_person_would(html: str, text: str) -> None:
    assert plain(html) == text


@pytest.mark.parametrize("href", ["javascript:alert(1)", " java\nscript:alert(1)", "data:text/html,x", "&#106;avascript:x"])
def test_a_link_that_is_neither_http_nor_https_is_dropped_and_said(href: str) -> None:
    assert read_html(f'<a href="{href}">words</a>') == ("words", frozenset({Flag.LINK_REMOVED}))


@given(
    ANY_TEXT
    | st.lists(
        st.sampled_from(["<", ">", "<a href=", '"', "'", "<!--", "-->", "</p>", "<p>", "&#", "9" * 5000, "x", "<script>"])
    ).map("".join)
)
def test_any_markup_is_read_without_error(markup: str) -> None:
    clean(read_html(markup)[0])


@pytest.mark.parametrize(
    "piece",
    [
        "<a '>",
        "<",
        "<a ",
        "<!--",
        "<script>",
        '<a href="',
        "<p>",
        "&",
        "<a href='x'",
        "</",
        "<style",
        "<?",
        "</a ",
        '<a ="',
        "<a href ",
        "\n",
        "a",
        "а",
    ],
)
def test_time_is_linear_whatever_is_repeated(piece: str) -> None:
    markup = piece * (400_000 // len(piece)) + ">"
    started = time.process_time()
    clean(read_html(markup)[0])
    assert time.process_time() - started < 60


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("https://a.example/x?y=1&z=2", True),
        ("http://a.example", True),
        ("javascript:alert(1)", False),
        ("https:///nohost", False),
        ('https://a.example/"><script>', False),
        ("https://a.example/\n", False),
        ("https://[bad", False),
    ],
)
def test_only_web_addresses_are_kept(address: str, kept: bool) -> None:
    assert web_address(address) == ((address, frozenset()) if kept else ("", frozenset({Flag.LINK_REMOVED})))


@pytest.mark.parametrize(
    "value",
    [
        "2026-10-01T12:00:00.000Z",
        "2026-10-01T08:00:00-04:00",
        "2026-10-01T12:00:00.000000000Z",
        "Thu, 01 Oct 2026 08:00:00 -0400",
        "Thu Oct 01 12:00:00 +0000 2026",
        1790856000,
        1790856000.0,
        1790856000000,
        "1790856000000",
        1790856000000000,
    ],
)
def test_times_are_understood(value: object) -> None:
    assert moment(value) == datetime(2026, 10, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "value",
    [
        "2199-01-01T00:00:00Z",
        "0001-01-01T00:00:00Z",
        "2026-02-30T25:61:00Z",
        "",
        "yesterday",
        "2026-10-01T12:00:00+99:00",
        "9999-12-31T23:59:59.999999999Z",
        -1,
        0,
        99999999999999999999,
        1.5e308,
        float("nan"),
        True,
        None,
        [],
        "9" * 100,
    ],
)
def test_impossible_times_are_not_believed(value: object) -> None:
    assert moment(value) is None


@given(ANY_TEXT | st.integers() | st.floats() | st.none() | st.datetimes().map(str))
def test_any_time_is_plausible_or_none(value: object) -> None:
    found = moment(value)
    assert found is None or EARLIEST_PLAUSIBLE <= found < LATEST_PLAUSIBLE
