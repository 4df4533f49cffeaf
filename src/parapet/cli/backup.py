"""`parapet backup`: a copy that a home can be restored from."""

from __future__ import annotations

import json
from pathlib import Path

import click

from parapet.cli.options import home_option
from parapet.cli.progress import Counting
from parapet.cli.speech import say


@click.command("backup")
@click.argument("target", type=click.Path(path_type=Path, file_okay=False))
@click.option("--json", "as_json", is_flag=True, help="What was written, as JSON on standard output.")
@home_option
def command(target: Path, as_json: bool, home: Path | None) -> None:
    """Write a backup of the home into the folder TARGET, beside earlier ones; only what is new is copied.

    It opens with the home's key, which is not in it: keep a copy of the key elsewhere.
    """
    from parapet.actions.make_home import open_home

    open_home(home)
    from parapet.actions.back_up import back_up

    with Counting("Copying", "Copie") as progress:
        made = back_up(target, progress=progress.done)
    manifest = made.manifest
    if as_json:
        told = {
            "id": manifest.id,
            "folder": str(made.path),
            "key": manifest.fingerprint,
            "log_size": manifest.log_size,
            "log_root": manifest.root.hex(),
            "packs": manifest.packs,
            "packs_copied": made.packs_copied,
            "bytes_copied": made.bytes_copied,
        }
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    say(
        f"Backup written: {made.path}\n{made.packs_copied} of {manifest.packs} packs were new.\n"
        "The key is not in it. Without a copy of the key, nobody can open this backup.",
        f"Sauvegarde écrite : {made.path}\nLots nouveaux : {made.packs_copied} sur {manifest.packs}.\n"
        "La clé n'y est pas. Sans une copie de la clé, personne ne pourra ouvrir cette sauvegarde.",
    )
