"""Where a connection may lead, asked at the moment at which it is made.

An address that a person types is a request that this machine makes: on a server it could reach what only the server reaches
(the database, a router, what a cloud tells its machines). A name that is looked up beforehand may say something else the next
time, and a service may lead elsewhere. So the interpreter's own audit hook is asked: it sees every connection with the number
that it goes to, in whatever library, and can refuse it. Only threads that said so are watched.
"""

from __future__ import annotations

import ipaddress
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies

_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_here = threading.local()
_installing = threading.Lock()
_installed = False


class LedInside(OSError):
    """The connection would have led to an address that it may not."""


def is_public(address: str) -> bool:
    """True for the number of a machine that anybody on the Internet can reach."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False  # a name: whoever connects by name could be led anywhere
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.sixtofour is not None or ip.teredo is not None:
            return False  # they carry another address inside
        if ip in _NAT64:
            ip = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        elif ip.ipv4_mapped is not None:
            ip = ip.ipv4_mapped
    return ip.is_global and not ip.is_multicast


@contextmanager
def only_public() -> Iterator[None]:
    """Inside, this thread connects to public addresses only, and to the proxy that the surroundings name; another raises LedInside."""
    _install()
    _here.proxies, _here.refused = _proxies(), False
    _here.watched = True
    try:
        yield
    finally:
        _here.watched = False


def was_refused() -> bool:
    """True when something in this thread was refused since it last entered `only_public`: libraries swallow the error."""
    return bool(getattr(_here, "refused", False))


def _install() -> None:
    """Once a process: a hook stays for good."""
    global _installed
    with _installing:
        if not _installed:
            sys.addaudithook(_look)
            _installed = True


def _look(event: str, given: tuple[Any, ...]) -> None:
    if event != "socket.connect" or not getattr(_here, "watched", False):
        return
    address = given[1]
    if isinstance(address, tuple) and (is_public(str(address[0])) or address[:2] in _here.proxies):
        return
    _here.refused = True
    raise LedInside("no connection may be made to this address")


def _proxies() -> set[tuple[str, int]]:
    """Numbers and ports of the proxies that the surroundings name: whoever runs this machine chose them, and they decide for it."""
    found: set[tuple[str, int]] = set()
    for scheme, proxy in getproxies().items():
        if scheme == "no":
            continue
        try:
            parts = urlsplit(proxy if "://" in proxy else f"http://{proxy}")
            port = parts.port or (443 if parts.scheme == "https" else 80)
            for *_kind, place in socket.getaddrinfo(parts.hostname or "", port, type=socket.SOCK_STREAM):
                found.add((str(place[0]), int(place[1])))
        except (OSError, ValueError):
            continue
    return found
