"""`parapet reparse`: read again what was sealed."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click
from attrs import asdict

from parapet.cli.opening import open_option, opened_by
from parapet.cli.options import home_option
from parapet.cli.progress import Progress
from parapet.cli.speech import say, wants_french

EXIT_SOME_REFUSED = 3


@click.command("reparse")
@click.argument("which", nargs=-1, metavar="[WHICH]...")
@click.option("--channel", default="", help="Only what came by this channel, or held messages of it (mail, bluesky, x).")
@click.option("--all", "everything", is_flag=True, help="Everything that was sealed, and not only what was left over.")
@click.option("--dry-run", is_flag=True, help="Say what would come of it, and change nothing.")
@click.option("--json", "as_json", is_flag=True, help="The summary as JSON on standard output.")
@open_option
@home_option
def command(
    which: tuple[str, ...], channel: str, everything: bool, dry_run: bool, as_json: bool, opens: str, home: Path | None
) -> None:
    """Read sealed files again, as the program reads them today.

    WHICH names imports (int_...) or connections (con_...). Without any, the files of which the last reading left something are read.
    What was found before stays as it is; what is new is taken in and judged; what is no longer found is told, and stays.

    Ends with 0 when nothing was left over, 3 when something was.
    """
    from parapet.actions.make_home import make_home

    make_home(home)
    with opened_by(opens):
        told = _rehearsed(which, channel, everything) if dry_run else _read(which, channel, everything)
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        _tell(told, dry_run=dry_run)
    sys.exit(EXIT_SOME_REFUSED if told["refused"] else 0)


def _chosen(which: tuple[str, ...], channel: str, everything: bool) -> Any:
    from parapet.actions.read_again import left_over, of_channel, readable, reading_of

    files = left_over()
    if which:
        files = reading_of(which[0])
        for each in which[1:]:
            files |= reading_of(each)
    elif everything or channel:
        files = readable()
    return of_channel(files, channel) if channel else files


def _rehearsed(which: tuple[str, ...], channel: str, everything: bool) -> dict[str, int]:
    from parapet.actions.read_again import rehearse

    with Progress() as progress:
        told = rehearse(_chosen(which, channel, everything), progress=lambda r, n: progress.taken_in(r.found, r.files, n))
    return asdict(told)


def _read(which: tuple[str, ...], channel: str, everything: bool) -> dict[str, int]:
    import parapet.work.handlers  # noqa: F401 - registers what the jobs below need
    from parapet.actions.read_again import promise_reading
    from parapet.actions.sign_checkpoint import sign_checkpoint
    from parapet.actions.welcome import owner
    from parapet.jobs.engine import run_until_idle

    files = _chosen(which, channel, everything)
    names = ("files", "found", "new", "versions", "refused", "missing")
    if not files.exists():
        return dict.fromkeys((*names, "not_done"), 0)
    intake = promise_reading(files, person=owner(language="fr-ca" if wants_french() else "en"))
    with Progress() as progress:
        run_until_idle(progress.to_judge)
    sign_checkpoint()
    intake.refresh_from_db()
    counts = (intake.files_done, intake.found, intake.new, intake.versions, intake.refused, intake.missing)
    return {**dict(zip(names, counts, strict=True)), "not_done": intake.files_total - intake.files_done}


def _tell(told: dict[str, int], *, dry_run: bool) -> None:
    if not told["files"] and not told.get("not_done"):
        say("There is nothing to read again.", "Il n’y a rien à relire.")
        return
    known = told["found"] - told["new"] - told["versions"] - told["refused"]
    if dry_run:
        say(
            f"Files: {told['files']}. Reading them again would add {told['new']} messages, and {told['versions']} that read otherwise than before.\n"
            f"Already there: {max(0, known)}. Left over as before: {told['refused']}. No longer found, and kept: {told['missing']}. Nothing was changed.",
            f"Fichiers : {told['files']}. Les relire ajouterait {told['new']} messages, et {told['versions']} qui se lisent autrement qu’avant.\n"
            f"Déjà présents : {max(0, known)}. Non compris : {told['refused']}. "
            f"Plus trouvés, mais conservés : {told['missing']}. Rien n’a été modifié.",
        )
        return
    say(
        f"Files read again: {told['files']}. New messages: {told['new']}. Reads otherwise than before, kept as new versions: {told['versions']}.\n"
        f"Left over: {told['refused']}. No longer found, and kept: {told['missing']}.",
        f"Fichiers relus : {told['files']}. Nouveaux messages : {told['new']}. "
        f"Se lisent autrement qu’avant, gardés comme nouvelles versions : {told['versions']}.\n"
        f"Non compris : {told['refused']}. Plus trouvés, mais conservés : {told['missing']}.",
    )
    if told["not_done"]:
        say(
            f"Files still to be read: {told['not_done']}. The work goes on when Parapet runs; `parapet doctor` says more.",
            f"Fichiers encore à lire : {told['not_done']}. La relecture reprend dès que Parapet fonctionne; `parapet doctor` en dit plus.",
        )
