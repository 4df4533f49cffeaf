"""Who an account is: from its name to its DID, and from there to its document, its log and its server.

atproto.com/specs/{handle,did}: a name is proven by a file at the name, or by the DNS; a did:plc is told by a directory, a
did:web by its own domain.
"""

from __future__ import annotations

import re
import time
from collections import OrderedDict
from urllib.parse import unquote

import dns.exception
import dns.resolver
import msgspec
from attrs import define, field, frozen

from parapet.channels.bluesky.keys import handle_of, server_of
from parapet.domain.errors import AccountMissing, OutsideBusy, OutsideRefused, OutsideUnreachable
from parapet.network.door import STRANGER_S, Door

#: A document of an ordinary account has 1 kB, its log up to some 20.
MAX_DOCUMENT_BYTES, MAX_LOG_BYTES = 64 * 1024, 512 * 1024
KEPT_S, MAX_KEPT = 3_600.0, 500
HANDLE = re.compile(r"([a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?\.)+[a-zA-Z]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?")
PLC = re.compile(r"did:plc:[a-z2-7]{24}")
WEB = re.compile(r"did:web:[A-Za-z0-9.-]{1,250}(%3A[0-9]{1,5})?")


@frozen
class Known:
    """What is known of an account. `document` and `log` are the bytes as they came; `log` is b"" where there is none."""

    did: str
    document: bytes
    log: bytes
    server: str
    handle: str
    at: float


@define
class Directory:
    """Documents of accounts, remembered for an hour.

    door     to servers that strangers name
    trusted  to the directory at `plc`, which whoever runs the home named
    """

    door: Door
    trusted: Door
    plc: str
    _kept: OrderedDict[str, Known] = field(factory=OrderedDict)

    def of(self, did: str, *, anew: bool = False) -> Known:
        """Raises AccountMissing, OutsideUnreachable, OutsideRefused."""
        held = self._kept.get(did)
        if held is not None and not anew and time.monotonic() - held.at < KEPT_S:
            return held
        known = self._asked(did)
        self._kept[did] = known
        self._kept.move_to_end(did)
        while len(self._kept) > MAX_KEPT:
            self._kept.popitem(last=False)
        return known

    def is_fresh(self, did: str) -> bool:
        """Whether it was asked for only now, so that asking again would tell nothing else."""
        held = self._kept.get(did)
        return held is not None and time.monotonic() - held.at < STRANGER_S

    def _asked(self, did: str) -> Known:
        if PLC.fullmatch(did):
            document = self._json(self.trusted, f"{self.plc}/{did}", MAX_DOCUMENT_BYTES)
            try:
                log = self._json(self.trusted, f"{self.plc}/{did}/log/audit", MAX_LOG_BYTES)
            except (OutsideRefused, OutsideUnreachable):
                log = b""  # the document alone says who signs, if the directory is believed
        elif WEB.fullmatch(did):
            scheme = "http" if self.door.inside and "localhost" in did else "https"
            document = self._json(self.door, f"{scheme}://{unquote(did[8:])}/.well-known/did.json", MAX_DOCUMENT_BYTES)
            log = b""
        else:
            raise AccountMissing
        told = msgspec.json.decode(document)
        if not isinstance(told, dict) or told.get("id") != did:
            raise OutsideRefused(why="protocol")
        return Known(did, document, log, server_of(did, told), handle_of(told), time.monotonic())

    def _json(self, door: Door, url: str, most_bytes: int) -> bytes:
        answer = door.get(url, most_bytes=most_bytes, within_s=STRANGER_S)
        if not answer.ok:
            raise AccountMissing
        answer.json()
        return answer.body

    def did_of(self, account: str) -> str:
        """The DID of a handle; a DID is its own. Raises AccountMissing."""
        if account.startswith("did:"):
            return account
        if not HANDLE.fullmatch(account):
            raise AccountMissing
        found = self._by_file(account.lower()) or _by_dns(account.lower())
        if not found:
            raise AccountMissing
        return found

    def _by_file(self, handle: str) -> str:
        try:
            answer = self.door.get(f"https://{handle}/.well-known/atproto-did", most_bytes=4_096, within_s=STRANGER_S)
        except OutsideBusy:
            raise
        except (OutsideUnreachable, OutsideRefused):
            return ""
        said = answer.body.decode("ascii", "ignore").strip() if answer.ok else ""
        return said if PLC.fullmatch(said) or WEB.fullmatch(said) else ""


def _by_dns(handle: str) -> str:
    try:
        for record in dns.resolver.resolve(f"_atproto.{handle}", "TXT", lifetime=STRANGER_S):
            said = b"".join(record.strings).decode("ascii", "ignore")
            if said.startswith("did=") and (PLC.fullmatch(said[4:]) or WEB.fullmatch(said[4:])):
                return said[4:]
    except (dns.exception.DNSException, OSError):
        pass
    return ""
