"""One question to the DNS: what does a domain publish under this name? Bounded in time and size.

It tells a resolver, and through it the domain, that somebody here has a mail from them: who runs the home decides whether
to ask (`PARAPET_DKIM`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import dns.exception
import dns.flags
import dns.name
import dns.resolver
from attrs import frozen

from parapet.domain.errors import OutsideUnreachable, gettext_noop

TIMEOUT_S = 4.0
MAX_RECORDS = 8
MAX_RECORD_BYTES = 16_384


@frozen
class KeyAnswer:
    """What the DNS has under a name: TXT records, their strings joined, others as a zone writes them; none when there is no such name or record.

    dnssec  the resolver says that it checked the answer (AD): worth as much as the resolver and the way to it
    """

    records: tuple[bytes, ...]
    answered_at: datetime
    dnssec: bool


class KeyAsker:
    """Asks one resolver, or the system's, and remembers what it was told, so that a mailbox asks once for each key.

    resolver  "address" or "address port"; "" for the system's
    """

    def __init__(self, resolver: str = "", *, timeout_s: float = TIMEOUT_S) -> None:
        self._known: dict[tuple[str, str], KeyAnswer] = {}
        self._timeout_s = timeout_s
        self._resolver_text = resolver
        self._resolver: dns.resolver.Resolver | None = None

    def ask(self, name: str, kind: str = "TXT") -> KeyAnswer:
        """What is under `name`. Raises OutsideUnreachable when no answer comes in time or the resolver fails."""
        if (name, kind) not in self._known:
            self._known[name, kind] = self._ask(name, kind)
        return self._known[name, kind]

    def _ask(self, name: str, kind: str) -> KeyAnswer:
        try:
            answer = self._made().resolve(
                dns.name.from_text(name + "."), kind, lifetime=self._timeout_s, raise_on_no_answer=False, search=False
            )
        except dns.resolver.NXDOMAIN as told:
            secure = any(bool(response.flags & dns.flags.AD) for response in told.responses().values())  # type: ignore[no-untyped-call]
            return KeyAnswer((), datetime.now(UTC), secure)
        except (dns.exception.DNSException, OSError, ValueError) as error:
            raise OutsideUnreachable(gettext_noop("The DNS did not answer.")) from error
        rows: Sequence[object] = list(answer.rrset or ())[:MAX_RECORDS]
        joined = (b"".join(row.strings) if kind == "TXT" else str(row).encode() for row in rows)  # type: ignore[attr-defined]
        records = tuple(each[:MAX_RECORD_BYTES] for each in joined)
        return KeyAnswer(records, datetime.now(UTC), bool(answer.response.flags & dns.flags.AD))

    def _made(self) -> dns.resolver.Resolver:
        if self._resolver is None:
            made = dns.resolver.Resolver(configure=not self._resolver_text)
            if self._resolver_text:
                address, _, port = self._resolver_text.partition(" ")
                made.nameservers, made.port = [address], int(port or 53)
            made.use_edns(0, dns.flags.DO, 1232)
            made.flags = dns.flags.RD | dns.flags.AD
            self._resolver = made
        return self._resolver
