"""The proxy that a network prescribes for what goes out, as the surroundings name it: `https_proxy`, `http_proxy`, `no_proxy`.

Whoever runs this machine chose it, so its own address may be anywhere. Where a connection leads behind it is decided here all the same:
it is asked for a number that was looked at, never for a name, which it would look up by itself.
"""

from __future__ import annotations

import asyncio
import base64
import re
from urllib.parse import unquote, urlsplit
from urllib.request import getproxies, proxy_bypass

from attrs import field, frozen


@frozen
class Proxy:
    """One that takes CONNECT over plain http. `permit`: what it is told of who asks, "" for nothing."""

    host: str
    port: int
    permit: str = field(default="", repr=False)


def proxy_for(scheme: str, host: str) -> Proxy | None:
    """By which to reach `host` by "http" or "https"; None for straight ahead. Raises ValueError for an address that is none."""
    named = getproxies()
    address = named.get(scheme) or named.get("all")
    if not address or proxy_bypass(host):
        return None
    parts = urlsplit(address if "://" in address else f"http://{address}")
    if parts.scheme != "http" or not parts.hostname:
        raise ValueError("only http:// proxies are spoken to")
    said = f"{unquote(parts.username or '')}:{unquote(parts.password or '')}" if parts.username else ""
    permit = f"Basic {base64.b64encode(said.encode()).decode('ascii')}" if said else ""
    return Proxy(parts.hostname, parts.port or 80, permit)


async def connect_by(proxy: Proxy, number: str, port: int, *, limit: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A connection to this number by way of the proxy. Raises OSError when it will not."""
    reader, writer = await asyncio.open_connection(proxy.host, proxy.port, limit=limit)
    try:
        place = f"[{number}]:{port}" if ":" in number else f"{number}:{port}"
        permit = f"Proxy-Authorization: {proxy.permit}\r\n" if proxy.permit else ""
        writer.write(f"CONNECT {place} HTTP/1.1\r\nHost: {place}\r\n{permit}\r\n".encode("ascii"))
        await writer.drain()
        head = await reader.readuntil(b"\r\n\r\n")
        if not re.match(rb"HTTP/1\.[01] 2[0-9]{2}[ \r]", head):
            raise OSError("the proxy refused")
    except (asyncio.IncompleteReadError, asyncio.LimitOverrunError) as error:
        writer.transport.abort()
        raise OSError("the proxy did not answer as it must") from error
    except BaseException:
        writer.transport.abort()
        raise
    return reader, writer
