"""The little language in which rules are written.

A pattern is elements parted by spaces, each of which stands for one word (punctuation signs count as words):

    word        itself
    a|b|c       one of these
    kill*       a word that begins so
    <KILL>      a word of that concept (concepts.txt); <KILL|HARM> of either
    x?          may be missing; all of it: in `a|b?` either, or neither
    !x          what comes next is not this
    ..          up to three words, no stop between
    ...         up to seven words, commas among them, no stop between
    #           a number

`compile_pattern` gives a regular expression over words joined by single spaces, and sets of words of each of which one must be there: most
texts are done with a look into an index or two. Gaps are bounded, so matching is linear in the text.
"""

from __future__ import annotations

import re

from parapet.triage.normalise import fold_word
from parapet.triage.words import vocabulary

_GAPS = {"..": r"(?: [\w'’]+){0,3}?", "...": r"(?: [\w'’,]+){0,7}?"}
_NUMBER = r"\d[\d:h.]*"


def compile_pattern(pattern: str) -> tuple[re.Pattern[str], tuple[frozenset[str], ...]]:
    """The expression, and what it needs, the fewest words first: a text that lacks all words of any of these sets cannot match.

    Raises ValueError for a pattern that needs no word.
    """
    expression = r"(?<=\s)"
    needs: list[frozenset[str]] = []
    first = True
    for element in pattern.split():
        if element in _GAPS:
            expression += _GAPS[element]
            continue
        if element.startswith("!") and element != "!":
            expression += f"(?! {_element(element[1:])[0]}\\s)"
            continue
        optional = element.endswith("?") and element != "?"
        body = element[:-1] if optional else element
        source, words = _element(body)
        glue = "" if first else " "
        if optional:
            expression += f"(?:{source} )?" if first else f"(?: {source})?"
            continue
        expression += glue + source
        first = False
        if words is not None:
            needs.append(words)
    if not needs:
        raise ValueError(f"no word to look for in {pattern!r}")
    return re.compile(expression + r"(?=\s)"), tuple(sorted(needs, key=len))


def _element(body: str) -> tuple[str, frozenset[str] | None]:
    """The expression of one element, and the words that it can be; None when these cannot be listed."""
    if body == "#":
        return _NUMBER, None
    words: set[str] = set()
    open_ended: list[str] = []
    for name in re.findall(r"<([A-Z|]+)>", body):
        for concept in name.split("|"):
            words |= vocabulary().concepts[concept]
    for word in re.sub(r"<[A-Z|]+>", "", body).split("|"):
        if not word:
            continue
        if word.endswith("*") and len(word) > 1:
            open_ended.append(fold_word(word[:-1]))
        else:
            words.add(fold_word(word))
    choices = sorted(map(re.escape, words), key=lambda w: (-len(w), w)) + [re.escape(w) + r"\w*" for w in open_ended]
    return "(?:" + "|".join(choices) + ")", None if open_ended else frozenset(words)
