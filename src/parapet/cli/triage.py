"""`parapet triage`: judge texts, a line each."""

from __future__ import annotations

import sys
from typing import BinaryIO

import click


@click.command("triage")
@click.argument("file", type=click.File("rb"), default="-")
@click.option("--jsonl", is_flag=True, required=True, help="One JSON object a line in and out (the only form there is).")
def command(file: BinaryIO, jsonl: bool) -> None:
    """Judge the texts in FILE (or standard input): lines {"id", "text"} in, judgements out, in the same order.

    Needs no home and no network; keeps nothing.
    """
    from parapet.triage import Triage
    from parapet.triage.stream import triage_stream

    out = sys.stdout.buffer
    for line in triage_stream(Triage.load(), file):
        out.write(line)
        out.flush()
