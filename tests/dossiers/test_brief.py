"""A quotation is short, of the message's own words, and around the sign; the page counts its pages and speaks both languages."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from dossiers.pdf import TORONTO
from hypothesis import given
from hypothesis import strategies as st

from parapet.domain.safety import FIELDS, MAX_LISTED, MAX_QUOTE_CHARS, MAX_QUOTED, PLAN, quote
from parapet.dossiers.brief import Ask, Brief, Quoted, render
from parapet.dossiers.brief_words import words
from parapet.dossiers.timeline import Head

NOON = datetime(2026, 9, 14, 16, tzinfo=UTC)
HEAD = Head("parapet/c82caff72de39a05", "", 812, "ab" * 32, "cd" * 32, NOON, "Parapet 0.1.0")


@given(st.text(max_size=900), st.integers(0, 899))
def test_a_quotation_holds_nothing_but_the_words_of_its_message(text: str, start: int) -> None:
    start = min(start, len(text))
    said = quote(text, start)
    inside = said.removeprefix("… ").removesuffix(" …")
    squeezed = "".join(text.split())
    assert "".join(inside.split()) in squeezed or "".join(said.split()) in squeezed
    assert len(said) <= MAX_QUOTE_CHARS + 4
    if len(text) <= MAX_QUOTE_CHARS:
        assert "".join(said.split()) == squeezed, "nothing short is cut"


def test_the_sign_is_within_what_is_quoted() -> None:
    for at in (0, 300, 880):
        text = ("calm words " * 100)[:at] + "KNIFE" + " calm words" * 100
        assert "KNIFE" in quote(text, at)


def test_a_full_brief_has_two_pages_in_both_languages() -> None:
    assert words("en", "police").keys() == words("fr", "security").keys()
    said = {name: ("Plain words of hers. " * 40)[:most] for name, most in FIELDS.items()}
    quoted = [
        Quoted(f"itm_6h2qepmvwm8r{n}", NOON, False, "mail", "", "x y " * 60, ("threat_to_life",)) for n in range(MAX_QUOTED)
    ]
    listed = [f"itm_6h2qepmvwm8{n:02}" for n in range(MAX_LISTED)]
    asks = [Ask("Walk with her to her car or stop, above all after late shifts", "Security", NOON.date())] * 8
    full = Brief("police", "cas_6h2qepmvwm8rr", "Dr. Ada Moreau", quoted, listed, 3, said, asks, NOON.date(), fictional=True)
    assert [render(full, HEAD, lang=lang, tz=TORONTO)[1] for lang in ("en", "fr")] == [2, 2]
    empty, pages = render(Brief("security", "cas_1", "a"), HEAD, lang="fr", tz=TORONTO)
    assert pages == 1 and b"<pdfaid:part>" in empty
    with pytest.raises(ValueError, match="no brief"):
        render(full, HEAD, lang="de", tz=TORONTO)
    assert len(set(PLAN)) == len(PLAN)
