"""A bag as one encrypted file, by age (age-encryption.org/v1): for whoever holds a key, and for nobody on the way.

The zip is made and encrypted in one go, so that it lies nowhere in the clear, however large it is.
"""

from __future__ import annotations

import errno
import os
import re
import threading
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import IO, Any

import pyrage
from attrs import frozen

from parapet.domain.errors import RequestRefused
from parapet.domain.errors import gettext_noop as _

MAX_RECIPIENTS = 50
_MAX_FILE_BYTES = 100_000


@frozen
class Recipient:
    """Somebody's public key, understood."""

    key: Any


Recipients = Sequence[Recipient]


def read_recipients(given: Iterable[str]) -> Recipients:
    """Public keys (`age1...`, `ssh-ed25519 ...`, `ssh-rsa ...`), or `@FILE` with one a line and comments after "#".

    Raises RequestRefused, which repeats no key: somebody may have given a secret one.
    """
    found = [_recipient(line) for each in given for line in _lines(each.strip())]
    if len(found) > MAX_RECIPIENTS:
        raise RequestRefused(_("Name at most %(most)s recipients."), most=MAX_RECIPIENTS)
    return found


def read_lines(text: str) -> Recipients:
    """The same from a field of a form: a key a line. No file is read. Raises RequestRefused."""
    return read_recipients(
        line for line in text.splitlines() if (line.strip() and not line.strip().startswith(("#", "@"))) or _no(line)
    )


def pack(bag: Path, out: IO[bytes], recipients: Recipients = ()) -> None:
    """The folder `bag` as a zip into `out`, encrypted when there are recipients. Raises OSError."""
    if not recipients:
        _zip(bag, out)
        return
    reading, writing = os.pipe()
    failed: list[BaseException] = []

    def write() -> None:
        try:
            with os.fdopen(writing, "wb") as sink:
                _zip(bag, sink)
        except BaseException as error:  # told to whoever waits below
            failed.append(error)

    thread = threading.Thread(target=write, name="zip")
    with os.fdopen(reading, "rb") as source:
        thread.start()
        try:
            pyrage.encrypt_io(source, out, [each.key for each in recipients])
        except pyrage.EncryptError as error:
            number = re.search(r"\[Errno (\d+)\]", str(error))  # the library keeps what the system said in words alone
            raise OSError(int(number[1]) if number else errno.EIO, str(error)) from error
        finally:
            source.close()  # a writer that waits must not wait for ever
            thread.join()
    if failed:
        raise failed[0]


def _zip(bag: Path, out: Any) -> None:
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for path in sorted(p for p in bag.rglob("*") if p.is_file()):
            archive.write(path, path.relative_to(bag.parent))


def _lines(given: str) -> Iterable[str]:
    if not given.startswith("@"):
        return [given]
    try:
        with Path(given[1:]).open("rb") as file:
            text = file.read(_MAX_FILE_BYTES).decode("utf-8", "replace")
    except (OSError, ValueError):
        raise RequestRefused(_("The file with the recipients' keys cannot be read.")) from None
    found = [line.strip() for line in text.splitlines() if line.strip() and not line.strip().startswith("#")]
    if not found:
        raise RequestRefused(_("The file with the recipients' keys holds none."))
    return found


def _recipient(line: str) -> Recipient:
    try:
        if line.startswith("age1"):
            return Recipient(pyrage.x25519.Recipient.from_str(line))
        if line.startswith(("ssh-ed25519 ", "ssh-rsa ")):
            return Recipient(pyrage.ssh.Recipient.from_str(line))
    except (pyrage.RecipientError, ValueError):
        pass
    raise RequestRefused(_("A recipient is named by a public key: age1..., ssh-ed25519 ..., or ssh-rsa ...."))


def _no(line: str) -> bool:
    if line.strip().startswith("@"):
        raise RequestRefused(_("A recipient is named by a public key: age1..., ssh-ed25519 ..., or ssh-rsa ...."))
    return False
