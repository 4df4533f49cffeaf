"""Letters of other alphabets that are drawn like Latin ones, and signs that stand in for letters.

A choice from Unicode's confusables (UTS 39), kept to what people type to slip past filters. All keys are already folded to lower case.
"""

from __future__ import annotations

_CYRILLIC = dict(zip("авгеорсухкмнтіјѕԁһԛԝѵьпԍӏёѐїґ", "abreopcyxkmhtijsdhqwvbngleeir", strict=True))
_GREEK = dict(zip("αβγεζηικνορτυχωϲϳσμ", "abyeznikvoptuxwcjom", strict=True))
_ARMENIAN = dict(zip("աօսհոցղքզյ", "wouhngnqqj", strict=True))
_LATIN = {
    "ı": "i", "ȷ": "j", "ɑ": "a", "ɡ": "g", "ɩ": "i", "ɪ": "i", "ᴀ": "a", "ʙ": "b", "ᴄ": "c", "ᴅ": "d", "ᴇ": "e",
    "ꜰ": "f", "ɢ": "g", "ʜ": "h", "ᴊ": "j", "ᴋ": "k", "ʟ": "l", "ᴍ": "m", "ɴ": "n", "ᴏ": "o", "ᴘ": "p", "ʀ": "r",
    "ꜱ": "s", "ᴛ": "t", "ᴜ": "u", "ᴠ": "v", "ᴡ": "w", "ʏ": "y", "ᴢ": "z", "ł": "l", "ø": "o", "đ": "d", "ħ": "h",
    "ŧ": "t", "ƒ": "f", "ß": "ss", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th", "ɐ": "a", "ǝ": "e", "ɔ": "o", "ɯ": "m",
    "ʇ": "t", "ʌ": "v", "ʎ": "y", "ɹ": "r", "ᴉ": "i", "ɥ": "h", "ɾ": "r", "ɓ": "b", "ɗ": "d", "ɠ": "g", "ƙ": "k",
}  # fmt: skip

#: Mapped only inside words that become wholly Latin by it: a Russian or Greek sentence stays itself.
OTHER_ALPHABETS: dict[str, str] = {**_CYRILLIC, **_GREEK, **_ARMENIAN}

#: Mapped wherever they stand.
ALWAYS: dict[str, str] = {
    **_LATIN,
    "\u2019": "'", "\u2018": "'", "\u02bc": "'", "\uff07": "'", "\u0060": "'", "\u00b4": "'",
    "\u201c": '"', "\u201d": '"', "\u201e": '"', "\u00ab": '"', "\u00bb": '"',
    "\u2010": "-", "\u2011": "-", "\u2012": "-", "\u2013": "-", "\u2014": "-", "\u2212": "-", "\u2026": "...",
}  # fmt: skip

#: White letters on black discs and squares, which no compatibility form undoes.
ALWAYS |= {chr(first + i): chr(97 + i) for first in (0x1F150, 0x1F170) for i in range(26)}

#: Signs that stand in for letters inside a word that has letters too.
LEET: dict[str, str] = {
    "0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "8": "b", "9": "g", "@": "a", "$": "s", "!": "i",
    "|": "l", "+": "t", "(": "c", "€": "e", "£": "l", "¡": "i", "¢": "c",
}  # fmt: skip
