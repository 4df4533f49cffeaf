"""Among many files some are damaged, or meet a fault of ours: these are refused by name, and all the others come in."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError
from flow.conftest import Team

from parapet.channels.contract import About, Head, Manifest, channels
from parapet.domain.errors import HomeUnwritable, KeyWrong
from parapet.domain.parsed import Parsed

pytestmark = pytest.mark.both_databases

STUMBLE, WORDS = b"stumble over this, ", b"we know where you live"


def letter(number: int) -> bytes:
    return (
        f"From: w{number}@mail.example\r\nTo: a@clinic.example\r\nSubject: Letter\r\nMessage-ID: <damaged{number}@mail.example>\r\n"
        f"\r\nLetter number {number}.\r\n"
    ).encode()


def packed(*methods: int) -> bytes:
    """A zip of letters, one for each method; the bytes of all but the first are damaged."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for method in methods:
            archive.writestr(f"{method}.eml", letter(method), method)
    body = bytearray(out.getvalue())
    for info in archive.infolist()[1:]:
        start = info.header_offset + 30 + len(info.filename)
        body[start + 9 : start + info.compress_size] = b"\xff" * (info.compress_size - 9)
    return bytes(body)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "theirs"
    made.mkdir()
    for number in (101, 102):
        (made / f"{'az'[number - 101]}.eml").write_bytes(letter(number))
    return made


def told(intake: Any) -> set[tuple[str, str, str]]:
    from parapet.access.intakes import refusals

    return {(Path(each.file).name, each.place, each.reason) for each in refusals(intake)}


def test_each_damaged_member_is_named_and_the_rest_comes_in(team: Team, take_in: Callable[..., Any], folder: Path) -> None:
    methods = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)
    (folder / "m.zip").write_bytes(packed(*methods))
    intake = take_in(folder)
    assert (intake.state, intake.new, intake.files_done) == ("done", 3, 3)
    assert told(intake) == {("m.zip", f"{method}.eml", "damaged_member") for method in methods[1:]}


@pytest.fixture
def stumbling(monkeypatch: pytest.MonkeyPatch) -> Callable[[Exception], None]:
    """`stumbling(error)`: a channel that somebody added to the house raises this at a file that begins so."""

    def add(error: Exception) -> None:
        def recognise(head: Head, /) -> int:
            if head.start.startswith(STUMBLE):
                raise error
            return 0

        def parse(_source: Any, _about: About, /) -> Iterator[Parsed]:
            yield from ()

        monkeypatch.setitem(channels(), "odd", Manifest("odd", "Odd", recognise, parse))

    return add


@pytest.mark.parametrize("error", [RecursionError, ValueError, KeyError, UnicodeError, AssertionError])
def test_a_fault_of_ours_refuses_one_file_and_the_import_goes_on(
    team: Team, take_in: Callable[..., Any], folder: Path, stumbling: Callable[..., None], capsys: Any, error: type[Exception]
) -> None:
    stumbling(error(WORDS.decode()))
    (folder / "m.txt").write_bytes(STUMBLE + WORDS)
    with zipfile.ZipFile(folder / "n.zip", "w") as archive:
        archive.writestr("m.txt", STUMBLE + WORDS)
        archive.writestr("o.eml", letter(103))
    intake = take_in(folder)
    assert (intake.state, intake.new, intake.files_done) == ("done", 3, 4)
    assert told(intake) == {("m.txt", "", "reader_failed"), ("n.zip", "m.txt", "reader_failed")}
    said = "".join(capsys.readouterr())
    assert error.__name__ in said
    assert WORDS.decode() not in said


@pytest.mark.parametrize("error", [HomeUnwritable(), KeyWrong(), OperationalError(), MemoryError()])
def test_an_error_of_the_home_is_not_the_files_and_stops_the_import(
    team: Team, take_in: Callable[..., Any], folder: Path, stumbling: Callable[..., None], error: Exception
) -> None:
    from parapet.records.models import Intake

    stumbling(error)
    (folder / "m.txt").write_bytes(STUMBLE)
    with pytest.raises(type(error)):
        take_in(folder)
    stopped = Intake.objects.get()
    assert stopped.state == "failed"
    assert stopped.ended_at is not None
