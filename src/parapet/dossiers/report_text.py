"""What a report says: in the platform's language, within its limit, with the rule named and the words quoted. Pure.

A stranger wrote the words that are quoted. They become one line of visible characters in which no link is live, so that they can end
no header, begin no line of their own, and lead whoever reads the report nowhere.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime

from attrs import frozen

from parapet.domain.judgement import Indicator
from parapet.domain.reporting import Desk, Reason, Said, host_of

MAX_NOTE_CHARS = 1_000
MAX_PASSAGE_CHARS = 600
#: Words of the message around those that triggered, where the whole is too long.
_AROUND = 60
_LINK = re.compile(r"(?i)\b([a-z][a-z0-9+.\-]{0,20}):(?=//|[^\s])")
_BARE = re.compile(r"(?i)\bwww\.")
_CUT = "…"

_BREAKS = Said("It breaks your rule: {rule}{link}.", "Il enfreint votre règle : {rule}{link}.")
_ABOUT = Said("I report a message aimed at a physician.", "Je signale un message qui vise une ou un médecin.")
_NO_REASON = Said(
    "None of your reasons fits exactly; this is why it should be looked at.",
    "Aucun de vos motifs ne convient tout à fait ; voici pourquoi il faut l’examiner.",
)
_AS = Said("Reason: {label}.", "Motif : {label}.")
_WORDS = Said("The words: “{words}”", "Les mots : « {words} »")
_WHERE = Said("Where: {url}", "Adresse : {url}")
_WHEN = Said("Sent: {at} UTC", "Envoi : {at} UTC")
_MANY = Said(
    "It is one of {n} messages of nearly the same words, from {accounts} accounts.",
    "Il s’agit d’un de {n} messages aux mots presque identiques, venant de {accounts} comptes.",
)
_REFERENCE = Said("Our reference: {reference}", "Notre référence : {reference}")


@frozen
class Facts:
    """What is told of a message. url "" where it lies on no page that may be named."""

    reference: str
    passage: str
    url: str
    sent_at: datetime | None
    copies: tuple[int, int] | None = None  # messages, accounts


def quotable(words: str) -> str:
    """A stranger's words as one line that can do nothing."""
    kept = []
    for each in unicodedata.normalize("NFC", words):
        category = unicodedata.category(each)
        if category in ("Cf", "Co", "Cs", "Cn") or (category == "Cc" and each not in "\n\r\t"):
            continue
        kept.append(" " if each.isspace() or category in ("Cc", "Zl", "Zp") else each)
    line = " ".join("".join(kept).split())
    line = _LINK.sub(r"\1[:]", line).replace("://", "[:]//")
    line = _BARE.sub("www[.]", line)
    return line.translate({ord("“"): "'", ord("”"): "'", ord("«"): "'", ord("»"): "'", ord('"'): "'", ord("`"): "'"})


def passage_of(text: str, indicators: Sequence[Indicator]) -> str:
    """The words that a report quotes: those that a rule found, with some around them; the beginning where no rule found any."""
    whole = quotable(text)
    if len(whole) <= MAX_PASSAGE_CHARS:
        return whole
    spans = sorted((i.start, i.end) for i in indicators if 0 <= i.start < i.end <= len(text))
    if not spans:
        return whole[: MAX_PASSAGE_CHARS - 1].rstrip() + _CUT
    parts: list[str] = []
    last = 0
    for start, end in spans:
        begin = max(last, start - _AROUND)
        stop = min(len(text), end + _AROUND)
        if stop <= last:
            continue
        parts.append(text[begin:stop])
        last = stop
    said = quotable(f" {_CUT} ".join(parts))
    return said if len(said) <= MAX_PASSAGE_CHARS else said[: MAX_PASSAGE_CHARS - 1].rstrip() + _CUT


def tidy_note(words: str) -> str:
    """What a person adds, as she wrote it: her own lines, and nothing that cannot be seen."""
    lines = []
    for line in words.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        seen = "".join(each for each in line if unicodedata.category(each) not in ("Cc", "Cf", "Co", "Cs", "Cn") or each == "\t")
        lines.append(" ".join(seen.split()))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def report_text(desk: Desk, reason: Reason | None, facts: Facts, note: str, *, lang: str, quote: bool) -> str:
    """The whole text, at most `desk.max_chars` long. What does not fit is cut from the quoted words, then from the note.

    The address and the reference always fit: without them nobody finds what is meant.
    """
    lang = lang if lang in desk.langs else desk.langs[0]
    passage = facts.passage if quote else ""
    most = desk.max_chars
    made = _composed(reason, facts, note, passage, lang)
    if len(made) <= most:
        return made
    if passage:
        room = len(passage) - (len(made) - most) - 1
        passage = passage[:room].rstrip() + _CUT if room >= 20 else ""
        made = _composed(reason, facts, note, passage, lang)
    if len(made) > most and note:
        room = len(note) - (len(made) - most) - 1
        made = _composed(reason, facts, note[:room].rstrip() + _CUT if room > 0 else "", passage, lang)
    if len(made) > most:
        made = "\n".join(_essentials(facts, lang))
    return made if len(made) <= most else _REFERENCE.within(lang).format(reference=facts.reference)


def _composed(reason: Reason | None, facts: Facts, note: str, passage: str, lang: str) -> str:
    lines = [_ABOUT.within(lang)]
    if reason is None:
        lines.append(_NO_REASON.within(lang))
    else:
        lines.append(_AS.within(lang).format(label=reason.label.within(lang)))
        lines.append(_BREAKS.within(lang).format(rule=reason.rule.within(lang), link=f" ({reason.link})" if reason.link else ""))
    if note:
        lines.append(note)
    if passage:
        lines.append(_WORDS.within(lang).format(words=passage))
    if facts.copies and facts.copies[1] > 1:
        lines.append(_MANY.within(lang).format(n=facts.copies[0], accounts=facts.copies[1]))
    lines += _essentials(facts, lang)
    return "\n".join(lines)


def _essentials(facts: Facts, lang: str) -> list[str]:
    lines = []
    if host_of(facts.url):
        lines.append(_WHERE.within(lang).format(url=facts.url))
    if facts.sent_at is not None:
        lines.append(_WHEN.within(lang).format(at=f"{facts.sent_at.astimezone(UTC):%Y-%m-%d %H:%M}"))
    lines.append(_REFERENCE.within(lang).format(reference=facts.reference))
    return lines
