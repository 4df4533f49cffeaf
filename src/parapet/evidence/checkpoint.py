"""Checkpoints: the log's size and root, signed.

The formats are those of c2sp.org/signed-note, /tlog-checkpoint and /tlog-proof, so that tools which are not ours can
check them. A note is text, an empty line, and signature lines; a key is named by `name+hash+base64`.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable, Sequence

from attrs import frozen
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from parapet.domain.errors import LogBroken
from parapet.evidence.log import HASH_BYTES

_ED25519 = b"\x01"
_MAX_NOTE_BYTES = 100_000
_PROOF_HEADER = "c2sp.org/tlog-proof@v1"
_NUMBER = re.compile(r"0|[1-9][0-9]{0,18}")
_NAME = re.compile("[!-*,-~]{1,200}")


@frozen
class VerifierKey:
    """A public key and the name under which it signs."""

    name: str
    public: bytes

    @classmethod
    def of(cls, name: str, key: Ed25519PrivateKey) -> VerifierKey:
        """The public half of `key`. Raises ValueError when `name` cannot stand in a note."""
        if not is_key_name(name):
            raise ValueError("a key's name is of printable ASCII, without spaces and plus")
        return cls(name, key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))

    @classmethod
    def parse(cls, text: str) -> VerifierKey:
        """From `name+hash+base64`. Raises LogBroken when that is not what it is, or its parts disagree."""
        name, _, rest = text.strip().partition("+")
        stated, _, encoded = rest.partition("+")
        raw = strict_base64(encoded)
        key = cls(name, raw[1:])
        if not name or raw[:1] != _ED25519 or len(raw) != 33 or stated != key.id.hex():
            raise LogBroken("A verifier key is not of the form name+hash+base64, or was damaged.")
        return key

    @property
    def id(self) -> bytes:
        """The 4 bytes that signatures name the key by."""
        return hashlib.sha256(self.name.encode() + b"\n" + _ED25519 + self.public).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{base64.b64encode(_ED25519 + self.public).decode()}"

    def pem(self) -> str:
        """The public key for `openssl`."""
        public = Ed25519PublicKey.from_public_bytes(self.public)
        return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


@frozen
class Checkpoint:
    """What a log signed."""

    origin: str
    size: int
    root: bytes


@frozen
class SignatureLine:
    """One signature on a note: by which key, and its bytes."""

    name: str
    key_id: bytes
    signature: bytes


def is_key_name(name: str) -> bool:
    """True when `name` can stand in a note."""
    return _NAME.fullmatch(name) is not None


def verifier_key(origin: str, key: Ed25519PrivateKey) -> str:
    """The public key as the string that people hand to one another: `name+hash+base64`."""
    return str(VerifierKey.of(origin, key))


def sign(origin: str, size: int, root: bytes, key: Ed25519PrivateKey) -> str:
    """A checkpoint of `size` leaves with this root, signed in the name of `origin`."""
    if size < 0 or len(root) != HASH_BYTES:
        raise ValueError("a checkpoint needs a size and a root of 32 bytes")
    return sign_text(f"{origin}\n{size}\n{base64.b64encode(root).decode()}\n", origin, key)


def sign_text(text: str, name: str, key: Ed25519PrivateKey) -> str:
    """A signed note. `text` ends in a newline, and has no other control characters."""
    if not text.endswith("\n") or _has_controls(text):
        raise ValueError("a note's text ends in a newline and has no control characters")
    signer = VerifierKey.of(name, key)
    signature = base64.b64encode(signer.id + key.sign(text.encode())).decode()
    return f"{text}\n\N{EM DASH} {name} {signature}\n"


def open_text(note: str, keys: Iterable[str]) -> str:
    """The text of a note, once a signature by one of `keys` holds.

    Signatures by other keys are passed over, as the specification demands: witnesses may add theirs.
    Raises LogBroken when no known key signed it, when a known key's signature does not hold, or it is no note at all.
    """
    text, lines = split_note(note)
    known = {(key.name, key.id): key for key in map(VerifierKey.parse, keys)}
    trusted = set(known)
    signed = False
    for line in lines:
        key = known.pop((line.name, line.key_id), None)
        if key is None:
            if (line.name, line.key_id) in trusted:
                raise LogBroken("A note carries two signatures by one key.")
            continue
        try:
            Ed25519PublicKey.from_public_bytes(key.public).verify(line.signature, text.encode())
        except (InvalidSignature, ValueError):
            raise LogBroken("The signature on a note does not hold.") from None
        signed = True
    if not signed:
        raise LogBroken("A note is not signed by a key that is trusted here.")
    return text


def split_note(note: str) -> tuple[str, list[SignatureLine]]:
    """The text that a note's signatures are over, and the signatures, unchecked. Raises LogBroken when it is no note."""
    if len(note) > _MAX_NOTE_BYTES or not note.endswith("\n") or _has_controls(note):
        raise LogBroken("This is not a signed note.")
    text, separator, signatures = note.rpartition("\n\n")
    if not separator or not signatures.strip("\n"):
        raise LogBroken("A note carries no signature.")
    return text + "\n", [read_signature_line(line) for line in signatures.removesuffix("\n").split("\n")]


def open_note(note: str, keys: Iterable[str]) -> Checkpoint:
    """The checkpoint in a note signed by one of `keys` (verifier key strings). Raises LogBroken as `open_text` does."""
    lines = open_text(note, list(keys)).split("\n")
    if len(lines) < 4 or not all(lines[:-1]) or _NUMBER.fullmatch(lines[1]) is None:
        raise LogBroken("A signed note is not a checkpoint.")
    root = strict_base64(lines[2])
    if len(root) != HASH_BYTES:
        raise LogBroken("A checkpoint's root has not 32 bytes.")
    return Checkpoint(lines[0], int(lines[1]), root)


def proof_text(index: int, proof: Sequence[bytes], note: str) -> str:
    """A `.tlog-proof` file: one leaf's way to the root of the checkpoint that follows it."""
    hashes = "".join(base64.b64encode(h).decode() + "\n" for h in proof)
    return f"{_PROOF_HEADER}\nindex {index}\n{hashes}\n{note}"


def read_proof(text: str) -> tuple[int, list[bytes], str]:
    """Index, hashes and checkpoint note of a `.tlog-proof` file. Raises LogBroken."""
    head, separator, note = text.partition("\n\n")
    lines = head.split("\n")
    if not separator or lines[0] != _PROOF_HEADER or len(lines) < 2 or len(lines) > 66:
        raise LogBroken("This is not a proof of inclusion.")
    word, _, number = lines[1].partition(" ")
    if word != "index" or _NUMBER.fullmatch(number) is None:
        raise LogBroken("A proof of inclusion names no index.")
    return int(number), [strict_base64(line) for line in lines[2:]], note


def read_signature_line(line: str) -> SignatureLine:
    """One signature line, without its newline, unchecked. Raises LogBroken."""
    parts = line.split(" ")
    if len(parts) != 3 or parts[0] != "\N{EM DASH}" or not parts[1]:
        raise LogBroken("A note has a line that is no signature.")
    raw = strict_base64(parts[2])
    if len(raw) < 5:
        raise LogBroken("A note has a signature that is too short.")
    return SignatureLine(parts[1], raw[:4], raw[4:])


def strict_base64(text: str) -> bytes:
    """One sequence of bytes has one spelling, or a changed letter could go unseen. Raises LogBroken."""
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise LogBroken("Something that should be base64 is not.") from None
    if base64.b64encode(raw).decode() != text:
        raise LogBroken("Something is not written in the one way that base64 allows.")
    return raw


def _has_controls(text: str) -> bool:
    return any(c < " " and c != "\n" for c in text)
