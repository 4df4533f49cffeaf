"""What a reply would risk, each with the words that say so.

It looks; it does not allow. Signs are plain words and miss whatever is said in others, so an empty answer means that these were
not found, and nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache

from parapet.domain.judgement import Assessment
from parapet.domain.replies import Concern, Risk, Where
from parapet.triage.indicators.pattern import compile_pattern
from parapet.triage.normalise import Normal, normalise
from parapet.triage.private import PrivateFacts
from parapet.triage.reply import rules_en, rules_fr
from parapet.triage.reply.placed import Placed, placed
from parapet.triage.reply.sign import Sign
from parapet.triage.reply.told import told
from parapet.triage.words import Tokens, read_disguised, tokens, vocabulary

#: More of one sign than this tells a reader nothing new.
_MOST_OF_A_SIGN = 5
_MONTHS = (
    "jan(?:uary|vier)?|feb(?:ruary)?|fevrier|mar(?:ch|s)|apr(?:il)?|avril|may|mai|june?|juin|july?|juillet|aug(?:ust)?|aout|"
    "sept?(?:ember|embre)?|oct(?:ober|obre)?|nov(?:ember|embre)?|dec(?:ember|embre)?"
)
_DAYS = "monday|tuesday|wednesday|thursday|friday|saturday|sunday|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche"
_DATE = re.compile(
    rf"\b(?:(?:{_MONTHS})\.? \d{{1,4}}(?:st|nd|rd|th)?|\d{{1,2}}(?:st|nd|rd|th|er)? (?:of )?(?:{_MONTHS})\b|\d{{4}}-\d{{2}}-\d{{2}}|"
    rf"\d{{1,2}}/\d{{1,2}}/\d{{2,4}}|(?:last|on) (?:{_DAYS})|(?:{_DAYS}) dernier|yesterday|hier)\b"
)
_CONTACT = re.compile(
    r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64}){1,4}|(?<!\d)(?:\+?1[ .\-]?)?\(?\d{3}\)?[ .\-]?\d{3}[ .\-]?\d{4}(?!\d)"
)


def risks_of(
    reply: str, where: Where, *, judged: Assessment, private: PrivateFacts | None = None, threatened: bool = False
) -> tuple[Risk, ...]:
    """What sending `reply` would risk, in the order of `Concern`, then of place; what a threat calls for comes first.

    Never raises for any text; takes time linear in its length.


    judged      triage's own judgement of the reply, as it would judge a stranger's message
    private     the private facts of whoever sends it
    threatened  whether what is answered is a threat, or urgent
    """
    normal = normalise(reply, read_disguised)
    said = tokens(normal.text)
    words = placed(said)
    found = [
        *_whole(where, threatened),
        *_signs(reply, normal, words),
        *_tone(reply, normal, words, judged),
        *_private(reply, normal, said, private),
    ]
    named = [risk for risk in found if risk.concern is Concern.CONFIDENTIALITY and risk.words]
    for start, end in told(normal.text, words):
        risk = _at(reply, normal, Concern.CONFIDENTIALITY, "told", start, end)
        if not any(other.start < risk.end and risk.start < other.end for other in named):  # a sign that names it says more
            found.append(risk)
    if named or any(risk.code == "told" for risk in found):
        found += [_at(reply, normal, Concern.CONFIDENTIALITY, "date", *m.span()) for m in _DATE.finditer(normal.text)]
    order = sorted(Concern, key=lambda concern: threatened and concern is not Concern.ENGAGEMENT)
    kept = _apart(risk for risk in found if risk.words or not risk.end)
    return tuple(
        sorted(kept, key=lambda risk: (order.index(risk.concern), risk.code != "threat", risk.start, risk.end, risk.code))
    )


def _whole(where: Where, threatened: bool) -> Iterator[Risk]:
    """What every reply risks, whatever it says."""
    if threatened:
        yield Risk(Concern.ENGAGEMENT, "threat")
    if where is Where.REVIEW:
        yield Risk(Concern.CONFIDENTIALITY, "review")
    yield Risk(Concern.ENGAGEMENT, "reach" if where in (Where.POST, Where.REVIEW) else "contact")


def _signs(reply: str, normal: Normal, words: Sequence[Placed]) -> Iterator[Risk]:
    there = {token.word for token in words}
    line = f" {' '.join(token.word for token in words)} "
    for sign, expression, needs in _compiled():
        if any(map(there.isdisjoint, needs)):
            continue
        for match in expression.finditer(line):
            first = line.count(" ", 0, match.start()) - 1
            last = first + match.group().count(" ")
            yield _at(reply, normal, sign.concern, sign.code, words[first].start, words[last].end)


@cache
def _compiled() -> tuple[tuple[Sign, re.Pattern[str], tuple[frozenset[str], ...]], ...]:
    signs = (*rules_en.SIGNS, *rules_fr.SIGNS)
    return tuple((sign, *compile_pattern(pattern)) for sign in signs for pattern in sign.patterns)


def _tone(reply: str, normal: Normal, words: Sequence[Placed], judged: Assessment) -> Iterator[Risk]:
    """What triage would say if somebody else had written it; words of insult where it finds harm, or beside "you"."""
    for one in judged.indicators:
        yield Risk(Concern.TONE, "indicator", reply[one.start : one.end], one.start, one.end, one.code)
    for harm in sorted(judged.harms):
        yield Risk(Concern.TONE, "harm", detail=str(harm))
    you = vocabulary().concepts["YOU"]
    for at, token in enumerate(words):
        # A polite rest can hide one insult from triage, which judges the whole: said to somebody, it is named all the same.
        if token.word in _insults() and (judged.harms or any(near.word in you for near in words[max(0, at - 3) : at])):
            yield _at(reply, normal, Concern.TONE, "word", token.start, token.end)


@cache
def _insults() -> frozenset[str]:
    concepts = vocabulary().concepts
    return frozenset().union(*(concepts[name] for name in ("INSULT", "CONTEMPT", "GENDERED", "SLURW")))


def _private(reply: str, normal: Normal, said: Tokens, private: PrivateFacts | None) -> Iterator[Risk]:
    known = private.find(said) if private else []
    for kind, start, end in known:
        yield _at(reply, normal, Concern.PRIVATE, "known", start, end, kind)
    for match in _CONTACT.finditer(reply):
        yield Risk(Concern.PRIVATE, "contact", match.group(), *match.span())


def _at(reply: str, normal: Normal, concern: Concern, code: str, start: int, end: int, detail: str = "") -> Risk:
    begin, stop = normal.span(start, end)
    return Risk(concern, code, reply[begin:stop], begin, stop, detail)


def _apart(risks: Iterable[Risk]) -> list[Risk]:
    """Of those of one sign that overlap, the first and longest; of any sign, a few."""
    kept: list[Risk] = []
    of_sign = 0
    for risk in sorted(risks, key=lambda r: (r.concern, r.code, r.detail, r.start, -r.end)):
        same = bool(kept) and (kept[-1].concern, kept[-1].code, kept[-1].detail) == (risk.concern, risk.code, risk.detail)
        of_sign = of_sign if same else 0
        if of_sign >= _MOST_OF_A_SIGN or (same and risk.start < max(kept[-1].end, 1)):
            continue
        kept.append(risk)
        of_sign += 1
    return kept
