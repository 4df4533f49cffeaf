"""Open this home's key file, with what unlocks it: a passphrase, the system's keyring, or a command.

A process is told once and remembers; what it starts gets it through a pipe that nobody else has (`handing`), so that it is
neither among anybody's arguments nor in a process's surroundings, which others of this user can read.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import os
import re
import signal
import subprocess
import threading
from collections.abc import Iterator, MutableMapping
from pathlib import Path

from attrs import evolve

from parapet.domain.errors import KeyLocked, KeyWrong, reason_of
from parapet.domain.errors import gettext_noop as _
from parapet.evidence import keyfile
from parapet.evidence.keyfile import Lock, Stored
from parapet.evidence.keys import InstanceKey
from parapet.settings.asking import asked
from parapet.settings.environment import Environment

#: What our entries in the system's keyring are filed under.
SERVICE = "parapet"
TRIES = 3
COMMAND_S = 30.0
_MAX_SAID = 1_024
_MAX_PASSPHRASE_BYTES = 4_096
#: The number of the pipe's end that a child inherits: no secret.
_PIPE = "PARAPET_KEY_PIPE"
_known: dict[str, bytes] = {}


def instance_key(environment: Environment, path: Path | None = None) -> InstanceKey:
    """The home's key; or that of another key file, `path`. Raises KeyMissing, KeyWrong, KeyLocked."""
    return unlocked(environment, path)[0]


def unlocked(environment: Environment, path: Path | None = None) -> tuple[InstanceKey, Lock]:
    """`instance_key`, and the lock with its key, under which the file can be written anew."""
    stored = keyfile.read(path or environment.key_file)
    if not stored.locked:
        return InstanceKey.from_bytes(stored.opened(b"")), stored.lock
    name = stored.lock.name
    for key in _candidates(stored, environment):
        try:
            body = stored.opened(key)
        except KeyWrong as error:
            refused = error
            continue
        _known[name] = key
        return InstanceKey.from_bytes(body), evolve(stored.lock, key=key)
    raise refused


def remember(lock: Lock) -> None:
    """This process wrote a file under `lock`, and need not ask for it."""
    if lock.name:
        _known[lock.name] = lock.key


def forget() -> None:
    """Ask again the next time."""
    _known.clear()


def _candidates(stored: Stored, environment: Environment) -> Iterator[bytes]:
    """Unlocking keys to try, at least one. Raises KeyLocked when there is none to be had."""
    take_over()
    source = stored.lock.source
    if (key := _known.get(stored.lock.name)) is not None:
        yield key
    elif source == keyfile.KEYRING:
        yield from_keyring(stored.lock.name)
    elif source == keyfile.COMMAND:
        yield from_command(environment)
    elif environment.passphrase_file is not None:
        yield stored.unlocking(passphrase_in(environment.passphrase_file))
    else:
        for _try in range(TRIES):
            said = asked()
            if said is None:
                raise KeyLocked(_("The key file is locked with a passphrase, and there is nobody here to ask for it."))
            yield stored.unlocking(said)


def passphrase_in(path: Path) -> str:
    """The first line of a file that holds a passphrase. Raises KeyLocked."""
    try:
        with path.open("rb") as file:
            raw = file.read(_MAX_PASSPHRASE_BYTES + 1)
    except OSError as error:
        raise KeyLocked(_("The file with the passphrase cannot be read (%(reason)s)."), reason=reason_of(error)) from error
    line = raw.split(b"\n", 1)[0].removesuffix(b"\r")
    if not line or len(line) > _MAX_PASSPHRASE_BYTES:
        raise KeyLocked(_("The file with the passphrase is empty, or holds something else."))
    return line.decode("utf-8", "surrogateescape")


def from_keyring(name: str) -> bytes:
    """What the system's keyring holds for the lock `name`. Raises KeyLocked."""
    import keyring as system_keyring  # here: it takes half a second, which nobody else pays
    from keyring.errors import KeyringError

    try:
        held = system_keyring.get_password(SERVICE, name)
    except KeyringError:
        raise KeyLocked(_("The system's keyring cannot be opened, or there is none.")) from None
    key = _key_in((held or "").encode())
    if key is None:
        raise KeyLocked(_("The system's keyring holds nothing for this key file."))
    return key


def into_keyring(lock: Lock) -> None:
    """Give the lock's key to the system's keyring. Raises KeyLocked where there is none that keeps it."""
    import keyring as system_keyring  # here: it takes half a second, which nobody else pays
    from keyring.errors import KeyringError

    try:
        system_keyring.set_password(SERVICE, lock.name, base64.urlsafe_b64encode(lock.key).decode())
        kept = system_keyring.get_password(SERVICE, lock.name)
    except KeyringError:
        raise KeyLocked(_("The system's keyring cannot be opened, or there is none.")) from None
    if _key_in((kept or "").encode()) != lock.key:
        raise KeyLocked(_("The system's keyring did not keep what it was given."))


def out_of_keyring(name: str) -> None:
    """Take an entry out of the system's keyring, if it is there."""
    import keyring as system_keyring  # here: it takes half a second, which nobody else pays
    from keyring.errors import KeyringError

    with contextlib.suppress(KeyringError):
        system_keyring.delete_password(SERVICE, name)


def from_command(environment: Environment) -> bytes:
    """What PARAPET_KEY_COMMAND prints: 32 bytes, as 64 hex digits or in base64. Raises KeyLocked.

    What it says on standard error is thrown away: some tools print there what they were about to decrypt.
    """
    if not environment.key_command:
        raise KeyLocked(_("The key file is locked under a command, and PARAPET_KEY_COMMAND is not set."))
    try:
        process = subprocess.Popen(  # noqa: S603 - the person's own command, as words
            environment.key_command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except (OSError, ValueError) as error:
        reason = reason_of(error) if isinstance(error, OSError) else type(error).__name__
        raise KeyLocked(_("PARAPET_KEY_COMMAND cannot be run (%(reason)s)."), reason=reason) from None
    patience = threading.Timer(COMMAND_S, _kill, [process])
    patience.start()
    try:
        assert process.stdout is not None
        with process.stdout as out:
            said = out.read(_MAX_SAID + 1)
            if len(said) > _MAX_SAID:
                _kill(process)
        status = process.wait()
    finally:
        patience.cancel()
    key = _key_in(said)
    if status or key is None:
        raise KeyLocked(_("PARAPET_KEY_COMMAND did not print a key of 32 bytes (it ended with %(status)s)."), status=status)
    return key


def _kill(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)


def _key_in(said: bytes) -> bytes | None:
    text = said.strip()
    if re.fullmatch(rb"[0-9A-Fa-f]{64}", text):
        return bytes.fromhex(text.decode())
    if not re.fullmatch(rb"[A-Za-z0-9+/_-]{43}=?", text):
        return None
    try:
        return base64.urlsafe_b64decode(text.rstrip(b"=").replace(b"+", b"-").replace(b"/", b"_") + b"=")
    except binascii.Error:
        return None


# To the processes that this one starts


@contextlib.contextmanager
def handing(variables: MutableMapping[str, str]) -> Iterator[tuple[int, ...]]:
    """What to give to a child as `pass_fds`, for the duration of its start; `variables` are its surroundings."""
    variables.pop(_PIPE, None)
    if not _known:
        yield ()
        return
    ours, theirs = os.pipe()
    try:
        os.write(theirs, as_bytes())  # far less than a pipe holds
        os.close(theirs)
        variables[_PIPE] = str(ours)
        yield (ours,)
    finally:
        os.close(ours)


def take_over(environ: MutableMapping[str, str] = os.environ) -> None:
    """Take what the process that started this one handed over; at once, so that nothing started from here inherits it."""
    number = environ.pop(_PIPE, "")
    if number.isdigit():
        with contextlib.suppress(OSError), os.fdopen(int(number), "rb") as pipe:
            know(pipe.read(65_536))


def as_bytes() -> bytes:
    """All that this process was told."""
    return b"".join(bytes.fromhex(name) + key for name, key in _known.items())


def know(told: bytes) -> None:
    """The inverse."""
    size = 8 + keyfile.UNLOCKING_BYTES
    for at in range(0, len(told) - size + 1, size):
        _known[told[at : at + 8].hex()] = told[at + 8 : at + size]
