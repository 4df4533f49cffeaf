"""`parapet hold`: forbid that something is erased."""

from __future__ import annotations

from pathlib import Path

import click

from parapet.cli.options import home_option
from parapet.cli.speech import say
from parapet.cli.subjects import subject_named

_REASONS = ("police", "court", "college", "employer", "other")


@click.command("hold")
@click.option("--item", "item_id", default="", help="The item (itm_...).")
@click.option("--case", "case_id", default="", help="The case (cas_...): everything that was ever put into it.")
@click.option("--advocate", default="", help="The advocate (name or adv_...): everything of hers.")
@click.option("--reason", type=click.Choice(_REASONS), default="other", help="For whom it is kept.")
@home_option
def command(item_id: str, case_id: str, advocate: str, reason: str, home: Path | None) -> None:
    """Put an item, a case or an advocate on hold: nobody, and no rule, can erase what is on hold."""
    from parapet.actions.make_home import open_home

    open_home(home)
    from parapet.actions.hold import hold
    from parapet.actions.welcome import owner

    person = owner()
    hold(person, subject_named(person, item_id, case_id, advocate), reason=reason)
    say("It is on hold.", "Conservation ordonnée.")
