"""The evidence bag: a BagIt 1.0 folder that whoever receives it can check without us.

It is written beside its place and renamed once whole, so that a bag that exists is complete. No name in it is a
stranger's. Every leaf is checked against its bytes and the signed root while it is written: a bag that would not
verify is not made.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import itertools
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from attrs import asdict, evolve

from parapet.domain.errors import HomeUnwritable, LogBroken, RequestRefused, SealBroken, gettext_noop, reason_of
from parapet.evidence import checkpoint
from parapet.evidence.attested import Attestations
from parapet.evidence.beside import beside
from parapet.evidence.bundles import (
    CaseBundle,
    ErasedBundle,
    EventBundle,
    ItemBundle,
    RemovedBundle,
    VersionBundle,
    WithheldBundle,
    anchor_lines,
)
from parapet.evidence.canonical import read_leaf
from parapet.evidence.case_graph import Keeper
from parapet.evidence.chronology import WITHHELD as WITHHELD_STATE
from parapet.evidence.chronology import Known
from parapet.evidence.extensions import EXTENSIONS
from parapet.evidence.forms import Forms
from parapet.evidence.instructions import TEXT
from parapet.evidence.log import leaf_hash, root_from_inclusion
from parapet.evidence.onefile import one_file
from parapet.evidence.reader import layout
from parapet.evidence.reader.anchors import Named, check_anchors
from parapet.evidence.reader.erased import ERASE
from parapet.evidence.reader.facts import item_facts, title_digest
from parapet.evidence.reader.leaves import Root, items_of_case
from parapet.evidence.reader.notes import read_key
from parapet.evidence.reader.sshsig import ssh_file, ssh_message
from parapet.evidence.reader.standins import stand_in_text
from parapet.evidence.reader.stated import words_digest
from parapet.evidence.reader.token import reply_of_token
from parapet.evidence.reader.withheld import REDACT, WITHHELD, redactions_text
from parapet.evidence.seal import EXPORT_KIND, HEAD_KIND, case_head, check_capture, stamp


def write_bag(out: Path, case: CaseBundle, *, others: Iterable[Path] | None = None) -> Path:
    """Write the bag of `case` as the folder `out`, which must not be there yet (or be empty); returns it.

    others   where else, one after the other, when somebody was quicker meanwhile

    Raises RequestRefused when something is there, HomeUnwritable when it cannot be written, SealBroken or LogBroken
    when what was given would not verify. Nothing is then left behind.
    """
    taken = RequestRefused(gettext_noop("There is something in that place already. Name another for the bag."))
    if others is None and (out.is_symlink() or (out.exists() and (not out.is_dir() or any(out.iterdir())))):
        raise taken
    out = out.resolve()
    try:
        with beside(out) as part:
            _Writer(part.folder, case).write()
            try:
                part.put(itertools.chain([out], (other.resolve() for other in others or ())))
            except FileExistsError:
                raise taken from None
    except OSError as error:
        raise HomeUnwritable(gettext_noop("The bag cannot be written (%(reason)s)."), reason=reason_of(error)) from error
    assert part.done is not None
    return part.done


_Entry = VersionBundle | EventBundle | WithheldBundle | ErasedBundle | RemovedBundle


class _Writer:
    def __init__(self, root: Path, case: CaseBundle) -> None:
        self.root, self.case = root, case
        self.log = checkpoint.open_note(case.checkpoint, [case.verifier_key])
        self.attested = Attestations(case.anchors, case.verifier_key)
        self.gone: list[tuple[str, int, int, bytes]] = []  # item, version, index and leaf hash of what was erased
        self.erasures: dict[int, dict[str, Any]] = {}
        self.leaves: list[tuple[int, bytes]] = []
        self.endings: dict[int, dict[str, Any]] = {}  # by index: the heads, and the exports before them
        self.about_case: list[tuple[int, dict[str, Any]]] = []
        self.items = self.versions = self.events = 0
        self.bytes = self.files = 0
        self.names: set[str] = set()
        self.folder = root  # the last one that was made
        self.anchors: list[dict[str, Any]] = []
        self.words_sha256 = ""
        self.tags: dict[str, tuple[str, str]] = {}

    def write(self) -> None:
        if layout.ID.fullmatch(self.case.id) is None:
            raise ValueError("a case's id must be plain")
        key = checkpoint.VerifierKey.parse(self.case.verifier_key)
        with contextlib.ExitStack() as stack:
            self._lists = [stack.enter_context((self.root / name).open("xb")) for name, _ in layout.LISTS]
            self._payload(layout.CHECKPOINT, self.case.checkpoint.encode())
            self._payload(layout.KEY, f"{key}\n".encode())
            self._payload(layout.KEY_PEM, layout.key_pem(key.public))
            self._write_contents(stack)
            for name, data in self.case.files:
                self._payload(f"{layout.DOCUMENTS}/{name}", data)
            self._write_anchors()
            self._payload(layout.CASE, self._case_json())
        self._write_tags(key)

    # Payload

    def _write_contents(self, stack: contextlib.ExitStack) -> None:
        keeper = Keeper(self.log.origin, _one_line(self.case.software), self.case.id, self.case.title)
        self.forms = Forms(self.root, keeper, self.case.exported_at, stack)
        for item in self.case.items:  # one at a time: the forms grow with them
            self._item(item)
        for event in self.case.events:
            self._event(event)
        for gone in self.case.removed:
            self._removed(gone)
        self._tell_erased()
        self.forms.close()
        for path in self.forms.written:
            self._list(path, *_digests_of(self.root / path))

    def _item(self, item: ItemBundle) -> None:
        if layout.ID.fullmatch(item.id) is None or item.id.lower() in self.names:
            raise ValueError("an item's id must be plain, and in a bag once")
        self.names.add(item.id.lower())
        shown = [self._version(item.id, number, version) for number, version in enumerate(item.versions, 1)]
        if not shown:
            raise ValueError("an item has at least one version")
        self._payload(f"{layout.ITEMS}/{item.id}/item.json", item_facts(item.id, shown))
        self.items += 1
        self.versions += len(shown)

    def _withheld(self, item: str, number: int, given: WithheldBundle) -> tuple[int, dict[str, Any], int, bytes]:
        folder = layout.version_folder(item, number)
        self._hidden(folder, given)
        path, digest = f"{folder}/{layout.REDACTED}", hashlib.sha256(given.text).hexdigest()
        self._payload(path, given.text)
        file = (path, digest, len(given.text))
        known = Known(attested=self.attested.of(given.index), state=WITHHELD_STATE)
        self.forms.version(item, number, given.index, given.hashed, leaf=given.leaf, face=given.face, file=file, known=known)
        return number, WITHHELD, given.index, given.hashed

    def _hidden(self, folder: str, given: WithheldBundle) -> None:
        self._proven(folder, given.hashed, given)
        self._payload(f"{folder}/{layout.WITHHELD_LEAF}", stand_in_text(given.index, given.hashed))

    def _erased(self, folder: str, given: ErasedBundle) -> None:
        self._proven(folder, given.hashed, given)
        self._payload(f"{folder}/{layout.ERASED}", stand_in_text(given.index, given.hashed))

    def _version(
        self, item: str, number: int, version: VersionBundle | WithheldBundle | ErasedBundle
    ) -> tuple[int, dict[str, Any], int, bytes]:
        folder = layout.version_folder(item, number)
        if isinstance(version, WithheldBundle):
            return self._withheld(item, number, version)
        if isinstance(version, ErasedBundle):
            self._erased(folder, version)
            self.gone.append((item, number, version.index, version.hashed))
            return number, {}, version.index, version.hashed
        body, hashed = self._leaf(folder, version)
        if (body.get("item"), body.get("version")) != (item, number):
            raise SealBroken("A leaf speaks of another item than the one it was given for.")
        check_capture(body, raw=version.raw)
        if hashlib.sha256(version.face).hexdigest() != body.get("face_sha256"):
            raise SealBroken("A working copy is not the one that was sealed.")
        original = f"{folder}/original.{EXTENSIONS.get(version.media_type, 'bin')}"
        self._payload(original, version.raw)
        self._payload(f"{folder}/face.{'json' if version.face[:1] == b'{' else 'msgpack'}", version.face)
        if version.source:
            self._payload(f"{folder}/{layout.SOURCE}", version.source)
        file = (original, str(body["sha256"]), len(version.raw))
        known = Known(version.source, self.attested.of(version.index))
        self.forms.version(item, number, version.index, hashed, leaf=body, face=version.face, file=file, known=known)
        return number, body, version.index, hashed

    def _event(self, event: EventBundle | WithheldBundle | ErasedBundle) -> None:
        if not isinstance(event, EventBundle):
            folder = layout.event_folder(event.index)
            if isinstance(event, ErasedBundle):
                self._erased(folder, event)
            else:
                self._hidden(folder, event)
            self.events += 1
            return
        body, _ = self._leaf(layout.event_folder(event.index), event)
        self.events += 1
        if body.get("kind") == ERASE:
            self.erasures[event.index] = body
        else:
            self.forms.event(event.index, body)
        if body.get("kind") == REDACT and event.index == self.log.size - 4:
            self._payload(layout.REDACTIONS, redactions_text(self.case.id, event.index, body["details"]["withheld"]))
        if body.get("kind") in (HEAD_KIND, EXPORT_KIND):
            self.endings[event.index] = body
        elif str(body.get("kind")).startswith("case_"):
            self.about_case.append((event.index, body))

    def _removed(self, given: RemovedBundle) -> None:
        """It belonged to the case once: no part of what its last head is over."""
        if layout.ID.fullmatch(given.item) is None:
            raise ValueError("an item's id must be plain")
        folder = layout.removed_folder(given.item, given.index)
        self._proven(folder, given.hashed, given)
        self.leaves.pop()
        self._payload(f"{folder}/{layout.REMOVED}", stand_in_text(given.index, given.hashed))

    def _tell_erased(self) -> None:
        """Of each erased version, in the forms: by which event it went. The events come last, as they name what they erased."""
        by: dict[int, int] = {}
        for index, body in self.erasures.items():
            listed = body["details"].get("leaves")
            for each in listed if isinstance(listed, list) else ():
                if isinstance(each, str) and each.isdecimal():
                    by[int(each)] = index
        for item, number, index, hashed in self.gone:
            event = by.get(index)
            told = (event, self.erasures[event]) if event is not None else None
            self.forms.erased(item, number, index, hashed, Known(attested=self.attested.of(index), event=told))
        for index, body in self.erasures.items():
            self.forms.event(index, body)

    def _leaf(self, folder: str, given: VersionBundle | EventBundle) -> tuple[dict[str, Any], bytes]:
        hashed = leaf_hash(given.leaf)
        self._proven(folder, hashed, given)
        self._payload(f"{folder}/{layout.LEAF}", given.leaf)
        return read_leaf(given.leaf), hashed

    def _proven(self, folder: str, hashed: bytes, given: _Entry) -> None:
        root = root_from_inclusion(hashed, index=given.index, size=self.log.size, proof=given.proof)
        if root != self.log.root:
            raise LogBroken("A proof does not lead to the root that was signed.")
        proof = checkpoint.proof_text(given.index, given.proof, self.case.checkpoint)
        self._payload(f"{folder}/{layout.PROOF}", proof.encode())
        self.leaves.append((given.index, hashed))

    def _write_anchors(self) -> None:
        keys: set[str] = set()
        lines: list[str] = []
        for anchor in sorted(self.case.anchors, key=lambda each: checkpoint.open_note(each.note, [self.case.verifier_key]).size):
            size = checkpoint.open_note(anchor.note, [self.case.verifier_key]).size
            folder = layout.anchor_folder(size)
            self._payload(f"{folder}/checkpoint.txt", anchor.note.encode())
            proof = "".join(base64.b64encode(hashed).decode() + "\n" for hashed in anchor.proof)
            self._payload(f"{folder}/consistency.txt", proof.encode())
            for name, token in anchor.tokens.items():
                self._payload(f"{folder}/{name}.tsr", reply_of_token(token))
            lines += anchor_lines(size, anchor) if size < self.log.size else []
            keys.update(anchor.witnesses)
            self.anchors.append({"size": size, "tokens": sorted(anchor.tokens), "witnesses": sorted(anchor.witnesses)})
        for name, pem in self.case.authorities.items():
            self._payload(layout.authority_file(name), pem)
        if keys:
            self._payload(layout.WITNESS_KEYS, "".join(f"{key}\n" for key in sorted(keys)).encode())
        self.words_sha256 = words_digest(lines)
        self._check_anchors()

    def _check_anchors(self) -> None:
        """By the code of whoever will read them: a bag that would not verify is not made."""
        found = [path.relative_to(self.root).as_posix() for path in self.root.rglob("*") if path.is_file()]
        faults: list[str] = []
        check_anchors(
            {"anchors": self.anchors},
            found,
            lambda path: (self.root / path).read_bytes(),
            read_key(self.case.verifier_key),
            Root(self.case.checkpoint.encode(), self.log.size, self.log.root),
            Named([], []),
            lambda code, *_where: faults.append(code),
        )
        if faults:
            raise LogBroken("What others said of the log does not hold.")

    def _case_json(self) -> bytes:
        self.leaves.sort()
        index, _ = self.leaves.pop() if self.leaves else (-1, b"")
        head, export = self.endings.get(index, {}), self.endings.get(index - 1, {})
        if head.get("kind") != HEAD_KIND or case_head(hashed for _, hashed in self.leaves) != evolve(self.case.head, owners=""):
            raise LogBroken("What belongs to the case is not what its last entry in the log says.")
        at, digest = stamp(self.case.exported_at), title_digest(self.case.title)
        if (index, head["at"], export.get("kind")) != (self.log.size - 1, at, EXPORT_KIND):
            raise LogBroken("The last entries of the log are not those of this export.")
        stated = export["details"].get("anchors_sha256", self.words_sha256)
        if stated != self.words_sha256:
            raise LogBroken("The entry of this export tells of other time stamps or cosignatures.")
        if (export["subjects"], export["details"].get("title_sha256")) != ([self.case.id], digest):
            raise LogBroken("The entry of this export holds another case or title.")
        events = (body for _, body in sorted(self.about_case, key=lambda pair: pair[0]))
        if {name.lower() for name in items_of_case(self.case.id, events)} != self.names:
            raise LogBroken("The items of the case are not those that its entries in the log put there.")
        facts = {
            "format": layout.CASE_FORMAT,
            "case": self.case.id,
            "title": self.case.title,
            "exported_at": at,
            "software": self.case.software,
            "items": self.items,
            "versions": self.versions,
            "events": self.events,
            "documents": sorted(name for name, _ in self.case.files),
            "signatures": {name: asdict(each) for name, each in sorted(self.case.signatures.items())},
            "anchors": self.anchors,
            "head": {"count": self.case.head.count, "sha256": self.case.head.sha256, "index": index},
            "log": {"origin": self.log.origin, "size": self.log.size},
        }
        return json.dumps(facts, ensure_ascii=False, indent=1).encode("utf-8", "replace") + b"\n"

    def _payload(self, path: str, data: bytes) -> None:
        if not layout.has_a_place(path):
            raise ValueError("a bag has no place for such a name")
        target = self.root / path
        if target.parent != self.folder:
            target.parent.mkdir(parents=True, exist_ok=True)
            self.folder = target.parent
        with target.open("xb") as file:
            file.write(data)
        self._list(path, hashlib.sha256(data).hexdigest(), hashlib.sha512(data).hexdigest(), len(data))

    def _list(self, path: str, sha256: str, sha512: str, size: int) -> None:
        for file, digest in zip(self._lists, (sha256, sha512), strict=True):
            file.write(f"{digest}  {path}\n".encode())
        self.bytes += size
        self.files += 1

    # Tag files

    def _write_tags(self, key: checkpoint.VerifierKey) -> None:
        for name, _ in layout.LISTS:
            sha256, sha512, _ = _digests_of(self.root / name)
            self.tags[name] = (sha256, sha512)
        self._tag("bagit.txt", layout.DECLARATION)
        self._tag("bag-info.txt", self._info())
        self._tag("VERIFY.txt", TEXT.encode())
        self._tag("verify.py", one_file())
        sealed = layout.seal_text(self.case.id, {name: sha256 for name, (sha256, _) in self.tags.items()})
        seal = checkpoint.sign_text(sealed, key.name, self.case.signing).encode()
        self._tag(layout.SEAL, seal)
        self._tag(layout.SEAL_SSH, ssh_file(key.public, self.case.signing.sign(ssh_message(seal))))
        for which, (name, _) in enumerate(layout.TAG_LISTS):
            lines = [f"{digests[which]}  {path}\n" for path, digests in sorted(self.tags.items())]
            (self.root / name).write_bytes("".join(lines).encode())

    def _tag(self, name: str, data: bytes) -> None:
        (self.root / name).write_bytes(data)
        self.tags[name] = (hashlib.sha256(data).hexdigest(), hashlib.sha512(data).hexdigest())

    def _info(self) -> bytes:
        return (
            f"Bag-Software-Agent: {_one_line(self.case.software)}\n"
            f"Bagging-Date: {stamp(self.case.exported_at)[:10]}\n"
            f"External-Identifier: {self.case.id}\n"
            f"Bag-Size: {_readable(self.bytes)}\n"
            f"Payload-Oxum: {self.bytes}.{self.files}\n"
        ).encode("ascii", "replace")


def _one_line(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:100]


def _readable(size: int) -> str:
    for unit in ("B", "KB", "MB", "GB"):
        if size < 1_000:
            return f"{size} {unit}"
        size //= 1_000
    return f"{size} TB"


def _digests_of(path: Path) -> tuple[str, str, int]:
    sha256, sha512, size = hashlib.sha256(), hashlib.sha512(), 0
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            sha256.update(piece)
            sha512.update(piece)
            size += len(piece)
    return sha256.hexdigest(), sha512.hexdigest(), size
