"""Facts and gaps of each section, the pattern, and the parts of a dossier for police or counsel."""

from __future__ import annotations

import io
import tomllib
from datetime import timedelta
from importlib.resources import files
from typing import Any

from attrs import evolve
from dossiers.pdf import TORONTO, pages
from dossiers.sample import START, case, exhibit, sample_exhibits
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from parapet.domain.judgement import Harm, Indicator, Urgency
from parapet.domain.offences import (
    BY_NUMBER,
    COUNTRIES,
    FIRST,
    PARTS,
    POLICE_SAID,
    QUESTIONS,
    READERS,
    SECTIONS,
    USUAL,
)
from parapet.dossiers import offence_words
from parapet.dossiers.bearing import bearings
from parapet.dossiers.dossier import render
from parapet.dossiers.filing import Filing
from parapet.dossiers.filing_words import words
from parapet.dossiers.indicator_words import INDICATORS
from parapet.dossiers.pattern import pattern

ALL = tuple(section.number for section in SECTIONS)


def keys(told: dict[str, Any], before: str = "") -> set[str]:
    return {
        key
        for name, value in told.items()
        for key in (keys(value, f"{before}/{name}") if isinstance(value, dict) else {f"{before}/{name}"})
    }


def test_every_element_and_question_has_words_in_both_languages() -> None:
    said = [
        tomllib.loads(files("parapet.dossiers").joinpath(f"offences_{lang}.toml").read_text("utf-8")) for lang in ("en", "fr")
    ]
    assert keys(said[0]) == keys(said[1]) and words("en").keys() == words("fr").keys()
    asked = set()
    for section in SECTIONS:
        assert {each.code for each in section.elements} == set(said[0]["sections"][section.number]["elements"]), section.number
        for each in section.elements:
            assert each.signs <= INDICATORS.keys()
            asked |= set(each.answers)
    assert asked <= QUESTIONS.keys() and set(said[0]["countries"]) == set(COUNTRIES)
    assert set(said[0]["questions"]) == QUESTIONS.keys() | POLICE_SAID.keys() and set(FIRST) <= QUESTIONS.keys()
    assert all(USUAL[reader] <= set(PARTS) for reader in READERS) and "missing" not in USUAL["police"]
    for lang, forbidden in (("en", ("guilty", "proves")), ("fr", ("coupable", "prouve"))):
        told = (files("parapet.dossiers").joinpath(f"offences_{lang}.toml").read_text("utf-8") + str(words(lang))).lower()
        assert not [word for word in forbidden if word in told], "no conclusion"


def test_facts_are_named_where_they_are_and_what_is_missing_is_asked() -> None:
    sign = Indicator("presence_at_home", "outside", 0, 7, Urgency.IMMEDIATE)
    threat = exhibit(1, "x", harms=(Harm.THREAT,), indicators=(sign,))
    own = exhibit(2, "y", own=True, harms=(Harm.THREAT,), indicators=(sign,))
    unjudged = exhibit(3, "z", judged=False, harms=(), indicators=())
    made = case(threat, own, unjudged)
    by_code = {each.element.code: each for each in bearings(BY_NUMBER["264"], made, {"fear": "yes"})}
    assert by_code["watching"].exhibits == by_code["threatening"].exhibits == (1,), "not her own, nor what nobody judged"
    assert by_code["fear"].answers == ("fear",) and by_code["fear"].ask == ""
    assert by_code["knew_harassed"].ask == "stop" and not by_code["knew_harassed"].recorded
    assert [count.what for count in by_code["repeated"].counts] == ["several_channels"], (
        "one message of an account is no repetition"
    )
    again = case(threat, evolve(threat, number=2, item_id="itm_2"))
    [repeated] = [each for each in bearings(BY_NUMBER["372"], again, {}) if each.element.code == "repeated_telecom"]
    assert (repeated.counts[0].n, repeated.counts[0].most) == (1, 2)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 900), st.integers(0, 4)), max_size=30))
def test_the_pattern_counts_every_message_once(sent: list[tuple[int, int]]) -> None:
    made = case(
        *(exhibit(n, "x", sent_at=START + timedelta(days=day)) for n, (day, _) in enumerate(sent, 1)),
        exhibit(31, "own", own=True),
    )
    found = pattern(made, TORONTO)
    assert sum(span.total for span in found.spans) == len(sent)
    assert sum(half.total for half in found.halves) in (len(sent), 0)
    assert len({span.start for span in found.spans}) == len(found.spans) and len(found.spans) <= 61
    assert sum(line.total for line in found.accounts) == len(sent) and not found.left_out
    assert sum(span.fresh for span in found.spans) == len(found.accounts)


def test_what_is_left_out_is_nowhere_and_what_goes_is_exact() -> None:
    answers = {"fear": "PLANTED #eval(1) \u202e سلام", "occurrence": "2026-7 <b>", "why": "Weil sie wissen, wo."}
    made = case(*sample_exhibits())
    without = Filing("police", frozenset(), answers=answers, total=60)
    said = "".join(pages(PdfReader(io.BytesIO(render(made, lang="en", tz=TORONTO, filing=without)))))
    assert "2026-7<b>" in said and "ofthe60messages" in said
    for absent in ("PLANTED", "Thepattern", "Section264", "Securityinformed", "Statement"):
        assert absent not in said, absent
    whole = Filing("counsel", frozenset(PARTS), ALL, COUNTRIES, answers, START)
    document = render(made, lang="fr", tz=TORONTO, filing=whole)
    told = pages(PdfReader(io.BytesIO(document)))
    said = "".join(told).replace("\u00a0", "")
    for there in (
        "Dossierpourl’avocat",
        "PLANTED#eval(1)",
        "⟨U+202E⟩",
        "Article264:Harcèlementcriminel",
        "Lois",
        "222-33-2-2",
        "Àdemander:",
        "Securityinformed",
    ):
        assert there in said, there
    assert b"<pdfaid:part>2" in document and b"<pdfuaid:part>1" in document and b"/Alt" in document
    before = "".join(told[: next(n for n, page in enumerate(told) if "PLANTED" in page)])
    assert "angry" not in before and "honte" not in before, "no word of a sender before her statement"
    assert render(made, lang="fr", tz=TORONTO, filing=whole) == document


def test_no_section_is_shown_without_words() -> None:
    for section in SECTIONS:
        for lang in ("en", "fr"):
            assert (
                offence_words.section_title(section.number, lang) and offence_words.section_note(section.number, lang) is not None
            )
