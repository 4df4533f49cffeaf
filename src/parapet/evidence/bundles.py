"""What goes into an evidence bag: values, as `evidence/bag.py` takes them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from attrs import field, frozen
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from parapet.evidence.checkpoint import split_note
from parapet.evidence.cosignature import WitnessKey
from parapet.evidence.reader.stated import word_line
from parapet.evidence.reader.token import reply_of_token
from parapet.evidence.seal import Head


@frozen
class VersionBundle:
    """One version of an item.

    raw    the bytes exactly as received
    leaf   the bytes of its capture leaf, `index` its place in the log, `proof` its way to the checkpoint's root
    face   the working copy whose digest the leaf holds, as JSON or msgpack
    source what was learned of its source, whose digest an event `source_check` holds; b"" when nothing was
    """

    raw: bytes
    media_type: str
    leaf: bytes
    index: int
    proof: Sequence[bytes]
    face: bytes
    source: bytes = b""


@frozen
class WithheldBundle:
    """A version of an item, or a note of the case, that this copy does not show: its leaf's hash stands for it.

    text   the redacted text; empty for a note, whose text is in the dossier alone
    face   the redacted working copy, and `leaf` what may be shown of the leaf: for the forms
    """

    index: int
    hashed: bytes
    proof: Sequence[bytes]
    text: bytes = b""
    face: bytes = b"{}"
    leaf: Mapping[str, Any] = field(factory=dict)


@frozen
class ItemBundle:
    """An item with all its versions, the first first."""

    id: str
    versions: Sequence[VersionBundle | WithheldBundle | ErasedBundle]


@frozen
class EventBundle:
    """An event about the case or one of its items.

    The last two of the log are that of this export (its `details` with `title_sha256`) and the case's head
    (`seal.head_body`), both of the time of the export.
    """

    leaf: bytes
    index: int
    proof: Sequence[bytes]


@frozen
class ErasedBundle:
    """An entry of the log whose key was destroyed: a version of an item (`ItemBundle.versions`), or an event about it."""

    index: int
    hashed: bytes
    proof: Sequence[bytes]


@frozen
class RemovedBundle:
    """An entry about an item that was taken out of the case, from before that: its hash alone."""

    item: str
    index: int
    hashed: bytes
    proof: Sequence[bytes]


@frozen
class AnchorBundle:
    """What bodies outside said of a checkpoint of this log.

    note       the checkpoint, with the lines of the witnesses that cosigned it
    proof      that the bag's checkpoint begins with it; empty when it is of the same size
    tokens     time-stamp token by the name of the authority
    witnesses  verifier keys of those that cosigned
    """

    note: str
    proof: Sequence[bytes]
    tokens: Mapping[str, bytes]
    witnesses: Sequence[str] = ()


def anchor_lines(size: int, anchor: AnchorBundle) -> list[str]:
    """What the entry of an export holds the digest of (`reader/stated.py`): a line for each word of `anchor`, over `size` entries."""
    lines = [word_line(size, name, reply_of_token(token)) for name, token in anchor.tokens.items()]
    signatures = {(line.name, line.key_id): line.signature for line in split_note(anchor.note)[1]}
    for text in anchor.witnesses:
        key = WitnessKey.parse(text)
        lines.append(word_line(size, text, signatures.get((key.name, key.id), b"")))
    return lines


@frozen
class SignatureLevel:
    """How a document is signed: the level of PAdES ("B-B", "B-T", "B-LT"), and why it is not B-LT, as far as there was a will."""

    level: str
    why: str = ""


@frozen
class CaseBundle:
    """All that goes into a bag.

    items, events  may be generators: they are gone through once, one at a time in memory. Items come in the order
                   that the chronology shall have
    checkpoint     the signed note to whose root all proofs lead; `verifier_key` opens it
    head           as `seal.case_head` gave it over all leaves but the head's own
    signing        the log's key, to seal the bag
    software       name and version of what kept the record
    files          documents to go with it, such as ("dossier.pdf", bytes): names of ours, never a stranger's
    removed        every entry about each item that was taken out of the case, up to then
    signatures     by the name of a file, how it is signed
    anchors        one for each size; `authorities` has the certificates (PEM) of each authority that a token is by
    """

    id: str
    title: str
    exported_at: datetime
    software: str
    items: Iterable[ItemBundle]
    events: Iterable[EventBundle | WithheldBundle | ErasedBundle]
    checkpoint: str
    verifier_key: str
    head: Head
    signing: Ed25519PrivateKey = field(repr=False)
    files: Sequence[tuple[str, bytes]] = ()
    signatures: Mapping[str, SignatureLevel] = field(factory=dict)
    anchors: Sequence[AnchorBundle] = ()
    removed: Iterable[RemovedBundle] = ()
    authorities: Mapping[str, bytes] = field(factory=dict)
