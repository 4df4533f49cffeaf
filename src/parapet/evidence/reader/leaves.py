"""One entry of the log with the proof that it is there."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any, NamedTuple

from parapet.evidence.reader.files import Blame
from parapet.evidence.reader.layout import LEAF, PROOF
from parapet.evidence.reader.notes import read_leaf, read_proof, root_of_proof

#: The events that say which items belong to a case.
MEMBERSHIP = ("case_open", "case_add", "case_remove")


class Root(NamedTuple):
    """What was signed: the checkpoint's bytes, the log's size and its root."""

    checkpoint: bytes
    size: int
    hashed: bytes


class Leaf(NamedTuple):
    """One entry of the log that is in the bag. `body` is empty where it was erased: only its hash is here."""

    folder: str
    body: dict[str, Any]
    hashed: bytes
    place: int  # its index in the log

    @property
    def file(self) -> str:
        """Where it lies in the bag."""
        return f"{self.folder}/{LEAF}"


def prove_leaf(folder: str, raw: bytes, proof: bytes, root: Root, blame: Blame) -> Leaf | None:
    """The leaf whose bytes are `raw`, having looked whether `proof` leads from it to `root`. None when not in form."""
    try:
        body = read_leaf(raw)
    except ValueError:
        blame("leaf.form", f"{folder}/{LEAF}")
        return None
    try:
        index, hashes, checkpoint = read_proof(proof)
    except ValueError:
        blame("proof.form", f"{folder}/{PROOF}")
        return None
    if checkpoint != root.checkpoint:
        blame("proof.checkpoint", f"{folder}/{PROOF}")
    try:
        held = root_of_proof(raw, index, root.size, hashes) == root.hashed
    except ValueError:
        held = False
    if not held:
        blame("proof.root", f"{folder}/{PROOF}")
    return Leaf(folder, body, hashlib.sha256(b"\x00" + raw).digest(), index)


def items_of_case(case: str, events: Iterable[dict[str, Any]]) -> set[str]:
    """The items that the events of `case`, in the log's order, put into it and did not take out again.

    Its head alone would not tell of an item that was taken out of the database behind the program's back: the next
    head is reckoned from what is left.
    """
    held: set[str] = set()
    for body in events:
        held = items_after(case, held, body)
    return held


def items_after(case: str, held: set[str], body: dict[str, Any]) -> set[str]:
    """The items of `case` once the event `body` has happened, when they were `held` before."""
    subjects = body.get("subjects")
    if not isinstance(subjects, list) or subjects[:1] != [case]:
        return held
    named = {one for one in subjects[1:] if isinstance(one, str)}
    if body.get("kind") in ("case_open", "case_add"):
        return held | named
    return held - named if body.get("kind") == "case_remove" else held
