"""A stranger's text can do nothing on our page, and is read as it is."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from parapet.domain.judgement import Indicator, Urgency
from parapet.web.item.inert import compared, plain, shown

OURS = re.compile(r'</?(?:mark|ins|del|span)(?: (?:class="odd"|data-n="[0-9,]+"|title="[a-z -]*"))*>')
TEXT = st.text(
    st.characters(codec="utf-8") | st.sampled_from("<>&\"'\u202e\u200b\u2066\ufeff\x00\x1b\u200d\U000e0041=/"), max_size=60
)


def read(page: str) -> str:
    """What a reader who knows the code of each hidden character would write down."""
    page = re.sub(r'<span class="odd" title="[^"]*">U\+([0-9A-F]{4,6})</span>', lambda m: chr(int(m[1], 16)), page)
    return html.unescape(re.sub(r"</?mark[^>]*>", "", page))


@st.composite
def marked(draw: st.DrawFn) -> tuple[str, list[Indicator]]:
    text = draw(TEXT)
    spans = draw(st.lists(st.tuples(st.integers(-3, 70), st.integers(-3, 70)), max_size=5))
    return text, [Indicator("threat_to_life", "", start, end, Urgency.WATCH) for start, end in spans]


@given(marked())
def test_no_markup_but_ours_and_not_a_character_lost(given_: tuple[str, list[Indicator]]) -> None:
    text, indicators = given_
    page = str(shown(text, indicators))
    assert "<" not in OURS.sub("", page).replace("&lt;", "")
    assert read(page) == text


@given(marked())
def test_marks_are_balanced_and_never_nested(given_: tuple[str, list[Indicator]]) -> None:
    page = str(shown(*given_))
    depth = 0
    for tag in re.findall(r"</?mark", page):
        depth += -1 if tag.startswith("</") else 1
        assert depth in {0, 1}
    assert depth == 0


@given(TEXT, TEXT)
def test_a_comparison_holds_both_texts_and_no_markup_but_ours(old: str, new: str) -> None:
    page = str(compared(old, new))
    assert "<" not in OURS.sub("", page)
    assert read(re.sub(r"<del>.*?</del>|</?ins>", "", page, flags=re.S)) == new


@given(TEXT)
def test_nothing_that_turns_the_reading_direction_is_left(text: str) -> None:
    assert not set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b\ufeff\x00\x1b\x7f") & set(str(shown(text)))


@pytest.mark.parametrize(
    "text",
    [
        "👩🏽‍⚕️",
        "🏳️‍🌈",
        "👨‍👩‍👧‍👦",
        "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
        "می‌خواهم",
        "क्‍ष",
        "naïve café ❤️",
    ],
)
def test_ordinary_writing_keeps_its_joiners(text: str) -> None:
    assert plain(text) == text


@pytest.mark.parametrize(("language", "name"), [("en", "right-to-left override"), ("fr-ca", "forçage de droite à gauche")])
def test_what_is_hidden_is_named_in_the_reader_s_language(home: Any, language: str, name: str) -> None:
    with translation.override(language):
        assert plain("\u202e") == f'<span class="odd" title="{name}">U+202E</span>'


def test_text_smuggled_in_tags_is_seen() -> None:
    hidden = "".join(chr(0xE0000 + ord(c)) for c in "kill")
    assert str(shown("hello" + hidden)).count('class="odd"') == 4


def test_each_indicator_marks_its_words_and_overlaps_carry_both_numbers() -> None:
    spans = [
        Indicator("a", "", 0, 5, Urgency.WATCH),
        Indicator("b", "", 3, 5, Urgency.WATCH),
        Indicator("c", "", 6, 8, Urgency.WATCH),
    ]
    assert shown("hello you", spans) == '<mark>hel</mark><mark data-n="1,2">lo</mark> <mark data-n="3">yo</mark>u'


def test_a_very_long_comparison_comes_back_in_time() -> None:
    old, new = "word " * 40_000, "werd " * 40_000
    page = str(compared(old, new))
    assert page.startswith("<del>") and "<ins>" in page
