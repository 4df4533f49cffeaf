"""Characters that a reader takes for one another: forms that Unicode holds to be the same one, and letters that are drawn alike."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from itertools import permutations

#: What stands for a Latin letter in other alphabets (after Unicode's confusables, UTS 39), in small letters; then signs.
_DRAWN_ALIKE = (
    "aаαɑᴀ", "bвьβʙ", "cсϲᴄ", "dԁᴅ", "eеєεᴇ", "gɡ", "hһнʜ", "iіıιɪӏ", "jјϳᴊ", "kкκᴋ", "lʟ", "mмᴍ", "nпηոɴ", "oоοօᴏ",
    "pрρᴘ", "qԛզ", "rгʀ", "sѕꜱ", "tтτᴛ", "uυսᴜ", "vѵνᴠ", "wԝωաᴡ", "xхχ", "yуγүʏ", "zᴢ",
    "-\u2010\u2011\u2012\u2013\u2014\u2212", "'\u2019\u2018\u02bc\u0060\u00b4", "\"\u201c\u201d\u201e\u00ab\u00bb",
)  # fmt: skip
_LAST = 0x30000
#: Marks on one letter of which every order is thought of; more than that, nobody writes.
_MOST_MARKS = 3


def alike(text: str) -> str:
    """`text`, each character of it put by the one that stands for all that are taken for it, small; as long as before.

    The Kelvin sign, 𝐊, Ｋ and the Cyrillic К all give k; a Han letter for older fonts gives today's. What Unicode spells with several
    characters stays as it is.
    """
    return text.translate(_table())


@cache
def _table() -> dict[int, str]:
    drawn = {char: group[0] for group in _DRAWN_ALIKE for char in group}
    table: dict[int, str] = {}
    for code in range(_LAST):
        if 0xD800 <= code < 0xE000:
            continue
        char = chr(code)
        # First what Unicode holds to be the very same character: of some, only that has a form for what looks alike.
        twin = unicodedata.normalize("NFC", char)
        one = twin if len(twin) == 1 and not twin.isspace() else char
        same = unicodedata.normalize("NFKC", one)
        # White space keeps its own form: any of it may stand between two words.
        small = (same if len(same) == 1 and not same.isspace() else one).lower()
        put = drawn.get(small, small if len(small) == 1 else char)
        if put != char:
            table[code] = put
    return table


def letters(word: str) -> list[str]:
    """The letters of `word`, each with the marks that stand on it."""
    return _letter().findall(word)


@cache
def _letter() -> re.Pattern[str]:
    marks = "".join(char for char in map(chr, range(_LAST)) if unicodedata.combining(char))
    # What one character stands for, and Unicode never puts together again: of Tibetan and other letters.
    apart = [told for told in _whole() if len(told) > 1 and not all(map(unicodedata.combining, told[1:]))]
    never = "".join(f"{re.escape(told)}|" for told in apart if unicodedata.normalize("NFC", told) == told)
    return re.compile(f"(?s:{never}.)[{marks}]*")


def spelling(letter: str) -> str:
    """A regular expression for `letter`, with its marks, in every way of writing it that Unicode holds to be the same, put as `alike`
    puts it. Where it bears more marks than anybody writes, for less of them too: what is hidden among them is found."""
    apart = unicodedata.normalize("NFD", letter)
    base, marks = apart[0], apart[1:]
    if len(marks) <= _MOST_MARKS:
        ways = sorted({re.escape(alike(each)) for each in spellings(letter)})
        return ways[0] if len(ways) == 1 else f"(?:{'|'.join(ways)})"
    borne = set(marks)
    some = {each for each in _marks_in_one() if set(unicodedata.normalize("NFD", each)) <= borne} | borne
    wholes = {each for told, made in _whole().items() if told[0] == base and set(told[1:]) <= borne for each in made}
    any_mark = f"[{''.join(sorted(re.escape(alike(each)) for each in some))}]"
    ways = [f"{re.escape(alike(base))}{any_mark}", *sorted({re.escape(alike(each)) for each in wholes})]
    return f"(?:{'|'.join(ways)}){any_mark}{{0,{len(marks)}}}"


def spellings(letter: str) -> set[str]:
    """`letter`, with its marks, in every way of writing it that Unicode holds to be the same: in one character, in several, in part of both."""
    apart = unicodedata.normalize("NFD", letter)
    marks = apart[1:]
    found = {letter, apart}
    for order in permutations(marks) if len(marks) <= _MOST_MARKS else [tuple(marks)]:
        for at in range(len(marks) + 1):
            begin = unicodedata.normalize("NFD", apart[0] + "".join(order[:at]))
            for whole in (begin, *_whole().get(begin, ())):
                for rest in _in_one("".join(order[at:])):
                    if unicodedata.normalize("NFD", whole + rest) == apart:
                        found.add(whole + rest)
    return found


def _in_one(marks: str) -> set[str]:
    """`marks` in this order, where two of them have a character of their own as that one too."""
    found = {marks}
    for at in range(len(marks) - 1):
        for one in _whole().get(marks[at : at + 2], ()):
            found |= {marks[:at] + one + rest for rest in _in_one(marks[at + 2 :])}
    return found


@cache
def _marks_in_one() -> frozenset[str]:
    """Characters that are marks and nothing else: alone, or several in one."""
    return frozenset(each for apart, made in _whole().items() if all(map(unicodedata.combining, apart)) for each in made)


@cache
def _whole() -> Mapping[str, list[str]]:
    """What several characters make, in one."""
    found: dict[str, list[str]] = defaultdict(list)
    for code in range(_LAST):
        char = chr(code)
        if not 0xD800 <= code < 0xE000 and (apart := unicodedata.normalize("NFD", char)) != char:
            found[apart].append(char)
    return dict(found)
