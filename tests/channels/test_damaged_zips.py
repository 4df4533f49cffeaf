"""Zips that are damaged: each damaged member is refused by its name, the others come in, and memory stays small."""

from __future__ import annotations

import io
import struct
import time
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.filelike import items, parsed_of, read
from support.zips import MB, METHODS, ROWS, little_memory, mixed, packed, table

from parapet.channels import containers
from parapet.channels.archives import Archive
from parapet.channels.containers import NotOpened, walk
from parapet.channels.unpacking import MAX_WINDOW_BYTES
from parapet.domain.parsed import Refused


def texts(parsed: list[object]) -> list[str]:
    return [item.text for item in items(parsed)]  # type: ignore[arg-type]


def test_every_method_is_unpacked(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(mixed())
    reads, turned = read(tmp_path / "a.zip")
    assert [each.source.member for each in reads] == [f"{name}.csv" for name in METHODS]
    assert all(len(items(each.parsed)) == ROWS for each in reads)
    assert not turned


@given(name=st.sampled_from(list(METHODS)), at=st.integers(0), xor=st.integers(1, 255), cut=st.booleans())
def test_a_damaged_member_is_refused_by_its_name_and_the_others_come_in(
    tmp_path_factory: pytest.TempPathFactory, name: str, at: int, xor: int, cut: bool
) -> None:
    body = bytearray(mixed())
    place = packed(mixed(), f"{name}.csv")
    at = place.start + at % (place.stop - place.start)
    if cut:
        body[at : place.stop] = bytes(place.stop - at)
    else:
        body[at] ^= xor
    path = tmp_path_factory.mktemp("damaged") / "a.zip"
    path.write_bytes(body)
    reads, turned = read(path)
    whole = {each.source.member: len(items(each.parsed)) for each in reads}
    assert whole == {f"{other}.csv": ROWS for other in METHODS if f"{other}.csv" in whole}
    assert set(whole) >= {f"{other}.csv" for other in METHODS if other != name}
    # A bit that nothing depends on, at the end of a stream, may turn without harm.
    if f"{name}.csv" not in whole:
        [refused] = [each.refused for each in turned]
        assert (refused.reason.value, refused.place.member) == ("damaged_member", f"{name}.csv")


@given(
    flips=st.lists(st.tuples(st.integers(0), st.integers(1, 255)), min_size=1, max_size=12),
    end=st.none() | st.integers(0),
    near=st.sampled_from(["anywhere", "list", "end"]),
)
def test_no_damage_to_a_zip_keeps_other_files_out(
    tmp_path_factory: pytest.TempPathFactory, flips: list[tuple[int, int]], end: int | None, near: str
) -> None:
    """Any bytes of it, anywhere: its members, their headers, the list of them, its end; or its end cut off."""
    body = bytearray(mixed())
    first = {"anywhere": 0, "list": body.find(b"PK\x01\x02"), "end": body.rfind(b"PK\x05\x06")}[near]
    for at, xor in flips:
        body[first + at % (len(body) - first)] ^= xor
    folder = tmp_path_factory.mktemp("flipped")
    (folder / "a.csv").write_bytes(table("first"))
    (folder / "b.zip").write_bytes(body if end is None else body[: end % len(body)])
    (folder / "c.csv").write_bytes(table("last"))
    (folder / "d.zip").write_bytes(mixed())
    reads, turned = read(folder)
    count = {(Path(each.source.file).name, each.source.member): len(items(each.parsed)) for each in reads}
    assert count["a.csv", ""] == count["c.csv", ""] == ROWS
    assert all(count["d.zip", f"{name}.csv"] == ROWS for name in METHODS)
    # What came in of the zip is what was packed, and all else has its reason.
    for each in reads:
        if Path(each.source.file).name == "b.zip" and each.source.member.partition(".")[0] in METHODS:
            assert texts(each.parsed) in ([], texts(parsed_of(folder.parent / "one", table(each.source.member[:-4]))))
    assert not [each for each in turned if each.refused.reason.value == "reader_failed"]
    assert not [one for each in reads for one in each.parsed if isinstance(one, Refused) and "stopped" in one.detail]


@pytest.mark.parametrize("method", ["bzip2", "lzma"])
def test_a_bomb_is_stopped_in_little_memory_whatever_packed_it(tmp_path: Path, method: str) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", METHODS[method]) as archive, archive.open("a.csv", "w") as member:
        for _ in range(100):
            member.write(bytes(MB))
    with little_memory(24 * MB):
        [each] = walk([path])
    assert isinstance(each, NotOpened)
    assert (each.refused.reason.value, each.refused.place.member) == ("bomb", "a.csv")


def test_a_window_that_would_fill_memory_is_refused_by_name_and_is_never_larger_than_the_file(tmp_path: Path) -> None:
    small, large = bytearray(mixed()), io.BytesIO()
    with zipfile.ZipFile(large, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("large.csv", bytes(MAX_WINDOW_BYTES + 1))
    long = bytearray(large.getvalue())
    for body, name in ((small, "lzma.csv"), (long, "large.csv")):
        struct.pack_into("<L", body, packed(bytes(body), name).start + 5, 0xFFFFFFFF)
    assert len(items(parsed_of(tmp_path / "a.zip", bytes(small)))) == ROWS * len(METHODS)
    [refused] = parsed_of(tmp_path / "b.zip", bytes(long))
    assert isinstance(refused, Refused)
    assert (refused.reason.value, refused.place.member) == ("too_large", "large.csv")


def test_members_beyond_counting_are_read_in_the_time_of_reading_them(tmp_path: Path) -> None:
    """The list is read once, and not again for each of them."""
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(8_000):
            archive.writestr(f"{number}.txt", b"x")
    began = time.process_time()
    assert sum(1 for _ in walk([path])) == 8_000
    assert time.process_time() - began < 300


def test_a_fault_of_ours_at_one_file_is_written_down_and_the_others_come_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def stumble(_path: Path) -> Archive:
        raise ZeroDivisionError("we know where you live")

    monkeypatch.setattr(containers, "open_zip", stumble)
    (tmp_path / "a.csv").write_bytes(table("first"))
    (tmp_path / "b.zip").write_bytes(mixed())
    (tmp_path / "c.csv").write_bytes(table("last"))
    reads, [turned] = read(tmp_path)
    assert [len(items(each.parsed)) for each in reads] == [ROWS, ROWS]
    assert (turned.refused.reason.value, turned.refused.detail, turned.path) == (
        "reader_failed", "ZeroDivisionError", tmp_path / "b.zip",
    )  # fmt: skip
    said = "".join(capsys.readouterr())
    assert "ZeroDivisionError" in said
    assert "where you live" not in said
