"""`parapet witness`: cosign the logs of others. Needs no home."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from parapet.cli.speech import counted, say, wants_french
from parapet.domain.errors import LogBroken, PortTaken, RequestRefused
from parapet.domain.errors import gettext_noop as _

if TYPE_CHECKING:
    from parapet.anchors.witness.memory import Contradiction

DEFAULT_PORT = 8420
_THREADS = 4
#: Kind of contradiction: English, Canadian French.
KINDS = {
    "fork": (
        "FORK: it signed two histories of the same length",
        "BIFURCATION : il a signé deux histoires de même longueur",
    ),
    "rollback": (
        "ROLLBACK: it signed a shorter history than the one cosigned here, and not one seen before",
        "RETOUR EN ARRIÈRE : il a signé une histoire plus courte que celle contresignée ici, et jamais vue auparavant",
    ),
    "unproven": (
        "FORK: it signed a longer history that was not shown to contain the one cosigned here",
        "BIFURCATION : il a signé une histoire plus longue dont rien ne montre qu'elle contient celle contresignée ici",
    ),
}

folder_option = click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False),
    help="The witness's folder (else parapet-witness in the system's data folder).",
)


def usual_folder() -> Path:
    """Where a witness lies when no folder is named."""
    from parapet.settings.environment import data_folder

    return data_folder(os.environ).with_name("parapet-witness").expanduser().absolute()


def _folder(given: Path | None) -> Path:
    return given.expanduser().absolute() if given else usual_folder()


@click.group("witness")
def command() -> None:
    """Cosign the checkpoints of other people's logs, once they were shown only to have grown."""


@command.command("init")
@click.option("--name", default="", help="The witness's name, such as witness.example.org; made of its key without one.")
@folder_option
def init(name: str, folder: Path | None) -> None:
    """Make the witness's key, and print its verifier key for the logs that it will cosign."""
    from parapet.anchors.witness.witness import Witness

    click.echo(Witness.make(_folder(folder), name).verifier_key)
    say("Give this line to whoever keeps the log.", "Remettez cette ligne à la personne qui tient le journal.")


@command.command("trust")
@click.argument("log_key")
@folder_option
def trust(log_key: str, folder: Path | None) -> None:
    """Cosign for the log whose verifier key this is (`parapet log key` prints it)."""
    from parapet.anchors.witness.witness import Witness

    witness = Witness(_folder(folder))
    try:
        origin = witness.trust(log_key)
    except LogBroken:
        raise RequestRefused(
            _("This is not the verifier key of a log: `parapet log key` prints it there, as name+hash+base64.")
        ) from None
    say(f"This witness now cosigns for {origin}.", f"Ce témoin contresigne désormais pour {origin}.")


@command.command("status")
@folder_option
def status(folder: Path | None) -> None:
    """Say what was cosigned for each log. Ends with 1 when a log contradicted itself; prints both notes then."""
    from parapet.anchors.witness.witness import Witness

    witness = Witness(_folder(folder))
    click.echo(witness.verifier_key)
    found: list[Contradiction] = []
    for origin in witness.memory.origins():
        held = witness.memory.held(origin)
        if held is None:
            click.echo(_w(f"{origin}: nothing cosigned yet", f"{origin}\u00a0: rien n'a encore été contresigné"))
        else:
            at = _time(held.at)
            entries = counted(held.size, ("entry", "entries"), ("inscription", "inscriptions"))
            click.echo(_w(f"{origin}: {entries}, cosigned {at}", f"{origin}\u00a0: {entries}, contresigné {at}"))
        found += witness.memory.contradictions(origin)
    for each in found:
        click.echo(f"\n{_w(*KINDS[each.kind])} ({each.origin}, {_time(each.at)}).")
        click.echo(_w("Cosigned here:", "Contresigné ici :") + f"\n\n{each.held_note}")
        click.echo(_w("Refused:", "Refusé :") + f"\n\n{each.note}")
    if found:
        say(
            "Keep this folder, and ask whoever keeps the log what happened: a restored backup, or a rewritten history.",
            "Conservez ce répertoire, et demandez à la personne qui tient le journal ce qui s'est passé : une sauvegarde restaurée, "
            "ou une histoire réécrite.",
        )
        sys.exit(1)


@command.command("serve")
@click.option("--host", default="127.0.0.1", help="The address to listen on; this machine only without it.")
@click.option("--port", type=click.IntRange(1, 65535), default=DEFAULT_PORT, help=f"The port, {DEFAULT_PORT} without it.")
@folder_option
def serve(host: str, port: int, folder: Path | None) -> None:
    """Answer logs until Ctrl-C. Checkpoints are no secret and nobody on the way can forge a cosignature: plain http is enough."""
    from granian import Granian
    from granian.constants import HTTPModes, Interfaces
    from granian.log import LogLevels

    from parapet.anchors.witness.witness import Witness
    from parapet.cli.supervise import free_port

    place = _folder(folder)
    witness = Witness(place)  # whatever is wrong with it is said before anything listens
    if not witness.memory.origins():
        say("No log is trusted yet: `parapet witness trust`.", "Aucun journal n'est encore connu : `parapet witness trust`.")
    witness.close()
    try:
        free_port(host, port, next_free=False)
    except PortTaken:
        raise
    except OSError as error:
        raise RequestRefused(_("There is no such address on this machine.")) from error
    shown = f"[{host}]" if ":" in host else host
    say(
        f"The witness answers at http://{shown}:{port}/add-checkpoint. Ctrl-C stops it.",
        f"Le témoin répond à http://{shown}:{port}/add-checkpoint. Ctrl-C pour l'arrêter.",
    )
    Granian(
        target=str(place),
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,
        websockets=False,
        workers=1,
        blocking_threads=_THREADS,
        workers_kill_timeout=2,
        log_level=LogLevels.error,
        log_dictconfig={
            "version": 1,
            "disable_existing_loggers": False,
            "loggers": {"_granian": {"level": "ERROR", "propagate": True, "handlers": []}},
        },
    ).serve(target_loader=_load, wrap_loader=True)


def _load(folder: str) -> Any:
    """In granian's own child process: the application."""
    from parapet.anchors.witness.wsgi import Application
    from parapet.cli.background import end_with_parent
    from parapet.settings import logs

    end_with_parent(partial(os._exit, 1))
    logs.configure()
    return Application(Path(folder))


def _time(seconds: int) -> str:
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M:%S} UTC"


def _w(english: str, french: str) -> str:
    return french if wants_french() else english
