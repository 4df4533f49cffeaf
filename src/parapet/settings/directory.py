"""Where accounts of the AT Protocol are looked up, and where its public posts are read, by what the surroundings say."""

from __future__ import annotations

import re

from parapet.domain.errors import SettingRefused
from parapet.domain.errors import gettext_noop as _

PLC_DIRECTORY = "https://plc.directory"
JETSTREAM = "wss://jetstream2.us-east.bsky.network/subscribe"
_ADDRESS = re.compile(r"https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?(/[A-Za-z0-9._/-]*)?")


def read_plc_directory(value: str) -> str:
    """The directory's address without a slash at its end. Raises SettingRefused."""
    if value and not _ADDRESS.fullmatch(value):
        raise SettingRefused(_("PARAPET_PLC_DIRECTORY must be an address such as https://plc.directory."))
    return value.rstrip("/") or PLC_DIRECTORY


def read_jetstream(value: str) -> str:
    """The stream's address. Raises SettingRefused."""
    if value and not (value.startswith("ws") and _ADDRESS.fullmatch(f"http{value[2:]}")):
        raise SettingRefused(_("PARAPET_JETSTREAM must be an address such as wss://jetstream.example/subscribe."))
    return value or JETSTREAM
