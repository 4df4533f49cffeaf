"""PARAPET_TIME_ZONE: the zone of times on screens and in dossiers."""

from __future__ import annotations

import os
import zoneinfo

from parapet.domain.errors import SettingRefused
from parapet.domain.errors import gettext_noop as _


def read_time_zone(name: str) -> str:
    """`name` when it is a zone; without one the system's, else UTC. Raises SettingRefused."""
    if name:
        if not _is_zone(name):
            raise SettingRefused(_("PARAPET_TIME_ZONE must be the name of a zone, such as America/Toronto."))
        return name
    # The link says the name; the file that it leads to does not.
    system = os.path.realpath("/etc/localtime").rpartition("/zoneinfo/")[2]
    return system if _is_zone(system) else "UTC"


def _is_zone(name: str) -> bool:
    try:
        zoneinfo.ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # no such zone, a path, a folder
        return False
    return True
