"""`parapet log`: the home's log, for those who check it from outside."""

from __future__ import annotations

import base64
from pathlib import Path

import click

from parapet.cli.options import home_option
from parapet.cli.speech import say


@click.group("log")
def command() -> None:
    """The log: its key, its checkpoint, proofs, and all of it for a web server."""


@command.command("key")
@home_option
def key(home: Path | None) -> None:
    """Print the log's public key, which a witness and a reader must have from you."""
    _open(home)
    from parapet.actions.sign_checkpoint import public_key

    click.echo(public_key())


@command.command("checkpoint")
@home_option
def checkpoint(home: Path | None) -> None:
    """Print the newest checkpoint, with the cosignatures of witnesses."""
    _open(home)
    from parapet.access.checkpoints import cosigned_note

    click.echo(cosigned_note(_signed_size()), nl=False)


@command.command("proof")
@click.option("--from", "old", type=click.IntRange(0), required=True, help="The size of the checkpoint that you have.")
@home_option
def proof(old: int, home: Path | None) -> None:
    """Print the hashes that show that the newest checkpoint only added to an earlier one, one a line in base64."""
    _open(home)
    from parapet.domain.errors import RequestRefused
    from parapet.domain.errors import gettext_noop as _
    from parapet.records.tiles import tiled_tree

    size = _signed_size()
    if old > size:
        raise RequestRefused(_("The log is not that long."))
    for hashed in tiled_tree(size).consistency_proof(old):
        click.echo(base64.b64encode(hashed).decode())


@command.command("publish")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@home_option
def publish(folder: Path, home: Path | None) -> None:
    """Write checkpoint and tiles into FOLDER, for any web server; run again, it adds what is new."""
    _open(home)
    from parapet.actions.publish_log import publish_log

    made = publish_log(folder)
    say(
        f"Published: {made.size} log entries in {made.tiles} tiles, {made.written} of them written now.",
        f"Publié. Inscriptions au journal : {made.size}; tuiles : {made.tiles}, dont {made.written} écrites à l'instant.",
    )


def _open(home: Path | None) -> None:
    from parapet.actions.make_home import open_home

    open_home(home)


def _signed_size() -> int:
    from parapet.actions.sign_checkpoint import sign_checkpoint
    from parapet.domain.errors import RequestRefused
    from parapet.domain.errors import gettext_noop as _

    signed = sign_checkpoint()
    if signed is None:
        raise RequestRefused(_("The log is still empty: nothing was signed."))
    return signed.size
