"""What an edit took out and put in, word by word."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

from attrs import frozen

#: Beyond this many words on either side the comparison would cost too much and say too little.
MAX_WORDS = 3_000
#: More separate changes than this are a rewrite: both versions are printed in full anyway.
MAX_CHANGES = 12


@frozen
class Changes:
    """Passages taken out and put in, in order. `too_many` when there are too many to list."""

    removed: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    too_many: bool = False


def changes(before: str, after: str) -> Changes:
    """The words of `before` that `after` lacks, and the other way round. White space alone is no change."""
    old, new = re.findall(r"\S+", before), re.findall(r"\S+", after)
    if max(len(old), len(new)) > MAX_WORDS:
        return Changes(too_many=True)
    removed: list[str] = []
    added: list[str] = []
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind != "equal":
            if b > a:
                removed.append(" ".join(old[a:b]))
            if d > c:
                added.append(" ".join(new[c:d]))
    if len(removed) + len(added) > MAX_CHANGES:
        return Changes(too_many=True)
    return Changes(tuple(removed), tuple(added))
