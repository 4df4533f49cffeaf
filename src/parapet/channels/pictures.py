"""The size that a picture claims, from its first bytes. Nothing is decoded."""

from __future__ import annotations

import struct

#: More pixels than this would take hundreds of megabytes to decode.
MAX_PIXELS = 50_000_000


def claimed_size(start: bytes) -> tuple[int, int] | None:
    """(width, height) as claimed by a PNG, GIF, BMP, WebP or JPEG, or None. `start` may be the whole file or its beginning."""
    try:
        if start.startswith(b"\x89PNG\r\n\x1a\n"):
            return struct.unpack_from(">II", start, 16)
        if start.startswith((b"GIF87a", b"GIF89a")):
            return struct.unpack_from("<HH", start, 6)
        if start.startswith(b"BM"):
            width, height = struct.unpack_from("<ii", start, 18)
            return abs(width), abs(height)
        if start[:4] == b"RIFF" and start[8:12] == b"WEBP":
            return _webp(start)
        if start.startswith(b"\xff\xd8"):
            return _jpeg(start)
    except struct.error:
        return None
    return None


def is_oversize(start: bytes) -> bool:
    """True when decoding the picture could exhaust memory."""
    size = claimed_size(start)
    return size is not None and size[0] * size[1] > MAX_PIXELS


def _webp(start: bytes) -> tuple[int, int] | None:
    kind = start[12:16]
    if kind == b"VP8X":
        return int.from_bytes(start[24:27], "little") + 1, int.from_bytes(start[27:30], "little") + 1
    if kind == b"VP8 ":
        width, height = struct.unpack_from("<HH", start, 26)
        return width & 0x3FFF, height & 0x3FFF
    if kind == b"VP8L":
        bits = int(struct.unpack_from("<L", start, 21)[0])
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    return None


def _jpeg(start: bytes) -> tuple[int, int] | None:
    at = 2
    while at + 9 <= len(start) and start[at] == 0xFF:
        marker, length = start[at + 1], int(struct.unpack_from(">H", start, at + 2)[0])
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack_from(">HH", start, at + 5)
            return width, height
        at += 2 + max(2, length)
    return None
