"""Where everything lies in a bag: one form, shared by who writes it and who reads it, so that a stray file is no bag's."""

from __future__ import annotations

import base64
import re

DECLARATION = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
#: Name and hex digits.
LISTS = (("manifest-sha256.txt", 64), ("manifest-sha512.txt", 128))
TAG_LISTS = (("tagmanifest-sha256.txt", 64), ("tagmanifest-sha512.txt", 128))
SEAL, SEAL_SSH = "bag-seal.txt", "bag-seal.txt.sig"
#: What the seal names, in its order.
SEALED = ("VERIFY.txt", "bag-info.txt", "bagit.txt", "manifest-sha256.txt", "manifest-sha512.txt", "verify.py")
SEAL_FORMAT, CASE_FORMAT = "parapet-bag-v1", "parapet-case-v1"

CASE, CHECKPOINT, CHRONOLOGY = "data/case.json", "data/checkpoint.txt", "data/chronology.csv"
WORKBOOK, GRAPH = "data/chronology.xlsx", "data/case.jsonld"
KEY, KEY_PEM = "data/log-key.txt", "data/log-key.pem"
ITEMS, CUSTODY, DOCUMENTS = "data/items", "data/custody", "data/documents"
SOURCE = "source.json"
#: The certificate by which the documents are signed.
SIGNER_NAME = "signing-certificate.pem"
SIGNER = f"{DOCUMENTS}/{SIGNER_NAME}"
LEAF, PROOF, ERASED = "leaf.json", "proof.tlog-proof", "erased.json"
#: Of an item that was taken out of the case.
REMOVED = "removed.json"
ANCHORS, AUTHORITIES, WITNESS_KEYS = "data/checkpoints", "data/authorities", "data/witness-keys.txt"
#: Of a version or note that was withheld from this copy of the case.
WITHHELD_LEAF, REDACTED, REDACTIONS = "withheld.json", "redacted.txt", "data/redactions.json"
#: Every bag has these.
NEEDED = frozenset((*SEALED, SEAL, SEAL_SSH, CASE, CHECKPOINT, CHRONOLOGY, WORKBOOK, GRAPH, KEY, KEY_PEM))

_ID = "[A-Za-z0-9][A-Za-z0-9_-]{0,79}"
_HIDDEN = r"erased\.json|withheld\.json"
_PARTS = rf"leaf\.json|{_HIDDEN}|proof\.tlog-proof|face\.json|face\.msgpack|source\.json|redacted\.txt|original\.[a-z0-9]{{1,8}}(?:\.txt)?"
VERSION_FILE = re.compile(f"{ITEMS}/({_ID})/v([1-9][0-9]{{0,5}})/({_PARTS})")
ITEM_FILE = re.compile(f"{ITEMS}/({_ID})/item\\.json")
EVENT_FILE = re.compile(f"{CUSTODY}/([0-9]{{10,18}})/(leaf\\.json|proof\\.tlog-proof|{_HIDDEN})")
DOCUMENT_FILE = re.compile(f"{DOCUMENTS}/([A-Za-z0-9][A-Za-z0-9_-]{{0,79}}\\.[a-z0-9]{{1,8}})")
_AUTHORITY = "[a-z0-9][a-z0-9-]{0,39}"
ANCHOR_FILE = re.compile(f"{ANCHORS}/([0-9]{{10,18}})/(checkpoint\\.txt|consistency\\.txt|{_AUTHORITY}\\.tsr)")
AUTHORITY_FILE = re.compile(f"{AUTHORITIES}/({_AUTHORITY})\\.pem")
REMOVED_FILE = re.compile(f"data/removed/({_ID})/([0-9]{{10,18}})/(removed\\.json|proof\\.tlog-proof)")
ID = re.compile(_ID)
TIME = re.compile(r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)\.(\d{6})Z")


def has_a_place(path: str) -> bool:
    """True when a bag has such a file."""
    if path in NEEDED or path in (WITNESS_KEYS, REDACTIONS):
        return True
    forms = (VERSION_FILE, ITEM_FILE, EVENT_FILE, DOCUMENT_FILE, ANCHOR_FILE, AUTHORITY_FILE, REMOVED_FILE)
    return any(form.fullmatch(path) for form in forms)


def version_folder(item: str, number: int) -> str:
    """Where one version of an item lies."""
    return f"{ITEMS}/{item}/v{number}"


def event_folder(index: int) -> str:
    """Where an event lies, by its index in the log."""
    return f"{CUSTODY}/{index:010d}"


def removed_folder(item: str, index: int) -> str:
    """Where the hash of an entry lies that is about an item which was taken out of the case."""
    return f"data/removed/{item}/{index:010d}"


def anchor_folder(size: int) -> str:
    """Where the checkpoint of `size` entries lies with what outside bodies said of it."""
    return f"{ANCHORS}/{size:010d}"


def authority_file(name: str) -> str:
    """Where the certificates of a time authority lie."""
    return f"{AUTHORITIES}/{name}.pem"


def key_pem(public: bytes) -> bytes:
    """An Ed25519 public key as `openssl` reads it (RFC 8410)."""
    der = bytes.fromhex("302a300506032b6570032100") + public
    return b"-----BEGIN PUBLIC KEY-----\n" + base64.b64encode(der) + b"\n-----END PUBLIC KEY-----\n"


def seal_text(case: str, digests: dict[str, str]) -> str:
    """What the bag's seal signs: the case, then the SHA-256 of each of `SEALED`."""
    return f"{SEAL_FORMAT}\n{case}\n" + "".join(f"{digests.get(name, '')}  {name}\n" for name in SEALED)
