"""The brief of a case for security, or the note for police: a page, two when it is full, of what somebody chose to tell."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

import typst
from attrs import field, frozen

from parapet.domain.items import Account
from parapet.domain.safety import OF_HER_DAY, POLICE, SECTIONS
from parapet.dossiers import glyphs, times
from parapet.dossiers import words as language
from parapet.dossiers.brief_words import words as brief_words
from parapet.dossiers.dossier import STANDARDS
from parapet.dossiers.timeline import Head
from parapet.dossiers.visible import Printer, lacking

_MAX_LINE = 900
_MAX_NAME = 120


@frozen
class Quoted:
    """A message, as much of it as goes. `text` and `author` are a stranger's; `author` is None where she does not name it.

    alike   messages in the case of the same account, this one among them; 0 where nobody knows
    """

    item_id: str
    at: datetime
    time_is_ours: bool
    channel: str
    channel_title: str
    text: str
    signs: tuple[str, ...]
    author: Account | None = None
    alike: int = 0


@frozen
class Ask:
    """What somebody is asked to do, in the reader's language; who does it, and until which day."""

    what: str
    by: str = ""
    until: date | None = None


@frozen
class Brief:
    """All that goes. `others` messages of the case are left out; `said` by `safety.FIELDS`."""

    reader: str
    case_id: str
    advocate_name: str
    quoted: Sequence[Quoted] = ()
    listed: Sequence[str] = ()
    others: int = 0
    said: Mapping[str, str] = field(factory=dict)
    asks: Sequence[Ask] = ()
    review: date | None = None
    fictional: bool = False


def render(brief: Brief, head: Head, *, lang: str, tz: ZoneInfo) -> tuple[bytes, int]:
    """In "en" or "fr", times in `tz`, PDF/A-2a and PDF/UA-1; and how many pages it has. Raises ValueError for another language."""
    texts = [brief.advocate_name, *brief.said.values()]
    texts += [word for ask in brief.asks for word in (ask.what, ask.by)]
    texts += [quoted.text for quoted in brief.quoted]
    texts += [word for q in brief.quoted if q.author for word in (q.author.name, q.author.handle)]
    wanted = lacking("".join(texts))
    extra = glyphs.system(wanted) if wanted else {}
    if extra:
        try:
            return _compiled(brief, head, lang, tz, extra)
        except typst.TypstError:
            pass  # a font of this machine may forbid embedding or be damaged; the shipped ones do not
    return _compiled(brief, head, lang, tz, {})


def _compiled(brief: Brief, head: Head, lang: str, tz: ZoneInfo, extra: glyphs.Coverage) -> tuple[bytes, int]:
    room = files("parapet.dossiers")
    sources = {
        "main": room.joinpath("sheets/brief.typ").read_bytes(),
        "look.typ": room.joinpath("pages/look.typ").read_bytes(),
        "case.json": json.dumps(_Page(brief, head, lang, tz, Printer(extra=extra)).told(), ensure_ascii=False).encode(),
    }
    make: Any = typst.Compiler
    told = {"input": sources, "font_paths": [str(glyphs.FONTS)], "ignore_system_fonts": not extra}
    document = make(**told).compile(format="pdf", pdf_standards=STANDARDS, timestamp=int(head.at.timestamp()))
    assert isinstance(document, bytes)
    # A compiler forgets its input once it answered; what it laid out is remembered for the next.
    return document, int(make(**told).query("<pages>", field="value", one=True))


class _Page:
    """The plain data that the page reads. Every text of a stranger leaves here as runs of strings, never as markup."""

    def __init__(self, brief: Brief, head: Head, lang: str, tz: ZoneInfo, printer: Printer) -> None:
        self.brief, self.head, self.lang, self.tz, self.printer = brief, head, lang, tz, printer
        self.words = brief_words(lang, brief.reader)

    def told(self) -> dict[str, Any]:
        brief, words, at = self.brief, self.words, self.head.at.astimezone(UTC)
        return {
            "lang": self.lang,
            "words": words,
            "software": self.head.software,
            "title": f"{words['title']} {brief.case_id}",
            "made": [at.year, at.month, at.day, at.hour, at.minute, at.second],
            "families": list(self.printer.families),
            "case_id": brief.case_id,
            "fictional": words["fictional"] if brief.fictional else "",
            "facts": list(self._facts()),
            "situation": self._said("situation"),
            "quotes": [self._quote(number, quoted) for number, quoted in enumerate(brief.quoted, 1)],
            "rest": list(self._rest()),
            "sections": list(self._sections()),
            "known": self._said("known"),
            "day": [[words[name], self._line(brief.said[name])] for name in OF_HER_DAY if brief.said.get(name)],
            "asks": [self._ask(ask) for ask in brief.asks],
            "call": [[words[name], self._line(brief.said[name])] for name in ("contact", "near") if brief.said.get(name)],
            "proof": words["proof"].format(
                origin=self.head.origin, size=self.head.size, root=self.head.root, signer=self.head.signer_sha256
            ),
        }

    def _facts(self) -> Iterator[list[Any]]:
        brief, words = self.brief, self.words
        yield [words["of"], self._line(brief.advocate_name, _MAX_NAME)]
        yield [words["case"], self._line(brief.case_id)]
        for name in ("occurrence", "officer", "stop"):
            if brief.said.get(name):
                yield [words[name], self._line(brief.said[name])]
        yield [words["made"], self._line(times.long(self.head.at, self.tz, self.lang))]
        if brief.review:
            yield [words["review"], self._line(times.day(brief.review, self.lang))]

    def _quote(self, number: int, quoted: Quoted) -> dict[str, Any]:
        words = self.words
        at = words["kept" if quoted.time_is_ours else "sent"].format(at=times.long(quoted.at, self.tz, self.lang))
        channel = language.channel(quoted.channel, quoted.channel_title, self.lang)
        signs = ", ".join(language.indicator(code, self.lang) for code in quoted.signs)
        return {
            "n": str(number),
            "head": f"{channel} · {at}",
            "item": quoted.item_id,
            "who": self._line(_named(quoted.author), 2 * _MAX_NAME) if quoted.author and _named(quoted.author) else None,
            "by": words["by"],
            "nobody": words["by"].format(who=words["nobody"]) if quoted.author and not _named(quoted.author) else "",
            "alike": self._alike(quoted.alike) if quoted.author else "",
            "signs": words["signs"].format(signs=signs) if signs else "",
            "text": self._line(quoted.text),
        }

    def _alike(self, n: int) -> str:
        return "" if not n else self.words["count.1"] if n == 1 else self.words["count"].format(n=n)

    def _rest(self) -> Iterator[str]:
        brief, words = self.brief, self.words
        if not brief.quoted:
            yield words["none"]
        if brief.listed:
            yield words["listed"].format(items=", ".join(brief.listed))
        yield words.get(f"others.{brief.others}", words["others"]).format(n=brief.others)
        yield words["faces"]

    def _sections(self) -> Iterator[str]:
        """Which of the quoted messages bear on which section, for police alone."""
        for section, codes in SECTIONS.items() if self.brief.reader == POLICE else ():
            numbers = [str(n) for n, quoted in enumerate(self.brief.quoted, 1) if codes & set(quoted.signs)]
            if numbers:
                yield self.words[f"section.{section}"].format(numbers=", ".join(numbers))

    def _ask(self, ask: Ask) -> dict[str, Any]:
        until = self.words["ask.until"].format(day=times.day(ask.until, self.lang)) if ask.until else ""
        by = self._line(self.words["ask.by"].format(by=ask.by)) if ask.by else None
        return {"what": self._line(ask.what), "by": by, "until": until}

    def _said(self, name: str) -> dict[str, Any] | None:
        return self._line(self.brief.said[name]) if self.brief.said.get(name) else None

    def _line(self, text: str, most: int = _MAX_LINE) -> dict[str, Any]:
        direction, runs = self.printer.see_line(text, max_chars=most)
        return {"dir": direction, "runs": runs}


def _named(author: Account) -> str:
    """Display name and handle, as far as the platform told them."""
    handle = f"@{author.handle}" if author.handle and "@" not in author.handle else author.handle
    return " · ".join(each[:_MAX_NAME] for each in (author.name, handle) if each) or author.native_id[:_MAX_NAME]
