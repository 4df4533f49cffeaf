"""A folder from a stranger: what is no plain file is never opened, and odd names lose nothing."""

from __future__ import annotations

import json
import os
import socket
from pathlib import Path
from typing import Any

import pytest

from .conftest import mail


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "theirs"
    made.mkdir()
    return made


def sources() -> list[int]:
    from parapet.records.models import Source

    return sorted(Source.objects.values_list("size_bytes", flat=True))


def take_in(*paths: Path) -> Any:
    from parapet.actions.import_paths import import_paths

    return import_paths(list(paths))


def test_nothing_but_plain_files_within_the_folder_is_opened(
    home: Any, cast: Any, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Opening the pipe would wait for ever, and reading the device would never end."""
    outside = folder.parent / "outside.eml"
    outside.write_bytes(mail("outside", "Not theirs to send."))
    before = sources()
    os.mkfifo(folder / "pipe")
    (folder / "zero").symlink_to("/dev/zero")
    (folder / "link").symlink_to(outside)
    (folder / "circle").symlink_to(folder / "circle")
    (folder / "letter.eml").write_bytes(mail("inside", "A letter."))
    with socket.socket(socket.AF_UNIX) as listening:
        with monkeypatch.context() as there:  # the whole path may be longer than the address of a socket
            there.chdir(folder)
            listening.bind("socket")
        intake = take_in(folder)
    assert (intake.new, intake.refused) == (1, 5)
    assert intake.found == intake.new + intake.already + intake.refused
    assert len(sources()) == len(before) + 1, "only the letter was sealed"


def test_a_pipe_named_by_itself_is_refused(home: Any, cast: Any, folder: Path) -> None:
    os.mkfifo(folder / "pipe")
    intake = take_in(folder / "pipe")
    assert (intake.new, intake.refused) == (0, 1)


def test_names_that_cannot_be_shown_lose_nothing(home: Any, cast: Any, folder: Path) -> None:
    """Names of bytes that are no text, and names that differ only in what is not shown."""
    for number, name in enumerate([b"\xff\xfe.eml", b"\x01.eml", b"\x02.eml", b"\x1b[31mred.eml", b"line\nbreak.eml"]):
        Path(os.fsdecode(os.fsencode(folder) + b"/" + name)).write_bytes(mail(f"odd{number}", f"Letter {number}."))
    before = sources()
    intake = take_in(folder)
    assert (intake.new, intake.refused) == (5, 0)
    assert len(sources()) == len(before) + 5


def test_a_file_that_vanishes_while_it_is_read_is_refused(home: Any, cast: Any, folder: Path, monkeypatch: Any) -> None:
    """Without its seal there is no proof, and so no item; the others come in."""
    from parapet.actions import take_in as room

    (folder / "a.eml").write_bytes(mail("a", "First."))
    (folder / "b.eml").write_bytes(mail("b", "Second."))

    real = room.seal_source

    def fails_once(stream: Any) -> Any:
        if Path(stream.name).name == "a.eml":
            raise OSError("gone")
        return real(stream)

    monkeypatch.setattr(room, "seal_source", fails_once)
    intake = take_in(folder)
    assert (intake.found, intake.new, intake.refused) == (2, 1, 1)


def test_a_mailbox_that_grows_while_it_is_read_is_taken_in_as_it_was_sealed(
    home: Any, cast: Any, folder: Path, monkeypatch: Any
) -> None:
    """A mail that arrives in between is not proven by a digest of the mailbox without it. It comes in the next time."""
    import hashlib

    from parapet.access import opening
    from parapet.actions import take_in as room
    from parapet.actions.seal_source import open_source
    from parapet.records.models import LogEntry, Occurrence, Source, Version

    box = folder / "box.mbox"
    first = b"From a Mon Jan  1 00:00:00 2024\n" + mail("a", "First.") + b"\n"
    box.write_bytes(first)
    real = room.seal_source

    def then_grows(stream: Any) -> Any:
        done = real(stream)
        with box.open("ab") as more:
            more.write(b"From b Mon Jan  1 00:00:01 2024\n" + mail("b", "Second.") + b"\n")
        return done

    monkeypatch.setattr(room, "seal_source", then_grows)
    before = set(Version.objects.values_list("number", flat=True))
    assert take_in(folder).new == 1
    monkeypatch.undo()
    [version] = Version.objects.exclude(number__in=before)
    key = opening.item_key(version.item, opening.locker_of(version.item.advocate))
    leaf = json.loads(opening.leaf_bytes(LogEntry.objects.get(index=version.log_index), key))
    source = Source.objects.latest("sealed_at")
    assert leaf["source_mark"] == room.mark_of(source)
    assert hashlib.sha256(first).hexdigest() not in json.dumps(leaf), "it would confirm a guess of the rest of the file"
    with open_source(source) as sealed:
        assert sealed.read() == first
        sealed.seek(Occurrence.objects.get(version=version).offset)
        assert sealed.read(leaf["length"]) == opening.original_bytes(version, key)
    again = take_in(folder)
    assert (again.new, again.already) == (1, 1)
