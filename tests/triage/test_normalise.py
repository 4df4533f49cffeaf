"""Text as its reader hears it, and the way back to what was written."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parapet.triage.normalise import normalise
from parapet.triage.words import read_disguised


def plain(text: str) -> str:
    return normalise(text, read_disguised).text


@pytest.mark.parametrize(
    ("written", "heard"),
    [
        ("KILL", "kill"),
        ("ｋｉｌｌ ｙｏｕ", "kill you"),
        ("kіll yоu", "kill you"),  # Cyrillic і and о
        ("ki\u200bll y\u2060ou", "kill you"),
        ("k\u0336i\u0336l\u0336l\u0336", "kill"),
        ("\u202ekill\u202c", "kill"),
        ("𝓴𝓲𝓵𝓵", "kill"),
        ("d1e b!tch", "die bitch"),
        ("stup1d", "stupid"),
        ("k*ll yourself", "kill yourself"),
        ("d i e", "die"),
        ("k.i.l.l you", "kill you"),
        ("m e u r s  s a l o p e", "meurs salope"),
        ("diiiiie", "die"),
        ("idiiiot", "idiot"),
        ("tu mérites l'échafaud", "tu merites l'echafaud"),
    ],
)
def test_a_disguise_is_read(written: str, heard: str) -> None:
    assert plain(written) == heard


@pytest.mark.parametrize(
    "written", ["h1n1", "b12", "covid-19", "4 p.m.", "10mg", "120/80", "rx-482", "я люблю тебя и твою семью", "k1 and k2", "t4"]
)
def test_what_hides_nothing_is_left_alone(written: str) -> None:
    assert plain(written) == written


@given(st.text(max_size=200))
def test_every_character_knows_where_it_came_from(text: str) -> None:
    normal = normalise(text, read_disguised)
    for at in range(len(normal.text)):
        start, end = normal.span(at, at + 1)
        assert 0 <= start < end <= len(text)
    if normal.starts is not None:
        assert list(normal.starts) == sorted(normal.starts)
        assert len(normal.starts) == len(normal.text)


def test_spans_lead_back_to_the_disguised_words() -> None:
    text = "well ｈｅｌｌｏ k\u200bi\u200bl\u200bl y0u ok"
    normal = normalise(text, read_disguised)
    at = normal.text.index("kill")
    start, end = normal.span(at, at + 4)
    assert text[start:end].strip() == "k\u200bi\u200bl\u200bl"


@pytest.mark.parametrize(
    "text", ["a" + "\u0301" * 1_000_000, "a b " * 250_000, "k.i." * 250_000, "@$!1" * 250_000, "é" * 1_000_000]
)
def test_a_million_characters_take_seconds_at_most(text: str) -> None:
    began = time.process_time()
    normalise(text, read_disguised)
    assert time.process_time() - began < 60


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("#LockHerUp", "#lock her up"),
        ("#BCMedicine #covid19", "#bc medicine #covid19"),
        ("#ÉquipeMoreau", "#equipe moreau"),
        ("covid19 h1n1 b12 70s 1er s01 her2", "covid19 h1n1 b12 70s 1er s01 her2"),
        ("1 w1ll f1nd y0u t0n1ght", "1 will find you tonight"),
        ("🅺🅸🅻🅻 🅨🅞🅤", "kill you"),
    ],
)
def test_hashtags_fall_apart_and_numbers_stay(said: str, read: str) -> None:
    assert normalise(said, read_disguised).text == read


@given(st.text(alphabet="#aB1é_ Z", max_size=40))
def test_a_hashtag_s_words_lie_where_they_were(text: str) -> None:
    normal = normalise(text)
    for at, char in enumerate(normal.text):
        start, end = normal.span(at, at + 1)
        assert 0 <= start < end <= len(text)
        if not char.isspace():
            assert normalise(text[start:end]).text.startswith(char)
