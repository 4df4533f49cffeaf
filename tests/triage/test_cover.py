"""Words that carry the harm are covered: nothing of them is left, whatever the text and whatever was found in it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parapet.domain.judgement import Harm, Indicator, Urgency
from parapet.domain.veil import FOR_ONE_HARM, Level, Veil, stricter
from parapet.triage.cover import cover, harmful, names

LEVELS = st.sampled_from(Level)


def seen(pieces: Any) -> str:
    """What is read of it, a bar for what is covered."""
    return "".join("▇" if piece.covered else piece.text for piece in pieces)


@st.composite
def texts(draw: st.DrawFn) -> tuple[str, list[tuple[int, int]]]:
    """A text in which no letter comes twice, broken into words and lines, and spans that may lie anywhere, also outside of it."""
    size = draw(st.integers(0, 80))
    breaks = draw(st.lists(st.sampled_from(["", "", "", " ", "\n", ". ", "#", "-"]), min_size=size, max_size=size))
    text = "".join(chr(0x4E00 + at) + after for at, after in enumerate(breaks))
    edge = st.integers(-3, len(text) + 3)
    return text, draw(st.lists(st.tuples(edge, edge), max_size=6))


@given(texts(), st.booleans())
def test_not_one_letter_of_what_is_covered_is_left(given_text: tuple[str, list[tuple[int, int]]], sentences: bool) -> None:
    text, spans = given_text
    pieces = cover(text, spans, sentences=sentences)
    left = seen(pieces)
    for start, end in spans:
        for letter in text[max(0, start) : max(0, end)]:
            assert letter not in left or not letter.isalnum()
    assert all(piece.text == "" for piece in pieces if piece.covered), "neither the letters nor how many there were"
    rest = text
    for piece in pieces:  # what is not covered stands as it was, in order
        if not piece.covered:
            assert piece.text in rest
            rest = rest[rest.index(piece.text) + len(piece.text) :]
    if not [1 for start, end in spans if max(0, start) < min(len(text), end)]:
        assert left == text


@given(st.lists(st.sampled_from(["scumbag", "Scumbag!", "the", "clinic", "#scumbag", "(scumbag)", "scumbag's"]), min_size=1))
def test_a_word_that_was_covered_is_covered_wherever_it_comes_again(words: list[str]) -> None:
    text = " ".join(["scumbag", *words])
    assert "cumbag" not in seen(cover(text, [(0, 7)]))


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("You are a stupid quack and a liar. Vaccines are fine.", "You are a ▇ and a ▇. Vaccines are fine."),
        ("tu es une conne, bonne journée", "tu es une ▇, bonne journée"),
        ("you wh0re, you f.u.c.k.i.n.g b*tch", "you ▇, you ▇"),
        ("look: #KillDrMoreau https://evil.example/kill-her now", "look: ▇ now"),
        ("son of a bitch who reads", "▇ who reads"),
    ],
)
def test_disguises_hashtags_and_addresses_are_covered_whole(text: str, left: str) -> None:
    assert seen(cover(text, harmful(text, judged_harmful=True))) == left


def test_a_text_that_is_not_harmful_keeps_the_words_of_medicine() -> None:
    text = "The therapist said that killing cancer cells hurts; the dying patient was in pain. What a shit day."
    assert seen(cover(text, harmful(text, lang="en"))) == text.replace("shit", "▇")


def test_in_what_is_very_serious_the_whole_sentence_is_covered() -> None:
    text = "Good morning. I will wait for Dr. Moreau and her son at the door.\nThe weather is fine."
    at = text.index("wait")
    found = Indicator("presence_at_home", "wait for", at, at + 8, Urgency.IMMEDIATE)
    assert seen(cover(text, harmful(text, [found]), sentences=True)) == "Good morning.▇\nThe weather is fine."


@pytest.mark.parametrize(
    ("name", "left"),
    [("Xander Quill", "Xander Quill"), ("FuckDrMoreau", "▇"), ("Killer Bob", "▇ Bob"), ("Mary Skilling", "Mary Skilling")],
)
def test_names_can_be_abuse_too(name: str, left: str) -> None:
    assert seen(cover(name, names(name))) == left


@given(
    LEVELS,
    st.none() | LEVELS,
    st.dictionaries(st.sampled_from(Harm), st.sampled_from(FOR_ONE_HARM)),
    st.sets(st.sampled_from(Harm)),
)
def test_a_choice_for_one_harm_only_ever_draws_the_veil_closer(
    level: Level, held: Level | None, by_harm: dict[Harm, Level], harms: set[Harm]
) -> None:
    veil, plain = Veil(level, by_harm), Veil(level)
    for known in (True, False):
        over = veil.over(harms, known=known, unchosen=Level.TEXT)
        assert over <= plain.over(harms, known=known, unchosen=Level.TEXT) == level
        assert all(over <= chosen for harm, chosen in by_harm.items() if harm in harms or not known)
        assert stricter(over, held) <= over
    assert veil.over(harms, known=False, unchosen=Level.TEXT) <= veil.over(harms, known=True, unchosen=Level.TEXT)
