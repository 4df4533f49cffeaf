"""Lines of a stream, each as soon as it is whole, and none larger than it may be."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

_STEP_BYTES = 1 << 20


def bounded_lines(source: BinaryIO, max_bytes: int) -> Iterator[bytes]:
    """The lines of `source`. Of a longer one, `max_bytes + 1` bytes come, so that the reader sees it; the rest is passed over.

    Holds no more than that in memory, however long a line is.
    """
    while line := source.readline(max_bytes + 1):
        if len(line) > max_bytes and not line.endswith(b"\n"):
            _pass_over(source)
        yield line


def _pass_over(source: BinaryIO) -> None:
    while (rest := source.readline(_STEP_BYTES)) and not rest.endswith(b"\n"):
        pass
