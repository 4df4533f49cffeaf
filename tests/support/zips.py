"""Zips with a table packed in every way, and how much memory they may take."""

from __future__ import annotations

import io
import tracemalloc
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

METHODS = {
    "stored": zipfile.ZIP_STORED,
    "deflate": zipfile.ZIP_DEFLATED,
    "bzip2": zipfile.ZIP_BZIP2,
    "lzma": zipfile.ZIP_LZMA,
} | ({"zstd": zipfile.ZIP_ZSTANDARD} if hasattr(zipfile, "ZIP_ZSTANDARD") else {})
ROWS = 60
MB = 1 << 20


def table(name: str) -> bytes:
    """A table of `ROWS` messages."""
    return b"author,text\r\n" + b"".join(f"rude{n},Shame on you {n * n} in {name}.\r\n".encode() for n in range(ROWS))


@cache
def mixed() -> bytes:
    """A zip with a table for each method, packed by it."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, method in METHODS.items():
            archive.writestr(f"{name}.csv", table(name), method)
    return out.getvalue()


def packed(body: bytes, name: str) -> slice:
    """Where a member's own bytes lie."""
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        info = archive.getinfo(name)
    start = info.header_offset + 30 + len(name)
    return slice(start, start + info.compress_size)


@contextmanager
def little_memory(at_most_bytes: int) -> Iterator[None]:
    """Fail when what is done inside holds more at any moment."""
    tracemalloc.start()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] < at_most_bytes
    finally:
        tracemalloc.stop()
