"""A case as the plain data that the page reads. Every text of a stranger leaves here as runs of strings, never as markup."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from attrs import define

from parapet.domain.judgement import Severity
from parapet.dossiers import corrected, erased, handed, source, times, versions
from parapet.dossiers import words as language
from parapet.dossiers.case_file import CaseFile, Exhibit
from parapet.dossiers.changes import changes
from parapet.dossiers.chronology import Event, events
from parapet.dossiers.figures import Figures, figures
from parapet.dossiers.visible import Printer, Seen, legend

MAX_INDICATORS = 10
#: How many characters of a name, a handle or an address are printed.
MAX_LINE = 300
MAX_URL = 1_000

Data = dict[str, Any]  # JSON


@define(frozen=True, slots=False)
class Writer:
    """Turns a case into JSON for one language, one zone and one set of fonts."""

    case: CaseFile
    lang: str
    tz: ZoneInfo
    printer: Printer

    @cached_property
    def senders_by_key(self) -> dict[str, int]:
        """`CaseFile.senders`, counted once."""
        return self.case.senders

    @cached_property
    def channels(self) -> dict[str, str]:
        """Every channel of the case by its stable name, as people call it in this language."""
        titles = {exhibit.channel: exhibit.channel_title for exhibit in self.case.exhibits}
        return {name: language.channel(name, title, self.lang) for name, title in titles.items()}

    @cached_property
    def figures(self) -> Figures:
        """The numbers of the case, counted once."""
        return figures(self.case, self.tz)

    @property
    def words(self) -> dict[str, str]:
        """The dossier's words in this language."""
        return language.words(self.lang)

    def payload(self) -> Data:
        """Everything the page needs."""
        case = self.case
        return {
            "lang": self.lang,
            "words": self.words,
            "families": list(self.printer.families),
            "title": self.words["document_title"].format(case=self.ascii_id()),
            "software": f"{case.software.name} {case.software.version}",
            "made": _date_parts(case.exported_at),
            "fictional": case.fictional,
            "case_id": self.line(case.case_id),
            "cover": self.cover(),
            "read": {"advocate": self.line(case.advocate_name), "mark": "U+202E"},
            "glance": self.glance(),
            "chronology": self.chronology(),
            "exhibits": [self.exhibit(exhibit) for exhibit in case.exhibits],
            "senders": self.senders(),
            "notes": [self.note(note.at, note.who, note.text) for note in case.notes if not self._noted(note.exhibit)],
            "handed": handed.told(case.handed, self.words, self.line, self._long, self.number),
            "erased": erased.told(case.erased, self.words, self.line, self._long),
            "annex": self.annex(),
        }

    def ascii_id(self) -> str:
        """The case number for the document's metadata, where no mark can be set: plain letters only."""
        return "".join(c if c.isascii() and c.isprintable() else "?" for c in self.case.case_id)[:100]

    def line(self, text: str, max_chars: int = MAX_LINE) -> Data:
        """One line of a stranger's words."""
        direction, runs = self.printer.see_line(text, max_chars=max_chars)
        return {"dir": direction, "runs": runs}

    def body(self, text: str) -> Data:
        """A whole text, with the legend of its marks and the notice of a cut."""
        seen = self.printer.see(text)
        return {"lines": _lines(seen), "legend": self._legend(seen), "cut": self._cut(seen, len(text))}

    def _legend(self, seen: Seen) -> str:
        if not seen.marked:
            return ""
        named = list(legend(seen.marked))
        if len(seen.marked) > len(named):
            named.append(self.words["exhibit.marks.more"].format(count=len(seen.marked) - len(named)))
        return self.words["exhibit.marks"].format(names=", ".join(named))

    def _cut(self, seen: Seen, total: int) -> str:
        if not seen.cut_at:
            return ""
        return self.words["exhibit.cut"].format(printed=self.number(seen.cut_at), total=self.number(total))

    def number(self, count: int) -> str:
        """ "12,345"; « 12 345 » with a no-break space."""
        return f"{count:,}".replace(",", "\u00a0" if self.lang == "fr" else ",")

    def moment(self, at: datetime) -> Data:
        """A moment in words, and in UTC."""
        return {"local": times.long(at, self.tz, self.lang), "utc": times.utc(at)}

    def _long(self, at: datetime) -> str:
        return times.long(at, self.tz, self.lang)

    def severity(self, exhibit: Exhibit) -> str:
        """How grave, in one word; "" for the advocate's own posts."""
        if exhibit.own:
            return ""
        return self.words[f"severity.{exhibit.severity.code}" if exhibit.weighed else "severity.unjudged"]

    def source(self, exhibit: Exhibit) -> str:
        """Where it came from and what it is: "Bluesky, reply"; once where both are one word."""
        channel, kind = self.channels[exhibit.channel], self.words[f"kind.{exhibit.kind}"]
        return channel if channel.casefold() == kind.casefold() else f"{channel}, {kind}"

    def sender(self, exhibit: Exhibit) -> str:
        """Who, by number: no word of a stranger."""
        if exhibit.own:
            return self.words["sender.own"]
        number = self.senders_by_key.get(exhibit.author.key)
        return self.words["sender"].format(n=number) if number else self.words["sender.anonymous"]

    def _noted(self, number: int) -> bool:
        return any(exhibit.number == number for exhibit in self.case.exhibits)

    def note(self, at: datetime, who: str, text: str) -> Data:
        """A note with its author and time."""
        return {"at": times.long(at, self.tz, self.lang), "who": self.line(who), "body": self.body(text)}

    def cover(self) -> Data:
        """The first page."""
        case, words = self.case, self.words
        counted = case.counted
        sent = sorted(e.sent_at for e in counted or case.exhibits)
        days = [times.day(at.astimezone(self.tz).date(), self.lang) for at in (sent[0], sent[-1])] if sent else []
        period = days[0] if days and days[0] == days[1] else ""
        if days and not period:
            period = words["cover.period.value"].format(first=days[0], last=days[1])
        channels = ", ".join(f"{self.channels[name]} ({self.number(n)})" for name, n in self.figures.by_channel)
        own = len(case.exhibits) - len(counted)
        return {
            "title": self.line(case.title),
            "advocate": self.line(case.advocate_name),
            "volume": words["cover.volume.value"].format(n=case.volume, total=case.volumes) if case.volumes > 1 else "",
            "opened": times.long(case.opened_at, self.tz, self.lang),
            "period": period or words["none"],
            "exhibits": self.number(len(counted)),
            "own": words["cover.own"].format(count=self.number(own)) if own else "",
            # "Not abusive" would be a verdict on what triage left open too.
            "gravest": words[f"severity.{case.gravest.code}"] if case.gravest is not Severity.NONE else words["none"],
            "channels": channels or words["none"],
            "made": self.moment(case.exported_at),
            "zone": self.tz.key or "",
            "head": case.head_hash,
        }

    def glance(self) -> Data:
        """The overview: numbers only."""
        words, count = self.words, self.figures
        peak = max(count.bars, key=lambda bar: bar.total, default=None)
        alt = words["glance.chart_alt"].format(
            peak=times.day(peak.start, self.lang) if peak else "", most=peak.total if peak else 0, total=count.total
        )
        return {
            "numbers": [
                {"n": self.number(n), "what": words[f"glance.{key}.one" if n == 1 else f"glance.{key}"]}
                for key, n in (
                    ("messages", count.total),
                    ("senders", count.senders),
                    ("days", count.days),
                    ("grave", count.grave),
                )
            ],
            "chart_title": words[f"glance.by_{count.unit}"],
            "alt": alt,
            "bars": [{"at": times.short_day(b.start, self.lang), "total": b.total, "grave": b.grave} for b in count.bars],
            "channels": [[self.channels[name], self.number(n)] for name, n in count.by_channel],
            "harms": [[words[f"harm.{h}"] if h else words["glance.no_harm"], self.number(n)] for h, n in count.by_harm],
            "severity": [
                [words[f"severity.{s.code}" if s is not None else "severity.unjudged"], self.number(n)]
                for s, n in count.by_severity
            ],
            "urgency": [
                [words[f"urgency.{u.code}" if u is not None else "severity.unjudged"], self.number(n)]
                for u, n in count.by_urgency
            ],
            "top": [[words["sender"].format(n=t.number), self.number(t.count), str(t.first), str(t.last)] for t in count.top],
        }

    def chronology(self) -> Data:
        """Events in order, by number and place, without a word of a stranger."""
        return {
            "lead": self.words["chronology.lead"].format(zone=self.tz.key),
            "rows": [self._event(event) for event in events(self.case)],
        }

    def _event(self, event: Event) -> list[str]:
        exhibit = event.exhibit
        return [
            f"{times.clock(event.at, self.tz)} {times.zone_letters(event.at, self.tz, self.lang)}",
            self.words[f"event.{event.kind}"].format(n=event.version),
            self.source(exhibit),
            self.sender(exhibit),
            self.severity(exhibit),
            str(exhibit.number),
        ]

    def exhibit(self, exhibit: Exhibit) -> Data:
        """One exhibit."""
        words = self.words
        notes = [n for n in self.case.notes if n.exhibit == exhibit.number]
        newest = exhibit.versions[-1].number
        return {
            "n": exhibit.number,
            "what": self.source(exhibit),
            "who": self.sender(exhibit),
            "own": exhibit.own,
            "pill": words["exhibit.own"] if exhibit.own else self.severity(exhibit),
            "strong": exhibit.grave,
            "subject": self.line(exhibit.subject, MAX_URL) if exhibit.subject else None,
            "warning": self.line(exhibit.content_warning) if exhibit.content_warning else None,
            "rating": "" if exhibit.rating is None else words["exhibit.rating.value"].format(stars=self._stars(exhibit.rating)),
            "words_title": words["exhibit.words.version"].format(n=newest)
            if len(exhibit.versions) > 1
            else words["exhibit.words"],
            "body": self.body(exhibit.text),
            "sent": self.moment(exhibit.sent_at),
            "ours": exhibit.time_is_ours,
            "ours_note": self._ours_note(exhibit),
            "captured": self.moment(exhibit.captured_at),
            "author": self._author(exhibit),
            "url": self.line(exhibit.url, MAX_URL) if exhibit.url else None,
            "uri": self.line(exhibit.uri, MAX_URL) if exhibit.uri and exhibit.uri != exhibit.url else None,
            "place": self.line(exhibit.place) if exhibit.place else None,
            "item": self.line(exhibit.item_id),
            "attachments": [
                {
                    "name": self.line(a.name),
                    "type": self.line(a.media_type),
                    "size": words["exhibit.bytes"].format(count=self.number(a.size_bytes)),
                    "sha256": a.sha256,
                }
                for a in exhibit.attachments
            ],
            "observed": self._observed(exhibit),
            "flags": [words[f"flag.{flag}"] for flag in exhibit.flags],
            "gone": words["exhibit.gone.note"].format(at=times.long(exhibit.gone_at, self.tz, self.lang))
            if exhibit.gone_at
            else "",
            "versions": versions.told(exhibit, words, self.tz, self.lang, self.line, self.number),
            "signed": source.told(exhibit, self.words, self.tz, self.lang, self.line),
            "edits": self._edits(exhibit),
            "notes": [self.note(note.at, note.who, note.text) for note in notes],
        }

    def _stars(self, rating: float) -> str:
        return f"{rating:g}".replace(".", "," if self.lang == "fr" else ".")

    def _ours_note(self, exhibit: Exhibit) -> Data | None:
        if not exhibit.time_is_ours:
            return None
        if not exhibit.sent_at_as_given:
            return {"before": self.words["exhibit.sent.ours.bare"], "given": None}
        before, _, _ = self.words["exhibit.sent.ours.note"].partition("{given}")
        return {"before": before, "given": self.line(exhibit.sent_at_as_given)}

    def _author(self, exhibit: Exhibit) -> list[list[Any]]:
        author, words = exhibit.author, self.words
        named = (("name", author.name), ("handle", author.handle), ("id", author.native_id))
        rows: list[list[Any]] = [[words[f"exhibit.author.{key}"], self.line(value)] for key, value in named if value]
        if not rows:
            return [[words["exhibit.author"], self.line(words["exhibit.author.none"])]]
        return [*rows, [words["exhibit.number"], self.line(self.sender(exhibit))]]

    def _observed(self, exhibit: Exhibit) -> Data:
        words = self.words
        if exhibit.own:
            return {"plain": words["exhibit.own.note"]}
        if not exhibit.weighed:
            return {"plain": words["exhibit.observed.unjudged"]}
        shown = exhibit.indicators[:MAX_INDICATORS]
        more = len(exhibit.indicators) - len(shown)
        return {
            "plain": "" if exhibit.harms or exhibit.indicators or exhibit.corrected else words["exhibit.observed.none"],
            "unsure": "" if exhibit.judged else words["exhibit.observed.unjudged"],
            "severity": self.severity(exhibit),
            "urgency": words[f"urgency.{exhibit.urgency.code}"],
            "harms": "; ".join(words[f"harm.{h}"] for h in exhibit.harms),
            "indicators": [[language.indicator(i.code, self.lang), self.line(i.words)] for i in shown],
            "more": words["exhibit.indicators.more"].format(count=more) if more else "",
            "note": words[corrected.note(exhibit)].format(model=_plain(exhibit.model) or words["unknown"]),
            "persons": corrected.told(exhibit, words, self.tz, self.lang, self.line),
        }

    def _edits(self, exhibit: Exhibit) -> list[Data]:
        """Each earlier version, newest first: what changed since, and its own exact words."""
        texts = exhibit.texts
        edits: list[Data] = []
        for old, new, before, after in zip(exhibit.versions, exhibit.versions[1:], texts, texts[1:], strict=False):
            found = changes(before, after)
            edits.append(
                {
                    "title": self.words["exhibit.changed.title"].format(old=old.number, new=new.number),
                    "removed": [self.line(passage, MAX_URL) for passage in found.removed],
                    "added": [self.line(passage, MAX_URL) for passage in found.added],
                    "plain": self._edit_note(too_many=found.too_many, same=before == after),
                    "words_title": self.words["exhibit.words.version"].format(n=old.number),
                    "body": self.body(before) if before != after else None,
                }
            )
        return edits[::-1]

    def _edit_note(self, *, too_many: bool, same: bool) -> str:
        if too_many:
            return self.words["exhibit.changed.large"]
        return self.words["exhibit.changed.same"] if same else ""

    def senders(self) -> list[Data]:
        """Every account with its number, names and exhibits."""
        numbers = self.senders_by_key
        rows: dict[str, Data] = {}
        for exhibit in self.case.counted:
            key = exhibit.author.key
            if not key:
                continue
            row = rows.setdefault(key, {"who": [], "id": self.line(exhibit.author.native_id or ""), "exhibits": []})
            shown = [self.line(part) for part in (exhibit.author.name, exhibit.author.handle) if part]
            row["who"].extend(part for part in shown if part not in row["who"])
            row["exhibits"].append(exhibit.number)
        return [
            {"n": str(numbers[key]), "who": row["who"][:8], "id": row["id"], "exhibits": ranges(row["exhibits"])}
            for key, row in rows.items()
        ]

    def annex(self) -> Data:
        """How to verify, and the system."""
        case, words = self.case, self.words
        original = "data/items/ITEM/v1/original.*"
        in_french = " --lang fr" if self.lang == "fr" else ""
        return {
            "commands": [
                "sha256sum -c --quiet manifest-sha256.txt tagmanifest-sha256.txt",
                f'parapet-verify .{in_french} --key "{words["annex.key.form"]}"',
                case.head_hash,
                f"sha256sum {original}",
            ],
            "step4": words["annex.4"].format(windows="Get-FileHash data\\items\\ITEM\\v1\\original.*"),
            "key": self.line(case.log_key, MAX_URL) if case.log_key else None,
            "checkpoint": [self.line(line, MAX_URL) for line in case.checkpoint.splitlines()],
            "system": words["annex.system.body"].format(
                software=f"{case.software.name} {case.software.version}",
                exported=times.long(case.exported_at, self.tz, self.lang),
                size=self.number(case.log_size),
            ),
        }


def ranges(numbers: list[int]) -> str:
    """ "1, 3–5, 9"."""
    parts: list[list[int]] = []
    for number in numbers:
        if parts and number == parts[-1][1] + 1:
            parts[-1][1] = number
        else:
            parts.append([number, number])
    return ", ".join(str(a) if a == b else f"{a}–{b}" for a, b in parts)


def _lines(seen: Seen) -> list[Data]:
    return [{"dir": direction, "runs": runs} for direction, runs in seen.lines]


def _plain(text: str) -> str:
    return "".join(c for c in text if c.isascii() and c.isprintable())[:100]


def _date_parts(at: datetime) -> list[int]:
    exact = at.astimezone(UTC)
    return [exact.year, exact.month, exact.day, exact.hour, exact.minute, exact.second]
