"""Among many files some are damaged: these are refused by name, and all the others come in."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flow.conftest import Team

pytestmark = pytest.mark.both_databases


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
