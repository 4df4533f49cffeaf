"""What repeats a text is found however it was quoted; what shares some words with it by chance is not."""

from __future__ import annotations

import textwrap
import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parapet.dossiers.quoting import RUN, Quotes

SAID = "I know where you live, and I know which door you take in the morning. Be afraid, été comme hiver."
WORDS = st.lists(st.text(st.characters(categories=["Ll", "Lu", "Nd"]), min_size=2, max_size=8), min_size=RUN, max_size=40)
BESIDE = "Hello. Thank you for everything that you did for us this year."


@pytest.mark.parametrize(
    "quoted",
    [
        SAID,
        SAID.upper(),
        "\n".join(f"> {line}" for line in textwrap.wrap(SAID, 30)),
        "\n".join(f">> | {line}" for line in textwrap.wrap(SAID, 25)),
        unicodedata.normalize("NFD", SAID),
        SAID.replace("know", "k\u200bnow"),
        SAID.replace(", ", " -- "),
        "<p>" + SAID.replace("door", "<b>door</b>") + "</p>",
    ],
)
def test_a_quotation_is_found_and_cut_whole(quoted: str) -> None:
    text, found = Quotes([SAID]).cut(f"{BESIDE}\n\n{quoted}\n\n{BESIDE}", "[...]")
    assert found and text.count(BESIDE) == 2
    assert not {"live", "door", "hiver"} & set(text.casefold().split())


@given(words=WORDS, before=st.text(max_size=30), after=st.text(max_size=30), data=st.data())
def test_any_run_of_its_words_is_found_wherever_it_stands(words: list[str], before: str, after: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(words) - RUN))
    assert Quotes([" ".join(words)]).spans(f"{before} \n> {' '.join(words[at : at + RUN])} \n{after}")


@given(st.text(max_size=200), st.text(max_size=200))
def test_what_is_cut_is_within_the_text_and_apart(said: str, text: str) -> None:
    last = -1
    for begin, end in Quotes([said]).spans(text):
        assert last < begin < end <= len(text)
        last = end


@pytest.mark.parametrize("said", ["", "No.", "Thank you.", "You did it", "\u200b" * 90, "!!! ??? ..."])
def test_what_anybody_says_is_no_quotation(said: str) -> None:
    assert Quotes([said]).spans(BESIDE + said) == []


def test_a_short_text_is_found_only_whole() -> None:
    quotes = Quotes(["Your children walk alone."])
    assert quotes.spans("He wrote: your children walk alone") and not quotes.spans("My children walk alone too")


def test_words_of_a_script_without_spaces() -> None:
    assert (
        Quotes(["我知道你住在哪里你每天早上走哪个门"]).cut("他说：我知道你住在哪里你每天早上走哪个门。", "[...]")[0]
        == "他说：[...]。"
    )


def test_an_attackers_text_does_not_make_the_search_slow() -> None:
    quotes, text = Quotes(["a b c " * 3_000]), "a b " * 100_000
    started = time.process_time()
    quotes.spans(text)
    assert time.process_time() - started < 60
