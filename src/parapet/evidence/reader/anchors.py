"""What bodies outside say of the log of a bag: time authorities by their tokens, witnesses by their cosignatures.

The description of the case says which there are (`reader/stated.py`): so one that was taken out is missed.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from parapet.evidence.reader.certificates import Certificate, read_pem
from parapet.evidence.reader.consistency import begins_with, read_consistency
from parapet.evidence.reader.ed25519 import is_signed
from parapet.evidence.reader.files import Blame
from parapet.evidence.reader.layout import ANCHOR_FILE, AUTHORITY_FILE, CASE, WITNESS_KEYS, anchor_folder, authority_file
from parapet.evidence.reader.leaves import Leaf, Root
from parapet.evidence.reader.notes import (
    WITNESS_KIND,
    Key,
    Note,
    note_is_signed,
    read_checkpoint,
    read_key,
    read_note,
    read_time,
)
from parapet.evidence.reader.order import MAX_DISORDER, newest_times, steps_back
from parapet.evidence.reader.stated import Stated, read_stated, stated_files
from parapet.evidence.reader.token import TokenFault, check_token, token_of_reply

_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001  in UTC, as all times here


class Named(NamedTuple):
    """Whom the reader trusts, each told by another way than the bag."""

    authorities: list[Certificate]
    witnesses: list[Key]


class Seen(NamedTuple):
    """That a body outside saw the log of `size` entries at a time. `named`: the reader trusts it.

    mark  of a time authority: SHA-256 of the first certificate in the bag by which it is trusted; of a witness: its key
    """

    kind: str  # "time" or "witness"
    name: str
    size: int
    at: datetime
    named: bool
    mark: str


def check_anchors(
    case: dict[str, Any],
    found: Iterable[str],
    read: Callable[[str], bytes | None],
    key: Key | None,
    root: Root,
    named: Named,
    blame: Blame,
) -> list[Seen]:
    """What was seen when, of all that the case says and the bag holds; what is amiss is blamed."""
    try:
        stated = read_stated(case)
    except ValueError:
        blame("anchor.form", CASE)
        return []
    paths = {path for path in found if ANCHOR_FILE.fullmatch(path) or AUTHORITY_FILE.fullmatch(path) or path == WITNESS_KEYS}
    expected = stated_files(stated)
    for path in sorted(expected - paths):
        blame("anchor.missing", path)
    for path in sorted(paths - expected):
        blame("anchor.unstated", path)
    authorities = {name: _authority(name, read, blame) for name in sorted({n for each in stated for n in each.tokens})}
    witnesses = _witnesses(read, blame) if WITNESS_KEYS in expected & paths else {}
    seen: list[Seen] = []
    for each in stated:
        note = _checkpoint(each, read, key, root, blame)
        if note is not None:
            seen += _tokens(each, note, authorities, read, named, blame)
            seen += _cosignatures(each, note, key, witnesses, named, blame)
    if named.authorities and not any(each.named for each in seen if each.kind == "time"):
        blame("time.not_named")
    if named.witnesses and not any(each.named for each in seen if each.kind == "witness"):
        blame("witness.not_named")
    return seen


def check_times(seen: list[Seen], leaves: list[Leaf], blame: Blame) -> None:
    """Blame what says that the log held a leaf before the leaf says that it came to be: one of the two clocks lies.

    A clock that was ahead and was set back does not, as far as the log that was seen says so itself: of a step that the log
    tells of only later, whoever saw it knew nothing.
    """
    places, newest = newest_times(_moments(leaves))
    for each in seen:
        before = bisect_left(places, each.size)
        latest = newest[before - 1] if before else None
        if latest is not None and each.at < latest - MAX_DISORDER:
            file = (
                f"{anchor_folder(each.size)}/{each.name}.tsr"
                if each.kind == "time"
                else f"{anchor_folder(each.size)}/checkpoint.txt"
            )
            blame("time.before_capture", file, int((latest - each.at).total_seconds()))


def latest_by(seen: list[Seen], kind: str, captures: list[Leaf], leaves: list[Leaf]) -> list[tuple[Seen, int, int]]:
    """For each authority or witness: its newest word, how many of `captures` its words cover, and in how many minutes at most.

    Of each leaf the earliest word counts whose log held it, from the time that the leaf claims, less what the clock was set back
    by in between, as `leaves` tell.
    """
    steps = [(place, step) for place, _, step in _moments(leaves) if step]
    told = []
    for name in sorted({(each.name, each.mark) for each in seen if each.kind == kind}):
        own = sorted((each for each in seen if each.kind == kind and (each.name, each.mark) == name), key=lambda each: each.size)
        waits: list[timedelta] = []
        for place, at, _ in _moments(captures):
            covering = [(each.at, each.size) for each in own if each.size > place]
            if covering:
                first, size = min(covering)
                waits.append(first - at + sum((step for where, step in steps if place < where < size), timedelta(0)))
        longest = max(waits, default=timedelta(0))
        told.append((own[-1], len(waits), max(1, -int(-longest.total_seconds() // 60))))
    return told


def _authority(name: str, read: Callable[[str], bytes | None], blame: Blame) -> list[Certificate]:
    try:
        return read_pem(read(authority_file(name)) or b"")
    except ValueError:
        blame("authority.form", authority_file(name))
        return []


def _witnesses(read: Callable[[str], bytes | None], blame: Blame) -> dict[str, Key]:
    """Verifier key, as it is told, to key."""
    try:
        lines = (read(WITNESS_KEYS) or b"").decode("ascii").split("\n")
        if lines.pop() or lines != sorted(set(lines)) or not lines:
            raise ValueError("not keys, one a line")
        return {line: read_key(line, WITNESS_KIND) for line in lines}
    except ValueError:
        blame("witness.form", WITNESS_KEYS)
        return {}


def _checkpoint(each: Stated, read: Callable[[str], bytes | None], key: Key | None, root: Root, blame: Blame) -> Note | None:
    """An earlier checkpoint of this very log: signed by its key, of its name, and what it holds is how the log begins."""
    path, proof = f"{anchor_folder(each.size)}/checkpoint.txt", f"{anchor_folder(each.size)}/consistency.txt"
    try:
        note = read_note(read(path) or b"")
        origin, size, hashed = read_checkpoint(note.text)
    except ValueError:
        blame("anchor.checkpoint", path)
        return None
    if key is None or not note_is_signed(note, key):
        blame("anchor.signature", path)
        return None
    if origin != key.name:
        blame("anchor.other_log", path)
        return None
    if size != each.size or size > root.size:
        blame("anchor.rollback", path)
        return None
    try:
        held = begins_with(size, hashed, root.size, root.hashed, read_consistency(read(proof) or b""))
    except ValueError:
        held = False
    if not held:
        blame("anchor.inconsistent", proof)
        return None
    return note


def _tokens(
    each: Stated,
    note: Note,
    authorities: dict[str, list[Certificate]],
    read: Callable[[str], bytes | None],
    named: Named,
    blame: Blame,
) -> list[Seen]:
    seen = []
    for name in each.tokens:
        path, text = f"{anchor_folder(each.size)}/{name}.tsr", note.text.encode()
        raw, certificates = read(path), authorities[name]
        if raw is None or not certificates:
            continue
        try:
            token = token_of_reply(raw)
            at = check_token(token, text, certificates)
        except TokenFault as fault:
            blame(fault.code, path)
            continue
        try:
            check_token(token, text, named.authorities)
            by_name = True
        except TokenFault:
            by_name = False
        seen.append(Seen("time", name, each.size, at, by_name, certificates[0].fingerprint))
    return seen


def _cosignatures(each: Stated, note: Note, key: Key | None, witnesses: dict[str, Key], named: Named, blame: Blame) -> list[Seen]:
    path, seen = f"{anchor_folder(each.size)}/checkpoint.txt", []
    known = {(witness.name, witness.mark): text for text, witness in witnesses.items()}
    stated = set(each.witnesses)
    for name, mark, signature in note.signatures:
        if key is not None and (name, mark) == (key.name, key.mark):
            continue
        text = known.get((name, mark), "")
        if text not in stated:
            blame("cosignature.foreign", path)
            continue
        stated.discard(text)
        witness, at = witnesses[text], int.from_bytes(signature[:8], "big")
        message = f"cosignature/v1\ntime {at}\n{note.text}".encode()
        if len(signature) != 72 or at >= 1 << 36 or not is_signed(message, signature[8:], witness.public):
            blame("cosignature.signature", path)
            continue
        seen.append(Seen("witness", name, each.size, _EPOCH + timedelta(seconds=at), witness in named.witnesses, text))
    if stated:
        blame("cosignature.missing", path)
    return seen


def _moments(leaves: list[Leaf]) -> list[tuple[int, datetime, timedelta]]:
    """Place, time, and the clock's step before it, of each leaf that tells its time, in the order of the log."""
    found = []
    for leaf, step in zip(leaves, steps_back(leaves)):  # noqa: B905  Python 3.9 has no strict
        try:
            found.append((leaf.place, read_time(leaf.body.get("at")), step))
        except ValueError:
            continue
    return sorted(found)
