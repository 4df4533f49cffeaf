"""Characters that a reader takes for one another: forms that Unicode holds to be the same one, and letters that are drawn alike."""

from __future__ import annotations

import unicodedata
from functools import cache

#: What stands for a Latin letter in other alphabets (after Unicode's confusables, UTS 39), in small letters; then signs.
_DRAWN_ALIKE = (
    "aаαɑᴀ", "bвьβʙ", "cсϲᴄ", "dԁᴅ", "eеєεᴇ", "gɡ", "hһнʜ", "iіıιɪӏ", "jјϳᴊ", "kкκᴋ", "lʟ", "mмᴍ", "nпηոɴ", "oоοօᴏ",
    "pрρᴘ", "qԛզ", "rгʀ", "sѕꜱ", "tтτᴛ", "uυսᴜ", "vѵνᴠ", "wԝωաᴡ", "xхχ", "yуγүʏ", "zᴢ",
    "-\u2010\u2011\u2012\u2013\u2014\u2212", "'\u2019\u2018\u02bc\u0060\u00b4", "\"\u201c\u201d\u201e\u00ab\u00bb",
)  # fmt: skip
_LAST = 0x30000


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
        same = unicodedata.normalize("NFKC", char)
        # White space keeps its own form: any of it may stand between two words.
        small = (same if len(same) == 1 and not same.isspace() else char).lower()
        put = drawn.get(small, small if len(small) == 1 else char)
        if put != char:
            table[code] = put
    return table
