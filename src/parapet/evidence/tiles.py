"""The log's tree in tiles, after c2sp.org/tlog-tiles: 256 hashes side by side, and 256 of those make one hash of the level above.

A tile of level L holds hashes of complete subtrees of 256**L leaves. A proof over a million leaves needs some six tiles,
whatever else the tree holds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache

from parapet.domain.errors import LogBroken
from parapet.evidence.log import HASH_BYTES, Subtrees, node_hash

HEIGHT = 8
WIDTH = 1 << HEIGHT
_TILES_KEPT = 256  # 16 KiB each


def tile_path(level: int, number: int, width: int = WIDTH) -> str:
    """Where a tile is served: `tile/0/x001/x234/067`, with `.p/<width>` when it is not full."""
    if not (0 <= level < 64 and number >= 0 and 1 <= width <= WIDTH):
        raise ValueError("there is no such tile")
    digits = str(number)
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    groups = [digits[at : at + 3] for at in range(0, len(digits), 3)]
    name = "/".join([*(f"x{group}" for group in groups[:-1]), groups[-1]])
    return f"tile/{level}/{name}" + ("" if width == WIDTH else f".p/{width}")


def tiles_of(size: int) -> Iterator[tuple[int, int, int]]:
    """(level, number, width) of every tile of a tree of `size` leaves; at the end of each level the one that is not full."""
    level = 0
    while count := size >> HEIGHT * level:
        for number in range(count >> HEIGHT):
            yield level, number, WIDTH
        if count % WIDTH:
            yield level, count >> HEIGHT, count % WIDTH
        level += 1


def tile_root(hashes: bytes) -> bytes:
    """The hash of a full tile: what stands for it in the level above."""
    if len(hashes) != WIDTH * HASH_BYTES:
        raise LogBroken("A tile of the log is not full, and should be.")
    return _levels(hashes)[HEIGHT]


class TiledTree(Subtrees):
    """A tree whose tiles are read when they are needed; memory stays the same however large it is.

    read  gives the first `width` hashes of tile `number` at `level`, side by side
    """

    __slots__ = ("_read", "_tile")

    def __init__(self, size: int, read: Callable[[int, int, int], bytes]) -> None:
        super().__init__(size)
        self._read = read
        self._tile = lru_cache(maxsize=_TILES_KEPT)(self._tile_levels)

    def complete(self, depth: int, number: int) -> bytes:
        level, inner = divmod(depth, HEIGHT)
        tile, at = divmod(number, WIDTH >> inner)
        hashes = self._tile(level, tile)[inner]
        found = hashes[at * HASH_BYTES : (at + 1) * HASH_BYTES]
        if len(found) != HASH_BYTES:
            raise LogBroken("A tile of the log holds less than it should.")
        return found

    def _tile_levels(self, level: int, tile: int) -> list[bytes]:
        width = min(WIDTH, (self.size >> HEIGHT * level) - tile * WIDTH)
        self._check(width > 0)
        hashes = self._read(level, tile, width)
        if len(hashes) != width * HASH_BYTES:
            raise LogBroken("A tile of the log holds less than it should.")
        return _levels(hashes)


def _levels(hashes: bytes) -> list[bytes]:
    """All complete subtrees within a tile, by height: its own hashes first, at most nine."""
    levels = [hashes]
    step = 2 * HASH_BYTES
    for _ in range(HEIGHT):
        below = levels[-1]
        levels.append(
            b"".join(
                node_hash(below[at : at + HASH_BYTES], below[at + HASH_BYTES : at + step])
                for at in range(0, len(below) - step + 1, step)
            )
        )
    return levels
