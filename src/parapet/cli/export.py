"""`parapet export`: cases as bags that anyone can check."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from parapet.cli.opening import open_option, opened_by
from parapet.cli.options import home_option
from parapet.cli.speech import say, wants_french

if TYPE_CHECKING:
    from parapet.evidence.age import Recipients


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
@open_option
@home_option
def command(
    case_id: str,
    every: bool,
    out: Path,
    lang: str | None,
    recipients: tuple[str, ...],
    spec: Path | None,
    opens: str,
    home: Path | None,
) -> None:
    """Write a case as a BagIt bag with originals, proofs, chronology and dossier, for `parapet verify` and public tools."""
    if bool(case_id) == every:
        raise click.UsageError("Name one case with --case, or take --all.")
    if spec and every:
        raise click.UsageError("What is withheld is chosen for one case: name it with --case.")
    from parapet.actions.make_home import open_home

    open_home(home)
    from parapet.evidence.age import read_recipients

    keys = read_recipients(recipients)
    with opened_by(opens):
        _write(case_id if not every else "", out, lang or ("fr" if wants_french() else "en"), keys, spec)


def _write(case_id: str, out: Path, language: str, keys: Recipients, spec: Path | None) -> None:
    """The bag of a case, or of every one with ""."""
    from parapet.actions.export_bag import export_bag, export_encrypted
    from parapet.actions.gather_all import gather_all
    from parapet.actions.redact import carrying
    from parapet.actions.welcome import owner
    from parapet.dossiers.redaction import read_spec

    person = owner()
    redaction = read_spec(spec.read_text("utf-8", "replace"), language) if spec else None
    if redaction and redaction.items:
        _tell_of_carriers(carrying(person, case_id, redaction))
    for each in [case_id] if case_id else gather_all(person):
        if keys:
            bag = export_encrypted(person, each, language, out, keys, redaction)
        else:
            bag = export_bag(person, each, language, out, redaction)
        say(f"Bag written: {bag}", f"Sac de preuves écrit : {bag}")
        if bag.is_dir():
            _say_what_signatures_lack(bag)
        click.echo(str(bag))


def _tell_of_carriers(items: list[str]) -> None:
    if items:
        listed = ", ".join(items)
        say(
            f"These hold or repeat what is withheld: their originals stay away too, and the repeated words are cut. {listed}",
            f"Ceux-ci contiennent ou répètent ce qui est soustrait : leurs originaux le sont aussi, et les mots répétés sont coupés. {listed}",
        )


#: Why documents are not signed at level B-LT, by its code in `case.json`.
_LACKS = {
    "time": ("the time authority gave no stamp", "l’autorité d’horodatage n’a fourni aucun horodatage"),
    "chain": (
        "a chain of certificates does not reach its root; put the whole chain into the files that the settings name",
        "une chaîne de certificats n’atteint pas sa racine; mettez la chaîne entière dans les fichiers nommés par les réglages",
    ),
    "revocation": (
        "it could not be learned whether a certificate is revoked",
        "impossible de savoir si un certificat est révoqué",
    ),
    "revoked": (
        "a certificate is revoked; ask who issued it for another",
        "un certificat est révoqué; demandez-en un autre à l’émetteur",
    ),
}


def _say_what_signatures_lack(bag: Path) -> None:
    signatures = json.loads((bag / "data/case.json").read_bytes())["signatures"].values()
    for level, why in sorted({(each["level"], each["why"]) for each in signatures if each["why"]}):
        english, french = _LACKS[why]
        say(
            f"Its documents are signed at level PAdES {level}: {english}.",
            f"Documents signés au niveau PAdES {level} : {french}.",
        )
