"""Ask for a passphrase on the terminal, without showing it."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from parapet.cli.speech import wants_french
from parapet.domain.errors import KeyLocked, RequestRefused
from parapet.domain.errors import gettext_noop as _

MIN_CHARS = 12
_TRIES = 3


def ask_passphrase() -> str | None:
    """The passphrase of the key file; None where there is no terminal."""
    return _hidden("Passphrase of the key", "Phrase de passe de la clé") if sys.stdin.isatty() else None


def new_passphrase(file: Path | None) -> str:
    """A new one: typed twice, or the first line of `file`. Raises KeyLocked without a terminal, RequestRefused when it is too short."""
    if file is not None:
        from parapet.settings.unlocking import passphrase_in

        return _long_enough(passphrase_in(file))
    if not sys.stdin.isatty():
        raise KeyLocked(_("There is nobody here to ask for a new passphrase: name a file that holds it."))
    for _try in range(_TRIES):
        first = _hidden("New passphrase", "Nouvelle phrase de passe")
        if _hidden("Once more", "Encore une fois") == first:
            return _long_enough(first)
        click.echo("Ce n'était pas deux fois la même." if wants_french() else "These were not the same.", err=True)
    raise RequestRefused(_("The two passphrases were not the same."))


def _long_enough(passphrase: str) -> str:
    if len(passphrase) < MIN_CHARS:
        raise RequestRefused(_("A passphrase has at least 12 characters: five words that nobody else would put together."))
    return passphrase


def _hidden(english: str, french: str) -> str:
    said: str = click.prompt(french if wants_french() else english, hide_input=True, err=True, prompt_suffix=": ")
    return said
