"""`parapet login-link`: a way in, once."""

from __future__ import annotations

from pathlib import Path

import click

from parapet.cli.address import address_of
from parapet.cli.options import home_option
from parapet.cli.speech import say


@click.command("login-link")
@home_option
def command(home: Path | None) -> None:
    """Print a link that signs you in once, within half an hour."""
    from parapet.actions.make_home import open_home

    environment = open_home(home)
    from parapet.actions.sign_in import make_link
    from parapet.actions.welcome import owner

    click.echo(f"{address_of(environment)}/enter/{make_link(owner())}/")
    say(
        "Works once, for 30 minutes, on a Parapet that is running.",
        "Ce lien sert une seule fois et expire après 30 minutes. Parapet doit être en marche.",
    )
