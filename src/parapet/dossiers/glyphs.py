"""Which font can print which character, read from the fonts themselves.

A character that no font has would print as an empty box, and PDF/A forbids that. Knowing beforehand, the dossier prints
its code instead, so that nothing of a message vanishes on paper.
"""

from __future__ import annotations

import struct
import unicodedata
from functools import cache
from pathlib import Path

import typst

FONTS = Path(__file__).parent / "fonts"

#: The shipped families in the order in which a character looks for its glyph, and the file of each.
FAMILIES = {
    "Source Serif 4": "SourceSerif4_400Regular.ttf",
    "Source Sans 3": "SourceSans3_400Regular.ttf",
    "Noto Color Emoji": "NotoColorEmoji.ttf",
    "Noto Sans Arabic": "NotoSansArabic_400Regular.ttf",
    "Noto Sans Hebrew": "NotoSansHebrew_400Regular.ttf",
    "Noto Sans Devanagari": "NotoSansDevanagari_400Regular.ttf",
    "Noto Sans Gurmukhi": "NotoSansGurmukhi_400Regular.ttf",
    "DejaVu Sans": "DejaVuSans.ttf",
}
EMOJI = "Noto Color Emoji"

#: Compiled into Typst itself. Of it only circled letters and mathematical alphabets are needed, dear to those who dodge filters.
MATHS = "New Computer Modern Math"
_ALPHABETS = (range(0x2460, 0x2500), range(0x1D400, 0x1D800))

Coverage = dict[str, frozenset[int]]


@cache
def shipped() -> Coverage:
    """Family to the code points it has, for the fonts that need nothing installed."""
    found = {family: covered((FONTS / name).read_bytes()) for family, name in FAMILIES.items()}
    found[MATHS] = frozenset(n for alphabet in _ALPHABETS for n in alphabet if unicodedata.category(chr(n)) != "Cn")
    return found


def system(wanted: frozenset[int]) -> Coverage:
    """The fewest regular system families, best first, that have as much of `wanted` as any do together.

    Fonts are asked in order of name, so that one machine always makes one document.
    """
    found: Coverage = {}
    for font in sorted(_system_fonts(), key=lambda font: (font.family, str(font.path))):
        if font.path and font.weight == 400 and font.style == "normal" and font.family not in FAMILIES:
            have = _covered_file(str(font.path), font.index)
            if have & wanted:
                found.setdefault(font.family, have)
    chosen: Coverage = {}
    left = set(wanted)
    while found and left:
        family = max(found, key=lambda name: len(found[name] & left))
        if not found[family] & left:
            break
        chosen[family] = found.pop(family)
        left -= chosen[family]
    return chosen


@cache
def _system_fonts() -> tuple[typst.FontInfo, ...]:
    return tuple(typst.Fonts(include_system_fonts=True, include_embedded_fonts=False, font_paths=[]).fonts())


@cache
def _covered_file(path: str, index: int) -> frozenset[int]:
    try:
        return covered(Path(path).read_bytes(), index)
    except (OSError, struct.error, IndexError):
        return frozenset()  # a damaged system font is no reason to fail: its characters print as codes


def covered(font: bytes, index: int = 0) -> frozenset[int]:
    """The code points of a TrueType or OpenType font's `cmap` (formats 4 and 12; OpenType 1.9, "cmap").

    index   of the font in a collection (`ttcf`); 0 otherwise

    Raises struct.error or IndexError when the bytes are not such a font.
    """
    start = struct.unpack_from(">I", font, 12 + 4 * index)[0] if font[:4] == b"ttcf" else 0
    (tables,) = struct.unpack_from(">H", font, start + 4)
    for at in range(start + 12, start + 12 + 16 * tables, 16):
        tag, _, offset, _ = struct.unpack_from(">4sIII", font, at)
        if tag == b"cmap":
            break
    else:
        return frozenset()
    points: set[int] = set()
    (count,) = struct.unpack_from(">H", font, offset + 2)
    for n in range(count):
        platform, encoding, sub = struct.unpack_from(">HHI", font, offset + 4 + 8 * n)
        if platform == 0 or (platform == 3 and encoding in (1, 10)):
            points |= _subtable(font, offset + sub)
    return frozenset(points)


def _subtable(font: bytes, at: int) -> set[int]:
    (form,) = struct.unpack_from(">H", font, at)
    if form == 12:
        return _segmented_coverage(font, at)
    return _segment_mapping(font, at) if form == 4 else set()


def _segmented_coverage(font: bytes, at: int) -> set[int]:
    points: set[int] = set()
    (groups,) = struct.unpack_from(">I", font, at + 12)
    for n in range(groups):
        first, last, glyph = struct.unpack_from(">III", font, at + 16 + 12 * n)
        points.update(range(first if glyph else first + 1, min(last, 0x10FFFF) + 1))
    return points


def _segment_mapping(font: bytes, at: int) -> set[int]:
    points: set[int] = set()
    (twice,) = struct.unpack_from(">H", font, at + 6)
    ends = at + 14
    starts = ends + twice + 2
    deltas = starts + twice
    ranges = deltas + twice
    for n in range(0, twice, 2):
        (last,) = struct.unpack_from(">H", font, ends + n)
        (first,) = struct.unpack_from(">H", font, starts + n)
        (delta,) = struct.unpack_from(">H", font, deltas + n)
        (shift,) = struct.unpack_from(">H", font, ranges + n)
        for point in range(first, min(last, 0xFFFE) + 1):
            glyph = point
            if shift:
                (glyph,) = struct.unpack_from(">H", font, ranges + n + shift + 2 * (point - first))
                if not glyph:
                    continue
            if (glyph + delta) & 0xFFFF:
                points.add(point)
    return points
