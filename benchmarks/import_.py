"""Import against its parts: the same files through the same parsers and triage, and nothing kept.

    python -m benchmarks.import_ [FOLDER] [--messages N] [--full]

The limit is twice the cost of parsing and triage alone, and memory that does not grow with the number of messages.
Both sides are whole processes, so that each pays for starting up; CPU is what decides, as it does not hang on the disk.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

from benchmarks import many
from benchmarks.measured import Cost, machine, module

LIMIT = 2.0
#: Memory of the larger import over that of the smaller one.
FLAT = 1.25
MESSAGES, FULL_MESSAGES = 6_000, 20_000


def alone(folder: Path) -> dict[str, int]:
    """Parse everything under `folder` and judge each message once, as an import does."""
    from parapet.channels.containers import Source, parse_source, walk
    from parapet.domain.parsed import Found
    from parapet.triage import Triage

    triage = Triage.load()
    found = 0
    seen: set[tuple[str, bytes]] = set()
    for source in walk([folder]):
        if not isinstance(source, Source):
            continue
        for parsed in parse_source(source):
            if not isinstance(parsed, Found):
                continue
            found += 1
            item = parsed.item
            key = (item.uri, item.content_digest())
            if key not in seen:
                seen.add(key)
                triage.assess(item.text, lang=item.lang, channel=item.channel, subject=item.subject, rating=item.rating)
    return {"found": found, "new": len(seen)}


def imported(folder: Path) -> Cost:
    """`parapet import` of `folder` into a new home, to the last judgement."""
    people = folder / "advocates.json"
    with tempfile.TemporaryDirectory(prefix="parapet-bench-") as home:
        arguments = ["command", str(folder), "--json", "--home", str(Path(home) / "home")]
        return module("benchmarks.import_", [*arguments, *(["--advocates", str(people)] if people.exists() else [])])


def compare(folder: Path) -> tuple[Cost, Cost]:
    """Both sides on one folder, said aloud."""
    parts, whole = module("benchmarks.import_", ["alone", str(folder)]), imported(folder)
    one, other = json.loads(parts.said), json.loads(whole.said)
    print(f"parsing and triage   {parts}   {one['found']} found, {one['new']} different")
    print(f"parapet import       {whole}   {other['found']} found, {other['new']} new, {other['not_judged']} not judged")
    cpu, wall = whole.cpu_s / parts.cpu_s, whole.wall_s / parts.wall_s
    print(f"ratio                {cpu:7.2f} CPU   {wall:7.2f} wall   (limit {LIMIT}) {'ok' if cpu <= LIMIT else 'MISSED'}")
    return parts, whole


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(prog="python -m benchmarks.import_", description=__doc__.splitlines()[0])
    options.add_argument("folder", nargs="?", type=Path, help="files to import; else the sample, multiplied")
    options.add_argument("--messages", type=int, help=f"how many to make of the sample (default {MESSAGES})")
    options.add_argument("--full", action="store_true", help=f"{FULL_MESSAGES} messages, and ten times as many for the memory")
    asked = options.parse_args()
    print(machine())
    if asked.folder is not None:
        compare(asked.folder)
        return
    messages = asked.messages or (FULL_MESSAGES if asked.full else MESSAGES)
    more = messages * (10 if asked.full else 3)
    with tempfile.TemporaryDirectory(prefix="parapet-bench-") as made:
        small, large = Path(made) / "small", Path(made) / "large"
        many.write(small, messages=messages)
        _, whole = compare(small)
        many.write(large, messages=more)
        bigger = imported(large)
    growth = bigger.peak_mb / whole.peak_mb
    print(f"memory               {whole.peak_mb:.0f} MB at {messages} messages, {bigger.peak_mb:.0f} MB at {more}: ", end="")
    print(f"{growth:.2f} times (limit {FLAT}) {'ok' if growth <= FLAT else 'MISSED'}")
    a_message = bigger.cpu_s / more / (whole.cpu_s / messages)
    print(f"CPU a message        {a_message:.2f} times that of the smaller import")


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["alone", folder]:
            print(json.dumps(alone(Path(folder))))
        case ["command", *arguments]:
            from parapet.cli.main import main as parapet

            sys.argv = ["parapet", "import", *arguments]
            parapet()
        case _:
            main()
