"""The dossier's words in both languages, and what indicators are called."""

from __future__ import annotations

from parapet.dossiers import words_en, words_fr
from parapet.dossiers.indicator_words import INDICATORS
from parapet.dossiers.outside_words import OUTSIDE

LANGUAGES = ("en", "fr")
_WORDS = {
    lang: {**own, **{key: pair[which] for key, pair in OUTSIDE.items()}}
    for which, (lang, own) in enumerate((("en", words_en.WORDS), ("fr", words_fr.WORDS)))
}


def words(lang: str) -> dict[str, str]:
    """All words of "en" or "fr". Raises KeyError for another language."""
    return _WORDS[lang]


def indicator(code: str, lang: str) -> str:
    """An indicator in words; one that is newer than these words shows its code with spaces."""
    pair = INDICATORS.get(code)
    return pair[LANGUAGES.index(lang)] if pair else code.replace("_", " ")


def channel(name: str, title: str, lang: str) -> str:
    """A channel as people call it: in this language where it is no proper name, else its own title."""
    return words(lang).get(f"channel.{name}") or title or name.replace("_", " ").capitalize()
