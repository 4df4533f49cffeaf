"""`parapet restore`: a home again, from a backup."""

from __future__ import annotations

from pathlib import Path

import click

from parapet.cli.progress import Counting
from parapet.cli.speech import say


@click.command("restore")
@click.argument("target", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--home", type=click.Path(path_type=Path, file_okay=False), required=True, help="Where the home shall be: an empty place."
)
@click.option("--at", default="", metavar="ID", help="Which backup, by the name of its folder; the newest without it.")
@click.option(
    "--key-file", type=click.Path(path_type=Path, dir_okay=False), help="Your copy of the home's key, which no backup holds."
)
def command(target: Path, home: Path, at: str, key_file: Path | None) -> None:
    """Make a home from a backup in the folder TARGET, after a check of every byte of it.

    Killed, it goes on when it is run again.
    """
    from parapet.actions.restore import restore

    with Counting("Checking and copying", "Vérification et copie") as progress:
        done = restore(target, home, at=at, key_file=key_file, progress=progress.done)
    manifest = done.manifest
    say(
        f"Home restored: {done.environment.home}, as it was at {manifest.at:%Y-%m-%d %H:%M} UTC, "
        f"with {manifest.log_size} log entries.\nEverybody signs in anew: `parapet login-link` gives a link.",
        f"Espace Parapet restauré : {done.environment.home}, tel qu'il était le {manifest.at:%Y-%m-%d à %H:%M} UTC; "
        f"inscriptions au journal : {manifest.log_size}.\nChaque personne doit rouvrir une session : `parapet login-link` donne un lien.",
    )
