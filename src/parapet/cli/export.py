"""`parapet export`: cases as bags that anyone can check."""

from __future__ import annotations

from pathlib import Path

import click

from parapet.cli.options import home_option
from parapet.cli.speech import say, wants_french


@click.command("export")
@click.option("--case", "case_id", default="", help="The case (cas_...).")
@click.option("--all", "every", is_flag=True, help="Every case; items in no case are gathered in one of their own.")
@click.option(
    "-o", "--out", type=click.Path(path_type=Path, file_okay=False), required=True, help="The folder to write bags into."
)
@click.option("--lang", type=click.Choice(["en", "fr"]), help="Language of the dossier inside.")
@click.option(
    "--encrypt-to", "recipients", multiple=True, metavar="KEY", help="Encrypt to age1..., ssh-ed25519 ..., ssh-rsa ... or @FILE."
)
@click.option(
    "--redact", "spec", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="What to withhold: a JSON file."
)
@home_option
def command(
    case_id: str, every: bool, out: Path, lang: str | None, recipients: tuple[str, ...], spec: Path | None, home: Path | None
) -> None:
    """Write a case as a BagIt bag with originals, proofs, chronology and dossier, for `parapet verify` and public tools."""
    if bool(case_id) == every:
        raise click.UsageError("Name one case with --case, or take --all.")
    if spec and every:
        raise click.UsageError("What is withheld is chosen for one case: name it with --case.")
    from parapet.actions.make_home import open_home

    open_home(home)
    from parapet.actions.export_bag import export_bag, export_encrypted
    from parapet.actions.gather_all import gather_all
    from parapet.actions.redact import carrying
    from parapet.actions.welcome import owner
    from parapet.dossiers.redaction import read_spec
    from parapet.evidence.age import read_recipients

    person = owner()
    language = lang or ("fr" if wants_french() else "en")
    keys = read_recipients(recipients)
    redaction = read_spec(spec.read_text("utf-8", "replace"), language) if spec else None
    if redaction and redaction.items:
        _tell_of_carriers(carrying(person, case_id, redaction))
    for each in gather_all(person) if every else [case_id]:
        if keys:
            bag = export_encrypted(person, each, language, out, keys, redaction)
        else:
            bag = export_bag(person, each, language, out, redaction)
        say(f"Bag written: {bag}", f"Sac de preuves écrit : {bag}")
        click.echo(str(bag))


def _tell_of_carriers(items: list[str]) -> None:
    if items:
        listed = ", ".join(items)
        say(
            f"These hold or repeat what is withheld: their originals stay away too, and the repeated words are cut. {listed}",
            f"Ceux-ci contiennent ou répètent ce qui est soustrait : leurs originaux le sont aussi, et les mots répétés sont coupés. {listed}",
        )
