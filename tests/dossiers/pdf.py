"""What a reader's program finds in a PDF."""

from __future__ import annotations

import io
import re
from zoneinfo import ZoneInfo

from pypdf import PdfReader

from parapet.dossiers.case_file import CaseFile
from parapet.dossiers.dossier import render

TORONTO = ZoneInfo("America/Toronto")


def read(case: CaseFile, lang: str = "en") -> PdfReader:
    """The dossier of `case`, opened."""
    return PdfReader(io.BytesIO(render(case, lang=lang, tz=TORONTO)))


def pages(reader: PdfReader) -> list[str]:
    """The text of each page without white space: where lines break is the page's business, not the message's."""
    return [squeezed(page.extract_text()) for page in reader.pages]


def squeezed(text: str) -> str:
    """`text` without any white space."""
    return re.sub(r"\s+", "", text)
