"""X.509 certificates of time authorities, and the chain from one that signs to one that is trusted (RFC 5280)."""

from __future__ import annotations

import base64
import hashlib
import re
from datetime import datetime
from typing import NamedTuple

from parapet.evidence.reader.der import (
    BITS,
    BOOLEAN,
    OCTETS,
    SEQUENCE,
    Node,
    read_bits,
    read_der,
    read_integer,
    read_moment,
    read_oid,
    read_truth,
)
from parapet.evidence.reader.signatures import check_signature

_PEM = re.compile(r"-----BEGIN CERTIFICATE-----\n([A-Za-z0-9+/=\n]+)-----END CERTIFICATE-----")
_CONSTRAINTS, _KEY_USAGE, _PURPOSES, _POLICIES = "2.5.29.19", "2.5.29.15", "2.5.29.37", "2.5.29.32"
_KEY_ID = "2.5.29.14"
_TIME_STAMPING = "1.3.6.1.5.5.7.3.8"
MAX_CERTIFICATES = 20


class Certificate(NamedTuple):
    """As much of it as a chain needs. Names and keys are kept as they stand, and compared to the byte."""

    raw: bytes
    signed: bytes
    serial: int
    issuer: bytes
    subject: bytes
    begins: datetime
    ends: datetime
    key: Node
    algorithm: Node
    signature: bytes
    extensions: dict[str, tuple[bool, bytes]]  # by name: whether it is critical, and what it says

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the certificate, in hex."""
        return hashlib.sha256(self.raw).hexdigest()


def read_pem(text: bytes) -> list[Certificate]:
    """All certificates of a PEM file; words around them are passed over. Raises ValueError, also when there is none."""
    blocks = _PEM.findall(text.decode("ascii", "replace").replace("\r\n", "\n"))
    if not 1 <= len(blocks) <= MAX_CERTIFICATES:
        raise ValueError("no certificates, or too many")
    return [read_certificate(read_der(base64.b64decode(block.replace("\n", ""), validate=True))) for block in blocks]


def read_certificate(node: Node) -> Certificate:
    """A certificate of version 3. Raises ValueError on anything that is not as RFC 5280 has it."""
    parts = node.parts(SEQUENCE)
    if len(parts) != 3:
        raise ValueError("not a certificate")
    fields = parts[0].parts(SEQUENCE)
    if not 8 <= len(fields) <= 10 or fields[0].raw != b"\xa0\x03\x02\x01\x02" or fields[2].raw != parts[1].raw:
        raise ValueError("not a certificate of version 3")
    validity = fields[4].parts(SEQUENCE)
    if len(validity) != 2 or fields[-1].tag != 0xA3:
        raise ValueError("a certificate without a time or without extensions")
    return Certificate(
        raw=node.raw,
        signed=parts[0].raw,
        serial=read_integer(fields[1]),
        issuer=fields[3].raw,
        subject=fields[5].raw,
        begins=read_moment(validity[0]),
        ends=read_moment(validity[1]),
        key=fields[6],
        algorithm=parts[1],
        signature=read_bits(parts[2]),
        extensions=_extensions(fields[-1]),
    )


def _extensions(node: Node) -> dict[str, tuple[bool, bytes]]:
    (listed,) = node.parts()
    found: dict[str, tuple[bool, bytes]] = {}
    for each in listed.parts(SEQUENCE):
        parts = each.parts(SEQUENCE)
        critical = len(parts) == 3 and parts[1].tag == BOOLEAN and read_truth(parts[1])
        name = read_oid(parts[0]) if parts else ""
        if len(parts) not in (2, 3) or (len(parts) == 3 and not critical) or name in found:
            raise ValueError("an extension that is not in form")
        found[name] = (critical, parts[-1].of(OCTETS))
        if critical and name not in (_CONSTRAINTS, _KEY_USAGE, _PURPOSES, _POLICIES):
            raise ValueError("a certificate that asks for what is not understood here")
    return found


def check_signer(signer: Certificate, at: datetime) -> None:
    """Raise ValueError unless `signer` is for time stamps and nothing else, and was valid `at` that time."""
    _check_valid(signer, at)
    critical, purposes = signer.extensions.get(_PURPOSES, (False, b""))
    if not critical or [read_oid(each) for each in read_der(purposes).parts(SEQUENCE)] != [_TIME_STAMPING]:
        raise ValueError("a certificate that is not for time stamps alone")
    usage = _usage(signer)
    if usage is not None and not usage & 0xC0:  # digitalSignature, nonRepudiation
        raise ValueError("a certificate that may not sign")


def find_chain(signer: Certificate, among: list[Certificate], trusted: list[Certificate], at: datetime) -> list[Certificate]:
    """From `signer` upwards to one that is `trusted`, each signed by the next and valid `at` that time.

    Raises ValueError when there is no such way.
    """
    known = {each.raw for each in trusted}
    waiting = [[signer]]
    looked = 0
    while waiting:
        chain = waiting.pop()
        last = chain[-1]
        if last.raw in known:
            return chain
        looked += 1
        for above in [*trusted, *among]:
            fresh = above.raw not in [each.raw for each in chain]
            if (
                fresh
                and above.subject == last.issuer
                and looked <= MAX_CERTIFICATES
                and _vouches(above, last, len(chain) - 1, at)
            ):
                waiting.append([*chain, above])
    raise ValueError("no chain to a certificate that is trusted")


def check_vouched(certificate: Certificate, others: list[Certificate]) -> None:
    """Raise ValueError unless one of `others` (or itself) signed it: so no bit of it may differ."""
    for above in others:
        if above.subject == certificate.issuer and _signed(above, certificate):
            return
    raise ValueError("a certificate that nobody here vouches for")


def key_id(certificate: Certificate) -> bytes:
    """The name of its key that some signers use, or nothing."""
    _, raw = certificate.extensions.get(_KEY_ID, (False, b""))
    return read_der(raw).of(OCTETS) if raw else b""


def _vouches(above: Certificate, below: Certificate, authorities_below: int, at: datetime) -> bool:
    """True when `above` is a certificate authority that signed `below`, with `authorities_below` more between."""
    try:
        _check_valid(above, at)
        _, raw = above.extensions.get(_CONSTRAINTS, (False, b""))
        constraints = read_der(raw).parts(SEQUENCE) if raw else []
        if not constraints or not read_truth(constraints[0]):
            return False
        if len(constraints) > 1 and read_integer(constraints[1]) < authorities_below:
            return False
        usage = _usage(above)
        if usage is not None and not usage & 0x04:  # keyCertSign
            return False
    except ValueError:
        return False
    return _signed(above, below)


def _signed(above: Certificate, below: Certificate) -> bool:
    try:
        check_signature(below.signed, below.signature, below.algorithm, above.key)
    except ValueError:
        return False
    return True


def _check_valid(certificate: Certificate, at: datetime) -> None:
    if not certificate.begins <= at <= certificate.ends:
        raise ValueError("a certificate that was not valid then")


def _usage(certificate: Certificate) -> int | None:
    """The first eight bits of the key usage, or None when nothing is said."""
    if _KEY_USAGE not in certificate.extensions:
        return None
    raw = read_der(certificate.extensions[_KEY_USAGE][1]).of(BITS)
    if len(raw) < 2:
        raise ValueError("not a key usage")
    return raw[1]
