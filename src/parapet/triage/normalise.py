"""Text as its reader hears it: one spelling for what is spelt to hide, with the way back to the original.

`normalise` undoes, in time linear in the text: compatibility forms and full width (NFKC), accents and stacked marks, case, zero-width and
direction marks, look-alike letters, elongation, leet, masked letters ("k*ll") and spaced letters. What it cannot read as a known word it
leaves alone, so that "H1N1", "B12" and "4 p.m." stay themselves.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from attrs import frozen

from parapet.triage.confusables import ALWAYS, LEET, OTHER_ALPHABETS


@frozen
class Normal:
    """A normalised text and the place in the original that each of its characters came from.

    starts  None when every character is where it was; else one offset a character, never falling
    """

    text: str
    starts: tuple[int, ...] | None
    original_chars: int

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where `text[start:end]` lies in the original; the end takes in marks and hidden characters that follow."""
        if self.starts is None:
            return start, end
        if start >= len(self.starts):
            return self.original_chars, self.original_chars
        first = self.starts[start]
        last = self.starts[end] if end < len(self.starts) else self.original_chars
        return first, max(last, first + 1)


class _Fold(dict[int, str]):
    """`str.translate` table that learns each character when it first meets it. Bounded by the size of Unicode."""

    def __missing__(self, code: int) -> str:
        folded = self[code] = _fold(chr(code))
        return folded


def _fold(char: str) -> str:
    if char in "\t\r\n":
        return char if char != "\r" else "\n"
    if char in ALWAYS:
        return ALWAYS[char]
    category = unicodedata.category(char)
    if category in ("Cf", "Mn", "Me", "Cc"):
        return ""
    if category in ("Cs", "Co", "Cn", "Zs", "Zl", "Zp"):
        return " "
    plain = unicodedata.normalize("NFKD", char).casefold()
    return "".join(ALWAYS.get(c, c) for c in plain if unicodedata.category(c) not in ("Mn", "Me", "Cf", "Cc"))


_FOLD = _Fold()
_WORD = re.compile(r"[^\W\d_]+")
_ELONGATED = re.compile(r"([a-z])\1{2,}")
_SPACED = re.compile(r"(?<![a-z0-9])[a-z](?:[ \t._*+\-/|]{1,3}[a-z]){2,60}(?![a-z0-9'])")
_SIGNS = r"a-z0-9@$!|(+*#_€£¡¢.\-"
_DISGUISED = re.compile(rf"(?<![a-z0-9])(?=[{_SIGNS}]{{0,23}}[a-z])(?=[a-z]{{0,23}}[@$!|(+0-9*#_€£¡¢.\-])[{_SIGNS}]{{2,24}}")
_VOWELS = frozenset("aeiouy")

Reader = Callable[[str], str | None]


def normalise(text: str, read: Reader = lambda word: None) -> Normal:
    """`text` in one plain spelling.

    read  given a disguised spelling, the words it hides ("killyou" → "kill you"), or None if it hides none that we know
    """
    starts: list[int] | None = None
    if text.isascii():
        plain = text.lower()
        if "\r" in plain or not plain.isprintable():
            plain, starts = _translate(text)
    else:
        plain, starts = _translate(text)
        if not plain.isascii():
            plain, starts = _rewrite(plain, starts, _WORD, _latinise)
    plain, starts = _rewrite(plain, starts, _ELONGATED, _shorten)
    plain, starts = _rewrite(plain, starts, _SPACED, lambda m: _join(m.group(), read))
    plain, starts = _rewrite(plain, starts, _DISGUISED, lambda m: _unmask(m.group(), read))
    return Normal(plain, None if starts is None else tuple(starts), len(text))


def fold_word(word: str) -> str:
    """A word of our own lists, folded as texts are."""
    return word.translate(_FOLD)


def _translate(text: str) -> tuple[str, list[int] | None]:
    plain = text.translate(_FOLD)
    if len(plain) == len(text) and all(len(_FOLD[ord(c)]) == 1 for c in set(text)):
        return plain, None
    lengths = {c: len(_FOLD[ord(c)]) for c in set(text)}
    return plain, [i for i, c in enumerate(text) for _ in range(lengths[c])]


def _rewrite(
    text: str, starts: list[int] | None, pattern: re.Pattern[str], change: Callable[[re.Match[str]], str | None]
) -> tuple[str, list[int] | None]:
    """Replace each match that `change` gives words for. The new characters spread evenly over the old ones."""
    pieces: list[str] = []
    kept: list[int] = []
    at = 0
    for match in pattern.finditer(text):
        new = change(match)
        if new is None or new == match.group():
            continue
        begin, end = match.span()
        if starts is None:
            starts = list(range(len(text)))
        pieces += (text[at:begin], new)
        kept += starts[at:begin]
        kept += [starts[begin + i * (end - begin) // max(1, len(new))] for i in range(len(new))]
        at = end
    if not pieces or starts is None:
        return text, starts
    pieces.append(text[at:])
    kept += starts[at:]
    return "".join(pieces), kept


def _latinise(match: re.Match[str]) -> str | None:
    word = match.group()
    if word.isascii():
        return None
    latin = "".join(OTHER_ALPHABETS.get(c, c) for c in word)
    mixed = any(c.isascii() for c in word)
    return latin if latin.isascii() and (mixed or len(word) >= 3) else None


def _shorten(match: re.Match[str]) -> str:
    letter = match.group(1)
    return letter if letter in _VOWELS else letter * 2


def _join(spaced: str, read: Reader) -> str | None:
    """ "k i l l  y o u" → "kill you": wider gaps part words where there are any, else known words do."""
    gaps = re.split(r"(?<=[a-z])[ \t._*+\-/|]{2,3}(?=[a-z])", spaced)
    words = ["".join(c for c in gap if "a" <= c <= "z") for gap in gaps]
    if len(gaps) > 1 and all(len(w) > 1 for w in words):
        return " ".join(words)
    return read("".join(words))


def _unmask(word: str, read: Reader) -> str | None:
    core = word.rstrip(".!-|(+#_")
    tail = word[len(core) :]
    if "*" in core or "#" in core:
        plain = read("".join(LEET.get(c, c) for c in core))
        return None if plain is None else plain + tail
    for table in (LEET, {**LEET, "1": "l", "!": "l"}):
        plain = "".join(table.get(c, c) for c in core if c not in ".-_")
        if plain != core and plain.isalpha():
            known = read(plain)
            if known is not None:
                return known + tail
    return None
