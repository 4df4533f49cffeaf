"""Walking folders and archives, hostile ones among them."""

from __future__ import annotations

import gzip
import io
import os
import stat
import struct
import warnings
import zipfile
from pathlib import Path, PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.filelike import items, parsed_of, read, reasons

from parapet.channels import archives
from parapet.channels.containers import NotOpened, Source, parse_source, walk
from parapet.channels.contract import channels
from parapet.domain.parsed import Passed, Refused

TABLE = b"author,text\r\nrude,Shame on you.\r\n"


def zipped(*members: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # the same name twice is wanted
        with zipfile.ZipFile(out, "w", method) as archive:
            for name, body in members:
                archive.writestr(name, body)
    return out.getvalue()


def test_folders_are_walked_in_order_and_links_that_lead_out_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret.csv").write_bytes(TABLE)
    home = tmp_path / "home"
    (home / "b").mkdir(parents=True)
    (home / "b" / "two.csv").write_bytes(TABLE)
    (home / "a.csv").write_bytes(TABLE)
    (home / "leak.csv").symlink_to(tmp_path / "secret.csv")
    (home / "up").symlink_to(tmp_path)
    (home / "round").symlink_to(home)
    reads, turned = read(home)
    assert [each.source.file for each in reads] == [str(home / "a.csv"), str(home / "b" / "two.csv")]
    assert [(each.file, each.refused.reason.value) for each in turned] == [
        (str(home / "leak.csv"), "unsafe_name"),
        (str(home / "up"), "unsafe_name"),
    ]


def test_pipes_and_missing_files_are_named_and_never_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    _, turned = read(tmp_path, tmp_path / "nowhere.json")
    assert [(Path(each.file).name, each.refused.reason.value) for each in turned] == [
        ("pipe", "unreadable"),
        ("nowhere.json", "unreadable"),
    ]


def test_a_file_that_goes_away_meanwhile_is_unreadable(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(TABLE)
    (source,) = walk([path])
    assert isinstance(source, Source)
    path.unlink()
    assert reasons(parse_source(source)) == ["unreadable"]


def test_a_file_name_that_is_no_text_is_still_shown(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"caf\xe9\x1b[31m.csv")).write_bytes(TABLE)
    reads, _ = read(tmp_path)
    assert reads[0].source.file.endswith("caf\ufffd\ufffd[31m.csv")
    assert len(items(reads[0].parsed)) == 1


def test_members_are_read_with_their_siblings_and_the_archive_is_named_for_sealing(tmp_path: Path) -> None:
    path = tmp_path / "export.bin"
    path.write_bytes(zipped(("data/a.csv", TABLE), ("data/note.txt", b"hello")))
    seen = []
    for each in walk([path]):
        assert isinstance(each, Source)
        assert each.container == path
        with each.open() as one, each.open() as other:  # two readers do not disturb each other
            assert one.read(3) == other.read(3)
            one.seek(0)
            assert len(one.read()) == each.size_bytes
        assert each.sibling("data/note.txt") == b"hello"
        assert each.sibling("data/none") is None
        assert each.sibling("../data/note.txt") is None
        seen.append(each.member)
    assert seen == ["data/a.csv", "data/note.txt"]


def test_a_source_can_be_opened_after_the_walk_has_gone_on(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(zipped(("a.csv", TABLE), ("b.csv", TABLE + b"rude,Again.\r\n")))
    (tmp_path / "c.csv.gz").write_bytes(gzip.compress(TABLE))
    sources = [each for each in walk([tmp_path]) if isinstance(each, Source)]
    assert [len(items(parse_source(each))) for each in sources] == [1, 2, 1]
    assert [each.member for each in sources] == ["a.csv", "b.csv", "c.csv"]


def test_an_unpacked_export_finds_its_neighbours_within_the_named_folder_only(tmp_path: Path) -> None:
    (tmp_path / "outside.js").write_bytes(b"secret")
    data = tmp_path / "export" / "data"
    data.mkdir(parents=True)
    (data / "a.csv").write_bytes(TABLE)
    (data / "account.js").write_bytes(b"{}")
    (source, *_) = [each for each in walk([tmp_path / "export"]) if isinstance(each, Source)]
    assert source.sibling("data/account.js") == b"{}"
    assert source.sibling("outside.js") is None
    assert source.sibling("../outside.js") is None
    assert source.sibling(str(tmp_path / "outside.js")) is None


def test_pictures_and_settings_of_a_known_export_are_passed_over_and_an_unknown_archive_is_refused(tmp_path: Path) -> None:
    picture = b"\xff\xd8\xff\xe0" + b"\x00" * 64
    known = parsed_of(tmp_path / "known.zip", zipped(("settings.json", b'{"theme": 1}'), ("a.csv", TABLE), ("p.jpg", picture)))
    assert [one.kind for one in known if isinstance(one, Passed)] == ["other file of an export", "media file"]
    assert reasons(known) == []
    assert reasons(parsed_of(tmp_path / "unknown.zip", zipped(("settings.json", b'{"theme": 1}')))) == ["unknown_format"]


def test_an_office_document_is_no_folder_of_exports(tmp_path: Path) -> None:
    assert reasons(parsed_of(tmp_path / "a.docx", zipped(("[Content_Types].xml", b"<x/>"), ("word/a.csv", TABLE)))) == [
        "unknown_format"
    ]


def test_what_lists_those_we_protect_is_no_message(tmp_path: Path) -> None:
    (one,) = parsed_of(tmp_path / "people.json", b'[{"id": "a", "name": "Dr. Ada Example", "handles": {"bluesky": {}}}]')
    assert isinstance(one, Passed)
    assert one.kind == "advocates file"


def test_encrypted_members_are_said_to_be(tmp_path: Path) -> None:
    body = bytearray(zipped(("a.csv", TABLE), ("b.csv", TABLE), method=zipfile.ZIP_STORED))
    central = body.find(b"PK\x01\x02")
    body[central + 8] |= 1
    body[6] |= 1
    parsed = parsed_of(tmp_path / "a.zip", bytes(body))
    assert reasons(parsed) == ["encrypted"]
    assert len(items(parsed)) == 1


def test_an_unknown_method_of_packing_is_said_to_be(tmp_path: Path) -> None:
    body = bytearray(zipped(("a.csv", TABLE), method=zipfile.ZIP_STORED))
    struct.pack_into("<H", body, 8, 97)
    struct.pack_into("<H", body, body.find(b"PK\x01\x02") + 10, 97)
    (refused,) = parsed_of(tmp_path / "a.zip", bytes(body))
    assert isinstance(refused, Refused)
    assert (refused.reason.value, refused.place.member) == ("unknown_format", "a.csv")


def test_a_truncated_or_damaged_gzip_is_refused(tmp_path: Path) -> None:
    whole = gzip.compress(os.urandom(5000))
    assert reasons(parsed_of(tmp_path / "a.gz", whole[:2000])) == ["truncated"]
    damaged = bytearray(whole)
    damaged[-6] ^= 1
    assert reasons(parsed_of(tmp_path / "b.gz", bytes(damaged))) == ["damaged_member"]
    assert reasons(parsed_of(tmp_path / "c.gz", gzip.compress(zipped(("a.csv", TABLE))))) == ["nested_archive"]


def test_members_that_share_their_bytes_may_not_expand_beyond_the_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "RATIO_COUNTS_FROM_BYTES", 10_000)
    monkeypatch.setattr(archives, "MAX_RATIO", 20)
    members = [(f"{n}.csv", b"author,text\r\n" + b"rude,no\r\n" * 900) for n in range(60)]
    _, turned = read_bytes(tmp_path, zipped(*members))
    assert turned
    assert {each.refused.reason.value for each in turned} <= {"bomb", "too_large"}


def read_bytes(tmp_path: Path, body: bytes) -> tuple[list[object], list[NotOpened]]:
    (tmp_path / "a.zip").write_bytes(body)
    reads, turned = read(tmp_path / "a.zip")
    return list(reads), turned


def test_a_directory_that_would_fill_memory_is_refused_before_it_is_read(tmp_path: Path) -> None:
    body = bytearray(zipped(("a.csv", TABLE)))
    struct.pack_into("<L", body, body.rfind(b"PK\x05\x06") + 12, 500_000_000)
    assert reasons(parsed_of(tmp_path / "a.zip", bytes(body))) == ["too_large"]


def test_other_archives_are_not_opened(tmp_path: Path) -> None:
    assert reasons(parsed_of(tmp_path / "a.rar", b"Rar!\x1a\x07\x00" + b"x" * 100)) == ["unknown_format"]
    assert reasons(parsed_of(tmp_path / "a.tar", b"a.csv".ljust(257, b"\x00") + b"ustar\x00" + b"x" * 500)) == ["unknown_format"]


@given(
    names=st.lists(
        st.one_of(
            st.text(min_size=1, max_size=40),
            st.lists(
                st.sampled_from(["..", ".", "a", "C:", "/", "\\", "~", "con", "\x00", "\u202e"]), min_size=1, max_size=6
            ).map("/".join),
        ),
        min_size=1,
        max_size=6,
    ),
    modes=st.lists(st.sampled_from([0, stat.S_IFREG | 0o644, stat.S_IFLNK | 0o777, stat.S_IFIFO]), min_size=6, max_size=6),
)
def test_no_name_in_a_zip_leads_out_of_it(tmp_path_factory: pytest.TempPathFactory, names: list[str], modes: list[int]) -> None:
    out = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        with zipfile.ZipFile(out, "w") as archive:
            for name, mode in zip(names, modes, strict=False):
                info = zipfile.ZipInfo("x")
                info.filename = name.encode("utf-8", "replace").decode()
                info.external_attr, info.create_system = mode << 16, 3
                archive.writestr(info, TABLE)
    path = tmp_path_factory.mktemp("names") / "a.zip"
    path.write_bytes(out.getvalue())
    for each in walk([path]):
        if isinstance(each, NotOpened):
            assert each.refused.place.member.isprintable()
            continue
        member = PurePosixPath(each.member)
        assert not member.is_absolute()
        assert ".." not in member.parts
        assert "\\" not in each.member
        assert "\x00" not in each.member
        assert each.member[1:2] != ":"


@given(
    body=st.binary(max_size=2000),
    lead=st.sampled_from([b"", b"PK\x03\x04", b"\x1f\x8b\x08", b"From a@b 12:00 2026\nFrom: x\n\n"]),
)
def test_any_bytes_come_out_as_items_or_reasons(tmp_path_factory: pytest.TempPathFactory, body: bytes, lead: bytes) -> None:
    parsed = parsed_of(tmp_path_factory.mktemp("any") / "a", lead + body)
    assert parsed
    assert not [one for one in parsed if isinstance(one, Refused) and "stopped" in one.detail]


def test_every_channel_says_what_it_is() -> None:
    for name, manifest in channels().items():
        assert manifest.name == name
        assert manifest.title
