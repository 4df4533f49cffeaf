"""Which words of outside bodies a bag must hold: the case lists them, and the log holds the digest of those before the export.

Of all that came before, the entry of the export says what there was: who takes one out later and seals anew is found. The words
over the bag's own checkpoint come after its last entry, so no entry can tell of them; but that entry says who was going to be asked,
and by which certificates and keys they are known: nobody else's word can be put there, and a word that is wanting is told.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from parapet.evidence.reader.files import Blame
from parapet.evidence.reader.layout import AUTHORITY_FILE, CASE, WITNESS_KEYS, anchor_folder, authority_file
from parapet.evidence.reader.leaves import Leaf
from parapet.evidence.reader.notes import WITNESS_KIND, read_key, read_note


class Stated(NamedTuple):
    """What the case says that there is over the checkpoint of `size`: names of authorities, and keys of witnesses."""

    size: int
    tokens: list[str]
    witnesses: list[str]


def read_stated(case: dict[str, Any]) -> list[Stated]:
    """What the case says that there is: by size, each once. Raises ValueError."""
    listed = case.get("anchors", [])
    found = []
    for each in listed if isinstance(listed, list) else [None]:
        if not isinstance(each, dict) or set(each) != {"size", "tokens", "witnesses"}:
            raise ValueError("not an anchor")
        size, tokens, witnesses = each["size"], each["tokens"], each["witnesses"]
        if not isinstance(size, int) or isinstance(size, bool) or not 0 < size < 10**18:
            raise ValueError("not a size")
        for names in (tokens, witnesses):
            if not isinstance(names, list) or not all(isinstance(name, str) for name in names) or names != sorted(set(names)):
                raise ValueError("not names")
        if any(AUTHORITY_FILE.fullmatch(authority_file(name)) is None for name in tokens):
            raise ValueError("not the name of an authority")
        found.append(Stated(size, tokens, witnesses))
    if [each.size for each in found] != sorted({each.size for each in found}):
        raise ValueError("not in order")
    return found


def stated_files(stated: list[Stated]) -> set[str]:
    """The files that a bag then has."""
    files = set()
    for each in stated:
        folder = anchor_folder(each.size)
        files |= {f"{folder}/checkpoint.txt", f"{folder}/consistency.txt"} | {f"{folder}/{name}.tsr" for name in each.tokens}
        files |= {authority_file(name) for name in each.tokens}
        files |= {WITNESS_KEYS} if each.witnesses else set()
    return files


def word_line(size: int, who: str, word: bytes) -> str:
    """One word in the text whose digest the log holds: an authority's reply, or a witness's time and signature."""
    return f"{size} {who} {hashlib.sha256(word).hexdigest()}\n"


def words_digest(lines: Iterable[str]) -> str:
    """SHA-256 over all of them."""
    return hashlib.sha256(("parapet v1 anchors\n" + "".join(sorted(lines))).encode()).hexdigest()


def asked_authority(name: str, pem: bytes) -> str:
    """How the entry of the export names a time authority that is asked, by all of its certificates."""
    return f"time {name} {hashlib.sha256(pem).hexdigest()}"


def asked_witness(key: str) -> str:
    """How it names a witness."""
    return f"witness {hashlib.sha256(key.encode()).hexdigest()}"


def check_stated(
    case: dict[str, Any], leaves: list[Leaf], size: int, read: Callable[[str], bytes | None], blame: Blame
) -> tuple[int, int]:
    """Blame other words than the entry of the export tells of, over checkpoints smaller than the bag's own of `size`, and words
    over that by anybody whom it does not name. Returns how many were to be asked at the export, and how many words came."""
    details = leaves[-2].body.get("details") if len(leaves) > 1 else None
    if not isinstance(details, dict) or "anchors_sha256" not in details:  # of a bag made before entries told it
        return 0, 0
    try:
        stated = read_stated(case)
        lines = [line for each in stated if each.size < size for line in _words_here(each, read)]
    except ValueError:
        stated, lines = [], [""]
    if details["anchors_sha256"] != words_digest(lines):
        blame("anchor.other", CASE)
    asked = details.get("asked")
    named = {each for each in asked if isinstance(each, str)} if isinstance(asked, list) else set()
    for name in sorted({name for each in stated for name in each.tokens}):
        if asked_authority(name, read(authority_file(name)) or b"") not in named:
            blame("anchor.other", authority_file(name))
    own = [each for each in stated if each.size == size]
    for key in sorted({key for each in own for key in each.witnesses}):
        if asked_witness(key) not in named:
            blame("anchor.other", WITNESS_KEYS)
    return len(named), sum(len(each.tokens) + len(each.witnesses) for each in own)


def _words_here(each: Stated, read: Callable[[str], bytes | None]) -> list[str]:
    """What is here of what is stated. Raises ValueError when the checkpoint or a key is not in form."""
    folder = anchor_folder(each.size)
    replies = [(name, read(f"{folder}/{name}.tsr")) for name in each.tokens]
    lines = [word_line(each.size, name, reply) for name, reply in replies if reply is not None]
    signatures = read_note(read(f"{folder}/checkpoint.txt") or b"").signatures
    for text in each.witnesses:
        key = read_key(text, WITNESS_KIND)
        lines += [word_line(each.size, text, signed) for name, mark, signed in signatures if (name, mark) == (key.name, key.mark)]
    return lines
