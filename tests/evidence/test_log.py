"""The log's tree against a plain reading of RFC 9162, section 2.1."""

import random
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parapet.domain.errors import LogBroken
from parapet.evidence import log

LEAVES = [log.leaf_hash(b"leaf %d" % number) for number in range(130)]


def split(count):
    """k of the RFC: the largest power of two smaller than n."""
    k = 1
    while k * 2 < count:
        k *= 2
    return k


def mth(leaves):
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = split(len(leaves))
    return sha256(b"\x01" + mth(leaves[:k]) + mth(leaves[k:])).digest()


def path(m, leaves):
    if len(leaves) == 1:
        return []
    k = split(len(leaves))
    if m < k:
        return [*path(m, leaves[:k]), mth(leaves[k:])]
    return [*path(m - k, leaves[k:]), mth(leaves[:k])]


def subproof(m, leaves, whole):
    if m == len(leaves):
        return [] if whole else [mth(leaves)]
    k = split(len(leaves))
    if m <= k:
        return [*subproof(m, leaves[:k], whole), mth(leaves[k:])]
    return [*subproof(m - k, leaves[k:], False), mth(leaves[:k])]


def test_known_answers():
    """Roots and leaf hashes published with Certificate Transparency's reference code."""
    data = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
    leaves = [log.leaf_hash(bytes.fromhex(d)) for d in data]
    assert log.root_of([]).hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert log.root_of(leaves[:1]).hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    assert log.root_of(leaves[:2]).hex() == "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"
    assert log.root_of(leaves[:7]).hex() == "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c"
    assert log.root_of(leaves).hex() == "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"


@pytest.mark.parametrize("size", range(70))
def test_roots_and_all_inclusion_proofs_are_those_of_the_rfc(size):
    leaves = LEAVES[:size]
    tree, whole, frontier = log.Tree(leaves), log.Tree(LEAVES), log.Frontier()
    for index, hashed in enumerate(leaves):
        assert frontier.append(hashed) == index
    assert tree.root() == frontier.root() == whole.root(size) == log.root_of(leaves) == mth(leaves)
    for index in range(size):
        proof = tree.inclusion_proof(index)
        assert proof == whole.inclusion_proof(index, size) == path(index, leaves)
        assert log.verify_inclusion(leaves[index], index=index, size=size, proof=proof, root=tree.root())


@pytest.mark.parametrize("size", range(70))
def test_all_consistency_proofs_are_those_of_the_rfc(size):
    tree = log.Tree(LEAVES[:size])
    for old in range(size + 1):
        proof = tree.consistency_proof(old)
        assert proof == (subproof(old, LEAVES[:size], True) if 0 < old < size else [])
        assert log.verify_consistency(old=old, old_root=tree.root(old), size=size, root=tree.root(), proof=proof)


sizes = st.integers(1, len(LEAVES))


@given(size=sizes, index=st.integers(0), at=st.integers(0), bit=st.integers(0, 255), data=st.data())
def test_a_changed_inclusion_proof_is_refused(size, index, at, bit, data):
    """One bit, one hash more or less, another index, another size, another leaf."""
    tree, index = log.Tree(LEAVES[:size]), index % size
    proof, root = tree.inclusion_proof(index), tree.root()

    def holds(proof=proof, index=index, size=size, leaf=LEAVES[index]):
        return log.verify_inclusion(leaf, index=index, size=size, proof=proof, root=root)

    assert holds()
    assert not holds(leaf=log.leaf_hash(b"forged"))
    assert not holds(proof=[*proof, root])
    assert not holds(index=size)
    assert not holds(index=-1)
    for other in range(size):
        assert other == index or not holds(index=other)
    if proof:
        assert not holds(proof=proof[1:])
        assert not holds(proof=proof[:-1])
        changed = list(proof)
        where = at % len(proof)
        changed[where] = (int.from_bytes(changed[where], "big") ^ 1 << bit).to_bytes(32, "big")
        assert not holds(proof=changed)
        assert not holds(proof=[*proof[:-1], proof[-1][:-1]])


@given(size=sizes, old=st.integers(0), at=st.integers(0), bit=st.integers(0, 255))
def test_a_log_that_was_rewritten_has_no_consistency_proof(size, old, at, bit):
    old %= size + 1
    tree = log.Tree(LEAVES[:size])
    proof = tree.consistency_proof(old)

    the_old, the_root = tree.root(old), tree.root()

    def holds(proof=proof, old_root=the_old, root=the_root, old=old, size=size):
        return log.verify_consistency(old=old, old_root=old_root, size=size, root=root, proof=proof)

    assert holds()
    assert not holds(old_root=log.leaf_hash(b"x"))
    assert not holds(proof=[*proof, tree.root()])
    assert not holds(old=size + 1)
    if old:
        assert not holds(root=log.leaf_hash(b"x"))
    if proof:
        assert not holds(proof=proof[:-1])
        changed = list(proof)
        where = at % len(proof)
        changed[where] = (int.from_bytes(changed[where], "big") ^ 1 << bit).to_bytes(32, "big")
        assert not holds(proof=changed)


@given(size=st.integers(0, len(LEAVES)))
def test_a_stored_frontier_goes_on_where_it_was(size):
    frontier = log.Frontier()
    for hashed in LEAVES[:size]:
        frontier.append(hashed)
    back = log.Frontier.from_bytes(frontier.to_bytes())
    trial = back.copy()
    for hashed in LEAVES[size:]:
        back.append(hashed)
    assert back.root() == log.root_of(LEAVES)
    assert trial.root() == frontier.root()
    with pytest.raises(LogBroken):
        log.Frontier.from_bytes(frontier.to_bytes() + b"x")
    with pytest.raises(LogBroken):
        log.Frontier.from_bytes(b"")


def test_what_is_not_in_the_tree_is_refused():
    tree = log.Tree(LEAVES[:5])
    for attempt in (
        lambda: tree.inclusion_proof(5),
        lambda: tree.inclusion_proof(-1),
        lambda: tree.inclusion_proof(3, 3),
        lambda: tree.root(6),
        lambda: tree.consistency_proof(6),
        lambda: tree.leaf(5),
        lambda: tree.append(b"short"),
    ):
        with pytest.raises(LogBroken):
            attempt()
    assert tree.leaf(4) == LEAVES[4]


def test_many_proofs_over_a_large_tree_need_little_memory():
    """About 64 bytes a leaf, and no proof walks the leaves."""
    count = 100_000
    tree = log.Tree(log.leaf_hash(n.to_bytes(4, "big")) for n in range(count))
    assert sum(len(level) for level in tree._levels) <= 64 * count
    root = tree.root()
    for index in random.Random(7).sample(range(count), 500):
        proof = tree.inclusion_proof(index)
        assert log.verify_inclusion(tree.leaf(index), index=index, size=count, proof=proof, root=root)


def test_one_proof_functions_agree_with_the_tree():
    assert log.inclusion_proof(LEAVES, 17) == log.Tree(LEAVES).inclusion_proof(17)
    assert log.consistency_proof(LEAVES, 17) == log.Tree(LEAVES).consistency_proof(17)
