"""What `parapet doctor` finds."""

from __future__ import annotations

from attrs import frozen

from parapet.cli.speech import wants_french


@frozen
class Finding:
    """One thing looked at. `advice` says what to do when it is not well."""

    name: str
    well: bool
    said: str
    advice: str = ""


def in_language(english: str, french: str) -> str:
    """The one that the terminal speaks."""
    return french if wants_french() else english
