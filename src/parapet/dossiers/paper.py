"""The forms that go with a case: affidavit, certificates, a page for whoever receives it. PDF/A, from the log's facts.

They are templates: what the log tells is filled in, what only a person can say is left blank, and nothing is sworn by us.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

import typst
from attrs import frozen

from parapet.dossiers import glyphs, paper_words, times
from parapet.dossiers import words as language
from parapet.dossiers.case_file import CaseFile
from parapet.dossiers.chronology import shown
from parapet.dossiers.dossier import STANDARDS

#: Rows of the list of digests in a form. A longer list is in the bag as a table; a form is to be read.
MAX_ROWS = 500

Block = list[Any]


@frozen
class System:
    """What kept the record: for the affidavit, which must speak of the system and not only of what came out of it.

    origin, key    the log's name, and its key as verifiers take it
    signer_sha256  the certificate that signs the documents
    runs_on        "Python 3.11.7, SQLite": what the program itself can say of its surroundings
    """

    origin: str
    key: str
    signer_sha256: str
    runs_on: str


def affidavit(case: CaseFile, system: System, *, lang: str, tz: ZoneInfo) -> bytes:
    """The template of an affidavit under the Canada Evidence Act, ss. 31.1 to 31.8, in "en" or "fr"."""
    return _paper(paper_words.AFFIDAVIT[lang], case, system, lang, tz)


def certificate(case: CaseFile, system: System, *, tz: ZoneInfo) -> bytes:
    """The template of a certification under US Federal Rules of Evidence 902(13) and (14); English, explained in French."""
    return _paper(paper_words.CERTIFICATE, case, system, "en", tz)


def for_the_receiver(case: CaseFile, system: System, *, lang: str, tz: ZoneInfo) -> bytes:
    """One page: what the bag is, and how to check it."""
    return _paper(paper_words.RECEIVER[lang], case, system, lang, tz)


def _paper(paper: paper_words.Paper, case: CaseFile, system: System, lang: str, tz: ZoneInfo) -> bytes:
    facts = _facts(case, system, lang, tz)
    told = {
        "lang": lang,
        "software": facts["software"],
        "made": _date_parts(case.exported_at),
        "families": list(glyphs.shipped()),
        "title": paper.title,
        "subtitle": paper.subtitle.format(**facts),
        "mark": paper.mark,
        "warning": paper.warning,
        "running": facts["case"],
        "foot": paper.foot,
        "page": language.words(lang)["page"],
        "blocks": [filled for block in paper.blocks for filled in _filled(block, case, facts, lang)],
    }
    room = files("parapet.dossiers")
    sources = {
        "main": room.joinpath("papers/main.typ").read_bytes(),
        "look.typ": room.joinpath("pages/look.typ").read_bytes(),
        "case.json": json.dumps(told, ensure_ascii=False).encode(),
    }
    make: Any = typst.Compiler
    compiler = make(input=sources, font_paths=[str(glyphs.FONTS)], ignore_system_fonts=True)
    document = compiler.compile(format="pdf", pdf_standards=STANDARDS, timestamp=int(case.exported_at.timestamp()))
    assert isinstance(document, bytes)
    return document


def _facts(case: CaseFile, system: System, lang: str, tz: ZoneInfo) -> dict[str, str]:
    """What the sentences are filled with. What people wrote (title, name) is made fit to print first."""
    taken = sorted(version.captured_at for exhibit in case.exhibits for version in exhibit.versions)
    first, last = (taken[0], taken[-1]) if taken else (case.exported_at, case.exported_at)
    return {
        "case": shown(case.case_id),
        "title": shown(case.title),
        "advocate": shown(case.advocate_name),
        "software": f"{case.software.name} {case.software.version}",
        "runs_on": shown(system.runs_on),
        "first": times.long(first, tz, lang),
        "last": times.long(last, tz, lang),
        "exported": times.long(case.exported_at, tz, lang),
        "exported_utc": times.utc(case.exported_at),
        "items": str(len(case.exhibits)),
        "versions": str(len(taken)),
        "size": str(case.log_size),
        "root": case.head_hash,
        "origin": shown(system.origin),
        "key": shown(system.key),
        "signer": system.signer_sha256,
        "most": str(MAX_ROWS),
        "attested": _attested(case, lang, tz),
    }


def _attested(case: CaseFile, lang: str, tz: ZoneInfo) -> str:
    """What bodies outside say of the versions, in a sentence."""
    words = language.words(lang)
    said = [version.attested for exhibit in case.exhibits for version in exhibit.versions if version.attested]
    if not said:
        return words["attested.paper.none"]
    return words["attested.paper.some"].format(
        by=", ".join(sorted({shown(each.by) for each in said})),
        count=len(said),
        versions=sum(len(exhibit.versions) for exhibit in case.exhibits),
        last=times.long(max(each.at for each in said), tz, lang),
    )


def _filled(block: Sequence[Any], case: CaseFile, facts: dict[str, str], lang: str) -> Iterator[Block]:
    kind = block[0]
    if kind == "channels":
        yield ["table", block[1], _channels(case, lang), [3, 0, 3, 3]]
    elif kind == "digests":
        rows = list(_digests(case, block[3]))
        yield ["table", block[1], rows[:MAX_ROWS], [0, 0, 0, 3]]
        if len(rows) > MAX_ROWS:
            yield ["small", block[2].format(**facts)]
    elif kind == "fields":
        yield ["fields", [[name, value.format(**facts)] for name, value in block[1]]]
    elif kind == "list":
        yield ["list", [each.format(**facts) for each in block[1]]]
    elif kind in ("sign", "break"):
        yield list(block)
    else:
        yield [kind, block[1].format(**facts), *block[2:]]


def _channels(case: CaseFile, lang: str) -> list[list[str]]:
    """By which channel how many messages came, and when the first and the last of them were taken in."""
    found: dict[str, list[datetime]] = {}
    for exhibit in case.exhibits:
        name = language.channel(exhibit.channel, exhibit.channel_title, lang)
        found.setdefault(name, []).append(exhibit.captured_at)
    return [[shown(name), str(len(at)), times.utc(min(at)), times.utc(max(at))] for name, at in sorted(found.items())]


def _digests(case: CaseFile, withheld: str) -> Iterator[list[str]]:
    for exhibit in case.exhibits:
        for version in exhibit.versions:
            at = f"{version.captured_at.astimezone(UTC):%Y-%m-%d %H:%M:%S}"
            yield [f"{exhibit.item_id}/v{version.number}", at, str(version.log_index), version.sha256 or withheld]


def _date_parts(at: datetime) -> list[int]:
    exact = at.astimezone(UTC)
    return [exact.year, exact.month, exact.day, exact.hour, exact.minute, exact.second]
