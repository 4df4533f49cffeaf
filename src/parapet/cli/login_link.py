"""`parapet login-link`: a way in, once."""

from __future__ import annotations

from pathlib import Path

import click

from parapet.cli.address import address_of
from parapet.cli.options import home_option
from parapet.cli.speech import say


@click.command("login-link")
@click.option("--person", default="", metavar="NAME", help="Somebody else who has an account here, by name or id.")
@click.option("--new", default="", metavar="NAME", help="Somebody new: make an account of that name.")
@home_option
def command(person: str, new: str, home: Path | None) -> None:
    """Print a link that signs you in once, within half an hour."""
    if person and new:
        raise click.UsageError("Name one: --person or --new.")
    from parapet.actions.make_home import open_home

    environment = open_home(home)
    from parapet.actions.sign_in import make_link
    from parapet.actions.welcome import owner
    from parapet.cli.subjects import person_named
    from parapet.records.models import Person

    first = owner()  # made before anybody else
    whose = Person.objects.named(new.strip(), language=first.language) if new.strip() else first
    whose = person_named(person) if person else whose
    click.echo(f"{address_of(environment)}/enter/{make_link(whose)}/")
    say(
        "Works once, for 30 minutes, on a Parapet that is running.",
        "Ce lien sert une seule fois et expire après 30 minutes. Parapet doit être en marche.",
    )
