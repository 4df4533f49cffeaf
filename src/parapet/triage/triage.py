"""Text to `Assessment`."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from copy import copy
from itertools import islice

from attrs import evolve, frozen

from parapet.domain.judgement import Assessment, Indicator, Severity, Urgency
from parapet.triage.encoder.encoder import Encoder
from parapet.triage.encoder.text import spelling
from parapet.triage.indicators import Hit, find_hits
from parapet.triage.indicators.reviews import LOW_STARS, PUBLIC_WORDS, public_words, tells_of_a_visit
from parapet.triage.indicators.rule import Rule, rule
from parapet.triage.kindness import kindness
from parapet.triage.language import language
from parapet.triage.linear import log_odds_of_many, slices
from parapet.triage.local import Local
from parapet.triage.model import Model
from parapet.triage.normalise import Normal, normalise
from parapet.triage.parts import MAX_MODEL_PARTS, Part, parts, quoted_lines
from parapet.triage.private import PrivateFacts
from parapet.triage.quotes import quoted_tokens
from parapet.triage.severity import judge
from parapet.triage.words import Tokens, read_disguised, tokens, vocabulary

_PRIVATE = rule("private_fact", Urgency.IMMEDIATE, "doxing", Severity.CRITICAL)
#: Log-odds taken off for each doubling of the number of parts: the more one looks, the more one finds by chance.
_PENALTY_PER_DOUBLING = 0.35
_MAX_INDICATORS = 50
#: A subject line of fewer words says too little for a model; rules read every one.
_LEAST_SUBJECT = 3
#: Once the encoder has so many windows of one message to read, it gets no further part of it.
_MAX_CLOSE = 24
#: Requests read at once hold at most so many characters, unless a single one holds more.
_MAX_REQUESTS = 256
_MAX_CHARS = 65_536


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
    """One part, read: its words, what rules and private facts found; offsets are the original's.

    original, normal  of which the encoder's own spelling is made once it reads the part: it reads some of them only
    """

    words: Tokens
    original: str
    normal: Normal
    rules: list[Rule]
    quoted_threat: bool
    indicators: list[Indicator]

    @property
    def spelling(self) -> str:
        """What the encoder reads."""
        return spelling(self.original, self.normal)


@frozen
class _Opened:
    """A request, read.

    chosen  the parts that the models read
    marks   what they are told besides
    """

    request: Request
    reads: Sequence[_Read]
    chosen: Sequence[_Read]
    marks: tuple[str, ...]


@frozen
class _Seen(_Opened):
    """The same after the first stage.

    odds  the linear model's, one row for each of `chosen`
    """

    odds: list[list[float]]
    lang: str


class Triage:
    """The judge. Holds nothing between texts; one instance may serve many threads.

    Two stages: a linear model weighs every part of every text; the encoder reads those that it does not find harmless.
    Without an encoder the first stage judges alone.
    """

    #: What people's corrections taught, if anything.
    local: Local | None = None

    def __init__(self, model: Model, encoder: Encoder | None = None) -> None:
        self.model, self.encoder = model, encoder

    @property
    def name(self) -> str:
        """What its judgements say that they are by."""
        return self.model.name if self.local is None else self.model.name + self.local.name

    def with_local(self, local: Local) -> Triage:
        """The same judge with what was learned from corrections."""
        judge = copy(self)
        judge.local = local
        return judge

    @classmethod
    def load(cls) -> Triage:
        """With the shipped model. Raises ModelDamaged."""
        model = Model.load()
        return cls(model, Encoder.load(model.encoder))

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
        return self._assess([Request(text, lang, channel, subject, rating, private)])[0]

    def assess_many(self, requests: Iterable[Request]) -> list[Assessment]:
        """Judge each as `assess` would, bit for bit, and quicker. Works on a limited number of characters at a time, or on one request."""
        return [said for some in slices(requests, _chars, _MAX_REQUESTS, _MAX_CHARS) for said in self._assess(some)]

    def _assess(self, requests: Sequence[Request]) -> list[Assessment]:
        seen = self._look([_open(request) for request in requests])
        return [self._conclude(one, odds) for one, odds in zip(seen, self._weigh(seen), strict=True)]

    def _look(self, opened: Sequence[_Opened]) -> list[_Seen]:
        """The first stage: the linear model's log-odds of each part, and the language."""
        rows = iter(log_odds_of_many(self.model, [(read.words, one.marks) for one in opened for read in one.chosen]))
        french = self.model.heads.index("lang_fr")
        seen = []
        for one in opened:
            odds = list(islice(rows, len(one.chosen)))
            lang = language(_some_words(one.reads), sum(row[french] for row in odds) / len(odds), one.request.lang)
            seen.append(_Seen(one.request, one.reads, one.chosen, one.marks, odds, lang))
        return seen

    def _weigh(self, seen: Sequence[_Seen]) -> list[list[float]]:
        """Calibrated log-odds of each head for each message: the loudest part's, less what chance gives to so many parts."""
        rows = [[self.model.calibrated(part, one.lang) for part in one.odds] for one in seen]
        if self.encoder is not None:
            self._read_closely(self.encoder, seen, rows)
        found = []
        for of_one in rows:
            penalty = _PENALTY_PER_DOUBLING * math.log2(len(of_one))
            found.append([max(column) - penalty for column in zip(*of_one, strict=True)])
        return found

    def _read_closely(self, encoder: Encoder, seen: Sequence[_Seen], rows: list[list[list[float]]]) -> None:
        """The second stage: what the encoder says of the parts that are not plainly harmless goes into their `rows`."""
        places: list[tuple[int, int]] = []
        windows: list[list[int]] = []
        for number, one in enumerate(seen):
            already = len(windows)
            for part in self._not_harmless(one, rows[number]):
                if len(windows) - already >= _MAX_CLOSE:
                    break
                found = encoder.pieces.windows(one.chosen[part].spelling, one.marks)
                places += [(number, part)] * len(found)
                windows += found
        loudest: dict[tuple[int, int], list[float]] = {}
        for place, said in zip(places, encoder.log_odds(windows), strict=True):
            before = loudest.get(place)
            loudest[place] = said if before is None else [max(pair) for pair in zip(before, said, strict=True)]
        for (number, part), said in loudest.items():
            one = seen[number]
            rows[number][part] = self.model.stacked(one.odds[part], said, one.lang)

    def _not_harmless(self, one: _Seen, rows: Sequence[Sequence[float]]) -> list[int]:
        """Numbers of the parts that the encoder may read, the loudest first; none when all are harmless to the first stage."""
        abusive = self.model.heads.index("abusive")
        level = self.model.passes.get(one.lang, self.model.passes[""])
        if all(row[abusive] < level for row in rows) and not any(read.rules or read.quoted_threat for read in one.reads):
            return []
        return sorted(range(len(rows)), key=lambda n: (-rows[n][abusive], n))

    def _conclude(self, one: _Seen, odds: Sequence[float]) -> Assessment:
        if self.local is not None:
            odds = self.local.moved(self.model, odds, one.lang, [read.words for read in one.chosen], one.marks)
        said = dict(zip(self.model.heads, self.model.probabilities(odds), strict=True))
        rules = [r for read in one.reads for r in read.rules]
        indicators = _unique(i for read in one.reads for i in read.indicators)
        quoted = any(read.quoted_threat for read in one.reads) or _quotes_threat(one.request.text)
        verdict = judge(
            said,
            self.model.thresholds.get(one.lang, self.model.thresholds[""]),
            rules,
            indicators,
            quoted_threat=quoted,
            kind=kindness([read.words for read in one.reads]),
            knows_language=one.lang != "" or not any(word[0].isalpha() for read in one.reads for word in read.words.distinct),
        )
        return Assessment(
            probabilities=verdict.probabilities,
            abusive=verdict.abusive,
            harms=verdict.harms,
            severity=verdict.severity,
            urgency=verdict.urgency,
            indicators=indicators,
            lang=one.lang,
            abstain=verdict.abstain,
            reason=verdict.reason,
            model=self.name,
        )


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


def _chars(request: Request) -> int:
    return len(request.text) + len(request.subject)


def _open(request: Request) -> _Opened:
    marks = marks_of(request.channel, request.rating)
    own = [_read(request.text, part, request.private) for part in parts(request.text)]
    if "channel:review" in marks and request.rating is not None and request.rating <= LOW_STARS:
        own = _of_public_words(request.text, own)
    reads, heard = own, own
    if request.subject.strip():
        subject = _read_subject(request.subject)
        reads = [*own, subject]
        heard = reads if sum(word[0].isalpha() for word in subject.words.words) >= _LEAST_SUBJECT else own
    return _Opened(request, reads, _weightiest(heard), marks)


def _read(text: str, part: Part, private: PrivateFacts | None) -> _Read:
    original = text[part.start : part.end]
    normal = normalise(original, read_disguised)
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
        mark(hit.rule, words.spans[hit.first][0], words.spans[hit.last - 1][1])
    for _kind, start, end in private.find(words) if private else ():
        rules.append(_PRIVATE)
        mark(_PRIVATE, start, end)
    return _Read(words, original, normal, rules, quoted_threat, indicators)


def _of_public_words(text: str, reads: Sequence[_Read]) -> list[_Read]:
    """`reads` of a low review, with a sign where it speaks of what was said in public; none where any of it tells of a visit."""
    if any(tells_of_a_visit(read.words.distinct) for read in reads):
        return list(reads)
    found = []
    for part, read in zip(parts(text), reads, strict=True):
        if (place := public_words(read.words)) is not None:
            normal = normalise(text[part.start : part.end], read_disguised)
            begin, stop = normal.span(read.words.spans[place[0]][0], read.words.spans[place[1] - 1][1])
            said = text[part.start + begin : part.start + stop]
            sign = Indicator(PUBLIC_WORDS.code, said, part.start + begin, part.start + stop, PUBLIC_WORDS.urgency)
            read = evolve(read, indicators=[*read.indicators, sign])
        found.append(read)
    return found


def _read_subject(subject: str) -> _Read:
    """A subject line counts as a part; its indicators are not shown, for they lie outside the text."""
    read = _read(subject[:500], Part(0, min(500, len(subject))), None)
    return evolve(read, indicators=[])


def _inside(hit: Hit, quoted: frozenset[int]) -> bool:
    return hit.first in quoted and hit.last - 1 in quoted


def _quotes_threat(text: str) -> bool:
    for part in quoted_lines(text):
        words = tokens(normalise(text[part.start : part.end], read_disguised).text)
        if any(hit.rule.grave for hit in find_hits(words)):
            return True
    return False


def _some_words(reads: Sequence[_Read]) -> list[str]:
    found: list[str] = []
    for read in reads:
        found += read.words.words[:200]
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
        range(edge, len(reads) - edge), key=lambda n: (-sum(map(len, filter(None, map(of.get, reads[n].words.words[:200])))), n)
    )
    chosen = sorted([*range(edge), *middle[: MAX_MODEL_PARTS - 2 * edge], *range(len(reads) - edge, len(reads))])
    return [reads[n] for n in chosen]
