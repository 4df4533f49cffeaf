"""The command line of the check: `DIR [--json] [--key KEY]... [--authority FILE]... [--witness KEY]... [--earlier PATH]
[--lang en|fr]`."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

from parapet.evidence.reader.report import Report
from parapet.evidence.reader.words import sentence


def run(check: Callable[..., Report], arguments: list[str] | None) -> int:
    """Check the bag that the arguments name, print the outcome. Returns 0 sound, 1 broken, 2 cannot read."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    asked = _ask(arguments)
    try:
        report = check(
            asked.bag,
            trusted=_keys(asked.key),
            authorities=_files(asked.authority),
            witnesses=_keys(asked.witness) or [],
            earlier=asked.earlier,
        )
    except ValueError:
        sys.stderr.write(sentence("key.form", asked.lang) + "\n")
        return 2
    except KeyboardInterrupt:
        return 130
    said = json.dumps(report.as_map(asked.lang), indent=1) + "\n" if asked.json else report.as_text(asked.lang)
    try:
        sys.stdout.write(said)
        sys.stdout.flush()
    except BrokenPipeError:  # whoever reads has seen enough; the exit status tells the outcome
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return report.exit_code


def _ask(arguments: list[str] | None) -> argparse.Namespace:
    language = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    parser = argparse.ArgumentParser(description="Check an evidence bag. Exit status: 0 sound, 1 broken, 2 cannot read.")
    parser.add_argument("bag", metavar="DIR", nargs="?", default=".", help="the folder that holds bagit.txt")
    parser.add_argument("--json", action="store_true", help="print the outcome as JSON")
    parser.add_argument("--key", action="append", help="a key you trust (name+hash+base64), or a file that holds it")
    parser.add_argument("--authority", action="append", metavar="FILE", help="certificates (PEM) of a time authority you trust")
    parser.add_argument(
        "--witness", action="append", metavar="KEY", help="the key of a witness you trust, or a file that holds it"
    )
    parser.add_argument("--earlier", metavar="PATH", help="a checkpoint.txt or a bag of the same log that you kept from earlier")
    parser.add_argument("--lang", choices=("en", "fr"), default="fr" if language.startswith("fr") else "en")
    return parser.parse_args(arguments)


def _keys(given: list[str] | None) -> list[str] | None:
    """The keys named, each a key or a file that holds one. Raises ValueError."""
    if not given:
        return None
    keys = []
    for text in given:
        key = text
        if text.count("+") < 2:
            try:
                with Path(text).open(encoding="utf-8") as file:
                    key = file.read(1_000)
            except OSError:
                raise ValueError("no such key file") from None
        keys.append(key)
    return keys


def _files(given: list[str] | None) -> list[bytes]:
    """The bytes of the files named. Raises ValueError."""
    read = []
    for path in given or []:
        try:
            with Path(path).open("rb") as file:
                read.append(file.read(1_000_000))
        except OSError:
            raise ValueError("no such file") from None
    return read
