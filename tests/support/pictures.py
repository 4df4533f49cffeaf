"""Small pictures."""

from __future__ import annotations

import struct
import zlib


def picture(red: int, green: int, blue: int) -> bytes:
    """A PNG of 40 by 40 points in one colour."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">L", len(body)) + kind + body + struct.pack(">L", zlib.crc32(kind + body))

    rows = (b"\0" + bytes([red, green, blue]) * 40) * 40
    head = struct.pack(">LLBBBBB", 40, 40, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
