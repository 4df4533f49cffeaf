"""Is this bag as it was sealed? The argument, step by step; the code below repeats each number.

Let K be the log's key: one that the caller names, or else the one in the bag.

 1. The folder is a bag of the one kind that we make.
 2. All that lies in it is plain files, with safe names, each listed, and at a place where a bag has such a file.
 3. Every listed file is here, and its bytes have both digests listed; the totals are as declared.
 4. K signed the bag's seal, and the seal names the lists of 3: so nothing in the bag changed since it was made,
    unless whoever holds K did it. The rest of the argument is for that case, and for everything before.
 5. K signed the checkpoint: a log of n entries with root r.
 6. Each original is, byte for byte, what its entry (a leaf) names, and that leaf is in the log n, r at its index.
 7. So is each event of the custody.
 8. No two leaves share an index, and their times run in the order of the log. The last is the log's last, n - 1, and
    its time is the time of export that the bag tells: so an old bag does not pass for a newer one.
 9. The last leaf says how many leaves belong to the case, and the digest of them all, in order. The leaves here give
    the same: so none was left out, added or moved, unless it was so when that leaf was written; and the items here
    are those that the events put into the case and did not take out, so it was not so then either.
10. What the bag says in words people read (case.json, item.json, bag-info.txt) is what its leaves say; the title is
    the one whose digest the last leaf but one holds, which tells of this export; that leaf also holds the fingerprint
    of the certificate that signed the documents. What is withheld here is exactly what the event of the redaction,
    written in one go with that leaf, says is withheld.

Each step that fails names a fault and the file. Nothing is trusted before the step that proves it, only read.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable
from typing import Any

from parapet.evidence.reader.command import run
from parapet.evidence.reader.facts import item_facts
from parapet.evidence.reader.files import Digests, digest_file, find_files, read_manifest, read_small
from parapet.evidence.reader.layout import (
    CASE,
    CASE_FORMAT,
    CHECKPOINT,
    DECLARATION,
    DOCUMENT_FILE,
    EVENT_FILE,
    ID,
    ITEM_FILE,
    KEY,
    KEY_PEM,
    LEAF,
    LISTS,
    NEEDED,
    PROOF,
    REDACTED,
    SEAL,
    SEALED,
    SIGNER,
    TAG_LISTS,
    VERSION_FILE,
    WITHHELD_LEAF,
    event_folder,
    has_a_place,
    key_pem,
    seal_text,
    version_folder,
)
from parapet.evidence.reader.leaves import Leaf, Root, items_of_case, prove_leaf
from parapet.evidence.reader.notes import Key, note_is_signed, read_checkpoint, read_json, read_key, read_note
from parapet.evidence.reader.order import HEAD, check_export, check_order
from parapet.evidence.reader.report import Report
from parapet.evidence.reader.signed import check_signer
from parapet.evidence.reader.withheld import WITHHELD, check_withheld, prove_withheld


def verify(bag: str | os.PathLike[str], *, trusted: Iterable[str] | None = None) -> Report:
    """Check a bag. Never raises on what is in the folder; never writes; opens nothing but plain files within it.

    trusted  verifier keys (`name+hash+base64`), got by another way than the bag; None to take the key in the bag,
             which proves that the bag is of one piece, not who made it

    Raises ValueError when a trusted key is not in form.
    """
    keys = None if trusted is None else [read_key(text) for text in trusted]
    report = Report()
    try:
        _Argument(os.fspath(bag), report, keys).follow()
    except Exception:  # the edge: whatever a hostile bag provokes, its reader is told, and it is not accepted
        report.unreadable = not report.faults_total
        report.blame("bag.unchecked")
    return report


def main(arguments: list[str] | None = None) -> int:
    """The command: `DIR [--json] [--key KEY]... [--lang en|fr]`. Returns 0 sound, 1 broken, 2 cannot read."""
    return run(verify, arguments)


class _Argument:
    def __init__(self, bag: str, report: Report, trusted: list[Key] | None) -> None:
        self.bag, self.report, self.blame, self.trusted = bag, report, report.blame, trusted
        self.found: dict[str, int] = {}  # path to size
        self.expected: set[str] = set(NEEDED)
        self.digests: dict[str, Digests] = {}
        self.leaves: list[Leaf] = []
        self.case: dict[str, Any] = {}
        self.named_outside = ("", "")  # the case and the date in bag-info.txt
        self.key: Key | None = None
        self.root = Root(b"", 0, b"")
        self.withheld: dict[str, int] = {}

    def follow(self) -> None:
        """The ten steps. What a fault leaves out of reach is passed over: there is a fault already."""
        if not self._is_a_bag():
            return
        self._nothing_unlisted()
        self._all_unchanged()
        self._read_case()
        self._read_key()
        self._sealed()
        self._checkpoint_signed()
        items = self._items()
        events = self._events()
        self._in_order()
        self._complete(items, events)
        self._words_agree(items, events)
        if not self.report.faults_total:
            self._conclude(items, events)

    # 1. The folder is a bag of the one kind that we make.

    def _is_a_bag(self) -> bool:
        if not any(os.path.lexists(f"{self.bag}/{name}") for name in ("bagit.txt", LISTS[0][0], SEAL)):
            self.report.unreadable = True
            self.blame("bag.unreadable")
            return False
        if self._small("bagit.txt", 1_000) not in (DECLARATION, None):
            self.blame("bag.declaration", "bagit.txt")
        return True

    # 2. All that lies in it is plain files, with safe names, each listed, and at a place where a bag has such a file.

    def _nothing_unlisted(self) -> None:
        self.found = find_files(self.bag, self.blame)
        most = len(self.found) + 1_000
        lists = [read_manifest(self.bag, name, digits, most, self.blame) for name, digits in (*LISTS, *TAG_LISTS)]
        self.listed, self.listed_too = {**lists[0], **lists[2]}, {**lists[1], **lists[3]}
        self.expected |= set(self.listed) | set(self.listed_too)
        not_listed = {name for name, _ in TAG_LISTS}  # they list the others, and nothing lists them
        folded: dict[str, str] = {}
        for path in self.found:
            if path not in not_listed:
                if path not in self.expected or (path in NEEDED and path not in self.listed):
                    self.blame("file.unknown", path)
                elif not has_a_place(path):
                    self.blame("file.out_of_place", path)
            if folded.setdefault(path.lower(), path) != path:
                self.blame("file.alike", path)

    # 3. Every listed file is here, and its bytes have both digests listed; the totals are as declared.

    def _all_unchanged(self) -> None:
        payload = [size for path, size in self.found.items() if path.startswith("data/")]
        info = (self._small("bag-info.txt") or b"").decode("utf-8", "replace")
        fields = dict(re.findall(r"(?m)^([A-Za-z-]+): (.*)$", info))
        self.named_outside = (fields.get("External-Identifier", ""), fields.get("Bagging-Date", ""))
        if fields.get("Payload-Oxum") != f"{sum(payload)}.{len(payload)}":
            self.blame("bag.oxum", "bag-info.txt", sum(payload), len(payload))
        declared = re.fullmatch(r"([0-9]{1,18})\.[0-9]+", fields.get("Payload-Oxum", ""))
        # A file that grew beyond the whole bag is not read to its end, be it endless.
        most_payload, most_tag = int(declared.group(1)) if declared else 0, 1_000_000 + 1_000 * len(self.found)
        for path in sorted(self.expected):
            if path not in self.found:
                self.blame("file.missing", path)
            elif path not in self.listed or path not in self.listed_too:
                self.blame("file.unlisted", path)
            else:
                self._unchanged(path, most_payload if path.startswith("data/") else most_tag)

    def _unchanged(self, path: str, max_bytes: int) -> None:
        try:
            digests = digest_file(self.bag, path, max_bytes)
        except OSError:
            self.blame("file.unreadable", path)
            return
        if (digests.sha256, digests.sha512) != (self.listed[path], self.listed_too[path]):
            self.blame("file.changed", path)
        self.digests[path] = digests

    # 4. K signed the bag's seal, and the seal names the lists of 3.

    def _read_case(self) -> None:
        try:
            self.case = read_json(self._small(CASE) or b"")
            case = self.case.get("case")
            if self.case.get("format") != CASE_FORMAT or not isinstance(case, str) or ID.fullmatch(case) is None:
                raise ValueError("another format")
        except ValueError:
            self.case = {}
            self.blame("case.form", CASE)

    def _read_key(self) -> None:
        raw = self._small(KEY, 1_000) or b""
        try:
            self.key = read_key(raw.decode("utf-8"))
            if raw != raw.strip() + b"\n" or self._small(KEY_PEM, 1_000) != key_pem(self.key.public):
                raise ValueError("more than this key")
        except ValueError:
            self.blame("key.form", KEY)
        if self.trusted is not None and self.key not in self.trusted:
            self.blame("key.not_trusted", KEY)

    def _sealed(self) -> None:
        try:
            note = read_note(self._small(SEAL) or b"")
        except ValueError:
            self.blame("seal.form", SEAL)
            return
        if self.key is None or not note_is_signed(note, self.key):
            self.blame("seal.signature", SEAL)
        case = self.case.get("case", "")
        sealed = seal_text(case, {name: self.digests[name].sha256 for name in SEALED if name in self.digests})
        stated = note.text.split("\n")
        if stated[1:2] != [case] or case != self.named_outside[0]:
            self.blame("case.other", SEAL)
        for name, line in zip(SEALED, sealed.split("\n")[2:]):  # noqa: B905  Python 3.9 has no strict
            if line not in stated:
                self.blame("seal.broken", name)
        if len(stated) != len(SEALED) + 3 or stated[0] != sealed.split("\n")[0]:
            self.blame("seal.form", SEAL)

    # 5. K signed the checkpoint: a log of n entries with root r.

    def _checkpoint_signed(self) -> None:
        raw = self._small(CHECKPOINT) or b""
        try:
            note = read_note(raw)
            origin, size, root = read_checkpoint(note.text)
        except ValueError:
            self.blame("checkpoint.form", CHECKPOINT)
            return
        self.root = Root(raw, size, root)
        if self.key is None or not note_is_signed(note, self.key) or origin != self.key.name:
            self.blame("checkpoint.signature", CHECKPOINT)

    # 6. Each original is, byte for byte, what its leaf names, and that leaf is in the log n, r at its index.

    def _items(self) -> dict[str, dict[int, Leaf]]:
        parts: dict[str, dict[int, list[str]]] = {}
        for path in self.found:
            version, description = VERSION_FILE.fullmatch(path), ITEM_FILE.fullmatch(path)
            if version:
                parts.setdefault(version.group(1), {}).setdefault(int(version.group(2)), []).append(version.group(3))
            elif description:
                parts.setdefault(description.group(1), {})
        items: dict[str, dict[int, Leaf]] = {}
        for item in sorted(parts):
            leaves = {number: self._version(item, number, names) for number, names in sorted(parts[item].items())}
            items[item] = {number: leaf for number, leaf in leaves.items() if leaf is not None}
            if not parts[item] or sorted(parts[item]) != list(range(1, len(parts[item]) + 1)):
                self.blame("item.versions", f"data/items/{item}")
        return items

    def _version(self, item: str, number: int, names: list[str]) -> Leaf | None:
        folder = version_folder(item, number)
        leaf = self._leaf(folder)
        originals = [name for name in names if name.startswith("original.")]
        faces = [name for name in names if name.startswith("face.")]
        texts, withheld = names.count(REDACTED), leaf is not None and leaf.body == WITHHELD
        if (len(originals), len(faces), texts) != ((0, 0, 1) if withheld else (1, 1, 0)):
            self.blame("original.count", folder)
        if leaf is None or withheld:
            return leaf
        body = leaf.body
        kind = "version" if number > 1 else "capture"
        if (body.get("kind"), body.get("item"), body.get("version")) != (kind, item, number):
            self.blame("leaf.elsewhere", leaf.file)
        for name in originals:
            digests = self.digests.get(f"{folder}/{name}")
            if digests and (digests.sha256, digests.size) != (body.get("sha256"), body.get("size")):
                self.blame("original.changed", f"{folder}/{name}")
        for name in faces:
            digests = self.digests.get(f"{folder}/{name}")
            if digests and digests.sha256 != body.get("face_sha256"):
                self.blame("face.changed", f"{folder}/{name}")
        return leaf

    def _leaf(self, folder: str) -> Leaf | None:
        """The leaf of a folder, once it was looked whether its proof leads to the checkpoint's root."""
        hidden = f"{folder}/{WITHHELD_LEAF}" in self.found
        if hidden and f"{folder}/{LEAF}" in self.found:
            self.blame("withheld.form", f"{folder}/{WITHHELD_LEAF}")
        raw = self._small(f"{folder}/{WITHHELD_LEAF if hidden else LEAF}")
        proof = self._small(f"{folder}/{PROOF}")
        if raw is None or proof is None:
            return None
        leaf = (prove_withheld if hidden else prove_leaf)(folder, raw, proof, self.root, self.blame)
        if leaf is not None:
            self.leaves.append(leaf)
        return leaf

    # 7. So is each event of the custody.

    def _events(self) -> list[Leaf]:
        subjects = {self.case.get("case")} | {m.group(1) for m in map(ITEM_FILE.fullmatch, self.found) if m}
        events = []
        for folder in sorted({path.rpartition("/")[0] for path in self.found if EVENT_FILE.fullmatch(path)}):
            leaf = self._leaf(folder)
            if leaf is None:
                continue
            events.append(leaf)
            about = leaf.body.get("subjects") if leaf.body != WITHHELD else [self.case.get("case")]
            if folder != event_folder(leaf.place) or leaf.body.get("kind") in ("capture", "version"):
                self.blame("leaf.elsewhere", leaf.file)
            elif not isinstance(about, list) or not any(isinstance(one, str) and one in subjects for one in about):
                self.blame("leaf.foreign", leaf.file)
        return events

    # 8. No two leaves share an index, and their times run in the order of the log. The last is the log's last, n - 1,
    #    and its time is the time of export that the bag tells.

    def _in_order(self) -> None:
        self.leaves.sort(key=lambda leaf: leaf.place)
        check_order(self.leaves, self.root.size, self.case, self.blame)

    # 9. The last leaf says how many leaves belong to the case, and the digest of them all, in order.

    def _complete(self, items: Iterable[str], events: list[Leaf]) -> None:
        put_in = items_of_case(str(self.case.get("case")), (leaf.body for leaf in sorted(events, key=lambda e: e.place)))
        for item in sorted(put_in.symmetric_difference(items)):
            self.blame("case.items", f"data/items/{item}")
        heads = [leaf for leaf in self.leaves if leaf.body.get("kind") == HEAD]
        if not heads:
            self.blame("head.missing")
            return
        head = heads[-1]
        if head is not self.leaves[-1]:
            self.blame("head.not_last", head.file)
        if head.body.get("subjects") != [self.case.get("case")]:
            self.blame("case.other", head.file)
        hashes = b"".join(leaf.hashed for leaf in self.leaves if leaf is not head)
        digest = hashlib.sha256(b"parapet v1 case head\n" + hashes)
        details = head.body.get("details")
        stated = details if isinstance(details, dict) else {}
        count, counted = stated.get("count"), len(self.leaves) - 1
        if count != counted:
            self.blame("head.count", head.file, count if isinstance(count, int) else 0, counted)
        if stated.get("sha256") != digest.hexdigest():
            self.blame("head.digest", head.file)
        if self.case.get("head") != {"count": count, "sha256": stated.get("sha256"), "index": head.place}:
            self.blame("case.facts", CASE)

    # 10. What the bag says in words people read is what its leaves say; so is the title.

    def _words_agree(self, items: dict[str, dict[int, Leaf]], events: list[Leaf]) -> None:
        check_export(self.leaves, self.case, self.blame)
        self.withheld = check_withheld(self.leaves, str(self.case.get("case")), self.digests, self._small, self.blame)
        check_signer(self.leaves, self._small(SIGNER) if SIGNER in self.found else None, self.blame)
        if str(self.case.get("exported_at"))[:10] != self.named_outside[1]:
            self.blame("time.export", "bag-info.txt")
        for item, versions in items.items():
            path = f"data/items/{item}/item.json"
            shown = [(number, leaf.body, leaf.place, leaf.hashed) for number, leaf in sorted(versions.items())]
            facts = item_facts(item, shown)
            # Its length first: a file of holes may be as long as one likes, and would be read into memory.
            if path in self.found and (self.found[path] != len(facts) or self._small(path, len(facts)) != facts):
                self.blame("item.facts", path)
        counted = {
            "items": len(items),
            "versions": sum(map(len, items.values())),
            "events": len(events),
            "documents": sorted(m.group(1) for m in map(DOCUMENT_FILE.fullmatch, self.found) if m),
            "log": {"origin": self.key.name if self.key else "", "size": self.root.size},
        }
        if any(self.case.get(name) != value for name, value in counted.items()):
            self.blame("case.facts", CASE)

    def _conclude(self, items: dict[str, dict[int, Leaf]], events: list[Leaf]) -> None:
        self.report.facts = {
            "case": str(self.case["case"]),
            "exported": str(self.case["exported_at"]),
            "checkpoint": f"{self.root.size} {self.root.hashed.hex()}",
            "key": (self._small(KEY) or b"").decode().strip(),
        }
        self.report.conclude(
            len(items), sum(map(len, items.values())), len(events), by_key=self.trusted is not None, withheld=self.withheld
        )

    def _small(self, path: str, max_bytes: int = 4_000_000) -> bytes | None:
        """A small file's bytes; None when it cannot be read, with a fault unless step 3 tells of it."""
        try:
            return read_small(self.bag, path, max_bytes)
        except OSError as error:
            missing = isinstance(error, FileNotFoundError)
            if not missing or path not in self.expected:
                self.blame("file.missing" if missing else "file.unreadable", path)
            return None
