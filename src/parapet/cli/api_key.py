"""`parapet api-key`: who may ask this home for scores over HTTP."""

from __future__ import annotations

import json
from pathlib import Path

import click

from parapet.cli.options import home_option
from parapet.cli.speech import say
from parapet.domain.errors import HomeMissing
from parapet.domain.errors import gettext_noop as _
from parapet.settings.environment import Environment


@click.group("api-key")
def command() -> None:
    """Keys for programs that ask for scores as they asked Perspective. They open nothing that is kept here."""


@command.command("make")
@click.option("--name", required=True, help="What the key is for, such as the program's name.")
@click.option("--per-minute", type=click.IntRange(1), default=60, show_default=True, help="Requests it may make a minute.")
@home_option
def make(name: str, per_minute: int, home: Path | None) -> None:
    """Make a key and print it. It is shown this once: only its digest is kept."""
    from parapet.actions.api_keys import make_api_key

    environment = _there(home)
    kept, key = make_api_key(environment.home, name, per_minute=per_minute)
    say(
        f"Key {kept.id} for {kept.name}, {kept.per_minute} requests a minute. It is shown only now; put it where the program reads it.",
        f"Clé {kept.id} pour {kept.name}, {kept.per_minute} requêtes par minute. Elle n'est montrée que maintenant; "
        "placez-la là où le programme la lit.",
    )
    if environment.perspective == "off":
        say(
            "The door is closed: set PARAPET_PERSPECTIVE=keys, and start `parapet serve` again.",
            "La porte est fermée : donnez la valeur keys à PARAPET_PERSPECTIVE, et relancez `parapet serve`.",
        )
    click.echo(key)


@command.command("list")
@home_option
def list_(home: Path | None) -> None:
    """List the keys, oldest first, as JSON lines on standard output. Never a key or a digest."""
    from parapet.access.api_keys import listed

    for each in listed(_there(home).home):
        told = {"id": each.id, "name": each.name, "per_minute": each.per_minute, "made": each.made}
        click.echo(json.dumps(told, ensure_ascii=False))


@command.command("revoke")
@click.argument("named", metavar="ID|NAME")
@home_option
def revoke(named: str, home: Path | None) -> None:
    """Take a key away. It counts no longer from the next request on; nothing need be started again."""
    from parapet.actions.api_keys import revoke_api_key

    gone = revoke_api_key(_there(home).home, named)
    say(f"Key {gone.id} ({gone.name}) is revoked.", f"La clé {gone.id} ({gone.name}) est révoquée.")


def _there(home: Path | None) -> Environment:
    environment = Environment.read(home)
    if not environment.home.is_dir():
        raise HomeMissing(_("There is no home here."))
    environment.make_folders()
    return environment
