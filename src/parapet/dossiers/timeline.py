"""The timeline of a case as a document: what happened when, without the text of a message; and the head of the log it rests on."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.resources import files
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

import typst
from attrs import frozen

from parapet.dossiers import glyphs, times
from parapet.dossiers.dossier import STANDARDS
from parapet.dossiers.visible import Printer, lacking

WORDS = {
    "en": {
        "title": "Timeline",
        "lead": "What happened in this case, in order of time. No text of a message is in it; notes are in people’s own words.",
        "case": "Case",
        "advocate": "Of",
        "made": "Made",
        "zone": "Times",
        "log": "Log",
        "entries": "{size} entries",
        "head": "Head of the log",
        "key": "Key of the log",
        "signer": "Signed with the certificate",
        "rests": "It tells what the records held when the log had this head. The case’s bag holds the entries and proves them.",
        "broken": "Some of what people wrote is left out: it is not what was written, or something is missing.",
        "when": "Time",
        "what": "What happened",
        "nothing": "Nothing so far.",
        "sources": "Where the deadlines come from",
        "cut": "…",
        "page": "Page {n} of {total}",
    },
    "fr": {
        "title": "Chronologie",
        "lead": "Ce qui s’est passé dans ce dossier, dans l’ordre. Aucun texte de message n’y figure; les notes sont dans les mots des personnes elles-mêmes.",
        "case": "Dossier",
        "advocate": "De",
        "made": "Établie",
        "zone": "Heures",
        "log": "Journal",
        "entries": "{size} inscriptions",
        "head": "Tête du journal",
        "key": "Clé du journal",
        "signer": "Signée avec le certificat",
        "rests": "Elle dit ce que contenaient les dossiers quand le journal avait cette tête. Le sac du dossier contient les inscriptions et les prouve.",
        "broken": "Une partie de ce que des personnes ont écrit est omise\u00a0: ce n’est pas ce qui fut écrit, ou il manque quelque chose.",
        "when": "Heure",
        "what": "Ce qui s’est passé",
        "nothing": "Rien jusqu’ici.",
        "sources": "D’où viennent les échéances",
        "cut": "…",
        "page": "Page {n} sur {total}",
    },
}


@frozen
class Happened:
    """When, what it is, and what more is said of it, in words of the document's language; `said` may be a person's own."""

    at: datetime
    what: str
    said: str


@frozen
class Timeline:
    """`broken`: something that people wrote is left out. `sources`: from where deadlines come, a sentence each."""

    case_id: str
    title: str
    advocate_name: str
    happened: Sequence[Happened]
    sources: Sequence[str] = ()
    broken: bool = False


@frozen
class Head:
    """What it rests on: the log's name and key as verifiers take it, its size and root (hex), and who signs (SHA-256, hex), when."""

    origin: str
    key: str
    size: int
    root: str
    signer_sha256: str
    at: datetime
    software: str


def render(timeline: Timeline, head: Head, *, lang: str, tz: ZoneInfo) -> bytes:
    """In "en" or "fr", times in `tz`; PDF/A-2a and PDF/UA-1. The same gives the same bytes. Raises ValueError for another language."""
    if lang not in WORDS:
        raise ValueError(f"no timeline in {lang!r}")
    wanted = lacking("".join([timeline.title, timeline.advocate_name, *(e.what + e.said for e in timeline.happened)]))
    extra = glyphs.system(wanted) if wanted else {}
    if extra:
        try:
            return _compiled(timeline, head, lang, tz, extra)
        except typst.TypstError:
            pass  # a font of this machine may forbid embedding or be damaged; the shipped ones do not
    return _compiled(timeline, head, lang, tz, {})


def _compiled(timeline: Timeline, head: Head, lang: str, tz: ZoneInfo, extra: glyphs.Coverage) -> bytes:
    room = files("parapet.dossiers")
    sources = {
        "main": room.joinpath("sheets/timeline.typ").read_bytes(),
        "look.typ": room.joinpath("pages/look.typ").read_bytes(),
        "case.json": json.dumps(_told(timeline, head, lang, tz, Printer(extra=extra)), ensure_ascii=False).encode(),
    }
    make: Any = typst.Compiler
    compiler = make(input=sources, font_paths=[str(glyphs.FONTS)], ignore_system_fonts=not extra)
    document = compiler.compile(format="pdf", pdf_standards=STANDARDS, timestamp=int(head.at.timestamp()))
    assert isinstance(document, bytes)
    return document


def _told(timeline: Timeline, head: Head, lang: str, tz: ZoneInfo, printer: Printer) -> dict[str, Any]:
    words, at = WORDS[lang], head.at.astimezone(UTC)
    facts = [
        [words["case"], _line(f"{timeline.title} ({timeline.case_id})", printer)],
        [words["advocate"], _line(timeline.advocate_name, printer)],
        [words["made"], _line(times.long(head.at, tz, lang), printer)],
        [words["zone"], _line(times.zone_name(head.at, tz, lang), printer)],
        [words["log"], _line(f"{head.origin}, {words['entries'].format(size=head.size)}", printer)],
    ]
    days = groupby(sorted(timeline.happened, key=lambda each: each.at), key=lambda each: each.at.astimezone(tz).date())
    return {
        "lang": lang,
        "words": words,
        "software": head.software,
        "title": f"{words['title']} {timeline.case_id}",
        "made": [at.year, at.month, at.day, at.hour, at.minute, at.second],
        "families": list(printer.families),
        "case_id": timeline.case_id,
        "facts": facts,
        "digests": [[words["head"], head.root], [words["key"], head.key], [words["signer"], head.signer_sha256]],
        "broken": words["broken"] if timeline.broken else "",
        "sources": list(timeline.sources),
        "days": [
            [
                f"{times.DAYS[lang][day.weekday()].capitalize()} {times.day(day, lang)}",
                [_row(e, tz, printer, words) for e in some],
            ]
            for day, some in days
        ],
    }


def _row(each: Happened, tz: ZoneInfo, printer: Printer, words: dict[str, str]) -> list[Any]:
    seen = printer.see(each.said)
    lines = [{"dir": direction, "runs": runs} for direction, runs in seen.lines] if each.said else []
    if seen.cut_at:
        lines.append(_line(words["cut"], printer))
    return [each.at.astimezone(tz).strftime("%H:%M:%S"), _line(each.what, printer), lines]


def _line(text: str, printer: Printer) -> dict[str, Any]:
    direction, runs = printer.see_line(text)
    return {"dir": direction, "runs": runs}
