"""What happened in a case, in order; also as a table for a spreadsheet."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from attrs import frozen

from parapet.dossiers import source, times
from parapet.dossiers import words as language
from parapet.dossiers.case_file import CaseFile, Exhibit, Version
from parapet.dossiers.visible import Printer
from parapet.evidence.tables import csv_table

MAX_CELL = 2_000
GREENWICH = ZoneInfo("UTC")
COLUMNS = (
    *("exhibit", "event", "local", "zone", "utc", "channel", "kind", "sender", "handle", "name", "native_id"),
    *("severity", "urgency", "harms", "url", "version", "sha256", "log_index", "signed"),
)


@frozen
class Event:
    """Something that happened to an exhibit.

    kind     "sent", "captured_first" (the source gives no time), "edited", "gone", "own"
    version  the version captured by an edit, else 1
    """

    at: datetime
    kind: str
    exhibit: Exhibit
    version: int = 1


def events(case: CaseFile) -> tuple[Event, ...]:
    """Sending, edits and deletions of all exhibits in order of time, then of exhibit."""
    found: list[Event] = []
    for exhibit in case.exhibits:
        kind = "own" if exhibit.own else "captured_first" if exhibit.time_is_ours else "sent"
        found.append(Event(exhibit.sent_at, kind, exhibit))
        found.extend(Event(v.captured_at, "edited", exhibit, v.number) for v in exhibit.versions[1:])
        if exhibit.gone_at:
            found.append(Event(exhibit.gone_at, "gone", exhibit))
    return tuple(sorted(found, key=lambda event: (event.at, event.exhibit.number, event.version)))


def chronology_csv(case: CaseFile, lang: str, tz: ZoneInfo = GREENWICH) -> bytes:
    """The chronology as CSV for Excel and LibreOffice: UTF-8 with a byte order mark, comma, CRLF (RFC 4180).

    It holds handles, names and addresses, and no text of a message. A cell that a spreadsheet would take for a formula
    begins with an apostrophe; characters that cannot be seen are written as ⟨U+XXXX⟩.
    """
    words = language.words(lang)
    senders = case.senders
    rows = ([shown(value) for value in _row(event, senders, words, lang, tz)] for event in events(case))
    return csv_table([words[f"csv.{column}"] for column in COLUMNS], rows)


def _row(event: Event, senders: dict[str, int], words: dict[str, str], lang: str, tz: ZoneInfo) -> list[str]:
    exhibit = event.exhibit
    version = _version(exhibit, event.version)
    sender = senders.get(exhibit.author.key) if not exhibit.own else None
    return [
        str(exhibit.number),
        words[f"event.{event.kind}"].format(n=event.version),
        times.clock(event.at, tz),
        times.zone_name(event.at, tz, lang),
        times.utc(event.at),
        language.channel(exhibit.channel, exhibit.channel_title, lang),
        words[f"kind.{exhibit.kind}"],
        str(sender or ""),
        exhibit.author.handle,
        exhibit.author.name,
        exhibit.author.native_id,
        words[f"severity.{exhibit.severity.code}" if exhibit.weighed else "severity.unjudged"] if not exhibit.own else "",
        words[f"urgency.{exhibit.urgency.code}"] if not exhibit.own else "",
        "; ".join(words[f"harm.{harm}"] for harm in exhibit.harms),
        exhibit.url,
        str(version.number),
        version.sha256,
        str(version.log_index),
        signed_by(version, words),
    ]


def signed_by(version: Version, words: dict[str, str]) -> str:
    """Whether its source signed it, and whose signature that is; "" where nothing is known."""
    if version.signed is None:
        return ""
    domains = ", ".join(version.signed.domains)
    return source.sentence(version.signed, words) + (f" ({domains})" if domains else "")


def _version(exhibit: Exhibit, number: int) -> Version:
    return next((v for v in exhibit.versions if v.number == number), exhibit.versions[0])


def shown(text: str) -> str:
    """`text` on one line with marks for what cannot be seen, at most `MAX_CELL` characters of it.

    A leading white space other than a space would hide a formula from `csv_table`: it becomes a mark too.
    """
    _, runs = Printer().see_line(text, max_chars=MAX_CELL)
    said = "".join(run[1] if run[0] == "t" else f"⟨{run[1]}⟩" for run in runs if len(run) > 1)
    rest = said.lstrip()
    lead = said[: len(said) - len(rest)]
    return "".join(c if c == " " else f"⟨U+{ord(c):04X}⟩" for c in lead) + rest
