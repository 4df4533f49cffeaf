"""That a later log only added to an earlier one (RFC 9162, section 2.1.4.2)."""

from __future__ import annotations

import hashlib

from parapet.evidence.reader.notes import strict_base64


def read_consistency(raw: bytes) -> list[bytes]:
    """The hashes of a proof, base64, one a line. Raises ValueError."""
    text = raw.decode("ascii")
    if text and not text.endswith("\n"):
        raise ValueError("not a proof")
    hashes = [strict_base64(line) for line in text.split("\n")[:-1]]
    if len(hashes) > 64 or any(len(each) != 32 for each in hashes):
        raise ValueError("not hashes")
    return hashes


def begins_with(old: int, old_root: bytes, size: int, root: bytes, proof: list[bytes]) -> bool:
    """True when the log of `size` entries with `root` begins with the `old` (1 or more) entries with `old_root`."""
    if not 1 <= old <= size:
        return False
    if old == size:
        return not proof and old_root == root
    hashes = list(proof) if old & (old - 1) else [old_root, *proof]
    if not hashes:
        return False
    low, high = old - 1, size - 1
    while low & 1:
        low, high = low >> 1, high >> 1
    was = now = hashes.pop(0)
    for sibling in hashes:
        if not high:
            return False
        if low & 1 or low == high:
            was, now = _node(sibling, was), _node(sibling, now)
            while not low & 1 and low:
                low, high = low >> 1, high >> 1
        else:
            now = _node(now, sibling)
        low, high = low >> 1, high >> 1
    return not high and was == old_root and now == root


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()
