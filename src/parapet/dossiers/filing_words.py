"""The words of what a dossier for police or counsel has besides every dossier: `filing_en.toml` and `filing_fr.toml`, with the same keys."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files


@cache
def words(lang: str) -> dict[str, str]:
    """All of them in "en" or "fr"."""
    return tomllib.loads(files("parapet.dossiers").joinpath(f"filing_{lang}.toml").read_text("utf-8"))
