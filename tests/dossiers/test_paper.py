"""The forms: filled from the log, blank where a person must speak, calm with hostile words, one page for who receives a bag."""

from __future__ import annotations

import io
import re

import pytest
from attrs import evolve
from dossiers.pdf import TORONTO, pages, squeezed
from dossiers.sample import case, exhibit
from pypdf import PdfReader

from parapet.dossiers import paper, paper_words
from parapet.dossiers.case_file import CaseFile

SYSTEM = paper.System(
    "parapet/c82caff72de39a05",
    "parapet/c82caff72de39a05+50f1f569+AftwvYeyRU28PQ0xBsL96A0CLT9WwS6eQzOapXQ4M/+l",
    "a4796af8839a9a842d4c7c1a73e6866de56f5f8f177f789307802814bc5d8af2",
    "Python 3.11.7, SQLite, Linux",
)
EVERY = ("affidavit en", "affidavit fr", "certificate", "receiver en", "receiver fr")


def made(which: str, file: CaseFile) -> bytes:
    kind, _, lang = which.partition(" ")
    if kind == "affidavit":
        return paper.affidavit(file, SYSTEM, lang=lang, tz=TORONTO)
    if kind == "certificate":
        return paper.certificate(file, SYSTEM, tz=TORONTO)
    return paper.for_the_receiver(file, SYSTEM, lang=lang, tz=TORONTO)


def opened(document: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(document))


@pytest.mark.parametrize("which", EVERY)
def test_each_is_a_tagged_pdf_a_with_the_logs_checkpoint(which):
    reader = opened(made(which, case()))
    metadata = reader.trailer["/Root"]["/Metadata"].get_data()
    assert b"<pdfaid:part>2</pdfaid:part>" in metadata
    assert b"<pdfuaid:part>1</pdfuaid:part>" in metadata
    said = "".join(pages(reader))
    assert case().head_hash in said
    assert SYSTEM.origin in said


@pytest.mark.parametrize("which", ["affidavit en", "affidavit fr", "certificate"])
def test_what_is_sworn_names_the_system_the_key_and_every_digest(which):
    said = "".join(pages(opened(made(which, case()))))
    for fact in (SYSTEM.key, SYSTEM.signer_sha256, "Parapet0.1.0", squeezed(SYSTEM.runs_on), "CASE-2026-014", "812"):
        assert fact in said, fact
    for each in case().exhibits:
        for version in each.versions:
            assert version.sha256 in said
            assert f"{each.item_id}/v{version.number}" in said


@pytest.mark.parametrize("which", ["affidavit en", "affidavit fr", "certificate"])
def test_every_page_says_that_it_is_a_template(which):
    mark = "Modèle" if which.endswith("fr") else "Template"
    reader = opened(made(which, case()))
    assert all(mark in page for page in pages(reader))
    first = pages(reader)[0]
    assert "legaladvice" in first or "avisjuridique" in first


@pytest.mark.parametrize("which", ["receiver en", "receiver fr"])
def test_who_receives_a_bag_has_one_page_to_read(which):
    assert len(opened(made(which, case())).pages) == 1


def test_the_law_is_named_by_its_sections():
    english, french = ("".join(pages(opened(made(f"affidavit {lang}", case())))) for lang in ("en", "fr"))
    for section in ("31.1", "31.2(1)(a)", "31.3(a)", "31.6", "31.8", "30(7)", "30(10)"):
        assert section in english
    for section in ("31.1", "31.2(1)a)", "31.3a)", "31.6", "31.8", "30(7)", "30(10)"):
        assert section in french
    certificate = "".join(pages(opened(made("certificate", case()))))
    for rule in ("902(11)", "902(12)", "902(13)", "902(14)", "803(6)", "28U.S.C.§1746"):
        assert rule in certificate


@pytest.mark.parametrize("which", EVERY)
def test_no_word_of_a_sender_is_in_a_form(which):
    said = "".join(pages(opened(made(which, case()))))
    for each in case().exhibits:
        assert squeezed(each.text)[:20] not in said
        assert each.author.handle not in said


@pytest.mark.parametrize("which", EVERY)
def test_hostile_words_of_a_title_do_nothing(which):
    title = '#eval("1") $x$ \u202eevil\u2066 {root} {0} ____ \x00\x1b \ud83d 你好 ' + "Z" + "\u0351" * 400 + "x" * 5_000
    file = case(title=title, advocate_name="{versions} 你 \u202e", case_id="cas_{key}")
    said = "".join(pages(opened(made(which, file))))
    assert "cas_{key}" in said
    assert "\u202e" not in said


def test_a_long_list_is_cut_and_says_where_the_rest_is():
    file = case(*(exhibit(n, "x") for n in range(1, paper.MAX_ROWS + 40)))
    said = "".join(pages(opened(made("affidavit en", file))))
    assert squeezed(f"first {paper.MAX_ROWS} of {paper.MAX_ROWS + 39}") in said


def test_a_version_that_is_withheld_shows_no_digest():
    whole = case()
    first = whole.exhibits[0]
    hidden = evolve(first, versions=tuple(evolve(v, sha256="") for v in first.versions))
    file = evolve(whole, exhibits=(hidden, *whole.exhibits[1:]))
    said = "".join(pages(opened(made("affidavit en", file))))
    assert first.versions[0].sha256 not in said
    assert "Withheldfromthiscopy" in said


def test_the_same_case_gives_the_same_bytes():
    assert made("affidavit fr", case()) == made("affidavit fr", case())


def texts(blocks: object) -> list[str]:
    if isinstance(blocks, str):
        return [blocks]
    return [text for block in blocks for text in texts(block)] if isinstance(blocks, (list, tuple)) else []


def test_the_french_is_set_as_in_canada():
    """A no-break space before a colon and within quotation marks, none before ; ! ?; no narrow one; the same blanks to fill."""
    for said in texts([paper_words.AFFIDAVIT["fr"].blocks, paper_words.RECEIVER["fr"].blocks]):
        assert not re.search(r" [:;!?]| »|« ", said), said
        assert "\u202f" not in said
    for english, french in (
        (paper_words.AFFIDAVIT["en"], paper_words.AFFIDAVIT["fr"]),
        (paper_words.RECEIVER["en"], paper_words.RECEIVER["fr"]),
    ):
        assert [b[0] for b in english.blocks] == [b[0] for b in french.blocks]
        filled = [sorted(re.findall(r"\{\w+\}", " ".join(texts(b)))) for b in (english.blocks, french.blocks)]
        assert filled[0] == filled[1]
