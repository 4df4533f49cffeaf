"""What the command line says: plain sentences on standard error, in the reader's language."""

from __future__ import annotations

import os

import click

from parapet.domain.errors import ParapetError


def wants_french() -> bool:
    """True when the surroundings ask for French."""
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(variable, "")
        if value:
            return value.lower().startswith("fr")
    return False


def counted(count: int, english: tuple[str, str], french: tuple[str, str]) -> str:
    """A count and what is counted, by each language's rule: French has the singular for 0 too."""
    return f"{count} " + (french[count > 1] if wants_french() else english[count != 1])


def say(english: str, french: str) -> None:
    """One line for a person, on standard error: standard output is for what other programs read."""
    click.echo(french if wants_french() else english, err=True)


def say_error(error: ParapetError) -> None:
    """What went wrong and what to do, without a traceback."""
    from parapet.cli.words import error_in_words

    said, advice = error_in_words(error)
    click.echo(f"parapet: {said}\n  {advice}  [{error.code}]", err=True)
