"""`parapet key`: show, lock, change and recover the keys of a home."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

from parapet.cli.opening import open_option, opened_by
from parapet.cli.options import home_option
from parapet.cli.progress import Counting
from parapet.cli.speech import say, say_error, wants_french
from parapet.cli.words import source_in_words
from parapet.domain.errors import HomeMissing, HomeUnwritable, RequestRefused, reason_of
from parapet.domain.errors import gettext_noop as _
from parapet.settings.environment import Environment

if TYPE_CHECKING:
    from parapet.evidence.keys import InstanceKey

_TOO_LARGE = 100_000


@click.group("key")
def command() -> None:
    """The keys of a home: where they are kept, how they are changed, how they come back."""


@command.command("show")
@click.option("--json", "as_json", is_flag=True, help="As JSON on standard output.")
@home_option
def show(as_json: bool, home: Path | None) -> None:
    """Say which key this is, how it is locked, and which key checks the log. Never a secret."""
    from parapet.evidence import keyfile
    from parapet.evidence.checkpoint import verifier_key
    from parapet.settings.unlocking import instance_key

    environment = Environment.read(home)
    source = keyfile.read(environment.key_file).lock.source
    key = instance_key(environment)
    told = {
        "file": str(environment.key_file),
        "source": source,
        "fingerprint": key.fingerprint,
        "generation": key.generation,
        "change_under_way": key.unsettled,
        "log_key": verifier_key(key.origin, key.signing()),
    }
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    say(
        f"Key {told['fingerprint']}, generation {key.generation}, {source_in_words(source)}\n"
        f"File: {told['file']}\nThe log is checked with: {told['log_key']}",
        f"Clé {told['fingerprint']}, génération {key.generation}, {source_in_words(source)}\n"
        f"Fichier : {told['file']}\nLe journal se vérifie avec : {told['log_key']}",
    )
    if key.unsettled:
        say(
            "A change is under way: `parapet key rotate` goes on.",
            "Un changement est en cours : `parapet key rotate` le poursuit.",
        )


@command.command("passphrase")
@click.option(
    "--new-passphrase-file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="A file whose first line is the new passphrase; without it, it is asked twice on the terminal.",
)
@home_option
def passphrase(new_passphrase_file: Path | None, home: Path | None) -> None:
    """Lock the key file with a passphrase, or with another one. `parapet key plain` removes it."""
    from parapet.cli.asking import new_passphrase
    from parapet.evidence.keyfile import passphrase_lock
    from parapet.settings.unlocking import unlocked

    environment = _there(home)
    unlocked(environment)  # the old one first
    from parapet.actions.relock import relock

    relock(environment, passphrase_lock(new_passphrase(new_passphrase_file)))
    _locked_now(environment)


@command.command("keyring")
@home_option
def keyring(home: Path | None) -> None:
    """Lock the key file with a key that the system's keyring keeps: it opens while you are signed in on this machine."""
    from parapet.actions.relock import relock
    from parapet.evidence.keyfile import KEYRING, lock_under
    from parapet.evidence.keys import new_key

    environment = _there(home)
    relock(environment, lock_under(KEYRING, new_key()))
    _locked_now(environment)


@command.command("command")
@home_option
def by_command(home: Path | None) -> None:
    """Lock the key file with the key that PARAPET_KEY_COMMAND prints: 32 bytes, as hex digits or in base64."""
    from parapet.actions.relock import relock
    from parapet.evidence.keyfile import COMMAND, lock_under
    from parapet.settings.unlocking import from_command

    environment = _there(home)
    relock(environment, lock_under(COMMAND, from_command(environment)))
    _locked_now(environment)


@command.command("plain")
@home_option
def plain(home: Path | None) -> None:
    """Keep the key file in the clear: whoever can read the file can read the home."""
    from parapet.actions.relock import relock
    from parapet.evidence.keyfile import IN_THE_CLEAR

    environment = _there(home)
    relock(environment, IN_THE_CLEAR)
    _locked_now(environment)


@command.command("rotate")
@click.option(
    "--advocate", default="", metavar="ID", help="Change the key of this advocate instead (adv_...); `all` for everybody's."
)
@click.option("--json", "as_json", is_flag=True, help="What was done, as JSON on standard output.")
@open_option
@home_option
def rotate(advocate: str, as_json: bool, opens: str, home: Path | None) -> None:
    """Change the keys of the home, or go on with a change that was interrupted. Nothing else may work with the home meanwhile."""
    from parapet.actions.make_home import open_home

    environment = open_home(home, settled=False)
    from parapet.actions.rotate_keys import renew_advocate, rotate_keys

    if advocate:
        with opened_by(opens):
            count = renew_advocate(advocate)
        if as_json:
            click.echo(json.dumps({"advocates": count}))
        say(f"Advocates with a new key: {count}.", f"Personnes protégées dont la clé est nouvelle : {count}.")
        return
    with Counting("Locking anew", "Nouveau verrouillage") as progress:
        done = rotate_keys(progress=progress.done)
    if as_json:
        click.echo(json.dumps({"generation": done.generation, "resumed": done.resumed, "damaged": done.damaged}))
    say(
        f"The keys of this home are of generation {done.generation} now. Everybody signs in anew.\n"
        f"Copies of {environment.key_file} and recovery sheets made before no longer open this home: make new ones now.\n"
        "The new ones open earlier backups too; destroy the old ones.",
        f"Les clés de cet espace sont maintenant de la génération {done.generation}. Chaque personne doit rouvrir une session.\n"
        f"Les copies de {environment.key_file} et les feuilles de récupération d'avant n'ouvrent plus cet espace : faites-en de nouvelles maintenant.\n"
        "Les nouvelles ouvrent aussi les sauvegardes d'avant; détruisez les anciennes.",
    )
    if done.damaged:
        say(
            f"Rows that opened under no key, before or after: {done.damaged}. `parapet check` names them.",
            f"Rangées qu'aucune clé n'ouvrait, ni avant ni après : {done.damaged}. `parapet check` les nomme.",
        )


@command.command("recovery")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="Write a PDF to print; it must not be there yet."
)
@click.option("--text", "as_text", is_flag=True, help="Plain text on standard output instead.")
@click.option("--language", type=click.Choice(["en", "fr-ca"]), help="Of the sheet; without it, that of the terminal.")
@home_option
def recovery(output: Path | None, as_text: bool, language: str | None, home: Path | None) -> None:
    """Write the recovery sheet: the key in a form that a person can print, keep and type."""
    from parapet.evidence import sheet
    from parapet.settings.unlocking import instance_key

    if (output is None) == (not as_text):
        raise RequestRefused(_("Say where the sheet shall be written, with -o, or ask for --text."))
    key = instance_key(_there(home))
    if key.unsettled:
        raise RequestRefused(_("A change of the keys is not done yet: run `parapet key rotate` first."))
    from parapet.dossiers.recovery import sheet_pdf, sheet_text

    french = wants_french() if language is None else language == "fr-ca"
    lang, now = "fr" if french else "en", datetime.now(UTC)
    if output is None:
        click.echo(sheet_text(sheet.as_text(key), fingerprint=key.fingerprint, lang=lang, at=now), nl=False)
        return
    _write(output, sheet_pdf(sheet.lines_of(key), fingerprint=key.fingerprint, generations=key.generation, lang=lang, at=now))
    say(
        f"Recovery sheet: {output}\nPrint it, put the paper where it is locked, and delete the file.",
        f"Feuille de récupération : {output}\nImprimez-la, mettez le papier sous clé, et supprimez le fichier.",
    )


@command.command("recover")
@click.argument("file", type=click.File("r", encoding="utf-8", errors="replace"), default="-")
@click.option("--replace", is_flag=True, help="Also when a key file is there, whose passphrase is lost or which is damaged.")
@home_option
def recover(file: TextIO, replace: bool, home: Path | None) -> None:
    """Make the key file anew from the lines of a recovery sheet: typed here, or in FILE.

    It is then in the clear; `parapet key passphrase` locks it.
    """
    from parapet.actions import relock
    from parapet.evidence import sheet

    environment = Environment.read(home)
    if file.name == "<stdin>" and sys.stdin.isatty():
        key = _typed()
    else:
        key = sheet.read_text(file.read(_TOO_LARGE))
    relock.recover(environment, key, replace=replace)
    say(
        f"The key {key.fingerprint} is in its place: {environment.key_file}",
        f"La clé {key.fingerprint} est à sa place : {environment.key_file}",
    )


def _typed() -> InstanceKey:
    """Line by line, each checked at once; a wrong one is asked for again."""
    from parapet.evidence import sheet

    say("Type the lines of the sheet, one by one.", "Tapez les lignes de la feuille, une à une.")
    lines: list[sheet.Line] = []
    while not lines or not lines[-1].last:
        typed: str = click.prompt(f"{len(lines) + 1:02}", err=True, prompt_suffix=": ")
        try:
            lines.append(sheet.read_line(len(lines) + 1, typed))
        except RequestRefused as error:
            say_error(error)
    return sheet.key_of(lines)


def _there(home: Path | None) -> Environment:
    environment = Environment.read(home)
    if not environment.home.is_dir():
        raise HomeMissing(_("There is no home here."))
    return environment


def _locked_now(environment: Environment) -> None:
    from parapet.evidence import keyfile

    source = keyfile.read(environment.key_file).lock.source
    say(
        f"The key file is {source_in_words(source)} now: {environment.key_file}\n"
        "Start a running `parapet serve` again. Earlier copies of the file are locked as they were.",
        f"La clé est maintenant {source_in_words(source)} : {environment.key_file}\n"
        "Relancez `parapet serve` s'il fonctionne. Les copies d'avant du fichier restent verrouillées comme elles l'étaient.",
    )


def _write(path: Path, content: bytes) -> None:
    """For this user only; nothing that is there is replaced. Raises RequestRefused, HomeUnwritable."""
    from parapet.evidence.disk import new_file

    try:
        with new_file(path) as file:
            file.write(content)
    except FileExistsError:
        raise RequestRefused(_("There is a file of this name already.")) from None
    except OSError as error:
        raise HomeUnwritable(_("The sheet cannot be written (%(reason)s)."), reason=reason_of(error)) from error
