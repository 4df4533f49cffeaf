"""A case as a PDF document for police, counsel, an employer or a college: tagged, PDF/A-2a and PDF/UA-1, fonts embedded."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

import typst

from parapet.dossiers import filing as filings
from parapet.dossiers import glyphs
from parapet.dossiers.case_file import CaseFile
from parapet.dossiers.filing import Filing
from parapet.dossiers.payload import Writer
from parapet.dossiers.visible import Printer, lacking
from parapet.dossiers.words import LANGUAGES, words

STANDARDS = ["a-2a", "ua-1"]


def render(case: CaseFile, *, lang: str, tz: ZoneInfo, filing: Filing | None = None) -> bytes:
    """The dossier of `case` in "en" or "fr", times in `tz` and UTC.

    filing  what it has besides for police or counsel, and which parts are left out of it

    The same case gives the same bytes: the only date inside is `case.exported_at`. A script that the shipped fonts lack
    (Chinese, say) is printed with a font of this machine where there is one, and as ⟨U+XXXX⟩ where there is none.

    Raises ValueError for another language.
    """
    if lang not in LANGUAGES:
        raise ValueError(f"no dossier in {lang!r}")
    if filing is not None:
        case = filings.kept_to(case, filing)
    wanted = lacking(_strangers_words(case) + (filings.strangers_words(filing) if filing is not None else ""))
    extra = glyphs.system(wanted) if wanted else {}
    if extra:
        try:
            return _compile(case, filing, lang, tz, extra)
        except typst.TypstError:
            # A font of this machine may forbid embedding or be damaged. The shipped fonts always do.
            pass
    return _compile(case, filing, lang, tz, {})


def _compile(case: CaseFile, filing: Filing | None, lang: str, tz: ZoneInfo, extra: glyphs.Coverage) -> bytes:
    page = files("parapet.dossiers").joinpath("pages")
    sources = {entry.name: entry.read_bytes() for entry in page.iterdir() if entry.name.endswith(".typ")}
    sources["main"] = sources.pop("main.typ")
    sources["case.json"] = _told(case, filing, lang, tz, extra)
    # Typst's type hints do not know that `input` may be several files by name.
    make: Any = typst.Compiler
    compiler = make(input=sources, font_paths=[str(glyphs.FONTS)], ignore_system_fonts=not extra)
    del sources  # it has its own copy, and five hundred exhibits need the room
    document = compiler.compile(format="pdf", pdf_standards=STANDARDS, timestamp=int(case.exported_at.timestamp()))
    if not isinstance(document, bytes):
        raise TypeError("Typst gave no document")
    return document


def _told(case: CaseFile, filing: Filing | None, lang: str, tz: ZoneInfo, extra: glyphs.Coverage) -> bytes:
    """What the page reads, as JSON. What it is made of is gone before the page is laid out."""
    writer = Writer(case, lang, tz, Printer(extra=extra, more_marks=words(lang)["exhibit.more_marks"]))
    data = writer.payload() | {"filing": None}
    if filing is not None:
        told = filings.payload(case, filing, writer)
        own = {"dossier": told["title"], "confidential": told["mark"], "cover.warning": told["words"]["warning"]}
        data |= {"filing": told, "title": told["document_title"], "words": writer.words | own}
    # A lone surrogate cannot reach this point: it was replaced by a mark. Were one to, encoding would refuse it here.
    return json.dumps(data, ensure_ascii=False).encode("utf-8")


def _strangers_words(case: CaseFile) -> str:
    """Every text in the case that is not ours, joined: what decides which fonts are needed."""
    parts = [case.title, case.advocate_name, case.case_id, *(note.text + note.who for note in case.notes)]
    for e in case.exhibits:
        parts += [e.text, e.subject, e.content_warning, e.author.name, e.author.handle, e.author.native_id, e.url, e.uri, e.place]
        parts += [v.text or "" for v in e.versions]
        parts += [a.name for a in e.attachments]
    return "".join(parts)
