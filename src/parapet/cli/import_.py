"""`parapet import`: take files in."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from parapet.cli.collector import rest_the_collector
from parapet.cli.options import home_option
from parapet.cli.progress import Progress
from parapet.cli.speech import say, wants_french

EXIT_SOME_REFUSED = 3


@click.command("import")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True))
@click.option(
    "--advocates", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="A file that says who is protected."
)
@click.option("--advocate", default="", help="Whose files these are (reference or name), when their content cannot tell.")
@click.option(
    "--map", "mapping", multiple=True, metavar="FIELD=COLUMN", help="For tables: which column holds what (text=Comment)."
)
@click.option("--json", "as_json", is_flag=True, help="The summary as JSON on standard output.")
@click.option("--names", is_flag=True, help="Name what was refused inside of folders and archives: names can be abuse too.")
@home_option
def command(
    paths: tuple[Path, ...],
    advocates: Path | None,
    advocate: str,
    mapping: tuple[str, ...],
    as_json: bool,
    names: bool,
    home: Path | None,
) -> None:
    """Take in PATHS: files, folders and archives in any mix, recognised by content.

    Ends with 0 when nothing was lost, 3 when some input was refused.
    """
    columns = dict(_pair(each) for each in mapping)
    from parapet.actions.make_home import make_home

    make_home(home)
    import parapet.work.handlers  # noqa: F401 - registers what the jobs below need
    from parapet.access.intakes import intake_totals
    from parapet.actions.import_paths import import_paths
    from parapet.actions.welcome import owner
    from parapet.jobs.engine import run_until_idle

    rest_the_collector()
    person = owner(language="fr-ca" if wants_french() else "en")
    with Progress() as progress:
        intake = import_paths(
            paths,
            advocates=advocates,
            advocate=advocate,
            mapping=columns or None,
            person=person,
            progress=lambda i: progress.taken_in(i.found, i.files_done, i.files_total),
        )
        idle = run_until_idle(progress.to_judge)
    totals = intake_totals(intake)
    summary = _summary(totals, idle.failed + idle.later)
    if as_json:
        click.echo(json.dumps(summary, ensure_ascii=False, indent=2))
    else:
        _tell(summary)
        _tell_refused(totals, paths, names=names)
    sys.exit(EXIT_SOME_REFUSED if intake.refused else 0)


def _pair(text: str) -> tuple[str, str]:
    field, equals, column = text.partition("=")
    if not equals or not field or not column:
        raise click.BadParameter("write FIELD=COLUMN, for example text=Comment", param_hint="--map")
    return field, column


def _summary(card: Any, not_judged: int) -> dict[str, Any]:
    return {
        "files": card.files_done,
        "found": card.found,
        "new": card.new,
        "versions": card.versions,
        "already_there": card.already,
        "refused": card.refused,
        "own": card.own,
        "unmatched": card.unmatched,
        "passed_over": card.passed,
        "deletions_seen": card.gone,
        "not_judged": not_judged,
        "refusals": [{"file": r.file, "place": r.place, "reason": r.reason, "detail": r.detail} for r in card.refusals],
    }


def _tell(s: dict[str, Any]) -> None:
    say(
        f"Found {s['found']} in {s['files']} files: {s['new']} new, {s['already_there']} already there, {s['refused']} refused.",
        f"Fichiers lus : {s['files']}; messages trouvés : {s['found']}; nouveaux : {s['new']}; déjà présents : {s['already_there']}; refusés : {s['refused']}.",
    )
    say(
        f"Of the new: {s['versions']} edits of known messages, {s['own']} of the advocates' own, {s['unmatched']} aimed at nobody here.\n"
        f"Besides: {s['passed_over']} records that are no messages, {s['deletions_seen']} deletions seen.",
        f"Parmi les nouveaux, messages modifiés à la source : {s['versions']}; messages des personnes protégées : {s['own']}; "
        f"sans destinataire connu : {s['unmatched']}.\n"
        f"De plus, enregistrements qui ne sont pas des messages : {s['passed_over']}; suppressions constatées : {s['deletions_seen']}.",
    )
    if s["not_judged"]:
        say(
            f"Batches that are taken in, but not judged yet: {s['not_judged']}. `parapet doctor` says more.",
            f"Lots reçus, mais pas encore évalués : {s['not_judged']}. `parapet doctor` en dit plus.",
        )


def _tell_refused(card: Any, paths: Sequence[Path], *, names: bool) -> None:
    """A line each, by the path that the person typed and numbers within it; by name only where she asked for names."""
    from parapet.cli.words import detail_in_words, reason_in_words

    colon = "\u00a0:" if wants_french() else ":"
    for r in card.refusals:
        where = _by_name(r) if names else _by_number(r, paths)
        detail = f" ({detail_in_words(safe(r.detail))})" if r.detail else ""
        click.echo(f"  {safe(where)}{colon} {reason_in_words(r.reason)}{detail}", err=True)
    if card.refused > len(card.refusals):
        rest = card.refused - len(card.refusals)
        say(f"  ... and {rest} more refusals.", f"  ... et {rest} autres refus.")
    if not names and any(r.within or r.member for r in card.refusals):
        say(
            "  What lies inside of folders and archives is counted, not named: a name can be abuse too. --names shows the names.",
            "  Le contenu des répertoires et des archives est compté, non nommé : un nom peut être une injure. --names montre les noms.",
        )


def _by_name(r: Any) -> str:
    return ", ".join(part for part in (r.file, r.place) if part)


def _by_number(r: Any, paths: Sequence[Path]) -> str:
    """As "sample/mail, file 14, member 2, line 3"."""
    from parapet.cli.words import spot_in_words

    counted = [("file", r.within), ("member", r.member), *r.spots]
    return ", ".join((str(paths[r.delivery - 1]), *(spot_in_words(kind, str(at)) for kind, at in counted if at)))


def safe(text: str) -> str:
    """For a terminal: no control character of a stranger's file name reaches it."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)
