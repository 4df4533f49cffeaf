"""The timeline as a document: tagged PDF/A in both languages, in order, calm with hostile words, the same from the same."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta

import pytest
from dossiers.pdf import TORONTO, pages
from pypdf import PdfReader

from parapet.dossiers.timeline import WORDS, Happened, Head, Timeline, render

NOON = datetime(2026, 9, 14, 16, tzinfo=UTC)
HEAD = Head(
    "parapet/c82caff72de39a05", "parapet/c82caff72de39a05+50f1f569+Aftw", 812, "ab" * 32, "cd" * 32, NOON, "Parapet 0.1.0"
)
HOSTILE = '#eval("1") $x$ \u202eevil {n} \x00 \ud83d 你好 ' + "Z" + "\u0351" * 400 + "y" * 3_000
TIMELINE = Timeline(
    "cas_6h2qepmvwm8rr",
    HOSTILE,
    "Dr. Ada Moreau",
    [
        Happened(NOON + timedelta(hours=14), "Task set", "second\nthird line"),
        Happened(NOON, "Note by Ada", HOSTILE),
    ],
    ["30 days from the letter."],
    broken=True,
)


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_it_is_a_tagged_pdf_a_that_names_the_head_and_tells_in_order(lang: str) -> None:
    made = render(TIMELINE, HEAD, lang=lang, tz=TORONTO)
    assert made == render(TIMELINE, HEAD, lang=lang, tz=TORONTO)
    reader = PdfReader(io.BytesIO(made))
    metadata = reader.trailer["/Root"]["/Metadata"].get_data()
    assert b"<pdfaid:part>2</pdfaid:part>" in metadata and b"<pdfuaid:part>1</pdfuaid:part>" in metadata
    said = "".join(pages(reader))
    assert HEAD.root in said and HEAD.origin in said and HEAD.key in said and HEAD.signer_sha256 in said and "812" in said
    assert said.index("NotebyAda") < said.index("Taskset") < said.index("thirdline") < said.index("30daysfromtheletter")
    assert "02:00:00" in said, "half a day later it is another day in Toronto"
    assert "\u202e" not in said and "#eval" in said
    days = {"en": ("14September2026", "15September2026"), "fr": ("14septembre2026", "15septembre2026")}
    assert all(day in said for day in days[lang])


def test_both_languages_say_everything_and_no_other_is_made_up() -> None:
    assert WORDS["en"].keys() == WORDS["fr"].keys()
    empty = Timeline("cas_1", "t", "a", [])
    assert "Rienjusqu’ici." in "".join(pages(PdfReader(io.BytesIO(render(empty, HEAD, lang="fr", tz=TORONTO)))))
    with pytest.raises(ValueError, match="no timeline"):
        render(empty, HEAD, lang="de", tz=TORONTO)
