"""Which words of a text carry the harm, and the text without them. Pure.

Found are: what a rule marked; swear words and slurs; and in a text that was judged harmful, the words of insult, sex and violence that the rules
know. A word is covered whole, with what is written to it; one that was covered is covered wherever it comes again. In what is very
serious, whole sentences are: "I will ... you and your children" is read without its verb.
"""

from __future__ import annotations

import re
import sys
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import cache

from parapet.domain.judgement import Indicator
from parapet.domain.veil import COVERED, Piece
from parapet.triage.normalise import normalise
from parapet.triage.profanity import read_swearing, swear_words
from parapet.triage.words import tokens, vocabulary

Span = tuple[int, int]

#: Concepts whose words are covered in whatever text, and those in a text that was judged harmful.
_ALWAYS = ("SLURW",)
_IN_HARM = ("INSULT", "CONTEMPT", "GENDERED", "SEXW", "FUCK", "KILL", "HARM", "RAPE", "DIE", "SUICIDE", "WEAPON")
#: A covered word as short as this may be an ordinary one where it comes again.
_LEAST_AGAIN = 4
_RUN = re.compile(r"\S+")
_WORD = re.compile(r"[^\W_]+")
_STOPS = ".,;:!?…)»”"
_JOINS = re.compile(r"[\W_]*")
# A full stop after three letters or fewer ends an abbreviation as often as a sentence: "Dr. Moreau".
_ENDS = re.compile(r"\n|(?<=[^\W_]{4})[.!?…]+(?=\s|$)|[!?…]+(?=\s|$)")


def harmful(text: str, indicators: Iterable[Indicator] = (), *, lang: str = "", judged_harmful: bool = False) -> tuple[Span, ...]:
    """Where the words lie that carry the harm: offsets into `text`, in order of place."""
    normal = normalise(text, read_swearing)
    words = tokens(normal.text)
    found = {(i.start, i.end) for i in indicators}
    known = _words(judged_harmful)
    ranges = [*swear_words(words.words, lang), *((at, at + 1) for at, word in enumerate(words.words) if word in known)]
    for first, last in ranges:
        found.add(normal.span(words.spans[first][0], words.spans[last - 1][1]))
    return tuple(sorted(found))


def names(text: str) -> tuple[Span, ...]:
    """What to cover of a name that a stranger gave himself: as in a harmful text, and words with a slur inside them."""
    return (*harmful(text, judged_harmful=True), *(m.span() for m in _RUN.finditer(text) if _holds_slur(m[0])))


def cover(text: str, spans: Iterable[Span], *, sentences: bool = False) -> tuple[Piece, ...]:
    """`text` in pieces, with every word that a span touches covered; one piece for what lies side by side. Takes time near to linear in both.

    sentences  cover the whole of a sentence that has such a word
    """
    within = list(_within(text, spans))
    if not within:
        return tuple(_pieces(text, ()))
    runs = [match.span() for match in _RUN.finditer(text)]
    held = _merged(text, [_trimmed(text, *_widened(runs, span)) for span in within])
    again = {w.casefold() for start, end in held for w in _WORD.findall(text[start:end]) if len(w) >= _LEAST_AGAIN}
    if again:
        more = [_trimmed(text, *run) for run in runs if any(w.casefold() in again for w in _WORD.findall(text[slice(*run)]))]
        held = _merged(text, [*held, *more])
    if sentences:
        ends = [0, *(match.end() for match in _ENDS.finditer(text)), len(text)]
        held = _merged(text, [_sentence(ends, span) for span in held])
    return tuple(_pieces(text, held))


def _pieces(text: str, held: Sequence[Span]) -> Iterator[Piece]:
    at = 0
    for start, end in held:
        if at < start:
            yield Piece(text[at:start])
        yield COVERED
        at = end
    if at < len(text):
        yield Piece(text[at:])


def _within(text: str, spans: Iterable[Span]) -> Iterator[Span]:
    for start, end in spans:
        first, last = max(0, start), min(len(text), end)
        if first < last:
            yield first, last


def _widened(runs: Sequence[Span], span: Span) -> Span:
    """To the ends of the words in it, and of whatever is written to them without a space: "#", an address, an ending."""
    start, end = span
    first, last = bisect_right(runs, (start, sys.maxsize)) - 1, bisect_left(runs, (end, 0)) - 1
    if first >= 0 and runs[first][1] > start:
        start = runs[first][0]
    return start, max(end, runs[last][1]) if last >= 0 else end


def _trimmed(text: str, start: int, end: int) -> Span:
    """Without what ends a sentence: that tells nothing, and makes the rest readable."""
    while end > start + 1 and text[end - 1] in _STOPS:
        end -= 1
    return start, end


def _sentence(ends: Sequence[int], span: Span) -> Span:
    """To where the sentences begin and end in which it lies."""
    start, end = span
    return ends[bisect_right(ends, start) - 1], max(end, ends[bisect_left(ends, end)])


def _merged(text: str, spans: Iterable[Span]) -> list[Span]:
    """In order, those joined between which no word stands: how many were covered is nobody's to count."""
    made: list[Span] = []
    for start, end in sorted(spans):
        if made and (start <= made[-1][1] or _JOINS.fullmatch(text, made[-1][1], start)):
            made[-1] = (made[-1][0], max(made[-1][1], end))
        else:
            made.append((start, end))
    return made


@cache
def _words(judged_harmful: bool) -> frozenset[str]:
    concepts = vocabulary().concepts
    return frozenset().union(*(concepts[name] for name in (*_ALWAYS, *(_IN_HARM if judged_harmful else ()))))


@cache
def _slurs() -> tuple[str, ...]:
    concepts = vocabulary().concepts
    return tuple(sorted(word for name in ("SLURW", "FUCK", "RAPE") for word in concepts[name] if len(word) >= _LEAST_AGAIN))


def _holds_slur(word: str) -> bool:
    letters = "".join(_WORD.findall(normalise(word, read_swearing).text)).casefold()
    return any(slur in letters for slur in _slurs())
