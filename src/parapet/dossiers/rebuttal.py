"""The rebuttal dossier: a complaint, the answers, the ground on both sides, the same passages in other letters, the exhibits with their seals."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from importlib.resources import files
from itertools import groupby, pairwise
from typing import Any
from zoneinfo import ZoneInfo

import typst
from attrs import frozen

from parapet.domain.complaints import Complaint
from parapet.domain.ground import AGAINST, FOR, Fact
from parapet.domain.items import Account
from parapet.domain.regulators import Said
from parapet.dossiers import glyphs, ground_words, times
from parapet.dossiers import words as language
from parapet.dossiers.dossier import STANDARDS
from parapet.dossiers.payload import ranges
from parapet.dossiers.rebuttal_words import WORDS
from parapet.dossiers.timeline import Head
from parapet.dossiers.visible import MAX_CHARS, Printer, lacking

_MAX_NAME = 160
_MAX_WORDS = 1_200
_MAX_PASSAGES = 12


@frozen
class Shown:
    """A fact that goes, and the exhibits that show it."""

    fact: Fact
    exhibits: tuple[int, ...]


@frozen
class Answered:
    """An allegation, in a stranger's words or hers, what she answers, and the exhibits on both sides."""

    text: str
    answer: str
    supports: tuple[int, ...]
    against: tuple[int, ...]


@frozen
class Same:
    """Another letter: its exhibit number (0 where it is none), its day, how much is the same, and the passages in its own words."""

    number: int
    day: date
    percent: int
    passages: tuple[str, ...]
    nearly: bool


@frozen
class Exhibited:
    """A message that is named. `words` are a stranger's, in part; "" where none go. `author` is None where nobody is named."""

    number: int
    item_id: str
    channel: str
    channel_title: str
    kind: str
    at: datetime
    time_is_ours: bool
    own: bool
    is_letter: bool
    is_call: bool
    author: Account | None
    words: str
    sha256: str
    log_index: int


@frozen
class Rebuttal:
    """All that goes. `body`: to whom the complaint went; `of_case` messages are in the case; `care`: it reads as one about care."""

    case_id: str
    complaint_id: str
    advocate_name: str
    told: Complaint
    body: Said
    facts: Sequence[Shown] = ()
    answers: Sequence[Answered] = ()
    letter: str = ""
    marks: Sequence[tuple[int, int]] = ()
    same: Sequence[Same] = ()
    exhibits: Sequence[Exhibited] = ()
    of_case: int = 0
    care: bool = False
    fictional: bool = False


def render(made: Rebuttal, head: Head, *, lang: str, tz: ZoneInfo) -> bytes:
    """In "en" or "fr", times in `tz`; PDF/A-2a and PDF/UA-1. The same gives the same bytes. Raises ValueError for another language."""
    return compiled(made, head, lang, tz, sheet="rebuttal.typ")


def compiled(made: Rebuttal, head: Head, lang: str, tz: ZoneInfo, *, sheet: str) -> bytes:
    """By one of the sheets, with a font of this machine where the shipped ones lack a letter."""
    if lang not in WORDS:
        raise ValueError(f"no rebuttal in {lang!r}")
    wanted = lacking(_every_word(made))
    extra = glyphs.system(wanted) if wanted else {}
    if extra:
        try:
            return _compile(made, head, lang, tz, extra, sheet)
        except typst.TypstError:
            pass  # a font of this machine may forbid embedding or be damaged; the shipped ones do not
    return _compile(made, head, lang, tz, {}, sheet)


def _every_word(made: Rebuttal) -> str:
    texts = [made.advocate_name, made.body.en, made.body.fr, made.letter, *made.told.words.values()]
    texts += [word for each in made.answers for word in (each.text, each.answer)]
    texts += [passage for each in made.same for passage in each.passages]
    texts += [each.words for each in made.exhibits]
    texts += [word for each in made.exhibits if each.author for word in (each.author.name, each.author.handle)]
    return "".join(texts)


def _compile(made: Rebuttal, head: Head, lang: str, tz: ZoneInfo, extra: glyphs.Coverage, sheet: str) -> bytes:
    room = files("parapet.dossiers")
    sources = {
        "main": room.joinpath("sheets", sheet).read_bytes(),
        "look.typ": room.joinpath("pages/look.typ").read_bytes(),
        "case.json": json.dumps(_Page(made, head, lang, tz, Printer(extra=extra)).told(), ensure_ascii=False).encode(),
    }
    make: Any = typst.Compiler
    compiler = make(input=sources, font_paths=[str(glyphs.FONTS)], ignore_system_fonts=not extra)
    document = compiler.compile(format="pdf", pdf_standards=STANDARDS, timestamp=int(head.at.timestamp()))
    assert isinstance(document, bytes)
    return document


class _Page:
    """The plain data that a sheet reads. Every text of people leaves here as runs of strings, never as markup."""

    def __init__(self, made: Rebuttal, head: Head, lang: str, tz: ZoneInfo, printer: Printer) -> None:
        self.made, self.head, self.lang, self.tz, self.printer = made, head, lang, tz, printer
        self.words = WORDS[lang]

    def told(self) -> dict[str, Any]:
        made, words, at = self.made, self.words, self.head.at.astimezone(UTC)
        said = made.told.words
        return {
            "lang": self.lang,
            "words": words,
            "software": self.head.software,
            "title": f"{words['title']} {made.case_id}",
            "letter_title": f"{words['leader.title']} {made.case_id}",
            "made": [at.year, at.month, at.day, at.hour, at.minute, at.second],
            "families": list(self.printer.families),
            "case_id": made.case_id,
            "fictional": words["fictional"] if made.fictional else "",
            "facts": list(self._facts()),
            "opening": self._text(said.get("opening", "")),
            "reason": self._text(said.get("reason", "")) if made.care else [],
            "answers": [self._answer(n, each) for n, each in enumerate(made.answers, 1)],
            "for": [self._fact(each) for each in made.facts if each.fact.side == FOR],
            "against": [self._fact(each) for each in made.facts if each.fact.side == AGAINST],
            "letter": self._marked(made.letter[:MAX_CHARS], made.marks),
            "cut": words["letter.cut"] if len(made.letter) > MAX_CHARS else "",
            "any_marks": bool(made.marks),
            "same": [self._same(each) for each in made.same],
            "chronology": list(self._chronology()),
            "exhibits": [self._exhibit(each) for each in made.exhibits],
            "of_case": words["exhibits.of"].format(n=len(made.exhibits), total=made.of_case),
            "leader": self._line(said["leader"]) if said.get("leader") else None,
            "advocate": self._line(made.advocate_name, _MAX_NAME),
            "today": times.day(self.head.at.astimezone(self.tz).date(), self.lang),
            "about": self._about(),
            "happened": self._text(said.get("letter", "")),
            "asks": [words[f"ask.{code}"] for code in made.told.asks],
            "proof": words["proof"].format(
                origin=self.head.origin, size=self.head.size, root=self.head.root, signer=self.head.signer_sha256
            ),
        }

    def _about(self) -> str:
        words, told = self.words, self.made.told
        reference = told.words.get("reference", "")
        body = self.made.body.in_(self.lang) or words[f"body.{told.body}"]
        about = words["leader.about"].format(body=body, day=times.day(told.received, self.lang))
        return f"{about} ({reference})" if reference else about

    def _facts(self) -> Iterator[list[Any]]:
        made, words, told = self.made, self.words, self.made.told
        yield [words["of"], self._line(made.advocate_name, _MAX_NAME)]
        yield [words["body"], self._line(made.body.in_(self.lang) or words[f"body.{told.body}"], _MAX_NAME)]
        for name in ("reference", "complainant", "parties"):
            if told.words.get(name):
                yield [words[name], self._line(told.words[name], 320)]
        yield [words["received"], self._line(times.day(told.received, self.lang))]
        if told.due:
            yield [words["due"], self._line(times.day(told.due, self.lang))]
        yield [words["case"], self._line(f"{made.case_id} · {made.complaint_id}")]
        yield [words["made"], self._line(times.long(self.head.at, self.tz, self.lang))]

    def _answer(self, n: int, each: Answered) -> dict[str, Any]:
        return {
            "n": str(n),
            "text": self._text(each.text),
            "answer": self._text(each.answer),
            "supports": self.words["supports"].format(numbers=ranges(list(each.supports))) if each.supports else "",
            "against": self.words["against.of"].format(numbers=ranges(list(each.against))) if each.against else "",
        }

    def _fact(self, each: Shown) -> dict[str, Any]:
        return {
            "what": ground_words.sentence(each.fact, self.lang),
            "how": ground_words.how(each.fact, self.lang),
            "stated": self._text(each.fact.stated),
            "exhibits": self.words["shown"].format(numbers=ranges(list(each.exhibits))) if each.exhibits else "",
        }

    def _same(self, each: Same) -> dict[str, Any]:
        words = self.words
        which = words["same.exhibit"].format(n=each.number) if each.number else words["same.other"]
        head = words["same.head"].format(which=which, day=times.day(each.day, self.lang), percent=each.percent)
        more = len(each.passages) - _MAX_PASSAGES
        return {
            "head": head,
            "passages": [self._line(" ".join(passage.split()), _MAX_WORDS) for passage in each.passages[:_MAX_PASSAGES]],
            "more": words["same.more"].format(n=more) if more > 0 else "",
        }

    def _chronology(self) -> Iterator[list[Any]]:
        """Day by day: what kind of thing, how many, which exhibits; without a word of a stranger."""
        told, words = self.made.told, self.words
        rows: list[tuple[date, str, int]] = []
        for each in self.made.exhibits:
            if each.is_letter:
                continue
            kind = "own" if each.own else "call" if each.is_call else "letter" if each.kind == "complaint" else "message"
            rows.append((each.at.astimezone(self.tz).date(), kind, each.number))
        letter = next((each.number for each in self.made.exhibits if each.is_letter), 0)
        rows.append((told.received, "received", letter))
        if told.due:
            rows.append((told.due, "due", 0))
        for (day, kind), some in groupby(sorted(rows), key=lambda row: (row[0], row[1])):
            numbers = [number for _day, _kind, number in some if number]
            count = max(1, len(numbers))
            sentence = words[f"event.{kind}.1" if count == 1 and f"event.{kind}.1" in words else f"event.{kind}"]
            shown = words["exhibit.numbers"].format(numbers=ranges(numbers)) if numbers else ""
            yield [times.day(day, self.lang), sentence.format(n=count), shown]

    def _exhibit(self, each: Exhibited) -> dict[str, Any]:
        words = self.words
        at = words["kept" if each.time_is_ours else "sent"].format(at=times.long(each.at, self.tz, self.lang))
        channel = language.channel(each.channel, each.channel_title, self.lang)
        what = words["exhibit.letter"] if each.is_letter else words["exhibit.own"] if each.own else channel
        return {
            "n": str(each.number),
            "head": f"{what} · {at}",
            "who": self._line(_named(each.author), 2 * _MAX_NAME) if each.author and _named(each.author) else None,
            "text": self._line(each.words, _MAX_WORDS) if each.words else None,
            "seal": words["seal"].format(item=each.item_id, index=each.log_index),
            "sha256": each.sha256,
        }

    def _marked(self, text: str, marks: Sequence[tuple[int, int]]) -> list[dict[str, Any]]:
        """The letter line by line; of each line the parts, and whether each stands in another letter too."""
        lines: list[dict[str, Any]] = []
        at = 0
        for line in text.splitlines(keepends=True):
            end = at + len(line)
            body = line.rstrip("\r\n")
            edges = sorted({at, at + len(body), *(min(max(edge, at), at + len(body)) for span in marks for edge in span)})
            parts = []
            for start, stop in pairwise(edges):
                marked = any(a <= start and stop <= b for a, b in marks)
                parts.append({"mark": marked, "runs": self.printer.see_line(text[start:stop], max_chars=10_000)[1]})
            lines.append({"dir": self.printer.see_line(body)[0], "parts": parts})
            at = end
        return lines

    def _text(self, text: str) -> list[dict[str, Any]]:
        """Several lines of people's words."""
        if not text:
            return []
        return [{"dir": direction, "runs": runs} for direction, runs in self.printer.see(text).lines]

    def _line(self, text: str, most: int = _MAX_WORDS) -> dict[str, Any]:
        direction, runs = self.printer.see_line(text, max_chars=most)
        return {"dir": direction, "runs": runs}


def _named(author: Account) -> str:
    handle = f"@{author.handle}" if author.handle and "@" not in author.handle else author.handle
    return " · ".join(each[:_MAX_NAME] for each in (author.name, handle) if each) or author.native_id[:_MAX_NAME]
