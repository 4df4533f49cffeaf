"""What lies in a bag in the place of a leaf that cannot be read, or is not shown: its hash and index, proven as any other."""

from __future__ import annotations

import json
import re
from typing import Any

from parapet.evidence.reader.files import Blame
from parapet.evidence.reader.layout import PROOF
from parapet.evidence.reader.leaves import Leaf, Root
from parapet.evidence.reader.notes import read_proof, root_of_hash

_STAND_IN = re.compile(rb'\{"index": (0|[1-9][0-9]{0,15}), "leaf_hash": "([0-9a-f]{64})"\}\n')


def stand_in_text(index: int, hashed: bytes) -> bytes:
    """The bytes of `erased.json`, `withheld.json` and `removed.json`."""
    return json.dumps({"index": index, "leaf_hash": hashed.hex()}).encode() + b"\n"


def read_stand_in(raw: bytes) -> tuple[int, bytes]:
    """Index and leaf hash. Raises ValueError."""
    match = _STAND_IN.fullmatch(raw)
    if match is None:
        raise ValueError("not what stands for a leaf")
    return int(match.group(1)), bytes.fromhex(match.group(2).decode())


def prove_stand_in(file: str, raw: bytes, body: dict[str, Any], proof: bytes, root: Root, blame: Blame) -> Leaf | None:
    """The entry for which `raw`, the bytes of `file`, stands, having looked whether `proof` leads from its hash to `root`.

    body  what it has in the place of a leaf's
    None when not in form; the fault is then that of the file's name, "erased.form", "withheld.form" or "removed.form".
    """
    folder, _, name = file.rpartition("/")
    try:
        told, hashed = read_stand_in(raw)
    except ValueError:
        blame(name.replace(".json", ".form"), file)
        return None
    try:
        index, hashes, checkpoint = read_proof(proof)
    except ValueError:
        blame("proof.form", f"{folder}/{PROOF}")
        return None
    if checkpoint != root.checkpoint:
        blame("proof.checkpoint", f"{folder}/{PROOF}")
    try:
        held = root_of_hash(hashed, index, root.size, hashes) == root.hashed
    except ValueError:
        held = False
    if not held or index != told:
        blame("proof.root", f"{folder}/{PROOF}")
    return Leaf(folder, body, hashed, index)
