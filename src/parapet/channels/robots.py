"""What a site's robots.txt (RFC 9309) lets programs ask for, and how far apart. Pure: whoever asks for it hands the bytes over."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import unquote, urlsplit

from attrs import field, frozen

#: RFC 9309, 2.5, has programs read at least 500 KiB.
MAX_BYTES = 512 * 1024
MAX_RULES = 2_000
_MAX_PATTERN_CHARS = 500


@frozen
class Rules:
    """What one program may ask for. The longest rule that fits decides, and allows where two are as long (RFC 9309, 2.2.2)."""

    rules: tuple[tuple[bool, str], ...] = field(default=())
    delay_s: float = 0.0

    def allow(self, url: str) -> bool:
        """Whether `url` may be asked for."""
        parts = urlsplit(url)
        path = unquote(parts.path or "/") + (f"?{unquote(parts.query)}" if parts.query else "")
        if path == "/robots.txt":
            return True
        fitting = [(len(pattern), allows) for allows, pattern in self.rules if _fits(pattern, path)]
        return max(fitting)[1] if fitting else True


EVERYTHING = Rules()
NOTHING = Rules(((False, "/"),))


def rules_for(status: int, body: bytes, name: str) -> Rules:
    """The rules for the program of this `name`. A site that has no such file allows all; one that cannot say now allows nothing (2.3.1)."""
    if status == 0 or status >= 500:
        return NOTHING
    if status >= 400:
        return EVERYTHING
    named: list[tuple[bool, str]] = []
    anybody: list[tuple[bool, str]] = []
    mine = theirs = False
    delays = {True: 0.0, False: 0.0}
    in_names = False
    for line in body[:MAX_BYTES].decode("utf-8", "replace").lstrip("\ufeff").splitlines():
        key, _colon, value = line.partition("#")[0].partition(":")
        key, value = key.strip().lower(), value.strip()
        if key == "user-agent":
            if not in_names:
                mine = theirs = False
            in_names = True
            mine, theirs = mine or value.lower() == name, theirs or value == "*"
            continue
        in_names = in_names and not key
        if key in ("allow", "disallow") and value and len(named) + len(anybody) < MAX_RULES:
            rule = (key == "allow", unquote(value[:_MAX_PATTERN_CHARS]))
            if mine:
                named.append(rule)
            if theirs:
                anybody.append(rule)
        elif key == "crawl-delay" and re.fullmatch(r"[0-9]{1,4}(\.[0-9]{1,3})?", value):
            delays = {True: float(value) if mine else delays[True], False: float(value) if theirs else delays[False]}
    if named or delays[True]:
        return Rules(tuple(named), delays[True])
    return Rules(tuple(anybody), delays[False])


def _fits(pattern: str, path: str) -> bool:
    """`*` stands for anything, and `$` at the end for the end. Linear: each part is looked for after the one before."""
    parts, ends = _parts(pattern)
    if not path.startswith(parts[0]):
        return False
    at = len(parts[0])
    for part in parts[1:-1]:
        at = path.find(part, at)
        if at < 0:
            return False
        at += len(part)
    if len(parts) == 1:
        return not ends or path == parts[0]
    last = parts[-1]
    return path.endswith(last) and len(path) - len(last) >= at if ends else path.find(last, at) >= 0


@lru_cache(maxsize=4_096)
def _parts(pattern: str) -> tuple[tuple[str, ...], bool]:
    ends = pattern.endswith("$")
    return tuple(pattern.removesuffix("$").split("*")), ends
