"""Is this bag as it was sealed? The argument, step by step; the code below repeats each number.

Let K be the log's key: one that the caller names, or else the one in the bag.

 1. The folder is a bag of the one kind that we make.
 2. All that lies in it is plain files, with safe names, each listed, and at a place where a bag has such a file.
 3. Every listed file is here, and its bytes have both digests listed; the totals are as declared.
 4. K signed the bag's seal, and the seal names the lists of 3: so nothing in the bag changed since it was made,
    unless whoever holds K did it. The rest of the argument is for that case, and for everything before.
 5. K signed the checkpoint: a log of n entries with root r.
 6. Each original is, byte for byte, what its entry (a leaf) names, and that leaf is in the log n, r at its index.
 7. So is each event of the custody. An erased entry is here as its hash alone, and only if an event says so.
 8. No two leaves share an index, and their times run in the order of the log. The last is the log's last, n - 1, and
    its time is the time of export that the bag tells: so an old bag does not pass for a newer one. Times start again
    earlier only where an event of the log says that the clock was set back, and the reader is told.
 9. The last leaf says how many leaves belong to the case, and the digest of them all, in order. The leaves here give
    the same: so none was left out, added or moved, unless it was so when that leaf was written; and the items here
    are those that the events put into the case and did not take out, so it was not so then either. Earlier such leaves
    say the same of their own days: of what was taken out of the case since, the hashes are here, in the log n, r too.
10. What the bag says in words people read (case.json, item.json, bag-info.txt) is what its leaves say; the title is
    the one whose digest the last leaf but one holds, which tells of this export; that leaf also holds the fingerprint
    of the certificate that signed the documents; and what was learned of a message's source is what the last event
    about it holds. What is withheld here is exactly what the event of the redaction, written in one go with that leaf,
    says is withheld.
11. Each earlier checkpoint that the case names is here, signed by K, and n, r begins with it. So is each time stamp over
    it, whose chain leads to a certificate in the bag, or to one that the caller names; and each witness's cosignature.
    The last leaf but one holds the digest of all of these that there were before it, and says who was asked at the export.
12. None of them says that the log held an entry before that entry says that it came to be; where the log that they saw
    says that the clock was set back in between, the entry's time is taken back with it.
13. Where the reader kept an earlier checkpoint or bag of this log: K signed that too, its log is no longer than n, the
    roots are the same where the sizes are, and each leaf that is in both bags is the same at its index. So whoever
    holds K did not put another log in the place of the one that the reader saw.

Each step that fails names a fault and the file. Nothing is trusted before the step that proves it, only read.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Any

from parapet.evidence.reader.anchors import Named, Seen, check_anchors, check_times
from parapet.evidence.reader.certificates import read_pem
from parapet.evidence.reader.command import run
from parapet.evidence.reader.conclusions import conclude, conclude_of_log, conclude_of_removed
from parapet.evidence.reader.earlier import check_earlier
from parapet.evidence.reader.erased import check_erased
from parapet.evidence.reader.facts import item_facts
from parapet.evidence.reader.folder import Folder
from parapet.evidence.reader.heads import check_head, check_heads, head_of_leaves, knows_owners_since
from parapet.evidence.reader.layout import (
    CASE,
    CASE_FORMAT,
    CHECKPOINT,
    DOCUMENT_FILE,
    ERASED,
    EVENT_FILE,
    ID,
    ITEM_FILE,
    KEY,
    KEY_PEM,
    LEAF,
    PROOF,
    REDACTED,
    SEAL,
    SEAL_SSH,
    SEALED,
    SIGNER,
    VERSION_FILE,
    WITHHELD_LEAF,
    event_folder,
    key_pem,
    seal_text,
    version_folder,
)
from parapet.evidence.reader.leaves import Leaf, Root, items_of_case, prove_leaf
from parapet.evidence.reader.notes import WITNESS_KIND, Key, note_is_signed, read_checkpoint, read_json, read_key, read_note
from parapet.evidence.reader.order import EVERY_CASE, HEAD, check_export, check_order
from parapet.evidence.reader.removed import check_removed
from parapet.evidence.reader.report import Report
from parapet.evidence.reader.signed import check_documents_signer
from parapet.evidence.reader.sources import check_sources
from parapet.evidence.reader.sshsig import ssh_signed
from parapet.evidence.reader.standins import prove_stand_in
from parapet.evidence.reader.stated import check_stated
from parapet.evidence.reader.withheld import WITHHELD, check_withheld


def verify(
    bag: str | os.PathLike[str],
    *,
    trusted: Iterable[str] | None = None,
    authorities: Iterable[bytes] = (),
    witnesses: Iterable[str] = (),
    earlier: str | None = None,
) -> Report:
    """Check a bag. Never raises on what is in the folder; never writes; opens nothing but plain files within it.

    trusted  verifier keys (`name+hash+base64`), got by another way than the bag; None to take the key in the bag,
             which proves that the bag is of one piece, not who made it
    authorities, witnesses  certificates (PEM) and verifier keys of those who attest the time, got by another way too
    earlier  where a checkpoint or a bag of the same log lies that the reader kept; None without

    Raises ValueError when a key or certificate is not in form.
    """
    keys = None if trusted is None else [read_key(text) for text in trusted]
    certificates = [each for pem in authorities for each in read_pem(pem)]
    named = Named(certificates, [read_key(text, WITNESS_KIND) for text in witnesses])
    report = Report()
    try:
        _Argument(os.fspath(bag), report, keys, named, earlier).follow()
    except Exception:  # the edge: whatever a hostile bag provokes, its reader is told, and it is not accepted
        report.unreadable = not report.faults_total
        report.blame("bag.unchecked")
    return report


def main(arguments: list[str] | None = None) -> int:
    """The command: `DIR [--json] [--key KEY]... [--earlier PATH] [--lang en|fr]`. Returns 0 sound, 1 broken, 2 cannot read."""
    return run(verify, arguments)


class _Argument(Folder):
    def __init__(self, bag: str, report: Report, trusted: list[Key] | None, named: Named, earlier: str | None) -> None:
        super().__init__(bag, report)
        self.trusted, self.named = trusted, named
        self.earlier, self.agrees = earlier, False
        self.leaves: list[Leaf] = []
        self.erased_by: dict[str, int] = {}
        self.withheld: dict[str, int] = {}
        self.removed: list[Leaf] = []
        self.skipped, self.asked = 0, (0, 0)
        self.case: dict[str, Any] = {}
        self.key: Key | None = None
        self.root = Root(b"", 0, b"")

    def follow(self) -> None:
        """The thirteen steps. What a fault leaves out of reach is passed over: there is a fault already."""
        if not self.is_a_bag():
            return
        self.nothing_unlisted()
        self.all_unchanged()
        self._read_case()
        self._read_key()
        self._sealed()
        self._checkpoint_signed()
        items = self._items()
        events = self._events()
        self._in_order()
        self.erased_by = check_erased(self.leaves, self.blame)
        self._taken_out(events)
        self._complete(items, events)
        self._words_agree(items, events)
        seen = self._anchored()
        check_sources(self.digests, events, self.blame)
        self._as_seen_before()
        if not self.report.faults_total:
            self._conclude(items, events, seen)

    # 1, 2 and 3 are in `reader/folder.py`.

    # 4. K signed the bag's seal, as a note and once more for ssh-keygen, and the seal names the lists of 3.

    def _read_case(self) -> None:
        try:
            self.case = read_json(self.small(CASE) or b"")
            case = self.case.get("case")
            if self.case.get("format") != CASE_FORMAT or not isinstance(case, str) or ID.fullmatch(case) is None:
                raise ValueError("another format")
        except ValueError:
            self.case = {}
            self.blame("case.form", CASE)

    def _read_key(self) -> None:
        raw = self.small(KEY, 1_000) or b""
        try:
            self.key = read_key(raw.decode("utf-8"))
            if raw != raw.strip() + b"\n" or self.small(KEY_PEM, 1_000) != key_pem(self.key.public):
                raise ValueError("more than this key")
        except ValueError:
            self.blame("key.form", KEY)
        if self.trusted is not None and self.key not in self.trusted:
            self.blame("key.not_trusted", KEY)

    def _sealed(self) -> None:
        try:
            note = read_note(self.small(SEAL) or b"")
        except ValueError:
            self.blame("seal.form", SEAL)
            return
        if self.key is None or not note_is_signed(note, self.key):
            self.blame("seal.signature", SEAL)
        if self.key is None or not ssh_signed(self.small(SEAL_SSH, 2_000) or b"", self.small(SEAL) or b"", self.key.public):
            self.blame("seal.signature", SEAL_SSH)
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
        raw = self.small(CHECKPOINT) or b""
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
        leaf = self._leaf(folder, names)
        if ERASED in names:
            return leaf
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

    def _leaf(self, folder: str, names: Iterable[str]) -> Leaf | None:
        """The leaf of a folder, or what stands for one, once it was looked whether its proof leads to the root."""
        if ERASED in names and sorted(names) != [ERASED, PROOF]:
            self.blame("erased.form", folder)
        if WITHHELD_LEAF in names and LEAF in names:
            self.blame("withheld.form", f"{folder}/{WITHHELD_LEAF}")
        name = ERASED if ERASED in names else WITHHELD_LEAF if WITHHELD_LEAF in names else LEAF
        raw, proof = self.small(f"{folder}/{name}"), self.small(f"{folder}/{PROOF}")
        if raw is None or proof is None:
            return None
        if name == LEAF:
            leaf = prove_leaf(folder, raw, proof, self.root, self.blame)
        else:
            leaf = prove_stand_in(f"{folder}/{name}", raw, {} if name == ERASED else WITHHELD, proof, self.root, self.blame)
        if leaf is not None:
            self.leaves.append(leaf)
        return leaf

    # 7. So is each event of the custody. (An erased entry: `reader/erased.py`.)

    def _events(self) -> list[Leaf]:
        subjects = {self.case.get("case")} | {m.group(1) for m in map(ITEM_FILE.fullmatch, self.found) if m}
        events = []
        for folder in sorted({path.rpartition("/")[0] for path in self.found if EVENT_FILE.fullmatch(path)}):
            leaf = self._leaf(folder, [name for name in (ERASED, WITHHELD_LEAF, LEAF, PROOF) if f"{folder}/{name}" in self.found])
            if leaf is None:
                continue
            events.append(leaf)
            about = leaf.body.get("subjects") if leaf.body != WITHHELD else [self.case.get("case")]
            if folder != event_folder(leaf.place) or leaf.body.get("kind") in ("capture", "version"):
                self.blame("leaf.elsewhere", leaf.file)
            elif leaf.body.get("kind") in EVERY_CASE and about == []:
                continue  # about every case
            elif not leaf.body:  # erased: `check_erased` tells what it was about
                continue
            elif not isinstance(about, list) or not any(isinstance(one, str) and one in subjects for one in about):
                self.blame("leaf.foreign", leaf.file)
        return events

    # 8. No two leaves share an index, and their times run in the order of the log. The last is the log's last, n - 1,
    #    and its time is the time of export that the bag tells.

    def _in_order(self) -> None:
        self.leaves.sort(key=lambda leaf: leaf.place)
        check_order(self.leaves, self.root.size, self.case, self.blame)

    # 9. (Of what was taken out of the case: `reader/removed.py`.)

    def _taken_out(self, events: list[Leaf]) -> None:
        self.removed = check_removed(self.found, self.small, self.root, str(self.case.get("case")), events, self.blame)
        places = {leaf.place for leaf in self.leaves}
        for leaf in self.removed:
            if leaf.place in places:
                self.blame("log.twice", leaf.folder)
            places.add(leaf.place)

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
        case = str(self.case.get("case"))
        tally = head_of_leaves([leaf for leaf in self.leaves if leaf is not head], case)
        check_head(head, tally, self.blame)
        ever = sorted([*self.leaves, *self.removed], key=lambda leaf: leaf.place)
        blind = {leaf.folder.split("/")[2] for leaf in self.removed} - put_in
        self.skipped = check_heads(ever, case, put_in, blind, self.blame)
        if self.case.get("head") != {"count": tally.count, "sha256": tally.sha256, "index": head.place}:
            self.blame("case.facts", CASE)

    # 10. What the bag says in words people read is what its leaves say; so is the title.

    def _words_agree(self, items: dict[str, dict[int, Leaf]], events: list[Leaf]) -> None:
        check_export(self.leaves, self.case, self.blame)
        case = str(self.case.get("case"))
        since = knows_owners_since(self.leaves, case)
        self.withheld = check_withheld(self.leaves, case, self.digests, self.small, self.blame, since=since)
        check_documents_signer(self.leaves, self.small(SIGNER) if SIGNER in self.found else None, self.blame)
        if str(self.case.get("exported_at"))[:10] != self.named_outside[1]:
            self.blame("time.export", "bag-info.txt")
        for item, versions in items.items():
            path = f"data/items/{item}/item.json"
            shown = [(number, leaf.body, leaf.place, leaf.hashed) for number, leaf in sorted(versions.items())]
            facts = item_facts(item, shown)
            # Its length first: a file of holes may be as long as one likes, and would be read into memory.
            if path in self.found and (self.found[path] != len(facts) or self.small(path, len(facts)) != facts):
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

    # 11. Earlier checkpoints begin this log, and outside bodies saw them. 12. No leaf is younger than who saw it.

    def _anchored(self) -> list[Seen]:
        seen = check_anchors(self.case, self.found, self.small, self.key, self.root, self.named, self.blame)
        self.asked = check_stated(self.case, self.leaves, self.root.size, self.small, self.blame)
        check_times(seen, self.leaves, self.blame)
        return seen

    # 13. Nor was another log put in the place of one that the reader saw.

    def _as_seen_before(self) -> None:
        if self.earlier is not None:
            self.agrees = check_earlier(
                self.earlier, self.key, self.root, [*self.leaves, *self.removed], str(self.case.get("case")), self.blame
            )

    def _conclude(self, items: dict[str, dict[int, Leaf]], events: list[Leaf], seen: list[Seen]) -> None:
        self.report.facts = {
            "case": str(self.case["case"]),
            "exported": str(self.case["exported_at"]),
            "checkpoint": f"{self.root.size} {self.root.hashed.hex()}",
            "key": (self.small(KEY) or b"").decode().strip(),
        }
        by_key = self.trusted is not None
        conclude(self.report, items, events, self.leaves, self.root.size, seen, self.erased_by, self.withheld, by_key=by_key)
        conclude_of_removed(self.report, self.removed, self.skipped)
        if self.earlier is not None:
            self.report.seen_before(agrees=self.agrees)
        conclude_of_log(self.report, self.leaves, self.asked)
