"""`parapet learn`: let the program learn from people's corrections, for one advocate, on this machine."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from parapet.cli.opening import open_option, opened_by
from parapet.cli.options import home_option
from parapet.cli.speech import say, wants_french

if TYPE_CHECKING:
    from parapet.access.layers import Figures, LayerCard

_advocate = click.option(
    "--advocate", required=True, help="The advocate (name or adv_...): what people corrected in her messages."
)


@click.group("learn")
def command() -> None:
    """Learn from people's corrections, for one advocate at a time. Nothing leaves this home."""


@command.command("show")
@_advocate
@click.option("--json", "as_json", is_flag=True, help="As JSON, on standard output.")
@open_option
@home_option
def show(advocate: str, as_json: bool, opens: str, home: Path | None) -> None:
    """How many corrections there are, what was learned from them, how it did, and what is in use."""
    from parapet.actions.make_home import open_home

    open_home(home)
    from parapet.access.judging import judge as triage
    from parapet.access.layers import lessons_of
    from parapet.actions.welcome import owner
    from parapet.cli.subjects import advocate_named

    with opened_by(opens):
        person = owner()
        lessons = lessons_of(person, advocate_named(person, advocate), triage().name)
        if as_json:
            click.echo(json.dumps({"corrections": lessons.corrections, "layers": [_told(card) for card in lessons.layers]}))
            return
        click.echo(f"Corrections\u00a0: {lessons.corrections}" if wants_french() else f"Corrections: {lessons.corrections}")
        for card in lessons.layers:
            _tell(card)
        if not any(card.in_use for card in lessons.layers):
            say("The program judges without anything learned.", "Le logiciel évalue sans rien d'appris.")


@command.command("try")
@_advocate
@click.option("--json", "as_json", is_flag=True, help="As JSON, on standard output.")
@open_option
@home_option
def try_(advocate: str, as_json: bool, opens: str, home: Path | None) -> None:
    """Learn, and measure: on the program's own cases, and on the corrections. Changes nothing. Exit status 1 if it cannot be used."""
    from parapet.actions.make_home import open_home

    open_home(home)
    from parapet.access.judging import judge as triage
    from parapet.access.layers import lessons_of
    from parapet.actions.learn import try_learning
    from parapet.actions.welcome import owner
    from parapet.cli.subjects import advocate_named

    with opened_by(opens):
        person = owner()
        subject = advocate_named(person, advocate)
        name = try_learning(person, subject)
        [card] = [each for each in lessons_of(person, subject, triage().name).layers if each.name == name]
        if as_json:
            click.echo(json.dumps(_told(card)))
        else:
            _tell(card)
        if card.figures.faults:
            raise click.exceptions.Exit(1)


@command.command("use")
@_advocate
@click.option("--layer", default="", help="Which (eight digits); without it, the newest.")
@click.option("--stored", is_flag=True, help="Judge again what is there, too. What people corrected stays as they said.")
@open_option
@home_option
def use(advocate: str, layer: str, stored: bool, opens: str, home: Path | None) -> None:
    """Judge what comes from now on with what was learned."""
    from parapet.actions.make_home import open_home

    open_home(home)
    from parapet.access.judging import judge as triage
    from parapet.access.layers import lessons_of
    from parapet.actions.learn import use_layer
    from parapet.actions.welcome import owner
    from parapet.cli.subjects import advocate_named
    from parapet.domain.errors import RequestRefused, gettext_noop

    with opened_by(opens):
        person = owner()
        subject = advocate_named(person, advocate)
        name = layer or next((card.name for card in lessons_of(person, subject, triage().name).layers), "")
        if not name:
            raise RequestRefused(gettext_noop("Nothing was learned yet. Run `parapet learn try` first."))
        if use_layer(person, subject, name, stored=stored):
            _work_off()
            say(f"From now on, messages are judged with {name}.", f"Désormais, les messages sont évalués avec {name}.")
        else:
            say(f"{name} is in use already.", f"{name} est déjà en usage.")


@command.command("back")
@_advocate
@open_option
@home_option
def back(advocate: str, opens: str, home: Path | None) -> None:
    """Judge without it again, also what was judged with it. What was learned is kept."""
    from parapet.actions.make_home import open_home

    open_home(home)
    from parapet.actions.learn import go_back
    from parapet.actions.welcome import owner
    from parapet.cli.subjects import advocate_named

    with opened_by(opens):
        person = owner()
        if go_back(person, advocate_named(person, advocate)):
            _work_off()
            say("The program judges without anything learned.", "Le logiciel évalue sans rien d'appris.")
        else:
            say("Nothing learned is in use.", "Rien d'appris n'est en usage.")


@command.command("forget")
@_advocate
@open_option
@home_option
def forget(advocate: str, opens: str, home: Path | None) -> None:
    """Remove everything that was learned, and judge without it again. The corrections stay."""
    from parapet.actions.make_home import open_home

    open_home(home)
    from parapet.actions.learn import forget_layers
    from parapet.actions.welcome import owner
    from parapet.cli.subjects import advocate_named

    with opened_by(opens):
        person = owner()
        count = forget_layers(person, advocate_named(person, advocate))
        _work_off()
        say(f"Removed: {count}.", f"Retiré\u00a0: {count}.")


def _work_off() -> None:
    """Judge now what was promised to be judged again; a server that runs does it instead."""
    import parapet.work.handlers  # noqa: F401 - registers what the jobs need
    from parapet.actions.sign_checkpoint import sign_checkpoint
    from parapet.jobs.engine import run_until_idle

    run_until_idle()
    sign_checkpoint()


def _told(card: LayerCard) -> dict[str, object]:
    import attrs

    said = attrs.asdict(card, recurse=True)
    return {**said, "made_at": card.made_at.isoformat(), "usable": not card.figures.faults and not card.stale}


def _tell(card: LayerCard) -> None:
    from parapet.actions.learn import FAULTS
    from parapet.cli.words import in_words

    french, figures = wants_french(), card.figures
    click.echo(f"{card.name}  {card.made_at:%Y-%m-%d %H:%M}" + _standing(card, french=french))
    for line in _lines(card, figures, french=french):
        click.echo(f"  {line}")
    for fault in figures.faults:
        click.echo(f"  - {in_words(FAULTS[fault])}")


def _standing(card: LayerCard, *, french: bool) -> str:
    if card.in_use:
        return "  (en usage)" if french else "  (in use)"
    if card.stale:
        return "  (pour un modèle antérieur)" if french else "  (for an earlier model)"
    if card.figures.faults:
        return "  (ne peut pas servir)" if french else "  (cannot be used)"
    return ""


def _lines(card: LayerCard, figures: Figures, *, french: bool) -> list[str]:
    right = f"{figures.right_before} → {figures.right_after} / {figures.decisions}"
    grave = f"{figures.grave_before} → {figures.grave_after}"
    suite = [_pair(pair, french=french) for pair in (figures.f1, figures.false_alarms, figures.critical_found)]
    if french:
        return [
            f"appris de {card.corrections} corrections, {figures.texts} textes différents\u00a0; {card.since} depuis",
            f"comme les personnes l'ont dit, appris des autres seulement\u00a0: {right}",
            f"graves reconnus parmi elles\u00a0: {grave}",
            f"cas du logiciel\u00a0: F1 {suite[0]}, fausses alertes {suite[1]}, critiques trouvés {suite[2]}",
        ]
    return [
        f"learned from {card.corrections} corrections, {figures.texts} different texts; {card.since} since",
        f"as people said, learned from the others only: {right}",
        f"grave ones found among them: {grave}",
        f"the program's own cases: F1 {suite[0]}, false alarms {suite[1]}, critical found {suite[2]}",
    ]


def _pair(pair: tuple[float, float], *, french: bool) -> str:
    before, after = (f"{100 * share:.1f}\u00a0%".replace(".", ",") if french else f"{100 * share:.1f}%" for share in pair)
    return f"{before} → {after}"
