"""`parapet verify`: is this bag what was sealed?"""

from __future__ import annotations

import sys

import click

from parapet.evidence.verify import main


@click.command("verify", context_settings={"ignore_unknown_options": True, "help_option_names": []}, add_help_option=False)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def command(arguments: tuple[str, ...]) -> None:
    """Check an exported bag: 0 sound, 1 broken with a reason for each fault, 2 cannot read. The same as parapet-verify."""
    sys.exit(main(list(arguments)))
