"""Documentation as something to check: links, headings, commands, and blocks of a terminal that are run as they stand.

A block of a terminal is fenced as ```console. A line that begins with "$ " is typed; the lines after it are what is answered:
"..." stands for anything within a line, and alone on a line for any number of lines. ```console exit=3 says how it ends.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
from attrs import frozen

_FENCE = re.compile(r"^(`{3,})([^\n`]*)\n(.*?)^\1 *$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"(?<!\\)!?\[[^\]]*\]\(<?([^)>\s]+)>?(?:\s+\"[^\"]*\")?\)")
_SPAN = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
_HEADING = re.compile(r"^#{1,6}\s+(.+?)\s*#*$", re.MULTILINE)


@frozen
class Typed:
    """A command of a terminal block, the answer that the page promises, and how it ends."""

    command: str
    answer: tuple[str, ...]
    status: int


def prose(text: str) -> str:
    """The page without its fenced blocks."""
    return _FENCE.sub("", text)


def links(text: str) -> list[str]:
    return _LINK.findall(_SPAN.sub("", prose(text)))


def anchors(text: str) -> set[str]:
    """What `#...` may name: the headings, as GitHub spells them."""
    found: set[str] = set()
    for heading in _HEADING.findall(prose(text)):
        bare = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).replace("`", "").lower()
        slug = re.sub(r"[^\w\- ]", "", bare).replace(" ", "-")
        number = 0
        while (unique := f"{slug}-{number}" if number else slug) in found:
            number += 1
        found.add(unique)
    return found


def broken_links(page: Path, root: Path) -> Iterator[str]:
    """Links to files and headings that do not exist."""
    for link in links(page.read_text("utf-8")):
        if re.match(r"[a-z]+:", link):
            if not link.startswith(("https://", "mailto:")):
                yield f"{link}: only https"
            continue
        name, _hash, anchor = link.partition("#")
        target = (root / name.lstrip("/") if name.startswith("/") else page.parent / name).resolve() if name else page
        if not target.exists():
            yield f"{link}: no such file"
        elif anchor and target.suffix == ".md" and anchor not in anchors(target.read_text("utf-8")):
            yield f"{link}: no such heading"


def blocks(text: str) -> Iterator[tuple[str, str]]:
    """Kind and content of each fenced block."""
    for _ticks, kind, inside in _FENCE.findall(text):
        yield kind.strip(), inside


def typed(text: str) -> list[Typed]:
    """Everything that the page types into a terminal, in order."""
    found = []
    for kind, inside in blocks(text):
        if kind.split()[:1] != ["console"]:
            continue
        status = re.search(r"\bexit=(\d+)", kind)
        for part in re.split(r"^\$ ", inside.replace("\\\n", ""), flags=re.MULTILINE)[1:]:
            command, _newline, answer = part.partition("\n")
            found.append(Typed(command.strip(), tuple(answer.rstrip().splitlines()), int(status[1]) if status else 0))
    return found


def commands(text: str) -> Iterator[list[str]]:
    """The words of every command that the page names: in blocks of a terminal, in shell blocks, and within sentences."""
    lines = [each.command for each in typed(text)]
    lines += [
        line
        for kind, inside in blocks(text)
        if kind in {"sh", "bash", "shell"}
        for line in inside.replace("\\\n", "").splitlines()
    ]
    lines += _SPAN.findall(prose(text))
    for line in lines:
        for part in re.split(r"&&|\|\||[|;]", line):
            try:
                words = shlex.split(part, comments=True)
            except ValueError:
                continue
            while words and re.match(r"[A-Z_]+=", words[0]):
                words = words[1:]
            if words and Path(words[0]).name in {"parapet", "parapet-verify", "make"}:
                yield [Path(words[0]).name, *words[1:]]


def answers(promised: tuple[str, ...], said: str) -> bool:
    """True when `said` is what the page promises."""
    if not promised:
        return True
    parts = []
    for line in promised:
        if line.strip() in {"...", "…"}:
            parts.append(r"(?:[^\n]*\n)*")
        else:
            parts.append(r"[^\n]*".join(re.escape(piece.rstrip()) for piece in re.split(r"\.\.\.|…", line)) + r"[ \t]*\n")
    return re.fullmatch("".join(parts) + r"\s*", said.rstrip() + "\n") is not None


def parameters(command: click.Command) -> list[click.Parameter]:
    """Of a command, and of all that a group of commands holds."""
    below = command.commands.values() if isinstance(command, click.Group) else ()
    return [*command.params, *(each for child in below for each in parameters(child))]
