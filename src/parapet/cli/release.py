"""`parapet release`: end a hold."""

from __future__ import annotations

from pathlib import Path

import click

from parapet.cli.options import home_option
from parapet.cli.speech import say
from parapet.cli.subjects import subject_named


@click.command("release")
@click.option("--item", "item_id", default="", help="The item (itm_...).")
@click.option("--case", "case_id", default="", help="The case (cas_...).")
@click.option("--advocate", default="", help="The advocate (name or adv_...).")
@home_option
def command(item_id: str, case_id: str, advocate: str, home: Path | None) -> None:
    """Release the hold on an item, a case or an advocate. It can be erased from then on."""
    from parapet.actions.make_home import open_home

    open_home(home)
    from parapet.actions.hold import release
    from parapet.actions.welcome import owner

    person = owner()
    release(person, subject_named(person, item_id, case_id, advocate))
    say("The hold is released.", "La conservation est levée.")
