"""`parapet retention`: rules by which items go after a time."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path

import click

from parapet.cli.opening import open_option, opened_by
from parapet.cli.options import home_option
from parapet.cli.speech import say
from parapet.cli.subjects import advocate_named


@click.group("retention")
def command() -> None:
    """How long items are kept: show, set or run the rules. Without a rule, everything is kept."""


@command.command("show")
@home_option
def show(home: Path | None) -> None:
    """The rule of each advocate and how many items it would erase today, as JSON lines on standard output."""
    from parapet.actions.make_home import open_home

    open_home(home)
    from parapet.access.people import advocates_of
    from parapet.actions.retention import preview, rule_for
    from parapet.actions.welcome import owner

    person = owner()
    for card in advocates_of(person):
        rule = rule_for(person, card.id)
        told = {
            "advocate": card.id,
            "days": rule.days,
            "severity": rule.severity.code,
            "closed_cases": rule.closed_cases,
            "due": preview(person, card.id, rule),
        }
        click.echo(json.dumps(told))


@command.command("set")
@click.option(
    "--advocate", required=True, help="The advocate (name or adv_...; adv_unmatched for what is aimed at nobody known)."
)
@click.option("--days", type=click.IntRange(0), required=True, help="Erase after so many days (at least 7); 0 ends the rule.")
@click.option("--severity", type=click.Choice(["none", "low", "medium"]), default="none", help="Only what is at most this.")
@click.option("--closed-cases", is_flag=True, help="Also what is only in closed cases.")
@home_option
def set_(advocate: str, days: int, severity: str, closed_cases: bool, home: Path | None) -> None:
    """Set or end the rule of an advocate. It works once a day while `parapet serve` runs, or by `parapet retention run`."""
    from parapet.actions.make_home import open_home

    open_home(home)
    from parapet.actions.retention import Rule, preview, set_rule
    from parapet.actions.welcome import owner
    from parapet.domain.judgement import Severity

    person = owner()
    subject = advocate if advocate == "adv_unmatched" else advocate_named(person, advocate)
    rule = Rule(days, next(each for each in Severity if each.code == severity), closed_cases)
    set_rule(person, subject, rule)
    due = preview(person, subject, rule)
    say(
        f"The rule is set. It would erase {due} item(s) today.",
        f"La règle est fixée. Éléments qu'elle effacerait aujourd'hui : {due}.",
    )


@command.command("run")
@click.option("--dry-run", is_flag=True, help="Only say how many.")
@open_option
@home_option
def run(dry_run: bool, opens: str, home: Path | None) -> None:
    """Erase now what is due by the rules."""
    from parapet.actions.make_home import open_home

    open_home(home)
    with opened_by(opens):
        _run(dry_run)


def _run(dry_run: bool) -> None:
    from parapet.actions.retention import due_in_all, run_rules
    from parapet.actions.scrub import scrub
    from parapet.actions.sign_checkpoint import sign_checkpoint
    from parapet.domain.errors import HomeBusy

    if dry_run:
        count = due_in_all()
        say(f"Would be erased today: {count} item(s).", f"Éléments à effacer aujourd'hui : {count}.")
    else:
        count = run_rules()
        sign_checkpoint()
        if count:
            with contextlib.suppress(HomeBusy):  # somebody reads just now; the worker does it, as was promised with the erasure
                scrub()
        say(f"Erased: {count} item(s).", f"Éléments effacés : {count}.")
    click.echo(count)
