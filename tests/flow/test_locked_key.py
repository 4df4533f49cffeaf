"""Every tool works with a key that is locked, whatever locks it; and from the recovery sheet alone a home comes back."""

from __future__ import annotations

import contextlib
import os
import pty
import re
import select
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from support import many
from support.homes import close_connections, forget_caches
from support.ports import free_port
from support.sample import ADVOCATES
from support.terminal import PARAPET, parapet, surroundings

from parapet.domain.errors import KeyLocked, KeyWrong, RequestRefused
from parapet.evidence import keyfile
from parapet.evidence.keyfile import Stretch
from parapet.evidence.keys import InstanceKey

WORDS = "five words nobody else joins"
MAILS = 20


@pytest.fixture
def boxes(tmp_path: Path) -> list[Path]:
    return many.write(tmp_path / "boxes", MAILS, files=1, shared=0)


@pytest.fixture
def words(tmp_path: Path) -> Path:
    path = tmp_path / "words"
    path.write_text(WORDS)
    return path


def under_a_passphrase(home: Any, words: Path) -> dict[str, str]:
    assert parapet("key", "passphrase", "--new-passphrase-file", words).status == 0
    return {"PARAPET_PASSPHRASE_FILE": str(words)}


def under_a_command(home: Any, words: Path) -> dict[str, str]:
    tool = words.with_name("kms")
    tool.write_text(f"#!{sys.executable}\nprint('ab' * 32)\n")
    tool.chmod(0o700)
    given = {"PARAPET_KEY_COMMAND": str(tool)}
    assert parapet("key", "command", **given).status == 0
    return given


def under_the_keyring(home: Any, words: Path) -> dict[str, str]:
    """A backend of the library's own kind, named to it by its own variable."""
    folder = words.with_name("backend")
    folder.mkdir()
    (folder / "ring_in_a_file.py").write_text(
        "from pathlib import Path\n"
        "from keyring.backend import KeyringBackend\n"
        f"AT = Path({str(folder)!r})\n"
        "class Ring(KeyringBackend):\n"
        "    priority = 1\n"
        "    def get_password(self, service, username):\n"
        "        at = AT / (service + '-' + username)\n"
        "        return at.read_text() if at.exists() else None\n"
        "    def set_password(self, service, username, password):\n"
        "        (AT / (service + '-' + username)).write_text(password)\n"
        "    def delete_password(self, service, username):\n"
        "        (AT / (service + '-' + username)).unlink()\n"
    )
    path = os.pathsep.join(filter(None, [os.environ.get("PYTHONPATH"), str(folder)]))
    given = {"PYTHON_KEYRING_BACKEND": "ring_in_a_file.Ring", "PYTHONPATH": path}
    assert parapet("key", "keyring", **given).status == 0
    return given


@pytest.mark.slow
@pytest.mark.parametrize("locking", [under_a_passphrase, under_a_command, under_the_keyring])
def test_every_tool_works_and_without_what_unlocks_it_none(
    home: Any, boxes: list[Path], words: Path, tmp_path: Path, locking: Any
) -> None:
    close_connections()
    secret = InstanceKey.load(home.key_file).secret
    given = locking(home, words)
    source = keyfile.read(home.key_file).lock.source
    assert source in locking.__name__
    assert parapet("import", *boxes, "--advocates", ADVOCATES, **given).status == 0
    held = parapet("items", "--jsonl", **given).out
    assert held.count("\n") == MAILS
    assert parapet("export", "--all", "-o", tmp_path / "bags", **given).status == 0
    assert parapet("doctor", **given).status == 0
    assert parapet("key", "rotate", **given).status == 0
    assert keyfile.read(home.key_file).lock.source == source
    assert parapet("backup", tmp_path / "target", **given).status == 0
    shutil.copy(home.key_file, tmp_path / "stick.key")
    nothing = {name: "" for name in given if name.startswith("PARAPET")} | (
        {"PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"} if source == "keyring" else {}
    )
    for command in (["check"], ["items", "--jsonl"], ["key", "show"], ["key", "recovery", "--text"], ["backup", tmp_path / "b"]):
        assert KeyLocked.code in parapet(*command, **{**given, **nothing}).calm()
    new = {**given, "PARAPET_HOME": str(tmp_path / "new")}
    done = parapet("restore", tmp_path / "target", "--home", tmp_path / "new", "--key-file", tmp_path / "stick.key", **new)
    assert done.status == 0, done.err
    assert keyfile.read(tmp_path / "new" / "keys" / "instance.key").lock.source == source, "locked as it was"
    assert parapet("check", **new).status == 0
    assert parapet("items", "--jsonl", **new).out == held
    shown = parapet("key", "show", "--json", **given)
    assert secret.hex() not in shown.out + shown.err
    assert parapet("key", "plain", **given).status == 0
    assert parapet("check").status == 0


def test_a_wrong_passphrase_opens_nothing_and_a_short_one_is_refused(home: Any, words: Path) -> None:
    close_connections()
    given = under_a_passphrase(home, words)
    other = words.with_name("other")
    other.write_text("four words and another")
    said = parapet("check", PARAPET_PASSPHRASE_FILE=str(other))
    assert KeyWrong.code in said.calm()
    assert WORDS not in said.err
    assert "four words" not in said.err
    assert parapet("key", "passphrase", "--new-passphrase-file", other, **given).status == 0
    assert KeyWrong.code in parapet("check", **given).calm()
    assert parapet("check", PARAPET_PASSPHRASE_FILE=str(other)).status == 0
    words.write_text("short")
    changed = parapet("key", "passphrase", "--new-passphrase-file", words, PARAPET_PASSPHRASE_FILE=str(other))
    assert RequestRefused.code in changed.calm()
    said = parapet("check", LANG="fr_CA.UTF-8")
    assert "phrase de passe" in said.calm()


# From the sheet alone


@pytest.mark.both_databases
def test_a_home_that_was_destroyed_comes_back_from_its_backup_and_the_sheet(
    home: Any, database: str, boxes: list[Path], tmp_path: Path
) -> None:
    close_connections()
    assert parapet("import", *boxes, "--advocates", ADVOCATES).status == 0
    assert parapet("backup", tmp_path / "before").status == 0
    assert parapet("key", "rotate").status == 0
    assert parapet("backup", tmp_path / "after").status == 0
    held = parapet("items", "--jsonl").out
    sheet = parapet("key", "recovery", "--text")
    assert sheet.status == 0
    show = parapet("key", "show", "--json").json
    forget_caches()
    shutil.rmtree(home.home)
    for number, backup in enumerate(("after", "before")):
        new = {"PARAPET_HOME": str(tmp_path / f"new-{number}"), "PARAPET_DATABASE_URL": ""}
        assert parapet("key", "recover", stdin=sheet.out.encode(), **new).status == 0
        done = parapet("restore", tmp_path / backup, "--home", new["PARAPET_HOME"], **new)
        assert done.status == 0, done.err
        assert parapet("check", **new).status == 0
        assert parapet("items", "--jsonl", **new).out == held
        assert parapet("key", "show", "--json", **new).json == {**show, "file": f"{new['PARAPET_HOME']}/keys/instance.key"}
        again = parapet("key", "recover", stdin=sheet.out.encode(), **new)
        assert RequestRefused.code in again.calm(), "a key that is there is not replaced"
        assert parapet("key", "recover", "--replace", stdin=sheet.out.encode(), **new).status == 0
        assert parapet("check", **new).status == 0


def test_a_sheet_of_before_says_that_it_is_too_old(home: Any, boxes: list[Path], tmp_path: Path) -> None:
    close_connections()
    assert parapet("import", *boxes, "--advocates", ADVOCATES).status == 0
    sheet = parapet("key", "recovery", "--text").out
    assert parapet("key", "rotate").status == 0
    assert parapet("backup", tmp_path / "target").status == 0
    new = {"PARAPET_HOME": str(tmp_path / "new")}
    assert parapet("key", "recover", stdin=sheet.encode(), **new).status == 0
    said = parapet("restore", tmp_path / "target", "--home", tmp_path / "new", **new).calm()
    assert "generation 2" in said
    assert KeyWrong.code in said


def test_a_sheet_that_was_typed_badly_writes_no_key(tmp_path: Path, home: Any) -> None:
    sheet = parapet("key", "recovery", "--text").out
    typed = re.sub(r"(?m)^03  (.)", lambda m: "03  " + ("A" if m[1] != "A" else "B"), sheet)
    said = parapet("key", "recover", "--home", tmp_path / "new", stdin=typed.encode())
    assert "Line 3" in said.calm()
    assert not (tmp_path / "new" / "keys" / "instance.key").exists()
    for raw in (b"", b"\xff\x00", b"# nothing\n", b"A" * 200_000):
        assert RequestRefused.code in parapet("key", "recover", "--home", tmp_path / "new", stdin=raw).calm()


def test_the_sheet_is_written_for_this_user_alone_and_replaces_nothing(home: Any, tmp_path: Path) -> None:
    for language in ("en", "fr-ca"):
        target = tmp_path / f"{language}.pdf"
        assert parapet("key", "recovery", "-o", target, "--language", language).status == 0
        assert (target.stat().st_mode & 0o777, target.read_bytes()[:5]) == (0o600, b"%PDF-")
    assert RequestRefused.code in parapet("key", "recovery", "-o", target).calm()
    assert RequestRefused.code in parapet("key", "recovery").calm()


# On a terminal


@contextlib.contextmanager
def on_a_terminal(*typed: str | Path) -> Iterator[tuple[int, int]]:
    """`parapet` with these words on a terminal of its own: its process, and the terminal's other end."""
    pid, end = pty.fork()
    if pid == 0:
        os.execve(PARAPET, ["parapet", *map(str, typed)], surroundings())
    try:
        yield pid, end
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
        until = time.monotonic() + 120
        while time.monotonic() < until and os.waitpid(pid, os.WNOHANG)[0] == 0:
            with contextlib.suppress(OSError):
                if select.select([end], [], [], 0.1)[0]:
                    os.read(end, 10_000)
        os.close(end)


def read_until(end: int, wanted: str, timeout_s: float = 600.0) -> str:
    shown, until = "", time.monotonic() + timeout_s
    while wanted not in shown:
        assert time.monotonic() < until, shown
        if select.select([end], [], [], 0.2)[0]:
            try:
                shown += os.read(end, 10_000).decode("utf-8", "replace")
            except OSError:
                raise AssertionError(shown) from None
    return shown


@pytest.mark.slow
def test_serve_asks_once_for_all_its_processes_and_shows_the_passphrase_to_nobody(home: Any) -> None:
    close_connections()
    key = InstanceKey.load(home.key_file)
    lock = keyfile.passphrase_lock(WORDS, Stretch(memory_kib=64, passes=1, lanes=1))
    keyfile.replace(home.key_file, keyfile.line_of(key.to_bytes(), lock))
    port = free_port()
    with on_a_terminal("serve", "--no-browser", "--port", str(port)) as (pid, end):
        shown = read_until(end, "Passphrase of the key: ")
        os.write(end, b"not this one\n")
        shown += read_until(end, "Passphrase of the key: ")
        os.write(end, WORDS.encode() + b"\n")
        shown += read_until(end, "/enter/")
        assert WORDS not in shown
        family = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
        assert len(family) >= 4
        for secret in (WORDS, lock.key.hex(), key.secret.hex()):
            assert not [p for p in family if secret in " ".join([*p.cmdline(), *p.environ().values()])]
        worker = next(p for p in family if p.cmdline()[-1] == "worker")
        worker.kill()
        shown = read_until(end, "started again")
        until = time.monotonic() + 300
        while not [p for p in psutil.Process(pid).children() if p.cmdline()[-1:] == ["worker"] and p.pid != worker.pid]:
            assert time.monotonic() < until
            time.sleep(0.1)
        time.sleep(3)
        assert len([p for p in psutil.Process(pid).children() if p.cmdline()[-1:] == ["worker"]]) == 1
        forget_caches()
        refused = subprocess.run(
            [PARAPET, "key", "rotate"],
            env=surroundings(PARAPET_PASSPHRASE_FILE=str(_file(home, WORDS))), capture_output=True, check=False, timeout=600,
        )  # fmt: skip
        assert b"home.busy" in refused.stderr


def _file(home: Any, text: str) -> Path:
    path = Path(home.home).with_name("typed")
    path.write_text(text)
    return path


def test_the_lines_of_a_sheet_are_typed_one_by_one_and_a_wrong_one_is_asked_for_again(home: Any, tmp_path: Path) -> None:
    lines = [line for line in parapet("key", "recovery", "--text").out.splitlines() if line[:2].isdigit()]
    with on_a_terminal("key", "recover", "--home", tmp_path / "new") as (_pid, end):
        for number, line in enumerate(lines, 1):
            read_until(end, f"{number:02}: ")
            if number == 2:
                os.write(end, b"0000 0000 0000 0000\n")
                assert "Line 2" in read_until(end, "02: ")
            os.write(end, line[4:].lower().encode() + b"\n")
        read_until(end, "is in its place")
    assert InstanceKey.load(tmp_path / "new" / "keys" / "instance.key") == InstanceKey.load(home.key_file)


def test_a_passphrase_is_set_on_a_terminal_by_typing_it_twice(home: Any) -> None:
    close_connections()
    with on_a_terminal("key", "passphrase") as (_pid, end):
        for typed in (WORDS, "another one altogether", WORDS, WORDS):
            shown = read_until(end, ": ")
            os.write(end, typed.encode() + b"\n")
            assert WORDS not in shown
        read_until(end, "locked with a passphrase now")
    assert parapet("check", PARAPET_PASSPHRASE_FILE=str(_file(home, WORDS))).status == 0
