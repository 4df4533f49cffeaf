"""PARAPET_PERSPECTIVE: whether other programs may ask for scores, as they asked Perspective."""

from __future__ import annotations

from parapet.domain.errors import SettingRefused
from parapet.domain.errors import gettext_noop as _

OFF, KEYS, LOCAL = "off", "keys", "local"
#: Requests for scores that may be in hand at once. The web server has as many threads more, so that screens never wait for these.
PLACES = 16


def read_perspective(value: str) -> str:
    """ "off", "keys" or "local". Raises SettingRefused."""
    if value not in {"", OFF, KEYS, LOCAL}:
        raise SettingRefused(_("PARAPET_PERSPECTIVE must be off, keys or local."))
    return value or OFF
