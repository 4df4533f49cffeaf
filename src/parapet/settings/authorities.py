"""PARAPET_TIME_AUTHORITIES: who is asked for the time of checkpoints, and by which certificates it is trusted."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlsplit

from attrs import frozen

from parapet.domain.errors import SettingRefused
from parapet.domain.errors import gettext_noop as _
from parapet.evidence.reader.certificates import read_pem

MAX_AUTHORITIES = 5
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_MAX_CHAIN_BYTES = 100_000


@frozen
class NamedAuthority:
    """A time authority: a short name of ours, its address, and the PEM file of the certificates by which it is trusted."""

    name: str
    url: str
    chain: Path


def read_authorities(listed: str) -> tuple[NamedAuthority, ...]:
    """From "NAME URL FILE; NAME URL FILE". Raises SettingRefused."""
    found = tuple(_authority(one) for one in listed.split(";") if one.strip())
    if len({each.name for each in found}) != len(found) or len(found) > MAX_AUTHORITIES:
        raise SettingRefused(_("PARAPET_TIME_AUTHORITIES names each authority once, and at most five of them."))
    return found


def _authority(listed: str) -> NamedAuthority:
    parts = listed.split(maxsplit=2)
    if len(parts) != 3 or _NAME.fullmatch(parts[0]) is None or not _is_address(parts[1]):
        raise SettingRefused(
            _("PARAPET_TIME_AUTHORITIES must look like NAME https://address FILE.pem; NAME https://address FILE.pem.")
        )
    chain = Path(parts[2].strip())
    try:
        chain = chain.expanduser()
        with chain.open("rb") as file:
            read_pem(file.read(_MAX_CHAIN_BYTES))
    except (OSError, ValueError, RuntimeError):  # RuntimeError: ~somebody who is not known
        raise SettingRefused(
            _("PARAPET_TIME_AUTHORITIES names a file for %(name)s that cannot be read, or holds no certificates in PEM form."),
            name=parts[0],
        ) from None
    return NamedAuthority(parts[0], parts[1], chain.absolute())


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0 and not parts.username
    except ValueError:
        return False
