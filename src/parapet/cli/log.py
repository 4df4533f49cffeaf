"""`parapet log`: the home's log, for those who check it from outside."""

from __future__ import annotations

import base64
import sys
from pathlib import Path

import click

from parapet.cli.options import home_option
from parapet.cli.speech import say, wants_french


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


@command.command("contradictions")
@home_option
def contradictions(home: Path | None) -> None:
    """Say when a witness refused this log because it had seen another, and who said why. Ends with 1 while one is not looked into."""
    _open(home)
    from parapet.access.contradictions import contradictions as all_of_them
    from parapet.cli.words import CONTRADICTION_REASONS, CONTRADICTIONS

    french, found = wants_french(), all_of_them()
    for each in found:
        said = CONTRADICTIONS[each.trouble][french]
        click.echo(f"{each.index}  {each.at:%Y-%m-%d %H:%M} UTC  {said} ({each.held}/{each.size})  {each.witness[:16]}")
        if each.reason:
            click.echo(f"    {CONTRADICTION_REASONS[each.reason][french]}  ({each.who}, {each.known_at:%Y-%m-%d %H:%M} UTC)")
    if not found:
        say("No witness has seen another log than this one.", "Aucun témoin n'a vu un autre journal que celui-ci.")
    if any(not each.reason for each in found):
        say(
            "When you know why: `parapet log acknowledge ENTRY --reason ...`.",
            "Quand vous saurez pourquoi : `parapet log acknowledge INSCRIPTION --reason ...`.",
        )
        sys.exit(1)


@command.command("acknowledge")
@click.argument("entry", type=click.IntRange(0))
@click.option("--reason", type=click.Choice(("restored", "copied", "witness", "other")), required=True, help="Why it is so.")
@home_option
def acknowledge(entry: int, reason: str, home: Path | None) -> None:
    """Write into the log that you know why a witness had seen another log (ENTRY: see `parapet log contradictions`).

    Every bag goes on saying that the witness refused.
    """
    _open(home)
    from parapet.actions.contradictions import acknowledge as write_down
    from parapet.actions.welcome import owner

    write_down(owner(), entry, reason)
    say("It is written down.", "C'est consigné.")


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
