"""PARAPET_DKIM and PARAPET_DNS_RESOLVER: whether mail servers' keys may be asked for, and whom."""

from __future__ import annotations

import ipaddress
import re

from parapet.domain.errors import SettingRefused
from parapet.domain.errors import gettext_noop as _


def read_dkim(value: str) -> str:
    """PARAPET_DKIM. Raises SettingRefused."""
    if value not in {"", "off", "dns"}:
        raise SettingRefused(_("PARAPET_DKIM must be off or dns."))
    return value or "off"


def read_resolver(value: str) -> str:
    """PARAPET_DNS_RESOLVER, as "address port". Raises SettingRefused."""
    if not value:
        return ""
    found = re.fullmatch(r"(?:\[([0-9a-fA-F:.]+)\]|([0-9.]+))(?::([0-9]{1,5}))?", value)
    address, port = (found[1] or found[2], found[3] or "53") if found else (value, "53")
    try:
        if not 1 <= int(port) <= 65_535:
            raise ValueError
        return f"{ipaddress.ip_address(address)} {int(port)}"
    except ValueError:
        raise SettingRefused(_("PARAPET_DNS_RESOLVER must be an address such as 192.0.2.1 or 127.0.0.1:5353.")) from None
