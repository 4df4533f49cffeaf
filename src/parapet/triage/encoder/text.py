"""The text that the encoder reads: disguises undone as everywhere, but French keeps its accents."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from parapet.triage.normalise import Normal, fold_word

_WORD = re.compile(r"[^\W\d_]+")
_LINK = re.compile(r"(?:https?://|www\.)\S+")
_HIDDEN = dict.fromkeys((0xAD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF))
#: Words of which it is remembered how they were sent: French says the same accented ones again and again.
_REMEMBERED = 4_096


def spelling(original: str, normal: Normal) -> str:
    """What the encoder reads of a text: `accented`, without links and without the sign before a hashtag."""
    said = accented(original, normal)
    if "://" in said or "www." in said:
        said = _LINK.sub(" ", said)
    return said.replace("#", " ") if "#" in said else said


def accented(original: str, normal: Normal) -> str:
    """`normal.text`, in which each word that folding alone has changed stands as the sender accented it, in lower case.

    original  the text that `normal` was made of
    """
    if original.isascii():
        return normal.text
    pieces: list[str] = []
    at = 0
    for match in _WORD.finditer(normal.text):
        start, end = normal.span(match.start(), match.end())
        said = original[start:end]
        if said.isascii():
            continue
        word = _as_sent(said, match.group())
        if word is not None:
            pieces += (normal.text[at : match.start()], word)
            at = match.end()
    pieces.append(normal.text[at:])
    return "".join(pieces)


@lru_cache(_REMEMBERED)
def _as_sent(said: str, heard: str) -> str | None:
    """`said` in lower case and without hidden signs; None unless folding alone made `heard` of it."""
    word = unicodedata.normalize("NFC", said.translate(_HIDDEN)).lower().strip()
    return word if word.isalpha() and fold_word(word) == heard and _latin(word) else None


def _latin(word: str) -> bool:
    """Every letter lies in the blocks that French and English are written with."""
    return all(c < "\u0180" for c in word)
