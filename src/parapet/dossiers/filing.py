"""What a dossier for police or counsel has besides every dossier: the pattern, what the law asks for, her statement. As plain data."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from attrs import define, evolve, field, frozen

from parapet.domain.offences import BY_NUMBER, POLICE_SAID, QUESTIONS, READ_AS_OF, SOURCE, Section
from parapet.dossiers import offence_words, times
from parapet.dossiers import words as language
from parapet.dossiers.bearing import Bearing, Count, bearings
from parapet.dossiers.case_file import CaseFile
from parapet.dossiers.filing_words import words as filing_words
from parapet.dossiers.pattern import AccountLine, Span, pattern
from parapet.dossiers.payload import Data, Writer, ranges


@frozen
class Filing:
    """What somebody chose.

    reader      `offences.POLICE` or `offences.COUNSEL`
    parts       of `offences.PARTS`
    sections    numbers of sections, in the order of the Code; `countries` of `offences.COUNTRIES`
    answers     her own words, by question and by what police said; `answered_at` when they were changed last
    total       messages of the case, where fewer go; 0 where all do
    """

    reader: str
    parts: frozenset[str]
    sections: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    answers: Mapping[str, str] = field(factory=dict)
    answered_at: datetime | None = None
    total: int = 0


def kept_to(case: CaseFile, filing: Filing) -> CaseFile:
    """The case without the parts that do not go."""
    left = case
    if "notes" not in filing.parts:
        left = evolve(left, notes=())
    if "corrections" not in filing.parts:
        left = evolve(left, exhibits=tuple(evolve(each, corrected=()) for each in left.exhibits))
    if "handed" not in filing.parts:
        left = evolve(left, handed=(), erased=())
    return left


def strangers_words(filing: Filing) -> str:
    """What people wrote in it, joined: fonts are chosen by it."""
    return "".join(filing.answers.values())


def payload(case: CaseFile, filing: Filing, writer: Writer) -> Data:
    """All of it for the page."""
    return _Told(case, filing, writer, filing_words(writer.lang)).payload()


@define(frozen=True, slots=False)
class _Told:
    case: CaseFile
    filing: Filing
    writer: Writer
    words: dict[str, str]

    def payload(self) -> Data:
        filing, words, parts = self.filing, self.words, self.filing.parts
        said = {code: self.writer.line(filing.answers[code]) for code in POLICE_SAID if filing.answers.get(code)}
        statement = "statement" in parts and any(filing.answers.get(code) for code in QUESTIONS)
        return {
            "words": words,
            "title": words[f"title.{filing.reader}"],
            "mark": words[f"mark.{filing.reader}"],
            "document_title": words[f"document_title.{filing.reader}"].format(case=self.writer.ascii_id()),
            "cover": [[words[code], line] for code, line in said.items()],
            "chosen": words["chosen.value"].format(n=len(self.case.counted), total=filing.total) if filing.total else "",
            "pattern": self.pattern() if "pattern" in parts and self.case.counted else None,
            "sections": self.sections() if "sections" in parts and filing.sections else None,
            "countries": self.countries() if "sections" in parts else [],
            "statement": self.statement() if statement else None,
        }

    # The pattern

    def pattern(self) -> Data:
        tz, lang, words = self.writer.tz, self.writer.lang, self.words
        found = pattern(self.case, tz)
        busiest = found.busiest
        assert busiest is not None
        return {
            "lead": words["pattern.lead"].format(zone=tz.key),
            "title": words[f"pattern.{found.by}"],
            "table": words[f"pattern.table.{found.by}"],
            "alt": words["pattern.alt"].format(
                peak=times.day(busiest.start, lang), most=busiest.total, total=len(self.case.counted)
            ),
            "bars": [{"at": times.short_day(s.start, lang), "total": s.total, "grave": s.grave} for s in found.spans],
            "spans": [self._span(span) for span in found.spans if span.total],
            "quiet": words["pattern.quiet"] if any(not span.total for span in found.spans) else "",
            "halves": [
                [self._period(h.first, h.last), self._n(h.total), self._n(h.grave), self._n(h.accounts)] for h in found.halves
            ],
            "accounts": [self._account(line) for line in found.accounts],
            "left_out": self._several("pattern.left_out", found.left_out) if found.left_out else "",
        }

    def _span(self, span: Span) -> list[str]:
        counts = (span.total, span.grave, span.accounts, span.fresh, span.channels)
        return [self._short(span.start), *map(self._n, counts), self._severity(span.gravest.code)]

    def _account(self, line: AccountLine) -> list[str]:
        channels = ", ".join(self.writer.channels[name] for name in line.channels)
        who = self.writer.words["sender"].format(n=line.number)
        counts = self._n(line.total), self._n(line.grave)
        return [who, *counts, self._short(line.first), self._short(line.last), channels, self._severity(line.gravest.code)]

    # What the law asks for

    def sections(self) -> Data:
        lang, words = self.writer.lang, self.words
        day = times.day(date.fromisoformat(READ_AS_OF), lang)
        return {
            "lead": words["sections.lead"].format(source=SOURCE if lang == "en" else "L.R.C. (1985), ch. C-46", day=day),
            "each": [self._section(BY_NUMBER[number]) for number in self.filing.sections],
            "affidavit": words["affidavit"],
        }

    def _section(self, section: Section) -> Data:
        lang, words = self.writer.lang, self.words
        several = "-" in section.number
        number = section.number.replace("-", " to " if lang == "en" else "\u00a0à\u00a0")
        if section.number == "402.2-403":
            number = "402.2 and 403" if lang == "en" else "402.2 et 403"
        notes = [offence_words.section_note(section.number, lang), words["section.ask"] if section.ask else ""]
        return {
            "title": words["section.many" if several else "section"].format(
                number=number, title=offence_words.section_title(section.number, lang)
            ),
            "note": " ".join(note for note in notes if note),
            "rows": [self._row(section, found) for found in bearings(section, self.case, self.filing.answers)],
        }

    def _row(self, section: Section, found: Bearing) -> Data:
        recorded = list(self._recorded(found))
        missing = ""
        if "missing" in self.filing.parts:
            missing = self._missing(found)
        return {
            "element": offence_words.element(section.number, found.element.code, self.writer.lang),
            "recorded": recorded or [self.words["recorded.none"]],
            "nothing": not recorded,
            "missing": missing,
            "ask": found.ask,
        }

    def _recorded(self, found: Bearing) -> Iterator[str]:
        words, lang = self.words, self.writer.lang
        if found.exhibits:
            signs = "; ".join(self._sign(code) for code, _ in found.signs)
            key = "recorded.one" if len(found.exhibits) == 1 else "recorded.many"
            yield words[key].format(numbers=ranges(list(found.exhibits)), signs=signs)
        for count in found.counts:
            yield self._count(count)
        for code in found.answers:
            if "statement" in self.filing.parts:
                yield words["recorded.answer"].format(title=offence_words.question(code, lang).title)
        if found.answers and "statement" not in self.filing.parts:
            yield words["recorded.answer.out"]

    def _missing(self, found: Bearing) -> str:
        if found.ask:
            return self.words["missing"].format(asked=offence_words.question(found.ask, self.writer.lang).asked)
        return "" if found.recorded and found.element.ours else self.words["missing.nobody"]

    def _count(self, count: Count) -> str:
        numbers = ranges(list(count.exhibits))
        return self._several(f"count.{count.what}", count.n, numbers=numbers, most=count.most)

    def _sign(self, code: str) -> str:
        return self.writer.words.get(f"harm.{code}") or language.indicator(code, self.writer.lang)

    def countries(self) -> list[list[str]]:
        found = [offence_words.country(code, self.writer.lang) for code in self.filing.countries]
        return [[each.name, each.laws, each.source] for each in found]

    # In her words

    def statement(self) -> Data:
        answers, lang = self.filing.answers, self.writer.lang
        at = (
            times.long(self.filing.answered_at, self.writer.tz, lang) if self.filing.answered_at else self.writer.words["unknown"]
        )
        return {
            "lead": self.words["statement.lead"].format(at=at),
            "name": self.writer.line(self.case.advocate_name),
            "answers": [
                {"title": offence_words.question(code, lang).title, "body": self.writer.body(answers[code])}
                for code in QUESTIONS
                if answers.get(code)
            ],
        }

    # Words

    def _several(self, key: str, n: int, **more: Any) -> str:
        sentence: Callable[..., str] = self.words[f"{key}.1" if n == 1 and f"{key}.1" in self.words else key].format
        return sentence(n=self._n(n), **more)

    def _n(self, n: int) -> str:
        return self.writer.number(n)

    def _day(self, on: date) -> str:
        return times.day(on, self.writer.lang)

    def _short(self, on: date) -> str:
        """ "14 Sep 2026": for tables."""
        return f"{times.short_day(on, self.writer.lang)}\u00a0{on.year}"

    def _period(self, first: date, last: date) -> str:
        return self.words["pattern.period.value"].format(first=self._day(first), last=self._day(last))

    def _severity(self, code: str) -> str:
        return self.writer.words[f"severity.{code}"]
