"""What unlocks the key: a passphrase, the system's keyring, a command; each real, and each with what can go wrong."""

from __future__ import annotations

import os
import secrets
import stat
import sys
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends import fail
from keyring.errors import PasswordDeleteError

from parapet.domain.errors import KeyLocked, KeyWrong, SettingRefused
from parapet.evidence import keyfile
from parapet.evidence.keyfile import Stretch
from parapet.evidence.keys import InstanceKey
from parapet.settings import asking, unlocking
from parapet.settings.environment import Environment

QUICK = Stretch(memory_kib=64, passes=1, lanes=2)
RING = InstanceKey(bytes(range(32)))
WORDS = "five words nobody else joins"


class FileKeyring(KeyringBackend):
    """A keyring in a file, as the system's are in a store of theirs."""

    priority = 1

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder = folder

    def _at(self, service: str, name: str) -> Path:
        return self.folder / f"{service}-{name}"

    def set_password(self, service, username, password):
        self._at(service, username).write_text(password)

    def get_password(self, service, username):
        at = self._at(service, username)
        return at.read_text() if at.exists() else None

    def delete_password(self, service, username):
        try:
            self._at(service, username).unlink()
        except FileNotFoundError:
            raise PasswordDeleteError from None


@pytest.fixture(autouse=True)
def nothing_known():
    unlocking.forget()
    yield
    unlocking.forget()
    asking.ask_by(lambda: None)


@pytest.fixture
def system_keyring(tmp_path):
    before = keyring.get_keyring()
    folder = tmp_path / "keyring"
    folder.mkdir()
    keyring.set_keyring(FileKeyring(folder))
    yield folder
    keyring.set_keyring(before)


def place(tmp_path: Path, lock: keyfile.Lock, **variables: str) -> Environment:
    environment = Environment.read(tmp_path / "home", variables=variables)
    keyfile.keep(environment.key_file, keyfile.line_of(RING.to_bytes(), lock))
    return environment


def script(tmp_path: Path, body: str) -> str:
    path = tmp_path / "kms tool"
    path.write_text(f"#!{sys.executable}\n{body}\n")
    path.chmod(0o700)
    return f"'{path}' decrypt"


def test_a_passphrase_in_a_file_or_a_credential_of_systemd(tmp_path):
    environment = place(tmp_path, keyfile.passphrase_lock(WORDS, QUICK), PARAPET_PASSPHRASE_FILE=str(tmp_path / "words"))
    with pytest.raises(KeyLocked, match="cannot be read"):
        unlocking.instance_key(environment)
    for wrong in ("", "\n", "x" * 5_000):
        (tmp_path / "words").write_text(wrong)
        with pytest.raises(KeyLocked):
            unlocking.instance_key(environment)
    (tmp_path / "words").write_text("five other words")
    with pytest.raises(KeyWrong):
        unlocking.instance_key(environment)
    (tmp_path / "words").write_text(WORDS + "\r\nmore")
    assert unlocking.instance_key(environment) == RING
    unlocking.forget()
    (tmp_path / "parapet.passphrase").write_text(WORDS)
    by_systemd = Environment.read(tmp_path / "home", variables={"CREDENTIALS_DIRECTORY": str(tmp_path)})
    assert unlocking.instance_key(by_systemd) == RING


def test_a_person_is_asked_three_times_and_then_no_more_once_it_is_known(tmp_path):
    environment = place(tmp_path, keyfile.passphrase_lock(WORDS, QUICK))
    with pytest.raises(KeyLocked, match="nobody here"):
        unlocking.instance_key(environment)
    answers = iter(["no", "not this", WORDS])
    asking.ask_by(lambda: next(answers))
    assert unlocking.instance_key(environment) == RING
    assert unlocking.instance_key(environment) == RING
    unlocking.forget()
    asked = []
    asking.ask_by(lambda: asked.append(1) or "never right")
    with pytest.raises(KeyWrong):
        unlocking.instance_key(environment)
    assert len(asked) == unlocking.TRIES


def test_the_systems_keyring_keeps_the_unlocking_key(tmp_path, system_keyring):
    lock = keyfile.lock_under(keyfile.KEYRING, secrets.token_bytes(32))
    environment = place(tmp_path, lock)
    with pytest.raises(KeyLocked, match="holds nothing"):
        unlocking.instance_key(environment)
    unlocking.into_keyring(lock)
    assert unlocking.instance_key(environment) == RING
    unlocking.forget()
    unlocking.into_keyring(keyfile.Lock(lock.source, lock.name, bytes(32)))
    with pytest.raises(KeyWrong, match="belongs to another"):
        unlocking.instance_key(environment)
    unlocking.out_of_keyring(lock.name)
    unlocking.out_of_keyring(lock.name)
    assert list(system_keyring.iterdir()) == []


def test_where_there_is_no_keyring_it_is_said(tmp_path):
    before = keyring.get_keyring()
    keyring.set_keyring(fail.Keyring())
    try:
        lock = keyfile.lock_under(keyfile.KEYRING, bytes(32))
        for attempt in (lambda: unlocking.into_keyring(lock), lambda: unlocking.instance_key(place(tmp_path, lock))):
            with pytest.raises(KeyLocked, match="there is none"):
                attempt()
    finally:
        keyring.set_keyring(before)


@pytest.mark.parametrize(
    "form", ["key.hex()", "base64.b64encode(key).decode()", "base64.urlsafe_b64encode(key).decode().rstrip('=')"]
)
def test_a_command_prints_the_unlocking_key(tmp_path, form):
    key = bytes([255, 254, 253, *range(29)])
    said = script(tmp_path, f"import base64, sys; assert sys.argv[1:] == ['decrypt']; key = {key!r}; print({form})")
    environment = place(tmp_path, keyfile.lock_under(keyfile.COMMAND, key), PARAPET_KEY_COMMAND=said)
    assert unlocking.instance_key(environment) == RING
    assert "decrypt" not in repr(environment)


@pytest.mark.parametrize(
    "body",
    [
        "import sys; sys.exit(3)",
        "print('00' * 32); import sys; sys.exit(1)",
        "print('zz' * 32)",
        "while True: print('00' * 32)",
        "",
    ],
)
def test_a_command_that_prints_no_key_is_refused(tmp_path, body):
    environment = place(tmp_path, keyfile.lock_under(keyfile.COMMAND, bytes(32)), PARAPET_KEY_COMMAND=script(tmp_path, body))
    with pytest.raises(KeyLocked, match="did not print a key"):
        unlocking.instance_key(environment)


def test_a_command_that_does_not_end_is_ended(tmp_path, monkeypatch):
    monkeypatch.setattr(unlocking, "COMMAND_S", 0.5)
    said = script(tmp_path, "import time; time.sleep(60)")
    with pytest.raises(KeyLocked):
        unlocking.from_command(place(tmp_path, keyfile.IN_THE_CLEAR, PARAPET_KEY_COMMAND=said))


def test_a_command_is_not_given_to_a_shell(tmp_path):
    trap = tmp_path / "trap"
    with pytest.raises(KeyLocked):
        unlocking.from_command(place(tmp_path, keyfile.IN_THE_CLEAR, PARAPET_KEY_COMMAND=f"true; touch {trap}"))
    assert not trap.exists()
    with pytest.raises(SettingRefused, match="PARAPET_KEY_COMMAND"):
        Environment.read(tmp_path, variables={"PARAPET_KEY_COMMAND": "kms 'open"})
    with pytest.raises(KeyLocked, match="not set"):
        unlocking.from_command(Environment.read(tmp_path, variables={}))


def test_a_child_is_told_through_a_pipe_that_is_then_empty(tmp_path):
    lock = keyfile.passphrase_lock(WORDS, QUICK)
    unlocking.remember(lock)
    variables: dict[str, str] = {}
    with unlocking.handing(variables) as fds:
        kept = os.dup(fds[0])
        [number] = variables.values()
        assert int(number) == fds[0]
        unlocking.forget()
        child = {"PARAPET_KEY_PIPE": str(kept)}
        unlocking.take_over(child)
        assert child == {}
        with pytest.raises(OSError):
            os.fstat(kept)
    assert unlocking.instance_key(place(tmp_path, lock)) == RING
    assert stat.S_ISREG((tmp_path / "home" / "keys" / "instance.key").stat().st_mode)


def test_with_nothing_known_nothing_is_handed():
    variables = {"PARAPET_KEY_PIPE": "7"}
    with unlocking.handing(variables) as fds:
        assert (fds, variables) == ((), {})
