"""Time-stamp tokens (RFC 3161): that an authority saw a text, and when. Every bit of a token counts, or it is refused.

OpenSSL and others pass over parts of a token that no signature covers. Here what nothing covers must have its one form or
be absent: version numbers, lists of algorithms, further certificates, unsigned attributes.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import NamedTuple

from parapet.evidence.reader.certificates import (
    MAX_CERTIFICATES,
    Certificate,
    check_signer,
    check_vouched,
    find_chain,
    key_id,
    read_certificate,
)
from parapet.evidence.reader.der import OCTETS, SEQUENCE, SET, Node, read_der, read_integer, read_moment, read_oid
from parapet.evidence.reader.signatures import check_signature, hash_name

#: What stands before the token in a reply that grants it (TimeStampResp, status 0): the one form that a bag holds.
GRANTED = b"\x30\x03\x02\x01\x00"
MAX_TOKEN_BYTES = 100_000
_SIGNED_DATA, _TST_INFO = "1.2.840.113549.1.7.2", "1.2.840.113549.1.9.16.1.4"
_CONTENT_TYPE, _DIGEST = "1.2.840.113549.1.9.3", "1.2.840.113549.1.9.4"
_SIGNER, _SIGNER_V2 = "1.2.840.113549.1.9.16.2.12", "1.2.840.113549.1.9.16.2.47"


class TokenFault(ValueError):
    """Why a token is refused: `code` is "token.form", "token.other", "token.signature" or "token.chain"."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Stamp(NamedTuple):
    """What a token tells: the hash and digest of what was stamped, when, and the nonce of whoever asked."""

    hashed: str
    digest: bytes
    at: datetime
    nonce: int | None
    nodes: list[Node]
    content: bytes


def check_token(token: bytes, text: bytes, trusted: list[Certificate]) -> datetime:
    """When an authority, vouched for by one of `trusted`, saw `text`: in UTC, without a zone. Raises TokenFault."""
    try:
        stamp = read_stamp(token)
        certificates = _certificates(stamp.nodes)
        signer_info = _signer_info(stamp.nodes)
    except ValueError:
        raise TokenFault("token.form") from None
    if hashlib.new(stamp.hashed, text).digest() != stamp.digest:
        raise TokenFault("token.other")
    try:
        signer = _check_signed(signer_info, certificates, stamp)
    except ValueError:
        raise TokenFault("token.signature") from None
    try:
        check_signer(signer, stamp.at)
        find_chain(signer, certificates, trusted, stamp.at)
        for certificate in certificates:
            if certificate not in trusted:
                check_vouched(certificate, [*trusted, *certificates])
    except ValueError:
        raise TokenFault("token.chain") from None
    return stamp.at


def token_of_reply(reply: bytes) -> bytes:
    """The token in a reply as a bag holds it. Raises TokenFault."""
    try:
        parts = read_der(reply).parts(SEQUENCE)
        if len(reply) > MAX_TOKEN_BYTES or len(parts) != 2 or parts[0].raw != GRANTED:
            raise ValueError("not a reply that grants a token")
    except ValueError:
        raise TokenFault("token.form") from None
    return parts[1].raw


def reply_of_token(token: bytes) -> bytes:
    """The reply that grants `token`, as public tools read it."""
    content = GRANTED + token
    size = len(content)
    length = (
        bytes([size])
        if size < 128
        else bytes([0x80 | (size.bit_length() + 7) // 8]) + size.to_bytes((size.bit_length() + 7) // 8, "big")
    )
    return b"\x30" + length + content


def read_stamp(token: bytes) -> Stamp:
    """What a token tells, with nothing checked but its form. Raises ValueError."""
    if len(token) > MAX_TOKEN_BYTES:
        raise ValueError("larger than any token")
    outer = read_der(token).parts(SEQUENCE)
    if len(outer) != 2 or read_oid(outer[0]) != _SIGNED_DATA or outer[1].tag != 0xA0:
        raise ValueError("not signed data")
    (signed,) = outer[1].parts()
    nodes = signed.parts(SEQUENCE)
    # version, digest algorithms, content, certificates, signers: version 3, as the content is no plain data (RFC 5652).
    if [node.tag for node in nodes] != [0x02, SET, SEQUENCE, 0xA0, SET] or read_integer(nodes[0]) != 3:
        raise ValueError("not signed data as a token has it")
    inner = nodes[2].parts(SEQUENCE)
    if len(inner) != 2 or read_oid(inner[0]) != _TST_INFO or inner[1].tag != 0xA0:
        raise ValueError("not a time stamp")
    (wrapped,) = inner[1].parts()
    content = wrapped.of(OCTETS)
    fields = read_der(content).parts(SEQUENCE)
    if len(fields) < 5 or read_integer(fields[0]) != 1:
        raise ValueError("not a time stamp of version 1")
    read_oid(fields[1])
    read_integer(fields[3])
    imprint = fields[2].parts(SEQUENCE)
    if len(imprint) != 2:
        raise ValueError("not an imprint")
    nonces = [read_integer(field) for field in fields[5:] if field.tag == 0x02]
    nonce = nonces[0] if nonces else None
    return Stamp(hash_name(imprint[0]), imprint[1].of(OCTETS), read_moment(fields[4]), nonce, nodes, content)


def _certificates(nodes: list[Node]) -> list[Certificate]:
    """In whatever order they come: many authorities leave the set unsorted."""
    listed = nodes[3].parts()
    if not 1 <= len(listed) <= MAX_CERTIFICATES or len({node.raw for node in listed}) != len(listed):
        raise ValueError("no certificates, too many, or one of them twice")
    return [read_certificate(node) for node in listed]


def _signer_info(nodes: list[Node]) -> list[Node]:
    (signer,) = nodes[4].parts(SET)
    parts = signer.parts(SEQUENCE)
    # version, signer, digest algorithm, signed attributes, signature algorithm, signature; nothing unsigned.
    if [node.tag for node in parts] not in (
        [0x02, SEQUENCE, SEQUENCE, 0xA0, SEQUENCE, OCTETS],
        [0x02, 0x80, SEQUENCE, 0xA0, SEQUENCE, OCTETS],
    ):
        raise ValueError("not a signer as a token has it")
    if read_integer(parts[0]) != (1 if parts[1].tag == SEQUENCE else 3):
        raise ValueError("another version")
    (algorithm,) = nodes[1].parts(SET)
    if algorithm.raw != parts[2].raw:
        raise ValueError("other algorithms than the signer's")
    return parts


def _check_signed(parts: list[Node], certificates: list[Certificate], stamp: Stamp) -> Certificate:
    """The one that signed the token. Raises ValueError unless it did."""
    hashed = hash_name(parts[2])
    attributes: dict[str, Node] = {}
    for each in parts[3].parts():
        name, values = each.parts(SEQUENCE)
        (value,) = values.parts(SET)
        if read_oid(name) in attributes:
            raise ValueError("an attribute twice")
        attributes[read_oid(name)] = value
    if _CONTENT_TYPE not in attributes or read_oid(attributes[_CONTENT_TYPE]) != _TST_INFO:
        raise ValueError("signed as something else")
    if _DIGEST not in attributes or attributes[_DIGEST].of(OCTETS) != hashlib.new(hashed, stamp.content).digest():
        raise ValueError("another content than the one that was signed")
    signer = _named(parts[1], certificates)
    _check_names(attributes, signer)
    # What is signed is the set itself; in the token it goes under another tag (RFC 5652, section 5.4).
    check_signature(b"\x31" + parts[3].raw[1:], parts[5].content, parts[4], signer.key, hashed)
    return signer


def _named(name: Node, certificates: list[Certificate]) -> Certificate:
    if name.tag == SEQUENCE:
        issuer, serial = name.parts()
        found = [each for each in certificates if each.issuer == issuer.raw and each.serial == read_integer(serial)]
    else:
        found = [each for each in certificates if key_id(each) == name.content]
    if len(found) != 1:
        raise ValueError("no such signer")
    return found[0]


def _check_names(attributes: dict[str, Node], signer: Certificate) -> None:
    """The signed attributes say the digest of the signer's certificate: no other of the same key may take its place."""
    named = False
    for oid in (_SIGNER, _SIGNER_V2):
        if oid not in attributes:
            continue
        listed = attributes[oid].parts(SEQUENCE)[0].parts(SEQUENCE)
        first = listed[0].parts(SEQUENCE)
        hashed = "sha1" if oid == _SIGNER else "sha256"
        if oid == _SIGNER_V2 and first[0].tag == SEQUENCE:
            hashed, first = hash_name(first[0]), first[1:]
        if first[0].of(OCTETS) != hashlib.new(hashed, signer.raw).digest():
            raise ValueError("another certificate than the one that the signer names")
        named = True
    if not named:
        raise ValueError("a signer that does not name its certificate")
