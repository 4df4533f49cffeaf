"""Swear words, English and Canadian French: heard in their disguises, and not in what only looks like them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parapet.triage.profanity import NONE_HEARD, profanity


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("What the fuck is this", "en"),
        ("you piece of SHIT", "en"),
        ("f*ck this", "en"),
        ("ｆｕｃｋ", ""),
        ("f u c k you", "en"),
        ("sh1tty service", "en"),
        ("fuuuuuck", "en"),
        ("Tabarnak, c'est long", "fr"),
        ("t@barnak", "fr"),
        ("ostie de câlisse de crisse", "fr"),
        ("mange de la marde", "fr"),
        ("espèce de trou de cul", "fr"),
        ("saint-ciboire", "fr"),
        ("ferme ta gueule, connard", "fr"),
    ],
)
def test_swearing_is_heard(text, lang):
    assert profanity(text, lang) > 0.75


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("Thank you for the assessment of the class.", "en"),
        ("Gunshot wound to the abdomen, bloody stool, screws in the hip.", "en"),
        ("The sacrament of the sick was given.", "en"),
        ("A bite of the cat on the left hand.", "en"),
        ("A finger prick test for sugar.", "fr"),
        ("Scunthorpe and Cockermouth are towns.", "en"),
        ("Le calice et l'hostie sont dans le tabernacle.", "fr"),
        ("Le baptême a eu lieu dimanche.", "fr"),
        ("Merci pour l'explication, docteure.", "fr"),
        ("", ""),
        ("👍 123", ""),
    ],
)
def test_what_is_not_swearing_scores_low(text, lang):
    assert profanity(text, lang) == NONE_HEARD


def test_a_mild_word_weighs_less_and_several_weigh_more():
    assert NONE_HEARD < profanity("damn, that is late", "en") < 0.5
    assert profanity("maudit que c'est long", "fr") < profanity("maudite marde de bordel", "fr")


@settings(deadline=None, max_examples=200)
@given(st.text(max_size=300) | st.text(st.sampled_from("fuck sh1t*#@ tabarnak\u0301\u200b\x00\ud800"), max_size=300))
def test_any_text_gets_a_number(text):
    for lang in ("en", "fr", ""):
        assert NONE_HEARD <= profanity(text, lang) <= 1
