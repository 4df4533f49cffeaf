"""`parapet check`: is this home still what was sealed?"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from parapet.cli.opening import open_option, opened_by
from parapet.cli.options import home_option
from parapet.cli.progress import Counting
from parapet.cli.speech import say, wants_french
from parapet.cli.words import fault_in_words

if TYPE_CHECKING:
    from parapet.actions.health import Health


@click.command("check")
@click.option("--json", "as_json", is_flag=True, help="As JSON on standard output.")
@open_option
@home_option
def command(as_json: bool, opens: str, home: Path | None) -> None:
    """Read everything in this home and say whether it is still what was sealed. Changes nothing.

    Ends with 0 sound, 1 broken with a reason for each fault, 2 cannot read.
    """
    from parapet.actions.make_home import open_home

    open_home(home)
    from parapet.actions.check_home import check_home

    with opened_by(opens), Counting("Checking", "Vérification") as progress:
        found = check_home(progress=progress.done)
    numbers = (
        "leaves",
        "root",
        "checkpoints",
        "versions",
        "sources",
        "tokens",
        "cosignatures",
        "contradictions",
        "erased",
        "closed",
        "strays",
        "waiting",
        "failed",
    )
    if as_json:
        told = {name: getattr(found, name) for name in numbers}
        faults = [{"code": f.code, "about": f.about} for f in found.faults]
        click.echo(json.dumps({"sound": found.sound, **told, "faults_total": found.faults_total, "faults": faults}, indent=2))
    else:
        _tell(found)
    sys.exit(0 if found.sound else 1)


def _tell(found: Health) -> None:
    say(
        f"{'SOUND' if found.sound else 'BROKEN'}: {found.leaves} log entries, {found.checkpoints} checkpoints, "
        f"{found.versions} originals, {found.sources} files.",
        f"{'INTACT' if found.sound else 'ALTÉRÉ'} : inscriptions au journal : {found.leaves}; points de contrôle : {found.checkpoints}; "
        f"originaux : {found.versions}; fichiers : {found.sources}.",
    )
    if found.erased:
        say(f"Erased for good: {found.erased} entries.", f"Inscriptions effacées pour de bon : {found.erased}.")
    if found.closed:
        say(
            f"Closed, and not opened: {found.closed} entries with what they tell of. `parapet check --open PERSON` checks them too.",
            f"Inscriptions fermées, non ouvertes, avec ce dont elles parlent : {found.closed}. `parapet check --open PERSONNE` les vérifie aussi.",
        )
    if found.contradictions:
        say(
            f"A witness has seen another log than this one, {found.contradictions} time(s), and nobody has said why: `parapet log contradictions`.",
            f"Un témoin a vu un autre journal que celui-ci ({found.contradictions} fois), sans que personne ait dit pourquoi : `parapet log contradictions`.",
        )
    if found.strays:
        say(
            f"In the vault, {found.strays} files that nothing refers to: a crash left them, or they are just being written. No harm.",
            f"Fichiers du coffre auxquels rien ne renvoie : {found.strays}; un arrêt brutal les a laissés, ou ils sont en cours d'écriture. Sans gravité.",
        )
    if found.waiting or found.failed:
        say(
            f"Work: {found.waiting} waiting, {found.failed} failed.",
            f"Travaux en attente : {found.waiting}; en échec : {found.failed}.",
        )
    colon = "\u00a0:" if wants_french() else ":"
    for fault in found.faults:
        click.echo(f"  {fault_in_words(fault.code)}{colon} {fault.about}  [{fault.code}]", err=True)
    if found.faults_total > len(found.faults):
        rest = found.faults_total - len(found.faults)
        say(f"  ... and {rest} more.", f"  ... et {rest} autres.")
    if not found.sound:
        say(
            "Stop using this home. Keep it aside for an expert, and restore a backup: `parapet restore`.",
            "Cessez d'utiliser cet espace Parapet. Mettez-le de côté pour expertise, et restaurez une sauvegarde : `parapet restore`.",
        )
