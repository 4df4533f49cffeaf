"""`parapet triage`: messages a second, start-up counted apart, beside what reading and writing the same lines costs.

python -m benchmarks.triage [--messages N] [--full]
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

from benchmarks import many
from benchmarks.measured import Cost, machine, module

MESSAGES, FULL_MESSAGES = 5_000, 50_000


def lines(messages: int) -> list[bytes]:
    """The texts of the sample, numbered, over and over until there are enough."""
    from parapet.channels.containers import Source, parse_source, walk
    from parapet.domain.parsed import Found

    texts: dict[tuple[str, str], str] = {}
    for source in walk([many.SAMPLE]):
        for parsed in parse_source(source) if isinstance(source, Source) else ():
            if isinstance(parsed, Found):
                texts[parsed.item.text, parsed.item.channel] = parsed.item.lang
    several = list(texts.items())
    made = []
    for number in range(messages):
        (text, channel), lang = several[number % len(several)]
        said = {"id": str(number), "text": f"{text} {number}", "channel": channel, "lang": lang}
        made.append(json.dumps(said, ensure_ascii=False).encode() + b"\n")
    return made


def through(role: str, path: Path) -> Cost:
    """One of the two sides on one file, in a process of its own."""
    return module("benchmarks.triage", [role, str(path)])


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(prog="python -m benchmarks.triage", description=__doc__.splitlines()[0])
    options.add_argument("--messages", type=int, help=f"how many (default {MESSAGES})")
    options.add_argument("--full", action="store_true", help=f"{FULL_MESSAGES} messages")
    asked = options.parse_args()
    messages = asked.messages or (FULL_MESSAGES if asked.full else MESSAGES)
    print(machine())
    with tempfile.TemporaryDirectory(prefix="parapet-bench-") as made:
        one, all_of_them = Path(made) / "one.jsonl", Path(made) / "all.jsonl"
        written = lines(messages)
        one.write_bytes(written[0])
        all_of_them.write_bytes(b"".join(written))
        start, whole, copied = through("command", one), through("command", all_of_them), through("copy", all_of_them)
    own_s = whole.cpu_s - start.cpu_s
    print(f"start-up, one message   {start}")
    print(f"{messages} messages         {whole}")
    print(f"the lines alone         {copied}")
    print(f"{messages / own_s:.0f} messages a second of CPU; {own_s / messages * 1000:.2f} ms each; ", end="")
    print(f"{whole.cpu_s / copied.cpu_s:.0f} times what reading and writing the lines costs")


def _copy(path: Path) -> None:
    with path.open("rb") as file:
        for line in file:
            sys.stdout.write(json.dumps(json.loads(line)) + "\n")


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["command", path]:
            from parapet.cli.main import main as parapet

            sys.argv = ["parapet", "triage", path, "--jsonl"]
            parapet()
        case ["copy", path]:
            _copy(Path(path))
        case _:
            main()
