"""The text layer of a PDF, read in a process of its own: a hostile file may burn that process, never ours.

No script of the document is run, nothing is fetched, no picture decoded. Run as a program this file reads a PDF from
standard input and writes JSON; it imports nothing of Parapet.
"""

from __future__ import annotations

import contextlib
import json
import logging
import re
import subprocess
import sys
import time
from typing import NamedTuple

MAX_PDF_BYTES = 40 * 1024 * 1024
MAX_PAGES = 200
MAX_CHARS = 400_000
TIME_LIMIT_S = 10
_MEMORY_BYTES = 512 * 1024 * 1024
_OUTPUT_BYTES = 8 * 1024 * 1024


class PdfText(NamedTuple):
    """What could be read. `sound` is False when the reading stopped early; the text is then what came till there."""

    text: str
    pages: int
    sound: bool


def looks_like_pdf(start: bytes) -> bool:
    """True when the signature stands where readers look for it."""
    return b"%PDF-" in start[:1024]


def has_objects(raw: bytes) -> bool:
    """True when there is anything of a PDF behind its signature."""
    return re.search(rb"\d\s+\d+\s+obj\b", raw) is not None


class Patience:
    """What one source may spend on its PDFs: a mailbox of hostile ones must not hold up an import for hours."""

    def __init__(self, left_s: float = 120.0) -> None:
        self.left_s = left_s


def read_pdf(raw: bytes, patience: Patience | None = None) -> PdfText:
    """The text of `raw`, pages parted by a blank line. Never raises; takes at most TIME_LIMIT_S."""
    patience = patience or Patience()
    if len(raw) > MAX_PDF_BYTES or not has_objects(raw) or patience.left_s <= 0 or not sys.executable:
        return PdfText("", 0, False)
    started = time.monotonic()
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and this very file; the document goes in by a pipe
            [sys.executable, "-I", __file__], input=raw, capture_output=True, timeout=TIME_LIMIT_S, check=False
        )
        answer = json.loads(done.stdout[:_OUTPUT_BYTES] or b"{}")
    except (OSError, ValueError, subprocess.SubprocessError):
        return PdfText("", 0, False)
    finally:
        patience.left_s -= time.monotonic() - started
    return PdfText(str(answer.get("text", "")), int(answer.get("pages", 0)), bool(answer.get("sound", False)))


def _extract(raw: bytes) -> PdfText:
    found = _pages(raw)
    if not found.sound and not found.pages and b"startxref" not in raw:
        # Cut off, or written by hand: with a pointer to nowhere the reader looks for the objects itself.
        found = _pages(raw + b"\nstartxref\n0\n%%EOF\n")._replace(sound=False)
    return found


def _pages(raw: bytes) -> PdfText:
    from io import BytesIO

    import pypdf

    texts: list[str] = []
    size = 0
    try:
        reader = pypdf.PdfReader(BytesIO(raw), strict=False)
        for number, page in enumerate(reader.pages):
            if number >= MAX_PAGES or size > MAX_CHARS:
                return PdfText("\n\n".join(texts)[:MAX_CHARS], number, False)
            texts.append(page.extract_text())
            size += len(texts[-1])
    except Exception:  # the reader of PDFs fails in many ways on hostile files; what it gave before is kept
        return PdfText("\n\n".join(texts)[:MAX_CHARS], len(texts), False)
    whole = "\n\n".join(texts)
    return PdfText(whole[:MAX_CHARS], len(texts), len(whole) <= MAX_CHARS)


def _main() -> None:
    with contextlib.suppress(ImportError, ValueError, OSError):  # not on Windows
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
        resource.setrlimit(resource.RLIMIT_CPU, (TIME_LIMIT_S, TIME_LIMIT_S))
    logging.disable(logging.CRITICAL)
    found = _extract(sys.stdin.buffer.read(MAX_PDF_BYTES + 1))
    sys.stdout.write(json.dumps(found._asdict()))


if __name__ == "__main__":
    _main()
