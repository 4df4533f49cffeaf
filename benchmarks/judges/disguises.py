"""Spellings that hide, each by one rule over every word of three letters or more, so that anybody can do it again."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

_WORD = re.compile(r"[^\W\d_]{3,}")
_LEET = str.maketrans("aeiostAEIOST", "431057431057")
_LOOKALIKE = str.maketrans("aceopxyisjACEOPXBHKMT", "асеорхуіѕјАСЕОРХВНКМТ")
_WIDE = {code: code + 0xFEE0 for code in (*range(ord("A"), ord("Z") + 1), *range(ord("a"), ord("z") + 1))}
_VOWEL = re.compile(r"[aeiouyàâéèêëîïôûù]", re.IGNORECASE)
_FIRST_LETTER_SIGN = 0x1F1E6  # regional indicator symbol letter A


def spaced(text: str) -> str:
    """k i l l  y o u: letters set apart by a space, and words by one more than they were."""
    return re.sub(r"\S+", lambda m: _WORD.sub(lambda w: " ".join(w[0]), m[0]), text.replace(" ", "  "))


def _elongated(word: str) -> str:
    return _VOWEL.sub(lambda m: m[0] * 4, word, count=1)


def _masked(word: str) -> str:
    return word[0] + _VOWEL.sub("*", word[1:-1], count=1) + word[-1]


def _letter_signs(word: str) -> str:
    plain = "".join(c for c in unicodedata.normalize("NFD", word.lower()) if not unicodedata.combining(c))
    return "".join(chr(_FIRST_LETTER_SIGN + ord(c) - ord("a")) if "a" <= c <= "z" else c for c in plain)


def _each(way: Callable[[str], str]) -> Callable[[str], str]:
    return lambda text: _WORD.sub(lambda m: way(m[0]), text)


#: Name to what it does to a text.
DISGUISES: dict[str, Callable[[str], str]] = {
    "leet (k1ll)": _each(lambda w: w.translate(_LEET)),
    "spaced (k i l l)": spaced,
    "dotted (k.i.l.l)": _each(".".join),
    "zero-width signs between letters": _each("\u200b".join),
    "homoglyphs (Cyrillic for Latin)": _each(lambda w: w.translate(_LOOKALIKE)),
    "full-width letters": _each(lambda w: w.translate(_WIDE)),
    "elongated (kiiiill)": _each(_elongated),
    "masked (k*ll)": _each(_masked),
    "letters as emoji": _each(_letter_signs),
}
