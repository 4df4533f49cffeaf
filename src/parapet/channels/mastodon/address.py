"""Where the server of a connection is: by its name, over https; or on this machine itself, where that may be."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,250}[A-Za-z0-9])?(:[0-9]{1,5})?")
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


def base_of(told: Mapping[str, Any], *, inside: bool) -> str:
    """The address before "/api". Raises ValueError for what is none.

    told    `host`, or `url` for a server on this machine, which speaks without encryption to itself
    inside  whether it may lead there
    """
    url = str(told.get("url") or "")
    if url and inside and urlsplit(url).scheme == "http" and urlsplit(url).hostname in _LOOPBACK:
        return url.rstrip("/")
    host = str(told.get("host") or urlsplit(url).netloc)
    if not _HOST.fullmatch(host):
        raise ValueError("no host")
    return f"https://{host}"


def is_hers(address: str, base: str) -> bool:
    """Whether `address` is a place of the server at `base`: the same, or below its name. What signs in may go there."""
    try:
        there, here = urlsplit(address), urlsplit(base)
        same_port = there.port == here.port
    except ValueError:
        return False
    if there.username is not None or there.scheme != here.scheme or not there.hostname or not here.hostname:
        return False
    below = there.hostname.endswith(f".{here.hostname}") and here.hostname not in _LOOPBACK
    return (there.hostname == here.hostname and same_port) or (below and there.port is None)
