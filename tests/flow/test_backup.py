"""Destroyed and restored, a home is what it was; and of a backup that is not what was signed, nothing is used."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flow.conftest import Team
from flow.test_at_rest import secrets
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support import many
from support.homes import Homes, close_connections
from support.limits import files_up_to
from support.sample import ADVOCATES, SAMPLE
from support.terminal import parapet, started

from parapet.domain.errors import BackupBroken, HomeBusy, HomeUnfinished, HomeUnwritable, KeyMissing, KeyWrong, RequestRefused

MAILS = 80
#: Of an import that a backup meets.
UNDERWAY = 399


@pytest.fixture
def boxes(tmp_path: Path) -> list[Path]:
    return many.write(tmp_path / "boxes", MAILS, files=2, shared=5)


@pytest.fixture
def key_copy(home: Any, tmp_path: Path) -> Path:
    """A copy of the key elsewhere, as everybody is told to keep one."""
    copy = tmp_path / "stick.key"
    shutil.copy(home.key_file, copy)
    return copy


def backed_up(target: Path, **given: str) -> dict[str, Any]:
    """Make a backup by the command; what it says."""
    close_connections()
    done = parapet("backup", target, "--json", **given)
    assert done.status == 0, done.err
    told: dict[str, Any] = done.json
    return told


def items(**given: str) -> str:
    done = parapet("items", "--jsonl", **given)
    assert done.status == 0, done.err
    return done.out


def destroy(home: Any) -> None:
    """The disk is gone; the key was elsewhere."""
    close_connections()
    shutil.rmtree(home.home)


def files_of(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


@pytest.mark.slow
@pytest.mark.both_databases
def test_destroyed_and_restored_it_is_what_it_was_on_either_database(
    home: Any, database: str, boxes: list[Path], key_copy: Path, tmp_path: Path, empty_url: Callable[[str], str]
) -> None:
    assert parapet("import", *boxes, "--advocates", ADVOCATES).status == 0
    assert parapet("export", "--all", "-o", tmp_path / "bags").status == 0
    made = backed_up(tmp_path / "target")
    held = items()
    assert held.count("\n") == MAILS
    destroy(home)
    other = "postgresql" if database == "sqlite" else "sqlite"
    for number, kind in enumerate((database, other)):
        new = {"PARAPET_HOME": str(tmp_path / f"new-{number}"), "PARAPET_DATABASE_URL": empty_url(kind)}
        done = parapet("restore", tmp_path / "target", "--home", new["PARAPET_HOME"], "--key-file", key_copy, **new)
        assert done.status == 0, done.err
        health = parapet("check", "--json", **new)
        assert health.status == 0, health.err
        assert (health.json["leaves"], health.json["root"]) == (made["log_size"], made["log_root"])
        assert items(**new) == held
    assert parapet("export", "--all", "-o", tmp_path / "later", **new).status == 0
    trusted = next((tmp_path / "bags").rglob("log-key.txt"))
    for bag in (tmp_path / "later").iterdir():
        assert parapet("verify", bag, "--key", trusted).status == 0
    taken = parapet("import", *boxes, "--json", **new)
    assert (taken.status, taken.json["new"]) == (0, 0), taken.err


@pytest.mark.both_databases
def test_a_second_backup_copies_only_what_is_new(
    home: Any, take_in: Callable[..., Any], boxes: list[Path], tmp_path: Path
) -> None:
    from parapet.actions.back_up import back_up

    take_in(boxes[0], advocates=ADVOCATES)
    first = back_up(tmp_path / "target")
    assert first.packs_copied == first.manifest.packs > 0
    untouched = {path: path.stat().st_mtime_ns for path in files_of(tmp_path / "target")}
    assert back_up(tmp_path / "target").packs_copied == 0
    take_in(boxes[1])
    third = back_up(tmp_path / "target")
    assert third.packs_copied == third.manifest.packs - first.manifest.packs > 0
    assert {path: path.stat().st_mtime_ns for path in untouched} == untouched
    copied = {path.name: path.read_bytes() for path in (tmp_path / "target" / "packs").rglob("*.pack")}
    assert {path.name: path.read_bytes() for path in home.vault.rglob("*.pack")} == copied
    assert {oct(path.stat().st_mode & 0o777) for path in (tmp_path / "target").rglob("*") if path.is_file()} == {"0o600"}
    assert {oct(path.stat().st_mode & 0o777) for path in (tmp_path / "target").rglob("*") if path.is_dir()} == {"0o700"}


def test_a_copy_that_was_cut_off_or_belongs_to_no_whole_backup_is_made_anew(
    home: Any, take_in: Callable[..., Any], boxes: list[Path], tmp_path: Path
) -> None:
    from parapet.actions.back_up import back_up
    from parapet.evidence.shelf import Shelf

    take_in(boxes[0], advocates=ADVOCATES)
    first = back_up(tmp_path / "target")
    one, two, *_ = sorted((tmp_path / "target" / "packs").rglob("*.pack"))
    one.write_bytes(one.read_bytes()[:-1])
    again = back_up(tmp_path / "target")
    assert again.packs_copied == 1
    shelf = Shelf(tmp_path / "target")
    assert len(list(shelf.check(again.manifest))) == again.manifest.packs + 3
    for made in (first, again):
        shutil.rmtree(made.path)
    two.write_bytes(bytes(two.stat().st_size))
    last = back_up(tmp_path / "target")
    assert last.packs_copied == 1, "no list vouches for a pack: what lies there is compared"
    assert len(list(shelf.check(last.manifest))) == last.manifest.packs + 3


def test_an_older_backup_is_restored_by_its_name(
    home: Any, take_in: Callable[..., Any], boxes: list[Path], tmp_path: Path
) -> None:
    from parapet.actions.back_up import back_up

    take_in(boxes[0], advocates=ADVOCATES)
    first = back_up(tmp_path / "target").manifest
    take_in(boxes[1])
    back_up(tmp_path / "target")
    new = tmp_path / "new"
    said = parapet("restore", tmp_path / "target", "--home", new, "--at", first.id, "--key-file", home.key_file)
    assert said.status == 0, said.err
    assert parapet("check", "--json", PARAPET_HOME=str(new)).json["root"] == first.root.hex()
    if not home.on_postgres:
        with contextlib.closing(sqlite3.connect(next(new.glob("*.sqlite*")))) as rows:
            noted = rows.execute("SELECT size FROM records_restoration").fetchall()
        assert noted == [(first.log_size,)], "what was approved before is doubted from here on"


def leaves() -> int:
    from parapet.records.models import LogHead

    return LogHead.objects.get(number=1).size


def stop_between_transactions(running: subprocess.Popen[Any], database: Path) -> bool:
    """Let a command stand still in the middle of its work; False when it had ended.

    Within a transaction of its own it would keep everybody from writing to SQLite: then it goes on a little.
    """
    while True:
        running.send_signal(signal.SIGSTOP)
        if running.poll() is not None:
            return False
        if not database.exists():
            return True  # PostgreSQL, where others write meanwhile
        try:
            with contextlib.closing(sqlite3.connect(database, timeout=0, isolation_level=None)) as other:
                other.execute("BEGIN IMMEDIATE")
            return True
        except sqlite3.OperationalError:
            running.send_signal(signal.SIGCONT)
            time.sleep(0.002)


@pytest.mark.slow
@pytest.mark.both_databases
def test_a_backup_while_an_import_runs_is_of_one_moment(
    home: Any, boxes: list[Path], database: str, key_copy: Path, tmp_path: Path, empty_url: Callable[[str], str]
) -> None:
    more: list[Path] = []
    sizes: dict[str, int] = {}
    for number in range(20):  # again with other mail, should the import have been over before it was stopped
        folder = tmp_path / f"more-{number}"
        mine = many.write(folder, UNDERWAY, files=3, first=number * 1_000)
        more += mine
        began = leaves()
        close_connections()
        running = started(["import", *mine, "--advocates", ADVOCATES])
        while running.poll() is None and leaves() < began + UNDERWAY // 4:
            time.sleep(0.005)
        stopped = stop_between_transactions(running, home.home / "parapet.sqlite3")
        said = backed_up(tmp_path / "target")
        sizes[said["id"]] = said["log_size"]
        running.send_signal(signal.SIGCONT)
        while running.poll() is None and len(sizes) < 4:
            said = backed_up(tmp_path / "target")
            sizes[said["id"]] = said["log_size"]
        assert running.wait(900) == 0
        if stopped and min(sizes.values()) < leaves():
            break
    whole = backed_up(tmp_path / "target")
    early = {name: size for name, size in sizes.items() if size < whole["log_size"]}
    middle = max(early, key=lambda name: early[name])
    new = {"PARAPET_HOME": str(tmp_path / "new"), "PARAPET_DATABASE_URL": empty_url(database)}
    said = parapet("restore", tmp_path / "target", "--home", new["PARAPET_HOME"], "--at", middle, "--key-file", key_copy, **new)
    assert said.status == 0, said.err
    health = parapet("check", "--json", **new)
    assert health.status == 0, health.err
    assert health.json["leaves"] < whole["log_size"]
    taken = parapet("import", *more, "--advocates", ADVOCATES, "--json", **new)
    assert taken.status == 0, taken.err
    assert taken.json["not_judged"] == 0, "what was promised before the backup is done, too"
    assert len(items(**new).splitlines()) == UNDERWAY * (number + 1)


def test_a_restore_killed_before_the_key_is_there_is_told_and_nothing_is_made_in_its_place(
    home: Any, take_in: Callable[..., Any], boxes: list[Path], tmp_path: Path
) -> None:
    from parapet.actions.back_up import back_up

    take_in(boxes[0], advocates=ADVOCATES)
    made = back_up(tmp_path / "target").manifest
    new = tmp_path / "new"
    new.mkdir()
    (new / "restoring.txt").write_text(f"{made.id}\n")
    for command in ("check", "init", "serve"):
        assert HomeUnfinished.code in parapet(command, PARAPET_HOME=str(new)).calm()
    assert [path.name for path in new.rglob("*")] == ["restoring.txt"]
    done = parapet("restore", tmp_path / "target", "--home", new, "--key-file", home.key_file)
    assert done.status == 0, done.err
    assert parapet("check", PARAPET_HOME=str(new)).status == 0


@pytest.mark.slow
def test_a_full_disk_is_said_and_harms_no_earlier_backup(
    home: Any, take_in: Callable[..., Any], boxes: list[Path], tmp_path: Path
) -> None:
    from parapet.actions.back_up import back_up

    take_in(boxes[0], advocates=ADVOCATES)
    back_up(tmp_path / "target")
    before = {path: path.read_bytes() for path in files_of(tmp_path / "target")}
    take_in(boxes[1])
    close_connections()
    said = parapet("backup", tmp_path / "target", before=files_up_to(30_000))
    assert HomeUnwritable.code in said.calm()
    assert {path: path.read_bytes() for path in files_of(tmp_path / "target")} == before
    words = ("restore", tmp_path / "target", "--home", tmp_path / "new", "--key-file", home.key_file)
    assert HomeUnwritable.code in parapet(*words, before=files_up_to(9_000)).calm()
    done = parapet(*words)
    assert done.status == 0, done.err


# What is refused


@pytest.fixture(scope="module")
def shelf(homes: Homes, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small backup, and its key beside it."""
    folder = tmp_path_factory.mktemp("shelf")
    with homes.home(folder / "home", None) as environment:
        close_connections()
        assert parapet("import", SAMPLE / "youtube", "--advocates", ADVOCATES).status == 0
        backed_up(folder / "target")
        shutil.copy(environment.key_file, folder / "key")
    shutil.rmtree(folder / "home")
    return folder


def refused(shelf: Path, place: Path, error: type[Exception] | tuple[type[Exception], ...] = BackupBroken) -> str:
    """Restore in this process, which must be refused before anything is written."""
    from parapet.actions.restore import restore

    with pytest.raises(error) as caught:
        restore(shelf / "target", place, key_file=shelf / "key")
    assert not place.exists()
    return str(caught.value)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(which=st.integers(0), at=st.integers(0), bit=st.integers(0, 7))
def test_one_flipped_bit_anywhere_is_refused_by_name(shelf: Path, which: int, at: int, bit: int) -> None:
    files = files_of(shelf / "target")
    path = files[which % len(files)]
    with path.open("r+b") as file:
        at %= path.stat().st_size
        file.seek(at)
        [byte] = file.read(1)
        file.seek(at)
        file.write(bytes([byte ^ 1 << bit]))
        file.flush()
        try:
            said = refused(shelf, shelf / "new", (BackupBroken, KeyWrong))
        finally:
            file.seek(at)
            file.write(bytes([byte]))
    assert path.name in said or path.name == "manifest.txt"


@pytest.mark.parametrize("way", ["gone", "short", "long", "a link", "a folder", "a pipe"])
@pytest.mark.parametrize("name", ["manifest.txt", "checkpoint.txt", "database.sealed", "packs.txt", "*.pack"])
def test_a_file_that_is_no_longer_one_is_refused_by_name(shelf: Path, name: str, way: str) -> None:
    path = next((shelf / "target").rglob(name))
    kept = path.read_bytes()
    path.unlink()
    if way == "short":
        path.write_bytes(kept[:-1])
    elif way == "long":
        path.write_bytes(kept + b"\n")
    elif way == "a link":
        (shelf / "elsewhere").write_bytes(kept)
        path.symlink_to(shelf / "elsewhere")
    elif way == "a folder":
        path.mkdir()
    elif way == "a pipe":
        os.mkfifo(path)
    try:
        assert path.name in refused(shelf, shelf / "new") or name == "manifest.txt"
    finally:
        path.rmdir() if way == "a folder" else path.unlink(missing_ok=True)
        path.write_bytes(kept)


def test_a_folder_that_is_a_link_is_not_followed(shelf: Path) -> None:
    packs = shelf / "target" / "packs"
    packs.rename(shelf / "elsewhere-packs")
    packs.symlink_to(shelf / "elsewhere-packs")
    try:
        assert "packs" in refused(shelf, shelf / "new")
    finally:
        packs.unlink()
        (shelf / "elsewhere-packs").rename(packs)


def test_a_backup_under_another_s_name_is_refused(shelf: Path) -> None:
    [made] = [path for path in (shelf / "target").iterdir() if path.name != "packs"]
    other = made.with_name("20990101T000000Z-00000000")
    shutil.copytree(made, other)
    try:
        refused(shelf, shelf / "new")
    finally:
        shutil.rmtree(other)


def test_another_key_is_refused_by_its_name(shelf: Path, tmp_path: Path) -> None:
    from parapet.evidence.keys import InstanceKey

    other = InstanceKey.create(tmp_path / "other.key")
    said = parapet("restore", shelf / "target", "--home", tmp_path / "new", "--key-file", tmp_path / "other.key")
    assert KeyWrong.code in said.calm()
    assert other.fingerprint in said.err
    assert not (tmp_path / "new").exists()
    said = parapet("restore", shelf / "target", "--home", tmp_path / "new")
    assert KeyMissing.code in said.calm()


def test_only_an_empty_place_is_filled(home: Any, shelf: Path, tmp_path: Path) -> None:
    close_connections()
    before = {path: path.read_bytes() for path in files_of(home.home)}
    said = parapet("restore", shelf / "target", "--home", home.home)
    assert said.status == 2
    said = parapet("restore", shelf / "target", "--home", home.home, "--key-file", shelf / "key")
    assert RequestRefused.code in said.calm()
    assert {path: path.read_bytes() for path in files_of(home.home)} == before
    (tmp_path / "used").mkdir()
    (tmp_path / "used" / "thesis.docx").write_bytes(b"mine")
    said = parapet("restore", shelf / "target", "--home", tmp_path / "used", "--key-file", shelf / "key")
    assert RequestRefused.code in said.calm()
    assert files_of(tmp_path / "used") == [tmp_path / "used" / "thesis.docx"]


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_only_an_empty_database_is_filled(home: Any, shelf: Path, tmp_path: Path) -> None:
    close_connections()
    said = parapet("restore", shelf / "target", "--home", tmp_path / "new", "--key-file", shelf / "key")
    assert RequestRefused.code in said.calm()
    assert parapet("doctor").status == 0, "the home that uses this database is as it was"


def test_a_backup_is_not_written_into_the_home(home: Any, tmp_path: Path) -> None:
    from parapet.actions.back_up import back_up

    (tmp_path / "link").symlink_to(home.vault)
    for target in (home.vault, home.vault / "a" / "b", home.home, home.home / "backups", tmp_path / "link"):
        with pytest.raises(RequestRefused):
            back_up(target)
    assert files_of(home.vault) == []
    assert not (home.home / "backups").exists()


def test_links_in_the_target_lead_nowhere(home: Any, take_in: Callable[..., Any], boxes: list[Path], tmp_path: Path) -> None:
    take_in(boxes[0], advocates=ADVOCATES)
    close_connections()
    (tmp_path / "target").mkdir()
    (tmp_path / "victim").mkdir()
    (tmp_path / "target" / "packs").symlink_to(tmp_path / "victim")
    (tmp_path / "target" / "unfinished-x").symlink_to(tmp_path / "boxes")
    assert HomeUnwritable.code in parapet("backup", tmp_path / "target").calm()
    assert list((tmp_path / "victim").iterdir()) == []
    assert boxes[0].exists()


def test_two_backups_at_once_into_one_folder_do_not_meet(home: Any, tmp_path: Path) -> None:
    from parapet.actions.back_up import back_up
    from parapet.evidence.shelf import Shelf

    with Shelf(tmp_path / "target").held(), pytest.raises(HomeBusy):
        back_up(tmp_path / "target")
    assert back_up(tmp_path / "target").manifest.packs == 0


@pytest.mark.slow
@pytest.mark.both_databases
def test_without_the_key_a_backup_shows_nothing(
    team: Team, take_in: Callable[..., Any], judge: Callable[[], None], home: Any, tmp_path: Path, database: str
) -> None:
    from parapet.access.inbox import page
    from parapet.access.views import Filters
    from parapet.actions.back_up import back_up
    from parapet.actions.open_case import open_case
    from parapet.actions.write_note import write_note

    take_in(SAMPLE / "mastodon", SAMPLE / "mail", SAMPLE / "x", advocates=ADVOCATES)
    judge()
    rows = page(team.advocate, team.advocate_id, Filters()).rows
    case = open_case(team.advocate, team.advocate_id, "Campaign against Dr. Okwuosa", [r.id for r in rows[:5]])
    write_note(team.advocate, case, "She saw the red RAV4 followed on Tuesday evening.")
    back_up(tmp_path / "target")
    wanted = secrets() | {b"Campaign against Dr. Okwuosa", b"red RAV4 followed", b"Helping Colleague", b"wrapped_key", b"adv_"}
    listed = tmp_path / "wanted.txt"
    listed.write_bytes(b"\n".join(sorted(wanted)) + b"\n")
    files = files_of(tmp_path / "target")
    assert sum(path.stat().st_size for path in files) > 2_500_000
    assert home.key_file.read_bytes().split()[1] not in b"".join(path.read_bytes() for path in files)
    seen = subprocess.run(["grep", "-a", "-o", "-h", "-F", "-f", listed, *files], capture_output=True, check=False)
    assert (seen.returncode, seen.stdout[:500]) == (1, b"")
