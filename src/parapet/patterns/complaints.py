"""What a letter of complaint says of itself: signs of care given, and signs of a campaign. English and Canadian French. Pure.

Each rule is a plain expression over the folded text, and each sign has the place that triggered it. There is no score, and no rule says
what a complaint is: people do. The rules were written from what colleges and the literature name (docs/adr/0055-complaints.md).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from attrs import frozen

from parapet.patterns.complaint_rules import CALLS, CLINICAL, DATE, OF_CARE, PUBLIC_SPEECH, RULES, VISIT, YEARS_OF_CARE

#: Longer letters are read up to here.
MOST_CHARS = 60_000
#: So many different clinical words are detail.
LEAST_CLINICAL = 3
#: So many signs of care make a letter read as a complaint about care.
LEAST_OF_CARE = 3
_ONE_FOR_ONE = {"’": "'", "‘": "'", "ʼ": "'", "`": "'", "œ": "o", "æ": "a", "–": "-", "—": "-", "\u00a0": " ", "\u202f": " "}


@frozen
class Sign:
    """That a rule of this code found something, and where: characters from `start` up to `end`."""

    code: str
    start: int
    end: int


def folded(text: str) -> str:
    """`text` in small letters without accents, white space as spaces; every character in the place where it was."""
    return "".join(map(_folded, text))


def _folded(char: str) -> str:
    if char.isascii():
        return " " if char.isspace() else char.lower()
    if char in _ONE_FOR_ONE:
        return _ONE_FOR_ONE[char]
    if char.isspace():
        return " "
    base = unicodedata.normalize("NFKD", char)[0].casefold()
    return _ONE_FOR_ONE.get(base, base[0])


def signs(text: str) -> tuple[Sign, ...]:
    """The first sign of each rule, in order of their places."""
    flat = folded(text[:MOST_CHARS])
    found = [*_by_rules(flat), *_dated_event(flat), *_clinical(flat)]
    return tuple(sorted(found, key=lambda sign: (sign.start, sign.code)))


def codes(text: str) -> frozenset[str]:
    """Which rules found something."""
    return frozenset(sign.code for sign in signs(text))


def reads_as_care(found: frozenset[str], *, alike: bool) -> bool:
    """Whether a letter with these signs reads as a complaint about care that was given.

    alike  other letters repeat its words: then it is no letter of one person about one visit
    """
    campaign = {"says_no_patient", "says_many"} & found or {"about_speech", "asks_punishment"} <= found
    told = {"says_patient", "dated_event"} & found
    return not alike and not campaign and bool(told) and len(OF_CARE & found) >= LEAST_OF_CARE


def calls_to_complain(text: str) -> Sign | None:
    """Where a message asks others to complain about somebody; None where it does not."""
    hit = CALLS.search(folded(text[:MOST_CHARS]))
    return Sign("call", *hit.span()) if hit else None


def stated_days(text: str) -> int | None:
    """How many days the letter itself gives for an answer; None where it does not say, or says so of something else."""
    flat = folded(text[:MOST_CHARS])
    hit = re.search(
        r"\b(\d{1,3}) (?:calendar |jours?|days?|civils? )+ ?(?:to respond|to reply|to answer|in which to|pour repondre|de repondre)"
        r"|(?:respon\w+|repl\w+|answer|repond\w*|reponse)[^.!?]{0,60}(?:within|in|dans (?:les|un delai de)) (\d{1,3}) (?:calendar )?(?:days|jours)",
        flat,
    )
    days = int(hit.group(1) or hit.group(2)) if hit else 0
    return days if 1 <= days <= 365 else None


def split(text: str) -> tuple[str, ...]:
    """The allegations of a letter, one by one: its numbered points where it has some, else its paragraphs between greeting and signature."""
    parts = _numbered(text) or _paragraphs(text)
    return tuple(part for part in parts if len(part) >= _LEAST_POINT)


_LEAST_POINT = 15
_POINT = re.compile(r"(?m)^[ \t]*(?:\(?\d{1,2}[.)]|[-*•–]|\(?[a-h][.)])[ \t]+(?=\S)")


def _numbered(text: str) -> list[str]:
    starts = [hit.span() for hit in _POINT.finditer(text)]
    if len(starts) < 2:
        return []
    ends = [start for start, _ in starts[1:]] + [len(text)]
    parts = [text[after:end] for (_, after), end in zip(starts, ends, strict=True)]
    # What follows the last point after an empty line is no part of it.
    parts[-1] = re.split(r"\n[ \t]*\n", parts[-1], maxsplit=1)[0]
    return [" ".join(part.split()) for part in parts]


_FORMAL = re.compile(
    r"(?:to|dear|attn|attention|re|subject|objet|sujet|concerne|date|madame|monsieur|mesdames|a l'attention|au|aux|a qui de droit|to whom)\b"
    r"|(?:yours|sincerely|respectfully|regards|kind regards|cordialement|veuillez (?:agreer|recevoir)|salutations|bien a vous)\b"
)


def _paragraphs(text: str) -> list[str]:
    blocks = [" ".join(block.split()) for block in re.split(r"\n[ \t]*\n", text) if block.strip()]
    if len(blocks) <= 2:  # a PDF whose lines no empty line parts
        return _sentences_of(text)
    kept = [block for block in blocks if not (_FORMAL.match(folded(block)) and len(block) < _MOST_HEADING)]
    while len(kept) > 1 and len(kept[-1]) < _MOST_HEADING and not _ENDS.search(kept[-1]):
        kept.pop()  # a signature: short lines without a sentence
    return kept


_MOST_HEADING = 160
_ENDS = re.compile(r"[.!?»”\"]$")
#: Where a sentence ends; a title or an initial before a name ends none.
_SENTENCE = re.compile(r"(?<=[.!?])(?<!\bDr\.)(?<!\bDre\.)(?<!\bM\.)(?<!\b[A-Z]\.)\s+(?=[A-ZÀ-ÖØ-Þ])")


def _sentences_of(text: str) -> list[str]:
    rows = [row.strip() for row in text.splitlines() if row.strip()]
    while rows and len(rows[0]) < _MOST_HEADING and (_FORMAL.match(folded(rows[0])) or not re.search(r"[a-zà-ÿ]", rows[0])):
        rows.pop(0)
    parts = [part.strip() for part in _SENTENCE.split(" ".join(rows))]
    while len(parts) > 1 and not _ENDS.search(parts[-1]):
        parts.pop()
    return parts


def _by_rules(flat: str) -> Iterator[Sign]:
    for code, rule in RULES.items():
        hit = rule.search(flat)
        if hit:
            yield Sign(code, *hit.span())


def _sentences(flat: str) -> Iterator[tuple[int, str]]:
    start = 0
    for hit in re.finditer(r"(?<!\bdr)(?<!\bdre)(?<!\b[a-z])[.!?;](?:\s|$)", flat):
        yield start, flat[start : hit.end()]
        start = hit.end()
    yield start, flat[start:]


def _dated_event(flat: str) -> Iterator[Sign]:
    """A day, in a sentence that tells of a visit or of care and not of what was said in public."""
    for start, sentence in _sentences(flat):
        day = DATE.search(sentence)
        if (
            day
            and VISIT.search(sentence)
            and not PUBLIC_SPEECH.search(sentence)
            and not RULES["says_no_patient"].search(sentence)
        ):
            yield Sign("dated_event", start + day.start(), start + day.end())
            return


def _clinical(flat: str) -> Iterator[Sign]:
    found: dict[str, tuple[int, int]] = {}
    for hit in CLINICAL.finditer(flat):
        found.setdefault(hit.group()[:6], hit.span())
    if len(found) >= LEAST_CLINICAL or (len(found) == LEAST_CLINICAL - 1 and YEARS_OF_CARE.search(flat)):
        first = min(found.values())
        yield Sign("clinical_detail", *first)
