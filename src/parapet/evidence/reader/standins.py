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
    """The bytes of `erased.json` and of `withheld.json`."""
    return json.dumps({"index": index, "leaf_hash": hashed.hex()}).encode() + b"\n"


def prove_stand_in(file: str, raw: bytes, body: dict[str, Any], proof: bytes, root: Root, blame: Blame) -> Leaf | None:
    """The entry for which `raw`, the bytes of `file`, stands, having looked whether `proof` leads from its hash to `root`.

    body  what it has in the place of a leaf's
    None when not in form; the fault is then that of the file's name, "erased.form" or "withheld.form".
    """
    folder, _, name = file.rpartition("/")
    match = _STAND_IN.fullmatch(raw)
    if match is None:
        blame(name.replace(".json", ".form"), file)
        return None
    hashed = bytes.fromhex(match.group(2).decode())
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
    if not held or index != int(match.group(1)):
        blame("proof.root", f"{folder}/{PROOF}")
    return Leaf(folder, body, hashed, index)
