"""Text as its reader hears it: one spelling for what is spelt to hide, with the way back to the original.

`normalise` undoes, in time linear in the text: compatibility forms and full width (NFKC), accents and stacked marks, case, zero-width and
direction marks, look-alike letters, elongation, leet, masked letters ("k*ll") and spaced letters; hashtags fall into their words. What it
cannot read as a known word it leaves alone, so that "H1N1", "B12" and "4 p.m." stay themselves.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from itertools import chain, pairwise, repeat

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
    """`str.translate` table that learns each character when it first meets it. Bounded by the size of Unicode.

    uneven  the characters met so far that do not become one character
    """

    def __init__(self) -> None:
        super().__init__()
        self.uneven: set[str] = set()

    def __missing__(self, code: int) -> str:
        folded = _fold(chr(code))
        if len(folded) != 1:
            self.uneven.add(chr(code))  # before the table has it: another thread that finds it there must find it here
        self[code] = folded
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
_HASHTAG = re.compile(r"#\w{3,100}")
_ELONGATED = re.compile(r"([a-z])\1{2,}")
_SPACED = re.compile(r"(?<![a-z0-9])[a-z](?:[ \t._*+\-/|]{1,3}[a-z]){2,60}(?![a-z0-9'])")
_SIGNS = r"a-z0-9@$!|(+*#_€£¡¢.\-"
_DISGUISED = re.compile(rf"(?<![a-z0-9])(?=[{_SIGNS}]{{0,23}}[a-z])(?=[a-z]{{0,23}}[@$!|(+0-9*#_€£¡¢.\-])[{_SIGNS}]{{2,24}}")
#: "s01", "70s", "1er": a name with a number or an ordinal, not a word in disguise.
_NUMBERED = re.compile(r"[a-z]{1,2}[-._]?[0-9]{1,3}|[a-z]{3,}[-._]?[0-9]{2,4}|[0-9]{1,4}[-._]?[a-z]{1,2}")
_VOWELS = frozenset("aeiouy")

# What a text must have for one of the patterns above to change it. Most texts have none of it, and these are several times quicker to look for.
_THRICE = re.compile(r"(.)\1\1")
_THREE_APART = re.compile(r"[ \t._*+\-/|][a-z][ \t._*+\-/|]{1,3}[a-z](?![a-z0-9'])")
_SIGN_IN_WORD = re.compile(r"[@$|(+0-9*#_€£¡¢.!\-](?:(?<=[^.!\-])|[a-z])")
_OTHER_LETTERS = frozenset(OTHER_ALPHABETS)
_OTHER_TO_LATIN = str.maketrans(OTHER_ALPHABETS)
#: In an ASCII text without these, folding does no more than lower its case. A text that can be printed may have the grave accent.
_FOLDED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f`]")

_LETTERS = {ord(sign): letter for sign, letter in LEET.items()}
_UNHEARD: dict[int, str | None] = dict.fromkeys(map(ord, ".-_"))
#: What the signs in a disguised word may stand for: an exclamation mark and a one first for "i", then for "l".
_READINGS = ({**_LETTERS, **_UNHEARD}, {**_LETTERS, ord("1"): "l", ord("!"): "l", **_UNHEARD})

Reader = Callable[[str], str | None]
#: Disguises of which it is remembered what they hide: who hides words does so over and over, and a look is ten times as quick as reading.
_REMEMBERED = 4_096


def normalise(text: str, read: Reader = lambda word: None) -> Normal:
    """`text` in one plain spelling.

    read  given a disguised spelling, the words it hides ("killyou" → "kill you"), or None if it hides none that we know
    """
    original_chars = len(text)
    text, starts = _part_hashtags(text)
    if text.isascii() and (text.isprintable() or not _FOLDED.search(text)):
        plain = text.lower()
    else:
        plain, starts = _translate(text, starts)
        if not (plain.isascii() or _OTHER_LETTERS.isdisjoint(plain)):
            plain, starts = _rewrite(plain, starts, _WORD, _latinise)
    if _THRICE.search(plain):
        plain, starts = _rewrite(plain, starts, _ELONGATED, _shorten)
    if _THREE_APART.search(plain):
        plain, starts = _rewrite(plain, starts, _SPACED, lambda m: _join(m.group(), read))
    if _SIGN_IN_WORD.search(plain):
        plain, starts = _rewrite(plain, starts, _DISGUISED, lambda m: _unmask(m.group(), read))
    return Normal(plain, None if starts is None else tuple(starts), original_chars)


def fold_word(word: str) -> str:
    """A word of our own lists, folded as texts are."""
    return word.translate(_FOLD)


def _part_hashtags(text: str) -> tuple[str, list[int] | None]:
    """ "#FireHerNow" → "#Fire Her Now": a hashtag's words are told apart by their capitals."""
    if "#" not in text:
        return text, None
    joints = [at for tag in _HASHTAG.finditer(text) for at in range(tag.start() + 2, tag.end()) if _is_joint(text, at)]
    if not joints:
        return text, None
    cuts = [0, *joints, len(text)]
    starts = list(range(joints[0]))
    for begin, end in pairwise(cuts[1:]):
        starts += [begin, *range(begin, end)]
    return " ".join(text[begin:end] for begin, end in pairwise(cuts)), starts


def _is_joint(text: str, at: int) -> bool:
    before, here, after = text[at - 1], text[at], text[at + 1 : at + 2]
    return here.isupper() and (before.islower() or before.isdigit() or (before.isupper() and after.islower()))


def _translate(text: str, starts: list[int] | None) -> tuple[str, list[int] | None]:
    plain = text.translate(_FOLD)
    if _FOLD.uneven.isdisjoint(text):
        return plain, starts
    lengths = {c: len(_FOLD[ord(c)]) for c in set(text)}
    places = range(len(text)) if starts is None else starts
    return plain, list(chain.from_iterable(map(repeat, places, map(lengths.__getitem__, text))))


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
        if len(new) == end - begin:
            kept += starts[begin:end]
        else:
            kept += [starts[begin + i * (end - begin) // len(new)] for i in range(len(new))]
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
    latin = word.translate(_OTHER_TO_LATIN)
    return latin if latin.isascii() and (len(word) >= 3 or any(map(str.isascii, word))) else None


def _shorten(match: re.Match[str]) -> str:
    letter = match.group(1)
    return letter if letter in _VOWELS else letter * 2


@lru_cache(_REMEMBERED)
def _join(spaced: str, read: Reader) -> str | None:
    """ "k i l l  y o u" → "kill you": wider gaps part words where there are any, else known words do."""
    gaps = re.split(r"(?<=[a-z])[ \t._*+\-/|]{2,3}(?=[a-z])", spaced)
    words = ["".join(c for c in gap if "a" <= c <= "z") for gap in gaps]
    if len(gaps) > 1 and all(len(w) > 1 for w in words):
        return " ".join(words)
    return read("".join(words))


@lru_cache(_REMEMBERED)
def _unmask(word: str, read: Reader) -> str | None:
    core = word.rstrip(".!-|(+#_")
    if core.isalpha():
        return None
    tail = word[len(core) :]
    if "*" in core or "#" in core:
        plain = read(core.translate(_LETTERS))
        return None if plain is None else plain + tail
    if _NUMBERED.fullmatch(core):
        return None
    for table in _READINGS if "1" in core or "!" in core else _READINGS[:1]:
        plain = core.translate(table)
        if plain != core and plain.isalpha():
            known = read(plain)
            if known is not None:
                return known + tail
    return None
