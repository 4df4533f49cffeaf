"""The log's Merkle tree, after RFC 9162, section 2.1.

Leaves and nodes hash under different prefixes, so that neither can be passed off as the other. Whoever holds a signed
root can check that one leaf is in the tree (inclusion) and that a later tree only added to it (consistency), with a
few hashes and without seeing any other leaf.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256

from parapet.domain.errors import LogBroken

HASH_BYTES = 32
EMPTY_ROOT = sha256(b"").digest()


def leaf_hash(data: bytes) -> bytes:
    """The hash of one entry."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two subtrees."""
    return sha256(b"\x01" + left + right).digest()


class Frontier:
    """As much of the tree as is needed to add leaves and to tell the root: at most 64 hashes.

    The hashes are those of the complete subtrees from left to right, whose sizes are the bits of `size`.
    """

    __slots__ = ("_peaks", "size")

    def __init__(self) -> None:
        self.size = 0
        self._peaks: list[bytes] = []

    def append(self, hashed: bytes) -> int:
        """Add a leaf by its `leaf_hash`; returns its index."""
        index = rest = self.size
        peaks = self._peaks
        while rest & 1:
            hashed = sha256(b"\x01" + peaks.pop() + hashed).digest()
            rest >>= 1
        peaks.append(hashed)
        self.size = index + 1
        return index

    def root(self) -> bytes:
        """The hash of the whole tree."""
        return _fold(self._peaks)

    def copy(self) -> Frontier:
        """An independent one, so that a batch may be tried and dropped."""
        other = Frontier()
        other.size = self.size
        other._peaks = self._peaks.copy()
        return other

    def to_bytes(self) -> bytes:
        """For storage: the size in 8 bytes, then the hashes."""
        return self.size.to_bytes(8, "big") + b"".join(self._peaks)

    @classmethod
    def from_bytes(cls, stored: bytes) -> Frontier:
        """The inverse of `to_bytes`. Raises LogBroken when the number of hashes is not that of the size."""
        self = cls()
        self.size = int.from_bytes(stored[:8], "big")
        if len(stored) != 8 + HASH_BYTES * self.size.bit_count():
            raise LogBroken("What is stored of the log's tree does not have the length that its size requires.")
        self._peaks = [stored[at : at + HASH_BYTES] for at in range(8, len(stored), HASH_BYTES)]
        return self


class Subtrees:
    """A tree of which every complete subtree can be told, wherever they are kept; roots and proofs come from them.

    Every proof may be for an earlier state: `size` leaves, of all that are here.
    """

    __slots__ = ("_ragged", "size")

    def __init__(self, size: int = 0) -> None:
        self.size = size
        self._ragged: dict[tuple[int, int], bytes] = {}

    def complete(self, depth: int, number: int) -> bytes:
        """The hash of the `number`-th complete subtree of 2**depth leaves."""
        raise TypeError("a tree says itself where its hashes are")

    def leaf(self, index: int) -> bytes:
        """The hash of leaf `index`."""
        self._check(0 <= index < self.size)
        return self.complete(0, index)

    def root(self, size: int | None = None) -> bytes:
        """The hash of the tree's first `size` leaves."""
        size = self.size if size is None else size
        self._check(0 <= size <= self.size)
        return self._range(0, size) if size else EMPTY_ROOT

    def inclusion_proof(self, index: int, size: int | None = None) -> list[bytes]:
        """The hashes that lead from leaf `index` to the root of `size` leaves, nearest first (section 2.1.3.1)."""
        size = self.size if size is None else size
        self._check(0 <= index < size <= self.size)
        proof = []
        start, end = 0, size
        while end - start > 1:
            middle = start + _split(end - start)
            if index < middle:
                proof.append(self._range(middle, end))
                end = middle
            else:
                proof.append(self._range(start, middle))
                start = middle
        proof.reverse()
        return proof

    def consistency_proof(self, old: int, size: int | None = None) -> list[bytes]:
        """The hashes that show that `size` leaves begin with the first `old` of them (section 2.1.4.1)."""
        size = self.size if size is None else size
        self._check(0 <= old <= size <= self.size)
        if old in (0, size):
            return []
        proof = []
        start, end = 0, size
        while old != end:
            middle = start + _split(end - start)
            if old <= middle:
                proof.append(self._range(middle, end))
                end = middle
            else:
                proof.append(self._range(start, middle))
                start = middle
        if start:  # otherwise the old root itself, which the reader holds
            proof.append(self._range(start, end))
        proof.reverse()
        return proof

    def _range(self, start: int, end: int) -> bytes:
        """The hash of leaves start..end; `start` is a multiple of a power of two no less than their number."""
        count = end - start
        if count & (count - 1) == 0:
            depth = count.bit_length() - 1
            return self.complete(depth, start >> depth)
        known = self._ragged.get((start, end))
        if known is None:
            middle = start + _split(count)
            known = node_hash(self._range(start, middle), self._range(middle, end))
            if len(self._ragged) > 4_096:  # only proofs for many different sizes come here
                self._ragged.clear()
            self._ragged[start, end] = known
        return known

    @staticmethod
    def _check(holds: bool) -> None:
        if not holds:
            raise LogBroken("The log has no such leaf or size.")


class Tree(Subtrees):
    """The whole tree in memory, about 64 bytes a leaf, for any number of proofs.

    Level k holds the hashes of all complete subtrees of 2**k leaves, packed in order.
    """

    __slots__ = ("_levels",)

    def __init__(self, hashes: Iterable[bytes] = ()) -> None:
        super().__init__()
        self._levels: list[bytearray] = [bytearray()]
        for hashed in hashes:
            self.append(hashed)

    def append(self, hashed: bytes) -> int:
        """Add a leaf by its `leaf_hash`; returns its index."""
        if len(hashed) != HASH_BYTES:
            raise LogBroken(f"A hash has {HASH_BYTES} bytes; this has {len(hashed)}.")
        index = rest = self.size
        levels = self._levels
        levels[0] += hashed
        depth = 0
        while rest & 1:
            below = levels[depth]
            depth += 1
            if depth == len(levels):
                levels.append(bytearray())
            levels[depth] += sha256(b"\x01" + below[-2 * HASH_BYTES :]).digest()
            rest >>= 1
        self.size = index + 1
        return index

    def complete(self, depth: int, number: int) -> bytes:
        return bytes(self._levels[depth][number * HASH_BYTES : (number + 1) * HASH_BYTES])


def inclusion_proof(hashes: Iterable[bytes], index: int) -> list[bytes]:
    """One proof over all of `hashes`. For several, build a `Tree` once."""
    return Tree(hashes).inclusion_proof(index)


def consistency_proof(hashes: Iterable[bytes], old: int) -> list[bytes]:
    """One proof that all of `hashes` begin with the first `old`. For several, build a `Tree` once."""
    return Tree(hashes).consistency_proof(old)


def root_of(hashes: Iterable[bytes]) -> bytes:
    """The root over all of `hashes`, in constant memory."""
    frontier = Frontier()
    for hashed in hashes:
        frontier.append(hashed)
    return frontier.root()


def root_from_inclusion(hashed: bytes, *, index: int, size: int, proof: Sequence[bytes]) -> bytes:
    """The root of `size` leaves to which `proof` leads from the leaf hash at `index` (section 2.1.3.2).

    Raises LogBroken when the proof has the wrong length, which no root could satisfy.
    """
    if not 0 <= index < size:
        raise LogBroken("The proof is for a leaf that is not in the tree.")
    inner = (index ^ (size - 1)).bit_length()
    if len(proof) != inner + (index >> inner).bit_count() or any(len(h) != HASH_BYTES for h in proof):
        raise LogBroken("The proof has not the length that its place in the tree requires.")
    for depth, sibling in enumerate(proof):
        is_right = depth >= inner or index >> depth & 1
        hashed = node_hash(sibling, hashed) if is_right else node_hash(hashed, sibling)
    return hashed


def verify_inclusion(hashed: bytes, *, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """True when the leaf hash stands at `index` of the tree of `size` leaves with this root."""
    try:
        return root_from_inclusion(hashed, index=index, size=size, proof=proof) == root
    except LogBroken:
        return False


def verify_consistency(*, old: int, old_root: bytes, size: int, root: bytes, proof: Sequence[bytes]) -> bool:
    """True when the tree of `size` leaves begins with the tree of `old` leaves (section 2.1.4.2)."""
    if not 0 <= old <= size or any(len(h) != HASH_BYTES for h in proof):
        return False
    if old == size:
        return not proof and old_root == root
    if old == 0:  # the empty tree is the beginning of every tree
        return not proof and old_root == EMPTY_ROOT
    hashes = iter(proof if old & (old - 1) else [old_root, *proof])
    try:
        found_old, found = _roots_from_consistency(old - 1, size - 1, hashes)
    except StopIteration:
        return False
    return next(hashes, None) is None and found_old == old_root and found == root


def _roots_from_consistency(low: int, high: int, hashes: Iterator[bytes]) -> tuple[bytes, bytes]:
    """Climb from the last complete subtree of the old tree; `low` and `high` are last indexes, as in the RFC."""
    while low & 1:
        low, high = low >> 1, high >> 1
    old = new = next(hashes)
    while high:
        if low & 1 or low == high:
            sibling = next(hashes)
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            while not low & 1 and low:
                low, high = low >> 1, high >> 1
        else:
            new = node_hash(new, next(hashes))
        low, high = low >> 1, high >> 1
    return old, new


def _split(count: int) -> int:
    """The largest power of two that is less than `count`."""
    return 1 << ((count - 1).bit_length() - 1)


def _fold(peaks: Sequence[bytes]) -> bytes:
    if not peaks:
        return EMPTY_ROOT
    root = peaks[-1]
    for peak in reversed(peaks[:-1]):
        root = node_hash(peak, root)
    return root
