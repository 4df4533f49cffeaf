"""What the shipped fonts can print, as they themselves say."""

from __future__ import annotations

import contextlib
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parapet.dossiers import glyphs


def test_every_shipped_font_has_its_licence_and_is_small_enough() -> None:
    fonts = list(glyphs.FONTS.glob("*.ttf"))
    assert {glyphs.FONTS / name for name in glyphs.FAMILIES.values()} <= set(fonts)
    readme = (glyphs.FONTS / "README.md").read_text("utf-8")
    for font in fonts:
        (line,) = [line for line in readme.splitlines() if f"`{font.name}`" in line and line.startswith("|")]
        licence = glyphs.FONTS / line.split("`")[-2]
        assert len(licence.read_text("utf-8")) > 3_000
    assert sum(font.stat().st_size for font in fonts) < 8_000_000


def test_coverage_is_read_from_the_font() -> None:
    shipped = glyphs.shipped()
    assert set(map(ord, "Aé€œЖΩ")) <= shipped["Source Serif 4"]
    assert ord("🔪") in shipped[glyphs.EMOJI]
    assert ord("ش") in shipped["Noto Sans Arabic"]
    assert ord("你") not in frozenset().union(*shipped.values())


def test_nothing_is_asked_of_the_system_when_nothing_is_wanted() -> None:
    assert glyphs.system(frozenset()) == {}


@given(st.binary(max_size=300))
def test_a_damaged_font_is_refused_and_not_believed(noise: bytes) -> None:
    with contextlib.suppress(struct.error, IndexError):
        assert all(0 <= point <= 0x10FFFF for point in glyphs.covered(noise))


def test_a_cut_font_does_not_hang() -> None:
    whole = (glyphs.FONTS / "NotoSansHebrew_400Regular.ttf").read_bytes()
    with pytest.raises(struct.error):
        glyphs.covered(whole[:200])
