"""`parapet init`: make a home."""

from __future__ import annotations

from pathlib import Path

import click

from parapet.cli.options import home_option
from parapet.cli.speech import say


@click.command("init")
@home_option
@click.option("--name", default="", help="Your name, as other people of this home will see it.")
@click.option(
    "--advocates", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="A file that says who is protected."
)
@click.option("--language", type=click.Choice(["en", "fr-ca"]), help="Language of your screens.")
def command(home: Path | None, name: str, advocates: Path | None, language: str | None) -> None:
    """Make a home: its key, its database, its vault, and you."""
    from parapet.actions.make_home import make_home

    environment = make_home(home)
    from parapet.actions.welcome import owner
    from parapet.cli.speech import wants_french

    person = owner(name, language=language or ("fr-ca" if wants_french() else "en"))
    if advocates is not None:
        from parapet.actions.enrol_advocates import enrol_advocates

        enrol_advocates(advocates, person=person, role="advocate")
    say(
        f"Home ready: {environment.home}\nKeep a copy of {environment.key_file} elsewhere: without it nothing here can be read.",
        f"L'espace Parapet est prêt : {environment.home}\n"
        f"Gardez une copie de {environment.key_file} ailleurs : sans elle, rien ici ne pourra être lu.",
    )
