"""The written set: templates and grammars in `written/`, expanded to rows.

A file holds blocks parted by empty lines, one theme each, abuse first and then what looks like it. All rows of a template fall on the
same side of a split:

    @ threat,insult critical mail          labels, severity, kind of channel ("review", "complaint", "mail"; none for posts), stars:N
    I will {kill|shoot} you {when}.        a template: {a|b} one of these; {when} one of the slot of that name; {when?} or nothing
    @ none
    The virus will {kill|sicken} you.

`slots.txt` of the same folder holds the slots: "when = tonight | tomorrow". Slots may use slots.
"""

from __future__ import annotations

import hashlib
import random
import re
from pathlib import Path

from parapet.domain.judgement import Harm, Severity
from training.rows import Row

#: Most rows that one template gives.
MOST = 14

_SLOT = re.compile(r"\{([^{}]*)\}")
_LEVELS = {s.code: s for s in Severity}
_KINDS = ("review", "complaint", "mail")


def written_rows(folder: Path, seed: int) -> list[Row]:
    """Every template of every file, expanded. The languages are the folders' names."""
    found: list[Row] = []
    for home in sorted(p for p in folder.iterdir() if p.is_dir()):
        slots = _slots(home / "slots.txt")
        for file in sorted(home.glob("*.txt")):
            if file.name != "slots.txt":
                found += _file_rows(file, home.name, slots, seed)
    return found


def _slots(file: Path) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    if file.exists():
        for line in file.read_text(encoding="utf-8").splitlines():
            if "=" in line and not line.startswith("# "):
                name, values = line.split("=", 1)
                found.setdefault(name.strip(), []).extend(v.strip() for v in values.split("|"))
    return found


def _file_rows(file: Path, lang: str, slots: dict[str, list[str]], seed: int) -> list[Row]:
    found: list[Row] = []
    labels: dict[str, int] = {}
    marks: tuple[str, ...] = ()
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        line = line.strip()
        if line.startswith("@ "):
            labels, marks = _head(line[1:], f"{file}:{number}")
        elif line and not line.startswith("# "):
            group = f"written:{lang}:{file.stem}:{number}"
            texts = expand(line, slots, random.Random(f"{seed}:{group}:{line}"))
            weight = 1.0 / len(texts) ** 0.5
            given = labels | {"lang_fr": int(lang == "fr")}
            found += [Row(t, lang, given, f"written_{lang}", group, weight, marks) for t in texts]
    return found


def _head(said: str, where: str) -> tuple[dict[str, int], tuple[str, ...]]:
    harms: set[str] = set()
    severity = Severity.NONE
    marks: list[str] = []
    for word in re.split(r"[,\s]+", said.strip()):
        if word in {h.value for h in Harm}:
            harms.add(word)
        elif word in _LEVELS:
            severity = _LEVELS[word]
        elif word in _KINDS:
            marks.append(f"channel:{word}")
        elif word.startswith("stars:"):
            marks.append(word)
        elif word:
            raise ValueError(f"{where}: {word!r} is no harm, severity or channel")
    if bool(harms) != (severity is not Severity.NONE):
        raise ValueError(f"{where}: harms and severity go together")
    labels = {h.value: int(h.value in harms) for h in Harm} | {"abusive": int(bool(harms))}
    labels |= {s.code: int(severity >= s) for s in Severity if s >= Severity.MEDIUM}
    return labels, tuple(marks)


def expand(template: str, slots: dict[str, list[str]], rng: random.Random) -> list[str]:
    """Up to MOST different texts of one template."""
    found: dict[str, None] = {}
    for _ in range(MOST * 4):
        found[_fill(template, slots, rng, 0)] = None
        if len(found) == MOST or "{" not in template:
            break
    return list(found)


def _fill(template: str, slots: dict[str, list[str]], rng: random.Random, depth: int) -> str:
    if depth > 6:
        raise ValueError(f"slots turn in a circle: {template!r}")

    def one(match: re.Match[str]) -> str:
        body = match.group(1)
        if "|" in body:
            chosen = rng.choice(body.split("|"))
        else:
            name = body.removesuffix("?")
            if name not in slots:
                raise ValueError(f"no slot {name!r} in {template!r}")
            chosen = "" if body.endswith("?") and rng.random() < 0.5 else rng.choice(slots[name])
        return _fill(chosen, slots, rng, depth + 1)

    before = None
    while before != template:
        before, template = template, _SLOT.sub(one, template)
    return re.sub(r" ([,.!?])", r"\1", re.sub(r" {2,}", " ", template)).strip()


def digest_of(folder: Path) -> str:
    """SHA-256 over the written set, for the card."""
    h = hashlib.sha256()
    for file in sorted(folder.rglob("*.txt")):
        h.update(str(file.relative_to(folder)).encode())
        h.update(file.read_bytes())
    return h.hexdigest()
