"""`parapet items`: what this home holds, a line an item."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from parapet.cli.opening import open_option, opened_by
from parapet.cli.options import home_option


@click.command("items")
@click.option("--jsonl", is_flag=True, required=True, help="One JSON object a line (the only form there is).")
@open_option
@home_option
def command(jsonl: bool, opens: str, home: Path | None) -> None:
    """Write every item to standard output, text included. For whoever holds the key of this home, and opens what is closed."""
    from parapet.actions.make_home import open_home

    open_home(home)
    from parapet.access.exported_items import exported_items

    with opened_by(opens):
        for line in exported_items():
            sys.stdout.write(
                json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace").decode() + "\n"
            )
