"""Text to `Assessment`."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from attrs import frozen

from parapet.domain.judgement import Assessment, Indicator, Severity, Urgency
from parapet.triage.features import buckets
from parapet.triage.indicators import Hit, find_hits
from parapet.triage.indicators.rule import Rule, rule
from parapet.triage.language import language
from parapet.triage.model import Model
from parapet.triage.normalise import normalise
from parapet.triage.parts import MAX_MODEL_PARTS, Part, parts, quoted_lines
from parapet.triage.private import PrivateFacts
from parapet.triage.quotes import quoted_tokens
from parapet.triage.severity import judge
from parapet.triage.words import Token, read_disguised, tokens, vocabulary

_PRIVATE = rule("private_fact", Urgency.IMMEDIATE, "doxing", Severity.CRITICAL)
#: Log-odds taken off for each doubling of the number of parts: the more one looks, the more one finds by chance.
_PENALTY_PER_DOUBLING = 0.35
_MAX_INDICATORS = 50


@frozen
class Request:
    """One text to judge, with what is known of it. `channel` is the channel's name; `rating` is in stars."""

    text: str
    lang: str = ""
    channel: str = ""
    subject: str = ""
    rating: float | None = None
    private: PrivateFacts | None = None


@frozen
class _Read:
    """One part, read: its words and what rules and private facts found there; offsets are the original's."""

    words: list[Token]
    rules: list[Rule]
    quoted_threat: bool
    indicators: list[Indicator]


class Triage:
    """The judge. Holds nothing between texts; one instance may serve many threads."""

    def __init__(self, model: Model) -> None:
        self.model = model

    @classmethod
    def load(cls) -> Triage:
        """With the shipped model. Raises ModelDamaged."""
        return cls(Model.load())

    def assess(
        self,
        text: str,
        *,
        lang: str = "",
        channel: str = "",
        subject: str = "",
        rating: float | None = None,
        private: PrivateFacts | None = None,
    ) -> Assessment:
        """Judge one text. Never raises for any text; takes time linear in its length."""
        return self._assess(Request(text, lang, channel, subject, rating, private))

    def assess_many(self, requests: Iterable[Request]) -> list[Assessment]:
        """Judge each as `assess` would, bit for bit."""
        return [self._assess(request) for request in requests]

    def _assess(self, request: Request) -> Assessment:
        reads = [_read(request.text, part, request.private) for part in parts(request.text)]
        if request.subject.strip():
            reads.append(_read_subject(request.subject))
        marks = marks_of(request.channel, request.rating)
        odds = self._odds(reads, marks)
        lang = language(_some_words(reads), odds[self.model.heads.index("lang_fr")], request.lang)
        said = dict(zip(self.model.heads, self.model.probabilities(odds, lang), strict=True))
        rules = [r for read in reads for r in read.rules]
        indicators = _unique(i for read in reads for i in read.indicators)
        has_words = any(t.word[0].isalpha() for read in reads for t in read.words)
        quoted = any(read.quoted_threat for read in reads) or _quotes_threat(request.text)
        verdict = judge(
            said,
            self.model.thresholds.get(lang, self.model.thresholds[""]),
            rules,
            indicators,
            quoted_threat=quoted,
            knows_language=lang != "" or not has_words,
        )
        return Assessment(
            probabilities=verdict.probabilities,
            abusive=verdict.abusive,
            harms=verdict.harms,
            severity=verdict.severity,
            urgency=verdict.urgency,
            indicators=indicators,
            lang=lang,
            abstain=verdict.abstain,
            reason=verdict.reason,
            model=self.model.name,
        )

    def _odds(self, reads: Sequence[_Read], marks: Sequence[str]) -> list[float]:
        """Log-odds of each head: the loudest part's, less what chance gives to so many parts."""
        chosen = _weightiest(reads)
        rows = [self.model.log_odds(buckets(read.words, marks)) for read in chosen]
        penalty = _PENALTY_PER_DOUBLING * math.log2(len(rows))
        loudest = [max(column) - penalty for column in zip(*rows, strict=True)]
        french = self.model.heads.index("lang_fr")
        loudest[french] = sum(row[french] for row in rows) / len(rows)
        return loudest


def marks_of(channel: str, rating: float | None) -> tuple[str, ...]:
    """What the model is told besides the words: the sort of channel, and the stars."""
    name = channel.lower()
    sort = ""
    for sign, kind in (
        ("review", "review"), ("google", "review"), ("ratemds", "review"), ("complaint", "complaint"), ("college", "complaint"),
        ("mail", "mail"), ("imap", "mail"), ("mbox", "mail"),
    ):  # fmt: skip
        if sign in name:
            sort = kind
            break
    found = (f"channel:{sort}",) if sort else ()
    if rating is not None and rating == rating:
        return (*found, f"stars:{min(5, max(1, round(rating)))}")
    return found


def _read(text: str, part: Part, private: PrivateFacts | None) -> _Read:
    normal = normalise(text[part.start : part.end], read_disguised)
    words = tokens(normal.text)
    quoted = quoted_tokens(words)
    rules: list[Rule] = []
    indicators: list[Indicator] = []
    quoted_threat = False

    def mark(what: Rule, start: int, end: int) -> None:
        begin, stop = normal.span(start, end)
        said = text[part.start + begin : part.start + stop]
        indicators.append(Indicator(what.code, said, part.start + begin, part.start + stop, what.urgency))

    for hit in find_hits(words):
        if quoted and _inside(hit, quoted):
            quoted_threat = quoted_threat or hit.rule.grave
            continue
        rules.append(hit.rule)
        mark(hit.rule, words[hit.first].start, words[hit.last - 1].end)
    for _kind, start, end in private.find(normal.text, words) if private else ():
        rules.append(_PRIVATE)
        mark(_PRIVATE, start, end)
    return _Read(words, rules, quoted_threat, indicators)


def _read_subject(subject: str) -> _Read:
    """A subject line counts as a part; its indicators are not shown, for they lie outside the text."""
    read = _read(subject[:500], Part(0, min(500, len(subject))), None)
    return _Read(read.words, read.rules, read.quoted_threat, [])


def _inside(hit: Hit, quoted: frozenset[int]) -> bool:
    return hit.first in quoted and hit.last - 1 in quoted


def _quotes_threat(text: str) -> bool:
    for part in quoted_lines(text):
        words = tokens(normalise(text[part.start : part.end], read_disguised).text)
        if any(hit.rule.grave for hit in find_hits(words)):
            return True
    return False


def _some_words(reads: Sequence[_Read]) -> list[Token]:
    found: list[Token] = []
    for read in reads:
        found += read.words[:200]
        if len(found) > 2_000:
            break
    return found


def _unique(indicators: Iterable[Indicator]) -> tuple[Indicator, ...]:
    """In order of place; of those that overlap under one code, the longest; at most _MAX_INDICATORS, the most urgent kept."""
    kept: list[Indicator] = []
    for one in sorted(indicators, key=lambda i: (i.code, i.start, -i.end)):
        if kept and kept[-1].code == one.code and one.start < kept[-1].end:
            continue
        kept.append(one)
    kept = sorted(kept, key=lambda i: (-i.urgency, i.start, i.code))[:_MAX_INDICATORS]
    return tuple(sorted(kept, key=lambda i: (i.start, i.end, i.code)))


def _weightiest(reads: Sequence[_Read]) -> Sequence[_Read]:
    """At most MAX_MODEL_PARTS: the first and last few, and those richest in words of ours."""
    if len(reads) <= MAX_MODEL_PARTS:
        return reads
    of = vocabulary().of
    edge = MAX_MODEL_PARTS // 4
    middle = sorted(
        range(edge, len(reads) - edge), key=lambda n: (-sum(len(of.get(t.word, ())) for t in reads[n].words[:200]), n)
    )
    chosen = sorted([*range(edge), *middle[: MAX_MODEL_PARTS - 2 * edge], *range(len(reads) - edge, len(reads))])
    return [reads[n] for n in chosen]
