"""Hold the French to the English: every sentence that people read has its own, none is stale, and the compiled file is true.

python scripts/french.py            check; exit 1 and one line for each fault
python scripts/french.py --compile  write the compiled file first
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import polib

PACKAGE = Path(__file__).parents[1] / "src" / "parapet"
WRITTEN = Path("locale/fr_CA/LC_MESSAGES/django.po")
_FIELD = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")
_PLAIN_SPACE = re.compile(r" [:»]|« ")
_SPACED = re.compile(r"\s[;!?]")

Key = tuple[str, str, str]


def collected(package: Path) -> dict[Key, str]:
    """Every sentence marked in `package`, and where it stands, as Django's own collector finds them."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "parapet"
        shutil.copytree(package, copy, ignore=shutil.ignore_patterns("sample", "locale", "__pycache__", "*.ttf", "*.npz"))
        (copy / "locale").mkdir()
        subprocess.run(
            [sys.executable, "-m", "django", "makemessages", "--locale=fr_CA", "--no-wrap", "--verbosity=0"],
            cwd=copy,
            check=True,
        )
        return {key(entry): entry.occurrences[0][0] for entry in polib.pofile(str(copy / WRITTEN)) if not entry.obsolete}


def key(entry: polib.POEntry) -> Key:
    return (entry.msgctxt or "", entry.msgid, entry.msgid_plural)


def faults(package: Path) -> Iterator[str]:
    """What is wrong with the French of `package`, one line each."""
    written = polib.pofile(str(package / WRITTEN), check_for_duplicates=True)
    wanted = collected(package)
    has = {key(entry) for entry in written if not entry.obsolete}
    for missing in sorted(set(wanted) - has):
        yield f"{wanted[missing]}: no French for {missing[1]!r}"
    for stale in sorted(has - set(wanted)):
        yield f"French for a sentence that is nowhere: {stale[1]!r}"
    for entry in written:
        if entry.obsolete:
            yield f"struck out, yet still in the file: {entry.msgid!r}"
            continue
        yield from _faults_of(entry)
    yield from _stale_compiled(package, written)


def _faults_of(entry: polib.POEntry) -> Iterator[str]:
    sentences = list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]
    if entry.fuzzy:
        yield f"a guess that nobody has confirmed (fuzzy): {entry.msgid!r}"
    for sentence in sentences:
        if not sentence.strip():
            yield f"empty French for {entry.msgid!r}"
        # A singular may say "one" in words; a field that the English does not fill would show as it is, or fail.
        unknown = set(_FIELD.findall(sentence)) - set(_FIELD.findall(entry.msgid + entry.msgid_plural))
        lost = set(_FIELD.findall(entry.msgid)) - set(_FIELD.findall(sentence)) if not entry.msgid_plural else set()
        if unknown or lost:
            yield f"other fields than the English ({', '.join(sorted(unknown | lost))}): {entry.msgid!r}"
        if _PLAIN_SPACE.search(sentence):
            yield f"a plain space where French has a no-break one: {sentence!r}"
        if _SPACED.search(sentence):
            yield f"a space before ; ! or ?, where Canada writes none: {sentence!r}"


def _stale_compiled(package: Path, written: polib.POFile) -> Iterator[str]:
    compiled = (package / WRITTEN).with_suffix(".mo")
    if not compiled.exists():
        yield f"{compiled.name} is missing: run `make messages`"
    elif compiled.read_bytes() != written.to_binary():
        yield f"{compiled.name} is not what {WRITTEN.name} says: run `make messages`"


def compile_messages(package: Path) -> None:
    written = polib.pofile(str(package / WRITTEN))
    (package / WRITTEN).with_suffix(".mo").write_bytes(written.to_binary())


def main(arguments: list[str]) -> int:
    if arguments == ["--compile"]:
        compile_messages(PACKAGE)
    found = list(faults(PACKAGE))
    for fault in found:
        print(fault)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
