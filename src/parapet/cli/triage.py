"""`parapet triage`: judge texts, a line each; or measure a detector on the functional suite."""

from __future__ import annotations

import sys
from typing import BinaryIO

import click


@click.command("triage")
@click.argument("file", type=click.File("rb"), default="-")
@click.option("--jsonl", is_flag=True, help="One JSON object a line in and out; with --suite, the figures so.")
@click.option("--suite", is_flag=True, help="Instead: measure on the functional suite, function by function.")
@click.option("--cases", is_flag=True, help="Instead: write the suite's cases, for another detector.")
@click.option("--answers", type=click.File("rb"), help="With --suite: another detector's answers, a line each.")
@click.option("--threshold", type=float, default=0.5, help="With --answers: the number from which an answer says abusive (0.5).")
def command(file: BinaryIO, jsonl: bool, suite: bool, cases: bool, answers: BinaryIO | None, threshold: float) -> None:
    """Judge the texts in FILE (or standard input): lines {"id", "text"} in, judgements out, in the same order.

    Needs no home and no network; keeps nothing.
    """
    if (suite and cases) or (answers and not suite):
        raise click.UsageError("--answers goes with --suite, and --cases with neither.")
    if suite:
        from parapet.cli.suite import tell_figures

        tell_figures(answers, threshold, jsonl=jsonl)
    elif cases:
        from parapet.cli.suite import write_cases

        write_cases()
    elif jsonl:
        _judge(file)
    else:
        raise click.UsageError("Missing option '--jsonl', '--suite' or '--cases'.")


def _judge(file: BinaryIO) -> None:
    from parapet.triage import Triage
    from parapet.triage.stream import triage_stream

    out = sys.stdout.buffer
    for line in triage_stream(Triage.load(), file):
        out.write(line)
        out.flush()
