"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path

import click

home_option = click.option(
    "--home",
    type=click.Path(path_type=Path, file_okay=False),
    help="The folder that holds everything (PARAPET_HOME; else the system's data folder).",
)
