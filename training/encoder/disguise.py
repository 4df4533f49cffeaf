"""Spellings that hide, laid over some of what is learned from, so that the encoder knows what the normaliser leaves behind."""

from __future__ import annotations

import random
import re

_WORD = re.compile(r"[^\W\d_]{3,}")
_LEET = str.maketrans({"a": "4", "e": "3", "i": "1", "o": "0", "s": "5", "t": "7"})
_SIGNS = str.maketrans({"a": "@", "i": "!", "s": "$", "e": "3", "o": "0"})
_LOOKALIKE = str.maketrans("aeopcxyi", "аеорсхуі")
_HIDDEN = ("\u200b", "\u200d", "\u2060", "\u00ad")


def disguise(text: str, rng: random.Random) -> str:
    """`text` with up to half of its words in one way of hiding them."""
    way = rng.choice((_leet, _signs, _lookalike, _hidden, _spaced, _long, _masked, _wide))
    share = rng.choice((0.2, 0.5))
    return _WORD.sub(lambda m: way(m.group(), rng) if rng.random() < share else m.group(), text)


def _leet(word: str, rng: random.Random) -> str:
    return word.translate(_LEET)


def _signs(word: str, rng: random.Random) -> str:
    return word.translate(_SIGNS)


def _lookalike(word: str, rng: random.Random) -> str:
    return word.translate(_LOOKALIKE)


def _hidden(word: str, rng: random.Random) -> str:
    return rng.choice(_HIDDEN).join(word)


def _spaced(word: str, rng: random.Random) -> str:
    return rng.choice((" ", ".", "-")).join(word)


def _long(word: str, rng: random.Random) -> str:
    at = rng.randrange(len(word))
    return word[:at] + word[at] * rng.randint(3, 6) + word[at:]


def _masked(word: str, rng: random.Random) -> str:
    at = rng.randrange(1, len(word) - 1)
    return word[:at] + "*" + word[at + 1 :]


def _wide(word: str, rng: random.Random) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in word)
