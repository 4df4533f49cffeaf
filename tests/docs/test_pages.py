"""What the pages say is so: their links lead somewhere, their commands, options, settings and targets exist."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path

import click
from support import pages
from support.house import ROOT, tracked

from parapet.cli.main import main

PAGES = tracked("*.md")
TARGETS = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
SETTINGS = {name for path in tracked("src/*.py") for name in re.findall(r"PARAPET_[A-Z]+(?:_[A-Z]+)*", path.read_text("utf-8"))}


def held(faults_of: Callable[[Path], Iterable[str]]) -> None:
    """Fail with a line for each fault of a page."""
    assert len(PAGES) > 100
    faults = [f"{page.relative_to(ROOT)}: {fault}" for page in PAGES for fault in faults_of(page)]
    assert not faults, "\n" + "\n".join(faults)


def test_every_link_leads_somewhere():
    held(lambda page: pages.broken_links(page, ROOT))


def test_every_command_exists():
    held(lambda page: [" ".join(words) for words in pages.commands(page.read_text("utf-8")) if not _exists(words)])


def _exists(words: list[str]) -> bool:
    program, *rest = words
    if program == "make":
        return all(word in TARGETS for word in rest if "=" not in word and not word.startswith("-"))
    if program == "parapet-verify" or not rest:
        return True
    if rest[0].startswith("-"):
        return rest[0] in {"--version", "--help", "-h"}
    command = main.get_command(click.Context(main), rest[0])
    if command is None:
        return not re.fullmatch(r"[a-z-]+", rest[0])  # "COMMAND", "..."
    while isinstance(command, click.Group) and rest[1:2] and (below := command.get_command(click.Context(command), rest[1])):
        command, rest = below, rest[1:]
    if any(isinstance(each, click.Argument) and each.type is click.UNPROCESSED for each in command.params):
        return True  # it hands its options on
    known = {option for each in pages.parameters(command) for option in (*each.opts, *each.secondary_opts)} | {"--help", "-h"}
    return all(word.partition("=")[0] in known for word in rest[1:] if re.match(r"-{1,2}[a-z]", word))


def test_every_setting_named_exists():
    held(lambda page: set(re.findall(r"PARAPET_[A-Z]+(?:_[A-Z]+)*", page.read_text("utf-8"))) - SETTINGS)


def test_every_path_named_exists():
    """`src/parapet/...` from the root; `room/module.py` as the pictures of the house have it."""
    held(_missing)


def _missing(page: Path) -> set[str]:
    text = page.read_text("utf-8")
    named = set(re.findall(r"(?<![\w/.<~])(?:src|docs|tests|training|scripts|benchmarks)/[\w./-]*\w", text))
    missing = {path for path in named if not (ROOT / path).exists()}
    rooms = "|".join(sorted(room.name for room in (ROOT / "src/parapet").iterdir() if room.is_dir()))
    modules = re.findall(rf"(?<![\w/.<~])(?:{rooms})/[\w/]+\.py", text)
    return missing | {
        path for path in modules if not any((place / path).exists() for place in (ROOT / "src/parapet", ROOT / "tests"))
    }
