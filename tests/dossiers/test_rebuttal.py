"""The rebuttal dossier and the letter for a leader: both languages say the same things, and nobody's text is more than text."""

from __future__ import annotations

import io
import re
from datetime import UTC, date, datetime

import pytest
from attrs import evolve
from dossiers.pdf import TORONTO
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader
from support.house import ROOT

from parapet.domain.complaints import ASKS, Complaint
from parapet.domain.ground import FACTS, Fact
from parapet.domain.items import Account
from parapet.domain.regulators import BODIES, Said
from parapet.dossiers import leader, rebuttal
from parapet.dossiers.ground_words import FACT, how, sentence
from parapet.dossiers.rebuttal import Answered, Exhibited, Rebuttal, Same, Shown, _Page
from parapet.dossiers.rebuttal_words import WORDS
from parapet.dossiers.timeline import Head
from parapet.dossiers.visible import Printer

NOON = datetime(2026, 9, 14, 16, tzinfo=UTC)
DAY = date(2026, 9, 14)
HEAD = Head("parapet/c82caff72de39a05", "", 812, "ab" * 32, "cd" * 32, NOON, "Parapet 0.1.0")
HOSTILE = '#eval("1") $x$ \u202e*bold* <script> \\ #image("x.png") éà سلام 😀'
NUMBERS = {"n": 2, "accounts": 2, "days": 3, "percent": 80, "passages": 4, "same": 0}
EVERY = tuple(Fact(code, numbers=NUMBERS, days={"first": DAY}, stated=HOSTILE) for side in FACTS.values() for code in side)


def made() -> Rebuttal:
    told = Complaint(
        "college",
        "ON",
        DAY,
        DAY,
        words=dict.fromkeys(("opening", "reason", "leader", "letter", "complainant"), HOSTILE),
        asks=ASKS,
    )
    exhibit = Exhibited(
        1, "itm_1", "mail", "", "mail", NOON, False, False, False, True, Account("mail", HOSTILE), HOSTILE, "ab" * 32, 7
    )
    return Rebuttal(
        "cas_1", "cpl_1", "Dr. Ada Moreau", told, Said("College", "Ordre"),
        facts=[Shown(fact, (1,)) for fact in EVERY],
        answers=[Answered(HOSTILE, HOSTILE, (1,), ()), Answered("Plain.", "", (), (1,))],
        letter=f"First line of it\n\n{HOSTILE}\nlast line", marks=[(0, 10), (18, 25)],
        same=[Same(1, DAY, 80, (HOSTILE,) * 14, True), Same(0, DAY, 20, ("six plain words in a row",), False)],
        exhibits=[exhibit, evolve(exhibit, number=2, own=True, is_call=False, author=None), evolve(exhibit, number=3, is_letter=True, words="")],
        of_case=9, care=True, fictional=True,
    )  # fmt: skip


def said(document: bytes) -> str:
    assert b"<pdfaid:part>" in document
    return re.sub(r"\s", "", "".join(page.extract_text() for page in PdfReader(io.BytesIO(document)).pages))


def test_both_languages_say_all_of_it_and_nobodys_text_is_more_than_text() -> None:
    dossier, letter = (render(made(), HEAD, lang="fr", tz=TORONTO) for render in (rebuttal.render, leader.render))
    for there in (
        '#eval("1")',
        "U+202E",
        "<script>",
        '#image("x.png")',
        "😀",
        "Dossierderéplique",
        "et2autrespassages",
        "cpl_1",
        "ab" * 16,
    ):
        assert there in said(dossier), there
    assert "\u202e" not in said(dossier) and "mail" not in said(letter) and "itm_1" not in said(letter)
    assert len(PdfReader(io.BytesIO(letter)).pages) <= 3 and "Cequejevousdemande" in said(letter)
    with pytest.raises(ValueError, match="no rebuttal"):
        rebuttal.render(made(), HEAD, lang="de", tz=TORONTO)


def test_every_fact_has_its_words_its_rule_and_its_line_in_the_reference() -> None:
    reference = (ROOT / "docs" / "reference" / "rebuttal.md").read_text("utf-8")
    assert WORDS["en"].keys() == WORDS["fr"].keys() and FACT["en"].keys() == FACT["fr"].keys()
    assert {f"ask.{code}" for code in ASKS} | {f"body.{code}" for code in BODIES} <= WORDS["en"].keys()
    for fact in EVERY:
        for each in (fact, evolve(fact, numbers={**NUMBERS, "n": 1})):
            assert "{" not in "".join(sentence(each, lang) + how(each, lang) for lang in ("en", "fr")), fact.code
        assert f"| `{fact.code}` | {fact.side} |" in reference, fact.code
    assert not re.search(r"\bscore\b|\bverdict\b", "".join(FACT["en"].values()))


@given(st.text(st.sampled_from("ab c\n"), max_size=80), st.lists(st.tuples(st.integers(0, 80), st.integers(0, 80)), max_size=4))
def test_marking_passages_leaves_every_letter_in_its_place(text: str, spans: list[tuple[int, int]]) -> None:
    marks = [(min(span), min(max(span), len(text))) for span in spans if min(span) < len(text)]
    page = _Page(Rebuttal("c", "d", "e", Complaint(), Said("", "")), HEAD, "en", TORONTO, Printer())
    lines = page._marked(text, marks)
    joined = "\n".join("".join(run[1] for part in line["parts"] for run in part["runs"] if run[0] == "t") for line in lines)
    assert joined == "\n".join(text.splitlines())
    bold = "".join(run[1] for line in lines for part in line["parts"] if part["mark"] for run in part["runs"] if run[0] == "t")
    assert bold == "".join(c for at, c in enumerate(text) if c != "\n" and any(a <= at < b for a, b in marks))
