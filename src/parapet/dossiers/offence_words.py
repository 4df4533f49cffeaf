"""The words for what sections of the Criminal Code ask for, for the questions of a statement, and for laws of other countries.

They lie in `offences_en.toml` and `offences_fr.toml`, with the same keys. `domain/offences.py` names the source and the day as of which
it was read. They are neither the section nor advice: who decides reads the section itself.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from attrs import frozen


@frozen
class Question:
    """`title` stands over the answer in the statement; `asked` is the question; `hint` helps to answer it, or is ""."""

    title: str
    asked: str
    hint: str


@frozen
class Country:
    """Where to begin in another country: its laws in one line, and where their text is published."""

    name: str
    laws: str
    source: str


def section_title(number: str, lang: str) -> str:
    """ "Criminal harassment"."""
    return str(_words(lang)["sections"][number]["title"])


def section_note(number: str, lang: str) -> str:
    """What a reader should know of it, or ""."""
    return str(_words(lang)["sections"][number]["note"])


def element(number: str, code: str, lang: str) -> str:
    """What a section asks for."""
    return str(_words(lang)["sections"][number]["elements"][code])


def question(code: str, lang: str) -> Question:
    """A question of the statement, or about what police said."""
    return Question(**_words(lang)["questions"][code])


def country(code: str, lang: str) -> Country:
    """A country of `offences.COUNTRIES`."""
    return Country(**_words(lang)["countries"][code])


@cache
def _words(lang: str) -> dict[str, Any]:
    """All of it in "en" or "fr"."""
    return tomllib.loads(files("parapet.dossiers").joinpath(f"offences_{lang}.toml").read_text("utf-8"))
