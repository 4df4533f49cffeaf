"""Whether a domain says that this server may send for it (SPF, RFC 7208). Pure: whoever calls brings the answers of the DNS.

Our own, and not a library's, as with signatures (`dkim.py`): a stranger writes the records, and every step is bounded.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import quote

from attrs import define, field, frozen

PASS, FAIL, SOFTFAIL, NEUTRAL, NONE, TEMPERROR, PERMERROR = (
    "pass",
    "fail",
    "softfail",
    "neutral",
    "none",
    "temperror",
    "permerror",
)
UNCHECKED = "unchecked"
#: Sections 4.6.4 and 11.1.
MAX_LOOKUPS, MAX_VOID, MAX_ADDRESSES, MAX_DEPTH = 10, 2, 10, 10
MAX_RECORD_BYTES = 4_096
_RESULTS = {"+": PASS, "-": FAIL, "~": SOFTFAIL, "?": NEUTRAL}
NAME = re.compile(
    r"(?=.{1,253}\Z)(?:[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?\.)*[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?\Z"
)
_TERM = re.compile(r"([+?~-]?)(all|include|a|mx|ptr|ip4|ip6|exists)(?::([^ ]*?))?((?:/\d{1,3})?(?://\d{1,3})?)\Z", re.I)
_MODIFIER = re.compile(r"([A-Za-z][A-Za-z0-9._-]*)=(.*)\Z")
_MACRO = re.compile(r"%(?:\{([slodiphcrtvSLODIPHCRTV])(\d{0,3})(r?)([.+,/_=-]*)\}|([%_-]))")

#: Name and kind ("TXT", "A", "AAAA", "MX", "PTR") to the records, in the zone's own form; () for none. Raises DnsSilent.
Lookup = Callable[[str, str], Sequence[bytes]]


class DnsSilent(Exception):
    """No answer came. Not the same as an answer that there is nothing."""


class _Permanent(Exception):
    """The record cannot be followed."""


@frozen
class Spf:
    """What came of it, and for which domain."""

    result: str
    domain: str


def check_spf(*, ip: str, mail_from: str, helo: str, lookup: Lookup) -> Spf:
    """For the domain of the return path; where that is empty, for the name by which the server greeted (section 2.4)."""
    local, _, domain = mail_from.rpartition("@")
    domain = (domain or helo).rstrip(".").lower()
    try:
        address = ip_address(ip)
    except ValueError:
        return Spf(UNCHECKED, domain)
    if not NAME.match(domain) or "." not in domain:
        return Spf(NONE, domain[:253])
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    check = _Check(address, f"{local or 'postmaster'}@{domain}", helo, lookup)
    try:
        return Spf(check.host(domain, 0), domain)
    except DnsSilent:
        return Spf(TEMPERROR, domain)
    except _Permanent:
        return Spf(PERMERROR, domain)


@define
class _Check:
    ip: IPv4Address | IPv6Address
    sender: str
    helo: str
    lookup: Lookup
    lookups: int = 0
    void: int = 0
    records: dict[str, str] = field(factory=dict)

    def host(self, domain: str, depth: int) -> str:
        """Section 4."""
        if depth > MAX_DEPTH:
            raise _Permanent
        terms = self._record(domain)
        if terms is None:
            return NONE
        redirect = ""
        found: list[tuple[str, str, str, str]] = []
        for term in terms:
            if modifier := _MODIFIER.match(term):
                if modifier[1].lower() == "redirect":
                    if redirect:
                        raise _Permanent
                    redirect = modifier[2]
                continue
            mechanism = _TERM.match(term)
            if mechanism is None:
                raise _Permanent
            found.append((mechanism[1] or "+", mechanism[2].lower(), mechanism[3] or "", mechanism[4] or ""))
        for sign, name, told, size in found:
            if self._matches(name, told, size, domain, depth):
                return _RESULTS[sign]
        if redirect:
            self._count()
            result = self.host(self._name(redirect, domain), depth + 1)
            if result == NONE:
                raise _Permanent
            return result
        return NEUTRAL

    def _record(self, domain: str) -> list[str] | None:
        held = [r for r in self._ask(domain, "TXT") if r.lower() == b"v=spf1" or r.lower().startswith(b"v=spf1 ")]
        if not held:
            return None
        if len(held) > 1 or len(held[0]) > MAX_RECORD_BYTES or not held[0].isascii():
            raise _Permanent
        return held[0].decode("ascii").split()[1:]

    def _matches(self, name: str, told: str, size: str, domain: str, depth: int) -> bool:
        if name == "all":
            return True
        if name in ("ip4", "ip6"):
            return self._within(name, told, size)
        self._count()
        if name == "include":
            result = self.host(self._name(told, domain), depth + 1)
            if result == NONE:
                raise _Permanent
            return result == PASS
        at = self._name(told, domain) if told else domain
        if name == "exists":
            return bool(self._ask(at, "A"))
        if name == "a":
            return self._at(at, size)
        if name == "mx":
            hosts = [row.decode("ascii", "replace").rpartition(" ")[2].rstrip(".") for row in self._ask(at, "MX")]
            if len(hosts) > MAX_ADDRESSES:
                raise _Permanent
            return any(self._at(host, size) for host in hosts)
        return self._pointed(at)

    def _at(self, name: str, size: str) -> bool:
        v4, v6 = self._sizes(size)
        kind, bits = ("A", v4) if isinstance(self.ip, IPv4Address) else ("AAAA", v6)
        return any(self._in(row.decode("ascii", "replace"), bits) for row in self._ask(name, kind))

    def _pointed(self, name: str) -> bool:
        """Section 5.5: discouraged, and still used."""
        for row in self._ask(self.ip.reverse_pointer, "PTR")[:MAX_ADDRESSES]:
            host = row.decode("ascii", "replace").rstrip(".").lower()
            if (host == name or host.endswith("." + name)) and self._at(host, ""):
                return True
        return False

    def _within(self, name: str, told: str, size: str) -> bool:
        try:
            network = ip_network(told + size, strict=False)
        except ValueError:
            raise _Permanent from None
        if network.version != (4 if name == "ip4" else 6):
            raise _Permanent
        return network.version == self.ip.version and self.ip in network

    def _in(self, address: str, bits: int) -> bool:
        try:
            return self.ip in ip_network(f"{address}/{bits}", strict=False)
        except ValueError:
            return False

    @staticmethod
    def _sizes(size: str) -> tuple[int, int]:
        v4, _, v6 = size.partition("//")
        sizes = int(v4.removeprefix("/") or 32), int(v6 or 128)
        if sizes[0] > 32 or sizes[1] > 128:
            raise _Permanent
        return sizes

    def _count(self) -> None:
        self.lookups += 1
        if self.lookups > MAX_LOOKUPS:
            raise _Permanent

    def _ask(self, name: str, kind: str) -> Sequence[bytes]:
        rows = self.lookup(name, kind) if NAME.match(name) else ()
        if not rows:
            self.void += 1
            if self.void > MAX_VOID + (1 if kind == "TXT" else 0):
                raise _Permanent
        return rows

    def _name(self, told: str, domain: str) -> str:
        """Section 7: macros."""
        out = _MACRO.sub(lambda found: self._macro(found, domain), told).rstrip(".").lower()
        if not told or "%" in re.sub(r"%25|%[0-9A-Fa-f]{2}", "", out):
            raise _Permanent
        while len(out) > 253 and "." in out:
            out = out.partition(".")[2]
        return out

    def _macro(self, found: re.Match[str], domain: str) -> str:
        if found[5]:
            return {"%": "%", "_": " ", "-": "%20"}[found[5]]
        local, _, of = self.sender.rpartition("@")
        dotted = str(self.ip) if self.ip.version == 4 else ".".join(self.ip.exploded.replace(":", ""))
        told = {
            "s": self.sender, "l": local, "o": of, "d": domain, "i": dotted, "p": "unknown", "h": self.helo, "c": str(self.ip),
            "r": "unknown", "t": "0", "v": "in-addr" if self.ip.version == 4 else "ip6",
        }[found[1].lower()]  # fmt: skip
        pieces = re.split("[" + re.escape(found[4] or ".") + "]", told)
        if found[3]:
            pieces.reverse()
        if found[2]:
            keep = int(found[2])
            if not keep:
                raise _Permanent
            pieces = pieces[-keep:]
        joined = ".".join(pieces)
        return quote(joined, safe="-._~") if found[1].isupper() else joined
