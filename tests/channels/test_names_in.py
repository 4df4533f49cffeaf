"""Names in texts that are everybody's: found as names, in whatever spelling, and never inside another word."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parapet.channels.names_in import TITLED, finder, forms_of, is_one_name, spelt

PEOPLE = {
    "jane": ["Dr. Jane Quinn Doe"],
    "elise": ["Élise O’Brien-Müller"],
    "roy": ["Dr Roy"],
    "wang": ["王小明"],
    "kim": ["김철수"],
    "site": ["jane-doe.bsky.social"],
    "berg": ["van der Berg, Ludwig"],
}
NAMES_IN = finder(PEOPLE)


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("So says Dr. Jane Doe.", "jane"),
        ("Jane Doe MD", "jane"),
        ("JANE Q. DOE!!", "jane"),
        ("Doe, Jane: liar", "jane"),
        ("#JaneDoe and #janequinndoe", "jane"),
        ("Dr J. Doe lies", "jane"),
        ("Doe J, M.D. et al.", "jane"),
        ("J. Doe", ""),  # anybody's initial
        ("J. Q. Doe, PhD", "jane"),
        ("jane_doe", "jane"),
        ("Jane Doe’s clinic", "jane"),
        ("Jane\u200b \u2060D\u00adoe", "jane"),
        ("Ｊａｎｅ　Ｄｏｅ", "jane"),
        ("𝕁𝕒𝕟𝕖 𝔻𝕠𝕖", "jane"),
        ("Jаnе Dое", "jane"),  # letters of another alphabet
        ("J\u0336a\u0336n\u0336e\u0336 D\u0336o\u0336e\u0336", "jane"),
        ("Janedoes", ""),
        ("Mary-Jane Doering", ""),
        ("Jane Does", ""),
        ("MJane Doe", ""),
        ("elise obrien muller", "elise"),
        ("ELISE O'BRIEN-MUELLER", "elise"),
        ("E\u0301lise O Brien Mu\u0308ller", "elise"),
        ("Docteure Roy, démissionnez", "roy"),
        ("Roy told me", ""),
        ("他是王小明吗", "wang"),
        ("김철수는 의사", "kim"),
        (unicodedata.normalize("NFD", "김철수는 의사"), "kim"),
        ("see https://bsky.app/profile/jane-doe.bsky.social", "jane site"),
        ("Ludwig van der Berg, Prof. L. van der Berg", "berg"),
    ],
)
def test_a_name_is_found_as_people_write_it(text: str, who: str) -> None:
    assert NAMES_IN(text) == frozenset(who.split())


_LETTERS = st.text("abcdefghijklmnopqrstuvwxyz", min_size=2, max_size=8).filter(lambda word: word not in TITLED)
_PEOPLE = st.tuples(_LETTERS, _LETTERS)
_ANY_TEXT = st.text(max_size=60)


@given(_PEOPLE, st.sampled_from("abcxyz019éßжñ"), st.booleans(), _ANY_TEXT, _ANY_TEXT)
@settings(max_examples=60)
def test_never_inside_another_word(person: tuple[str, str], letter: str, in_front: bool, before: str, after: str) -> None:
    name = " ".join(person)
    names_in = finder({"her": [name]})
    assert names_in(f"{before}. {name} .{after}")
    longer = f"{letter}{name}" if in_front else f"{name}{letter}"
    assert not names_in(longer) or names_in(longer.replace(name, "", 1)), longer


@given(_PEOPLE, st.data())
@settings(max_examples=60)
def test_no_disguise_of_letters_hides_a_name(person: tuple[str, str], data: st.DataObject) -> None:
    names_in = finder({"her": [" ".join(person)]})
    ways = (
        str.upper,
        lambda c: chr(ord(c) + 0xFEE0),
        lambda c: c + "\u0301",
        lambda c: c + "\u200d",
        lambda c: "\ufeff" + c,
        str,
    )
    drawn = [[data.draw(st.sampled_from(ways))(letter) for letter in word] for word in person]
    parted = data.draw(st.sampled_from((" ", "  ", "\u3000", "_", ". ", "\n", "\u00a0", "-", "❤️")))
    assert names_in(parted.join("".join(word) for word in drawn)) == {"her"}


@given(st.lists(st.text(max_size=30), max_size=4), _ANY_TEXT)
@settings(max_examples=60)
def test_whatever_is_typed_as_a_name_or_written_as_a_text_is_read(names: list[str], text: str) -> None:
    names_in = finder({1: names, 2: ["Jane Doe"]})
    assert names_in(text) <= {1, 2}
    assert (2 in names_in(f"{text} Jane Doe"[-200_000:])) or spelt(text)[-2:-1].strip()
    for name in names:
        assert is_one_name(name) in (True, False) and all(
            form.words and 1 in names_in(f"Dr {form.words}") for form in forms_of(name)
        )


def test_those_of_one_name_are_all_meant_and_long_texts_cost_no_more_than_their_length() -> None:
    names_in = finder({number: ["Jane Doe", f"Only {number} Roe"] for number in range(50)})
    assert names_in("Jane Doe") == frozenset(range(50))
    assert names_in("only 7 roe") == {7}
    assert names_in("\ufdfa" * 300_000 + "Jane Doe") == frozenset()
    assert names_in("Jane Doe " * 20_000) == frozenset(range(50))
    assert finder({})("Jane Doe") == frozenset()


def test_a_single_word_means_too_many_people() -> None:
    assert [
        name for name in ("Jane", "Dr Doe", "Jane Doe", "jane.bsky.social", "王小明", "O'Brien", "") if is_one_name(name)
    ] == [
        "Jane",
        "O'Brien",
        "",
    ]


@given(st.text(st.characters(max_codepoint=127), max_size=60))
def test_what_is_quick_for_plain_letters_says_what_the_way_for_all_says(text: str) -> None:
    assert spelt(text) == f" {' '.join(spelt(f'{text} é').split()[:-1])} "
