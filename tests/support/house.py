"""The house rules that no linter knows. Each takes a file's text and yields a line for each fault: "12: what is wrong"."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "parapet"
MAX_LINES = 400

#: Modules that reach another machine or a database.
NOT_PURE = frozenset(
    ["asyncio", "django", "http.client", "imaplib", "psycopg", "smtplib", "socket", "sqlite3", "ssl", "urllib.request"]
)
_UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b|\b(?i:for now|stubs?|not implemented yet)\b|\braise NotImplementedError")
#: A home folder of somebody, or a path of the machine that a file was written on.
_OTHER_PLACE = re.compile(r"(?<![\w.~/}-])/(?:root|work|workspace|builds?|Users/\w+)/\w")
_EXCUSES = re.compile(r"\bpytest\.(?:mark\.)?(?:skip|skipif|xfail|importorskip)\b|\bunittest\.mock\b|\bMagicMock\b|\bmocker\b")


def too_long(text: str) -> Iterator[str]:
    """A module says one thing."""
    lines = text.count("\n")
    if lines > MAX_LINES:
        yield f"{lines}: a module has at most {MAX_LINES} lines; part it where a second idea begins"


def prints(text: str, *, may_echo: bool) -> Iterator[str]:
    """Only the command line speaks to a terminal: whoever else printed could print what nobody asked to see."""
    if "print" not in text and "echo" not in text:
        return
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name | ast.Attribute):
            continue
        name = ast.unparse(node.func)
        if name in {"print", "pprint", "pprint.pprint"} or (name in {"click.echo", "click.secho"} and not may_echo):
            yield f"{node.lineno}: {name} outside the command line"


def broad_catches(text: str) -> Iterator[str]:
    """Catching everything needs a reason, in a comment on the line or the next: it hides faults that nobody thought of."""
    if "except" not in text:
        return
    lines = text.splitlines()
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, ast.ExceptHandler) or not _is_broad(node.type):
            continue
        if isinstance(node.body[-1], ast.Raise) and node.body[-1].exc is None:
            continue  # it cleans up and lets the error go on
        here = lines[node.lineno - 1 : node.lineno + 1]
        if not any("#" in line and not re.search(r"#\s*(noqa|type:)[^#]*$", line) for line in here):
            yield f"{node.lineno}: catches everything without saying why"


def _is_broad(caught: ast.expr | None) -> bool:
    if caught is None:
        return True
    names = caught.elts if isinstance(caught, ast.Tuple) else [caught]
    return any(isinstance(name, ast.Name) and name.id in {"Exception", "BaseException"} for name in names)


def unfinished(text: str) -> Iterator[str]:
    """Nothing half done is taken in."""
    for number, line in enumerate(text.splitlines(), 1):
        if found := _UNFINISHED.search(line):
            yield f"{number}: {found[0]!r} says that something is left to do"


def other_places(text: str) -> Iterator[str]:
    """A path of the machine that somebody built on means nothing to anyone else."""
    for number, line in enumerate(text.splitlines(), 1):
        if found := _OTHER_PLACE.search(line):
            yield f"{number}: {found[0]!r} is a path of one machine"


def excuses(text: str) -> Iterator[str]:
    """A test that does not run, or that asks a double of our own code, tells nothing."""
    for number, line in enumerate(text.splitlines(), 1):
        if found := _EXCUSES.search(line):
            yield f"{number}: {found[0]}"


def imported(text: str) -> Iterator[tuple[int, str]]:
    """Line and full name of every module imported, also within functions."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def impure(text: str) -> Iterator[str]:
    """A pure room reaches no machine, no database and no Django."""
    for line, name in imported(text):
        if any(name == bad or name.startswith(bad + ".") for bad in NOT_PURE):
            yield f"{line}: imports {name}"


def other_channels(text: str, *, channel: str, channels: set[str]) -> Iterator[str]:
    """No channel knows another: one can be added or taken away with its folder."""
    if "parapet.channels" not in text:
        return
    for line, name in imported(text):
        parts = name.split(".")
        if parts[:2] == ["parapet", "channels"] and len(parts) > 2 and parts[2] in channels - {channel}:
            yield f"{line}: the channel {channel} imports {parts[2]}"


def tracked(*patterns: str) -> list[Path]:
    """Files of the repository, and those that are about to be; links and what came from elsewhere left out."""
    return list(_tracked(*patterns))


@cache
def _tracked(*patterns: str) -> tuple[Path, ...]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *patterns],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    paths = [ROOT / name for name in listed.stdout.decode().split("\0") if name]
    as_it_came = (SOURCE / "cli" / "sample", ROOT / "tests" / "data")
    return tuple(
        path
        for path in paths
        if path.is_file() and not path.is_symlink() and not any(folder in path.parents for folder in as_it_came)
    )


@cache
def text_of(path: Path) -> str:
    """What it says; "" for a file that is no text."""
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError:
        return ""
