"""Cosignatures: what a witness adds to a checkpoint once it has seen that the log only grew.

The format is `cosignature/v1` of c2sp.org/tlog-cosignature with Ed25519: a signature line of a note like the log's own, whose key is of type
0x04, and which signs the witness's time along with the note's text.
"""

from __future__ import annotations

import base64
import hashlib

from attrs import frozen
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from parapet.domain.errors import LogBroken
from parapet.evidence.checkpoint import SignatureLine, is_key_name, read_signature_line, split_note, strict_base64

_TYPE = b"\x04"
_TIME_BYTES = 8
_SIGNATURE_BYTES = 64
_LATEST = 2**63 - 1


@frozen
class WitnessKey:
    """A witness's public key and the name under which it cosigns."""

    name: str
    public: bytes

    @classmethod
    def of(cls, name: str, key: Ed25519PrivateKey) -> WitnessKey:
        """The public half of `key`. Raises ValueError when `name` cannot stand in a note."""
        if not is_key_name(name):
            raise ValueError("a key's name is of printable ASCII, without spaces and plus")
        return cls(name, key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))

    @classmethod
    def parse(cls, text: str) -> WitnessKey:
        """From `name+hash+base64`. Raises LogBroken when that is not what it is, or not the key of a witness."""
        name, _, rest = text.strip().partition("+")
        stated, _, encoded = rest.partition("+")
        raw = strict_base64(encoded)
        key = cls(name, raw[1:])
        if not is_key_name(name) or raw[:1] != _TYPE or len(raw) != 33 or stated != key.id.hex():
            raise LogBroken("This is not a witness's verifier key (name+hash+base64, of type 4).")
        return key

    @property
    def id(self) -> bytes:
        """The 4 bytes that signature lines name the key by."""
        return hashlib.sha256(self.name.encode() + b"\n" + _TYPE + self.public).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{base64.b64encode(_TYPE + self.public).decode()}"


def cosign(note: str, name: str, key: Ed25519PrivateKey, *, at: int) -> str:
    """The line, with its newline, that a witness called `name` adds to `note`.

    at  seconds since 1970, the witness's own clock

    Says: this is the largest tree that I have seen of this log, and it contains every smaller one that I have seen. So only
    `anchors/witness` may call it, once it has checked that.
    """
    if not 0 <= at <= _LATEST:
        raise ValueError("a cosignature's time is seconds since 1970")
    witness = WitnessKey.of(name, key)
    signature = at.to_bytes(_TIME_BYTES, "big") + key.sign(_message(split_note(note)[0], at))
    return f"\N{EM DASH} {name} {base64.b64encode(witness.id + signature).decode()}\n"


def check_line(note: str, line: str, key: str) -> int:
    """The time, in seconds since 1970, at which the witness with this verifier key cosigned `note` by `line`.

    Raises LogBroken when the line is by another key, or does not hold.
    """
    witness = WitnessKey.parse(key)
    signed = read_signature_line(line.removesuffix("\n"))
    if not _is_by(signed, witness):
        raise LogBroken("This cosignature is by another witness.")
    return _time_of(split_note(note)[0], signed, witness)


def line_by(note: str, lines: str, key: str) -> str:
    """The line, with its newline, out of `lines` by which this witness cosigned `note`; other keys' are passed over.

    Raises LogBroken when there is none, there are two, or it does not hold.
    """
    witness = WitnessKey.parse(key)
    if not lines.endswith("\n"):
        raise LogBroken("Signature lines end in a newline.")
    ours = [line for line in lines.removesuffix("\n").split("\n") if _is_by(read_signature_line(line), witness)]
    if len(ours) != 1:
        raise LogBroken("A witness signs once, and it did not.")
    check_line(note, ours[0], key)
    return ours[0] + "\n"


def add_line(note: str, line: str) -> str:
    """`note` with one more signature line, which is not checked here beyond its form."""
    split_note(note)
    read_signature_line(line.removesuffix("\n"))
    return note + line.removesuffix("\n") + "\n"


def cosigned_at(note: str, key: str) -> int | None:
    """When the witness with this verifier key cosigned the note that carries its line; None when it carries none.

    Raises LogBroken when its line does not hold, or stands there twice.
    """
    witness = WitnessKey.parse(key)
    text, lines = split_note(note)
    ours = [line for line in lines if _is_by(line, witness)]
    if len(ours) > 1:
        raise LogBroken("A note carries two cosignatures by one witness.")
    return _time_of(text, ours[0], witness) if ours else None


def _is_by(line: SignatureLine, witness: WitnessKey) -> bool:
    return (line.name, line.key_id) == (witness.name, witness.id)


def _time_of(text: str, line: SignatureLine, witness: WitnessKey) -> int:
    at = int.from_bytes(line.signature[:_TIME_BYTES], "big")
    if len(line.signature) != _TIME_BYTES + _SIGNATURE_BYTES or at > _LATEST:
        raise LogBroken("A cosignature has not the form that it must have.")
    try:
        Ed25519PublicKey.from_public_bytes(witness.public).verify(line.signature[_TIME_BYTES:], _message(text, at))
    except (InvalidSignature, ValueError):
        raise LogBroken("The cosignature of a witness does not hold.") from None
    return at


def _message(text: str, at: int) -> bytes:
    return f"cosignature/v1\ntime {at}\n{text}".encode()
