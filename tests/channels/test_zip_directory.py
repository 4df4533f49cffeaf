"""The list of a zip's members: wherever its size is claimed, and whatever is claimed, memory stays small."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.filelike import items, parsed_of
from support.zips import MB, METHODS, ROWS, little_memory, mixed

from parapet.channels.archives import Archive, Turned, open_zip
from parapet.channels.zip_directory import MAX_DIRECTORY_BYTES

#: A file that claims a list of this size is made that large, of nothing: else zipfile would refuse it without reading.
HUGE_BYTES = 200 * MB


def end_record(size: int = 0, place: int = 0, *, part: bytes = bytes(4), comment: bytes = b"") -> bytes:
    return struct.pack("<4s4s2H2LH", b"PK\x05\x06", part, 1, 1, size, place, len(comment)) + comment


def large_record(size: int, place: int = 0, *, part: int = 0) -> bytes:
    return struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, part, part, 1, 1, size, place)


def locator(place: int, *, parts: int = 1) -> bytes:
    return struct.pack("<4sLQL", b"PK\x06\x07", 0, place, parts)


def hollow(path: Path, *tail: bytes, at: int = HUGE_BYTES) -> Path:
    """A file that begins like a zip, holds nothing for long, and ends with `tail`."""
    with path.open("wb") as file:
        file.write(mixed())
        file.seek(at)
        file.writelines(tail)
    return path


IN_LARGE = {"size": 0xFFFFFFFF, "place": 0xFFFFFFFF}
LISTS = {
    "plain": [end_record(HUGE_BYTES)],
    "with a comment": [end_record(HUGE_BYTES, comment=b"comment")],
    # zipfile takes the last 22 bytes; the mark within them, which a search from the end meets first, is none.
    "the mark as the numbers of parts": [end_record(HUGE_BYTES, part=b"PK\x05\x06")],
    "the mark as its own place": [end_record(HUGE_BYTES, int.from_bytes(b"PK\x05\x06", "little"))],
    # Python 3.11 takes the record just before the locator, later ones the record that it names.
    "large, before its locator": [large_record(46), large_record(HUGE_BYTES), locator(HUGE_BYTES), end_record(**IN_LARGE)],
    "large, where its locator says": [large_record(HUGE_BYTES), large_record(46), locator(HUGE_BYTES), end_record(**IN_LARGE)],
    "large, and only there": [large_record(HUGE_BYTES), bytes(9), locator(HUGE_BYTES), end_record(46)],
    "large, and nowhere": [locator(7), end_record(HUGE_BYTES)],
}


@pytest.mark.parametrize("name", LISTS)
def test_a_list_that_would_fill_memory_is_refused_wherever_its_size_is_claimed(tmp_path: Path, name: str) -> None:
    path = hollow(tmp_path / "a.zip", *LISTS[name])
    with little_memory(MAX_DIRECTORY_BYTES + 4 * MB):
        turned = open_zip(lambda: path.open("rb"))
    assert isinstance(turned, Turned)
    assert turned.reason.value == ("unknown_format" if "numbers of parts" in name else "too_large")


sizes = st.sampled_from([0, 46, 1000, MAX_DIRECTORY_BYTES + 1, HUGE_BYTES, 0xFFFFFFFF]) | st.integers(0, 0xFFFFFFFF)
records = st.one_of(
    st.builds(
        end_record, sizes, sizes, part=st.sampled_from([bytes(4), b"PK\x05\x06", b"\xff" * 4]), comment=st.binary(max_size=30)
    ),
    st.builds(large_record, sizes | st.integers(0, 2**64 - 1), sizes),
    st.builds(locator, sizes.map(lambda size: HUGE_BYTES - size % 200) | st.integers(0, 2**64 - 1), parts=st.integers(0, 2)),
    st.binary(max_size=60),
)


@given(tail=st.lists(records, max_size=5))
def test_no_end_of_a_file_makes_the_list_fill_memory(tmp_path_factory: pytest.TempPathFactory, tail: list[bytes]) -> None:
    path = hollow(tmp_path_factory.mktemp("end") / "a.zip", *tail, b"")
    with little_memory(MAX_DIRECTORY_BYTES * 2 + 4 * MB):
        opened = open_zip(lambda: path.open("rb"))
    assert isinstance(opened, Turned | Archive)
    path.unlink()


def test_an_archive_in_the_form_for_large_ones_is_read(tmp_path: Path) -> None:
    body = mixed()
    at = body.rfind(b"PK\x05\x06")
    size, place = struct.unpack_from("<2L", body, at + 12)
    count = len(METHODS)
    large = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, count, count, size, place)
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", *[0xFFFF] * 4, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    assert len(items(parsed_of(tmp_path / "a.zip", body[:at] + large + locator(at) + end))) == ROWS * count


@pytest.mark.parametrize(
    "end",
    [
        [end_record(46, part=b"\x02\x00\x00\x00")],
        [end_record(46, part=b"\x00\x00\x01\x00")],
        [large_record(46, part=1), locator(HUGE_BYTES), end_record(**IN_LARGE)],
        [large_record(46), locator(HUGE_BYTES, parts=3), end_record(**IN_LARGE)],
    ],
)
def test_one_part_of_several_is_said_to_be(tmp_path: Path, end: list[bytes]) -> None:
    path = hollow(tmp_path / "a.zip", *end)
    turned = open_zip(lambda: path.open("rb"))
    assert isinstance(turned, Turned)
    assert (turned.reason.value, turned.detail) == ("unknown_format", "one part of an archive of several")
