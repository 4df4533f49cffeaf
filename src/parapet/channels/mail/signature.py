"""The signatures (DKIM, RFC 6376) that a message carries, read without trusting them, and what each of them covers."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Sequence

from attrs import frozen

from parapet.channels.mail_headers import mailboxes

#: More signatures than this are counted and not looked at.
MAX_SIGNATURES = 8
MAX_HEADER_BYTES = 1024 * 1024
MAX_VALUE_BYTES = 16_384

_NAME = re.compile(r"(?=.{1,200}\Z)[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?)*\Z")
_FIELD = re.compile(rb"([!-9;-~]{1,200})[ \t]*:")
_SPACE = re.compile(rb"[ \t\n\r]+")
_BLANKS = re.compile(rb"[ \t]+")
_NUMBER = re.compile(r"[0-9]{1,12}\Z")
ALGORITHMS = ("rsa-sha256", "ed25519-sha256")


@frozen
class Field:
    """One header field as it stands; `value` with its line ends as single line feeds, without the last."""

    name: str  # lower case
    as_given: bytes
    value: bytes


@frozen
class Message:
    """A message for checking: line ends are single line feeds."""

    fields: tuple[Field, ...]
    body: bytes

    def named(self, name: str) -> list[Field]:
        """The fields of this name, in order."""
        return [field for field in self.fields if field.name == name]

    @property
    def senders(self) -> tuple[str, ...]:
        """The domains of the addresses in From, in lower case."""
        found = (address for field in self.named("from")[:10] for _, address in mailboxes(field.value)[:20])
        return tuple(dict.fromkeys(address.rpartition("@")[2].lower() for address in found if "@" in address))


@frozen
class Signature:
    """A signature field in form. Domain and selector are names of the DNS, yet a stranger's words.

    covered  of the body in its canonical form, so many bytes; None for all of it
    """

    field: Field
    domain: str
    selector: str
    algorithm: str
    simple_header: bool
    simple_body: bool
    names: tuple[str, ...]
    body_hash: bytes
    value: bytes
    identity: str
    covered: int | None = None
    signed_at: int | None = None
    expires_at: int | None = None

    @property
    def key_name(self) -> str:
        """Where the key is published."""
        return f"{self.selector}._domainkey.{self.domain}"


def read_for_checking(raw: bytes) -> Message:
    """The fields and the body of `raw`. What is no field is left out; nobody signed it."""
    text = raw.replace(b"\r\n", b"\n").lstrip(b"\n")
    end = text.find(b"\n\n")
    head, body = (text, b"") if end < 0 else (text[:end], text[end + 2 :])
    fields: list[list[bytes]] = []
    for line in head[:MAX_HEADER_BYTES].split(b"\n"):
        if line[:1] in (b" ", b"\t") and fields:
            fields[-1].append(line)
        else:
            fields.append([line])
    found = []
    for lines in fields:
        if match := _FIELD.match(lines[0]):
            whole = b"\n".join(lines)
            found.append(Field(match[1].decode().lower(), whole[: match.end() - 1], whole[match.end() :]))
    return Message(tuple(found), body)


def signatures(message: Message) -> tuple[list[Signature], int]:
    """Those in form, at most MAX_SIGNATURES, and how many fields there are that cannot be used or are beyond that."""
    fields = message.named("dkim-signature")
    found = [signature for field in fields[:MAX_SIGNATURES] if (signature := _read(field)) is not None]
    return found, len(fields) - len(found)


def tags(value: bytes) -> dict[str, str] | None:
    """A list of tags (section 3.2), folded values joined; None when it is not in form or says a tag twice."""
    found: dict[str, str] = {}
    for part in value.strip().rstrip(b";").split(b";"):
        name, equals, held = part.partition(b"=")
        try:
            key, said = name.strip().decode("ascii"), held.strip().decode("ascii")
        except UnicodeDecodeError:
            return None
        if not equals or not key.isidentifier() or key in found:
            return None
        found[key] = said
    return found


def _read(field: Field) -> Signature | None:
    said = tags(field.value) if len(field.value) <= MAX_VALUE_BYTES else None
    if said is None or said.get("v") != "1" or not {"a", "b", "bh", "d", "h", "s"} <= said.keys():
        return None
    domain, selector = said["d"].lower().rstrip("."), said["s"].lower()
    header, _, body = said.get("c", "simple").lower().partition("/")
    names = tuple(name.strip().lower() for name in said["h"].split(":"))
    identity = said.get("i", "@" + domain).rpartition("@")[2].lower()
    numbers = [said.get(tag) for tag in ("l", "t", "x")]
    sound = (
        _NAME.match(domain) and _NAME.match(selector) and "." in domain and len(domain) + len(selector) < 230
        and {header, body or "simple"} <= {"simple", "relaxed"} and "from" in names and len(names) <= 500
        and (identity == domain or identity.endswith("." + domain))
        and all(number is None or _NUMBER.match(number) for number in numbers)
        and "dns/txt" in said.get("q", "dns/txt").lower()
    )  # fmt: skip
    try:
        body_hash, value = unfolded(said["bh"]), unfolded(said["b"])
    except ValueError:
        return None
    if not sound or not value:
        return None
    covered, signed_at, expires_at = (None if number is None else int(number) for number in numbers)
    return Signature(
        field, domain, selector, said["a"].lower(), header == "simple", body != "relaxed", names, body_hash, value, identity,
        covered, signed_at, expires_at,
    )  # fmt: skip


def unfolded(text: str) -> bytes:
    """What base64 with blanks in it holds. Raises ValueError."""
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except binascii.Error as error:
        raise ValueError("not base64") from error


def signed_header(message: Message, signature: Signature) -> bytes:
    """What the signature is over: the named fields, the last of a name first, then its own without its value."""
    left: dict[str, list[Field]] = {}
    for field in message.fields:
        if field is not signature.field:
            left.setdefault(field.name, []).append(field)
    parts = [_canonical(left[name].pop(), signature.simple_header) for name in signature.names if left.get(name)]
    own = signature.field
    pieces = own.value.split(b";")
    for at, piece in enumerate(pieces):
        if piece.partition(b"=")[0].strip() == b"b":
            pieces[at] = piece[: piece.index(b"=") + 1]
    bare = Field(own.name, own.as_given, b";".join(pieces))
    return b"".join(part + b"\r\n" for part in parts) + _canonical(bare, signature.simple_header)


def leaves_from_open(message: Message, signature: Signature) -> bool:
    """True when there are more From fields than are signed: a reader may be shown one that nobody vouches for."""
    return len(message.named("from")) > signature.names.count("from")


def canonical_body(body: bytes, *, simple: bool) -> bytes:
    """The body as it is hashed (sections 3.4.3 and 3.4.4), in time that grows with its length only."""
    if not simple:
        body = _BLANKS.sub(b" ", body).replace(b" \n", b"\n")
        body = body.removesuffix(b" ")
    body = body.rstrip(b"\n")
    if body or simple:
        body += b"\n"
    return body.replace(b"\n", b"\r\n")


def _canonical(field: Field, simple: bool) -> bytes:
    if simple:
        return (field.as_given + b":" + field.value).replace(b"\n", b"\r\n")
    return field.name.encode() + b":" + _SPACE.sub(b" ", field.value).strip(b" ")


def nearness(domain: str, senders: Sequence[str]) -> str:
    """How the domain that signed stands to those in From: "same", "related" (one within the other) or "other"."""
    if senders and all(sender == domain for sender in senders):
        return "same"
    within = (s == domain or s.endswith("." + domain) or (domain.endswith("." + s) and "." in s) for s in senders)
    return "related" if senders and all(within) else "other"
