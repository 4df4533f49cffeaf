"""A case as a PDF document for police, counsel, an employer or a college: tagged, PDF/A-2a and PDF/UA-1, fonts embedded."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

import typst

from parapet.dossiers import glyphs
from parapet.dossiers.case_file import CaseFile
from parapet.dossiers.payload import Writer
from parapet.dossiers.visible import Printer, lacking
from parapet.dossiers.words import LANGUAGES, words

STANDARDS = ["a-2a", "ua-1"]


def render(case: CaseFile, *, lang: str, tz: ZoneInfo) -> bytes:
    """The dossier of `case` in "en" or "fr", times in `tz` and UTC.

    The same case gives the same bytes: the only date inside is `case.exported_at`. A script that the shipped fonts lack
    (Chinese, say) is printed with a font of this machine where there is one, and as ⟨U+XXXX⟩ where there is none.

    Raises ValueError for another language.
    """
    if lang not in LANGUAGES:
        raise ValueError(f"no dossier in {lang!r}")
    wanted = lacking(_strangers_words(case))
    extra = glyphs.system(wanted) if wanted else {}
    if extra:
        try:
            return _compile(case, lang, tz, extra)
        except typst.TypstError:
            # A font of this machine may forbid embedding or be damaged. The shipped fonts always do.
            pass
    return _compile(case, lang, tz, {})


def _compile(case: CaseFile, lang: str, tz: ZoneInfo, extra: glyphs.Coverage) -> bytes:
    printer = Printer(extra=extra, more_marks=words(lang)["exhibit.more_marks"])
    data = Writer(case, lang, tz, printer).payload()
    page = files("parapet.dossiers").joinpath("pages")
    sources = {entry.name: entry.read_bytes() for entry in page.iterdir() if entry.name.endswith(".typ")}
    sources["main"] = sources.pop("main.typ")
    # A lone surrogate cannot reach this point: it was replaced by a mark. Were one to, encoding would refuse it here.
    sources["case.json"] = json.dumps(data, ensure_ascii=False).encode("utf-8")
    # Typst's type hints do not know that `input` may be several files by name.
    make: Any = typst.Compiler
    compiler = make(input=sources, font_paths=[str(glyphs.FONTS)], ignore_system_fonts=not extra)
    document = compiler.compile(format="pdf", pdf_standards=STANDARDS, timestamp=int(case.exported_at.timestamp()))
    if not isinstance(document, bytes):
        raise TypeError("Typst gave no document")
    return document


def _strangers_words(case: CaseFile) -> str:
    """Every text in the case that is not ours, joined: what decides which fonts are needed."""
    parts = [case.title, case.advocate_name, case.case_id, *(note.text + note.who for note in case.notes)]
    for e in case.exhibits:
        parts += [e.text, e.subject, e.content_warning, e.author.name, e.author.handle, e.author.native_id, e.url, e.uri, e.place]
        parts += [v.text or "" for v in e.versions]
        parts += [a.name for a in e.attachments]
    return "".join(parts)
