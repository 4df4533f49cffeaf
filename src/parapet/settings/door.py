"""The door for mail: where it listens, for which domains, and what of the house's own stands before it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from ipaddress import ip_address
from pathlib import Path

from attrs import frozen

from parapet.domain.errors import SettingRefused
from parapet.domain.errors import gettext_noop as _

#: What may stand before the door: nothing; a mail server of the house; something that says by the PROXY protocol who connects.
OPEN, MTA, PROXY = "", "mta", "proxy"
_DOMAIN = re.compile(r"(?=.{4,200}\Z)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]\Z")
_PLACE = re.compile(r"(?:\[([0-9A-Fa-f:.]+)\]|([0-9.]+)):([0-9]{1,5})\Z")


@frozen
class DoorSettings:
    """Where mail is taken in.

    domains  in lower case; the first is the name by which the door greets
    certificate, key  both or neither
    behind   OPEN, MTA or PROXY
    """

    host: str
    port: int
    domains: tuple[str, ...]
    certificate: Path | None = None
    key: Path | None = None
    behind: str = OPEN


def read_door(given: Mapping[str, str]) -> DoorSettings | None:
    """From the variables PARAPET_DOOR...; None where PARAPET_DOOR is not set. Raises SettingRefused."""
    place = given.get("PARAPET_DOOR", "").strip()
    domains = tuple(dict.fromkeys(d.strip().lower() for d in given.get("PARAPET_DOOR_DOMAINS", "").split(",") if d.strip()))
    if bool(place) != bool(domains):
        raise SettingRefused(_("PARAPET_DOOR and PARAPET_DOOR_DOMAINS go together: set both, or neither."))
    if not place:
        return None
    if not all(_DOMAIN.match(domain) for domain in domains):
        raise SettingRefused(_("PARAPET_DOOR_DOMAINS must be names such as shield.example.org, with commas between."))
    behind = given.get("PARAPET_DOOR_BEHIND", "").strip()
    if behind not in (OPEN, MTA, PROXY):
        raise SettingRefused(_("PARAPET_DOOR_BEHIND must be mta or proxy, or be left out."))
    certificate, key = (_file(given, name) for name in ("PARAPET_DOOR_CERTIFICATE", "PARAPET_DOOR_KEY"))
    if (certificate is None) != (key is None):
        raise SettingRefused(_("PARAPET_DOOR_CERTIFICATE and PARAPET_DOOR_KEY go together: set both, or neither."))
    host, port = _place(place)
    return DoorSettings(host, port, domains, certificate, key, behind)


def _place(place: str) -> tuple[str, int]:
    found = _PLACE.match(place)
    try:
        host, port = (str(ip_address(found[1] or found[2])), int(found[3])) if found else ("", 0)
    except ValueError:
        port = 0
    if not 1 <= port <= 65_535:
        raise SettingRefused(_("PARAPET_DOOR must be an address and a port, such as 127.0.0.1:2525 or [::]:25."))
    return host, port


def _file(given: Mapping[str, str], variable: str) -> Path | None:
    value = given.get(variable, "").strip()
    if "\0" in value:
        raise SettingRefused(_("%(variable)s must be a path."), variable=variable)
    return Path(value).expanduser().absolute() if value else None
