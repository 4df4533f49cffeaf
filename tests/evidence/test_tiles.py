"""Tiles as c2sp.org/tlog-tiles has them, and proofs from them that an independent program accepts."""

import base64
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sigstore._internal.merkle import _chain_border_right, _chain_inner, _decomp_inclusion_proof

from parapet.domain.errors import LogBroken
from parapet.evidence import log
from parapet.evidence.tiles import WIDTH, TiledTree, tile_path, tile_root, tiles_of

LEAVES = [log.leaf_hash(n.to_bytes(4, "big")) for n in range(3 * WIDTH + 77)]


def tiled(leaves, size=None):
    """A tree that reads tiles which were made the slow way, from the definition."""
    size = len(leaves) if size is None else size

    def read(level, number, width):
        span = WIDTH**level
        first = number * WIDTH * span
        return b"".join(log.root_of(leaves[first + n * span : first + (n + 1) * span]) for n in range(width))

    return TiledTree(size, read)


@pytest.mark.parametrize(
    ("place", "path"),
    [
        ((0, 0), "tile/0/000"),
        ((0, 1234067), "tile/0/x001/x234/067"),
        ((2, 999), "tile/2/999"),
        ((1, 1000), "tile/1/x001/000"),
        ((1, 17, 112), "tile/1/017.p/112"),
    ],
)
def test_a_tile_lies_where_the_specification_has_it(place, path):
    assert tile_path(*place) == path


@pytest.mark.parametrize("place", [(64, 0), (-1, 0), (0, -1), (0, 0, 0), (0, 0, 257)])
def test_there_is_no_other_tile(place):
    with pytest.raises(ValueError, match="no such tile"):
        tile_path(*place)


def test_the_specifications_own_examples():
    found = list(tiles_of(70_000))
    assert len([t for t in found if t[0] == 0 and t[2] == WIDTH]) == 273
    assert [t for t in found if t[2] != WIDTH] == [(0, 273, 112), (1, 1, 17), (2, 0, 1)]
    assert list(tiles_of(256)) == [(0, 0, 256), (1, 0, 1)]
    assert list(tiles_of(0)) == []


@given(size=st.integers(1, len(LEAVES)), old=st.integers(0), index=st.integers(0))
def test_tiles_give_the_proofs_of_the_whole_tree(size, old, index):
    old, index = old % (size + 1), index % size
    whole, tiles = log.Tree(LEAVES), tiled(LEAVES, size)
    assert tiles.root() == whole.root(size)
    assert tiles.root(old) == whole.root(old)
    assert tiles.inclusion_proof(index) == whole.inclusion_proof(index, size)
    assert tiles.consistency_proof(old) == whole.consistency_proof(old, size)
    assert tiles.leaf(index) == LEAVES[index]


@given(size=st.integers(1, len(LEAVES)), index=st.integers(0))
def test_sigstore_agrees_on_inclusion(size, index):
    """sigstore-python's own arithmetic (RFC 9162) leads from our leaf to our root by our proof."""
    index %= size
    tree = tiled(LEAVES, size)
    proof = tree.inclusion_proof(index)
    inner, border = _decomp_inclusion_proof(index, size)
    assert len(proof) == inner + border
    climbed = _chain_border_right(_chain_inner(LEAVES[index], proof[:inner], index), proof[inner:])
    assert climbed == tree.root() == log.root_of(LEAVES[:size])


def test_a_large_tree_needs_few_tiles_for_a_proof():
    """A million leaves, of which only the tiles that a proof asks for are ever made."""
    size, read = 1_000_000, []
    twin = log.leaf_hash(b"the same in every place")
    levels = [twin]
    for _ in range(24):
        levels.append(log.node_hash(levels[-1], levels[-1]))

    def tile(level, number, width):
        read.append((level, number))
        return levels[8 * level] * width

    pick = random.Random(3).randrange(size)
    tree = TiledTree(size, tile)
    assert log.verify_inclusion(twin, index=pick, size=size, proof=tree.inclusion_proof(pick), root=tree.root())
    old = pick + 1
    proof = tree.consistency_proof(old)
    assert log.verify_consistency(old=old, old_root=tree.root(old), size=size, root=tree.root(), proof=proof)
    assert len(set(read)) == len(read) <= 8


def test_a_tile_that_is_too_short_is_told():
    for tree in (TiledTree(300, lambda *_: b""), TiledTree(300, lambda *_: b"x" * 32)):
        with pytest.raises(LogBroken):
            tree.root()
    with pytest.raises(LogBroken):
        tile_root(base64.b64decode("AAAA"))
    with pytest.raises(LogBroken):
        tiled(LEAVES, 5).inclusion_proof(5)
