"""Open closed material for the length of a command, by the passphrase of a person who was let in."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click

from parapet.cli.speech import wants_french
from parapet.domain.errors import KeyLocked, ReferenceUnknown
from parapet.domain.errors import gettext_noop as _

open_option = click.option(
    "--open", "opens", default="", metavar="PERSON", help="Open closed material: whose passphrase is asked for (per_...)."
)


@contextmanager
def opened_by(person_id: str) -> Iterator[None]:
    """With this person's key until the block ends; with nobody's for "".

    Raises ReferenceUnknown, KeyLocked without a terminal, KeyWrong for another passphrase.
    """
    if not person_id:
        yield
        return
    from parapet.actions.own_keys import has_own_key, unlock
    from parapet.records.models import Person
    from parapet.records.numbers import number_of
    from parapet.records.presence import staying

    person = Person.objects.filter(number=number_of("per", person_id) or 0).first()
    if person is None or not has_own_key(person):
        raise ReferenceUnknown(_("There is no such person here, or this person has no key."))
    if not sys.stdin.isatty():
        raise KeyLocked(_("There is nobody here to ask for the passphrase of closed material: run the command on a terminal."))
    question = "Phrase de passe de votre clé" if wants_french() else "Passphrase of your key"
    said: str = click.prompt(question, hide_input=True, err=True, prompt_suffix=": ")
    with staying(person.number, unlock(person, said)):
        yield
