"""Shielded addresses and return paths, as the door finds them; envelopes, sealed."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import msgspec

from parapet.domain.door import READY, SENDING, UNKNOWN, Envelope
from parapet.evidence.keys import Locker
from parapet.records.keyring import keyring
from parapet.records.models import DoorMail, ShieldedAddress
from parapet.records.numbers import number_of, public

#: A sender that did not hear our answer comes again with the same octets: for five days, say the standards (RFC 5321, section 4.5.4.1).
SAME_FOR = timedelta(days=8)
_BACK = re.compile(r"back-([0-9a-z]{13})-([0-9a-f]{24})\Z")


def envelope_context(number: int) -> bytes:
    """What a sealed envelope is bound to."""
    return f"door mail:{number}".encode()


def normal(address: str) -> str:
    """One form of an address: a shielded one knows no capitals, and what follows a plus sign changes nothing."""
    local, _, domain = address.strip().lower().rpartition("@")
    return f"{local.partition('+')[0]}@{domain.rstrip('.')}"


def address_digest(address: str) -> bytes:
    """By what a shielded address is found."""
    return keyring().digest_once("shielded", normal(address))


def shielded_by(address: str) -> ShieldedAddress | None:
    """The row of a shielded address; None for anything else, malformed or not."""
    found = ShieldedAddress.objects.filter(digest=address_digest(address)).select_related("connection__advocate")
    return found.first()


def mail_digest(connection: int, sha256: str) -> bytes:
    """Of the octets of a mail and the address that it came to."""
    return keyring().digest_once("door mail", f"{connection}:{sha256}")


def seal_envelope(number: int, envelope: Envelope, locker: Locker) -> bytes:
    """`locker`: of the advocate, also one who closed her material."""
    return locker.lock(msgspec.json.encode(_as_dict(envelope)), about=envelope_context(number))


def envelope_of(row: DoorMail, locker: Locker) -> Envelope:
    """The inverse. Raises KeyWrong, KeyClosed."""
    return Envelope(**msgspec.json.decode(locker.unlock(bytes(row.sealed_envelope), about=envelope_context(row.number))))


def key_of(row: DoorMail) -> str:
    """The same whenever this mail is passed on, and tells nothing: 32 hex digits."""
    return keyring().digest_once("door mail", f"key:{row.number}").hex()[:32]


def home_mark() -> str:
    """By what this home knows a mail that it has passed on itself: 32 hex digits."""
    return keyring().digest_once("door mail", "home").hex()[:32]


def return_path(row: DoorMail, domain: str) -> str:
    """Where what comes back of this mail goes: to this door, and it says nothing of whom."""
    return f"back-{public('dml', row.number)[4:]}-{_back_mac(row.number)}@{domain}"


def mail_come_back(address: str) -> int | None:
    """The number of the mail whose return path this is; None for any other address."""
    found = _BACK.match(address.strip().lower().rpartition("@")[0])
    number = number_of("dml", f"dml_{found[1]}") if found else None
    return number if found and number is not None and _back_mac(number) == found[2] else None


def doubt_what_was_under_way() -> None:
    """In a restored home: what was to be passed on when the backup was made may have gone since. A person looks; nothing goes twice."""
    DoorMail.objects.filter(state__in=(READY, SENDING)).update(state=UNKNOWN, next_at=None)


def still_the_same(now: datetime) -> datetime:
    """Mail that came before this moment is another, though it has the same octets."""
    return now - SAME_FOR


def _back_mac(number: int) -> str:
    return keyring().digest_once("door mail", f"back:{number}").hex()[:24]


def _as_dict(envelope: Envelope) -> dict[str, str]:
    return {name: getattr(envelope, name) for name in ("mail_from", "rcpt_to", "helo", "peer", "tls", "at")}
