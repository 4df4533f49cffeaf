"""What may be done to a bag, as a table: a name, the deed, who could do it, and what the verifier must name.

A row more is one line in `KINDS`. Deeds work on a copy of a real bag; what a bag holds beside items and custody later (tokens,
cosignatures, other documents) is tampered with in the same way.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import unicodedata
from collections.abc import Callable
from pathlib import Path

from attrs import frozen
from evidence.bags import FOREIGN, FOREIGN_KEY, edit_text, read, remanifest, reseal, sha, write
from support.authority import Authority

from parapet.evidence import checkpoint
from parapet.evidence.canonical import leaf
from parapet.evidence.keys import InstanceKey
from parapet.evidence.log import Tree, leaf_hash
from parapet.evidence.reader.erased import owners_of_erased
from parapet.evidence.reader.facts import item_facts
from parapet.evidence.reader.leaves import MEMBERSHIP, Leaf, items_after
from parapet.evidence.reader.order import owner_of
from parapet.evidence.reader.stated import words_digest


@frozen
class Held:
    """A bag to be tampered with, and what an insider has besides: the key, and the hash of every leaf of the log.

    witness, chains  by which a reader may name who saw the log: a verifier key, and certificates (PEM)
    authorities      that stamp whatever they are asked to
    """

    bag: Path
    older: Path  # an earlier bag of the same log
    key: InstanceKey
    hashes: list[bytes]
    witness: str
    chains: list[bytes]
    authorities: list[Authority]

    @property
    def item(self) -> Path:
        """The folder of one item's first version."""
        return self._shown[0]

    @property
    def other(self) -> Path:
        return self._shown[1]

    @property
    def _shown(self) -> list[Path]:
        return sorted(path.parent for path in (self.bag / "data/items").glob("*/v1/original.*"))

    @property
    def original(self) -> Path:
        return next(self.item.glob("original.*"))

    @property
    def event(self) -> Path:
        """The folder of the first event of the custody."""
        return self.events[0]

    @property
    def events(self) -> list[Path]:
        """Those that can be read."""
        return sorted(path.parent for path in (self.bag / "data/custody").glob("*/leaf.json"))

    def at(self, path: str) -> Path:
        return self.bag / path


@frozen
class Kind:
    """One row. `faults` must all be named; `by` says who: anybody, a forger who writes all lists anew, or an insider with the key.

    earlier  "checkpoint" or "bag": told only when the reader holds the bag against what was kept, else it is accepted;
             "witness" or "authority": likewise, when the reader names who saw the true log
    """

    name: str
    deed: Callable[[Held], object]
    faults: tuple[str, ...]
    by: str = "anybody"
    earlier: str = ""


def flip(path: Path, at: int = -1) -> None:
    raw = bytearray(path.read_bytes())
    raw[at] ^= 1
    path.write_bytes(raw)


def append(path: Path, tail: bytes = b"\n") -> None:
    path.write_bytes(path.read_bytes() + tail)


def swap(one: Path, other: Path) -> None:
    between = one.with_name("between")
    one.rename(between)
    other.rename(one)
    between.rename(other)


def facts(held: Held, **changes: object) -> None:
    """Other words in case.json."""
    told = json.loads(read(held.at("data/case.json")))
    write(held.at("data/case.json"), json.dumps({**told, **changes}, ensure_ascii=False, indent=1) + "\n")


def body(folder: Path) -> dict[str, object]:
    told: dict[str, object] = json.loads((folder / "leaf.json").read_bytes())
    return told


def forge(folder: Path, **changes: object) -> None:
    (folder / "leaf.json").write_bytes(leaf({**body(folder), **changes}))


def forge_original(held: Held) -> None:
    """Other words in an original, and its leaf made to fit."""
    held.original.write_bytes(b"I never wrote that.\n")
    forge(held.item, sha256=sha(held.original.read_bytes()), size=held.original.stat().st_size)


def list_twice(held: Held) -> None:
    for name in ("manifest-sha256.txt", "manifest-sha512.txt"):
        append(held.at(name), held.at(name).read_bytes().splitlines(keepends=True)[0])


def unsigned(path: Path) -> None:
    write(path, read(path).rpartition("\n\n")[0] + "\n")


def signed_by_another(held: Held) -> None:
    reseal(held.bag, FOREIGN, "parapet/ffffffffffffffff")


def omit(held: Held) -> None:
    """An item and all that speaks of it; what is told of the case made to fit."""
    item = held.item.parent
    shutil.rmtree(item)
    for folder in held.events:
        if item.name in body(folder).get("subjects", []) and body(folder)["kind"] not in ("case_open", "case_add"):  # type: ignore[operator]
            shutil.rmtree(folder)
    items = list(held.at("data/items").iterdir())
    facts(
        held,
        items=len(items),
        versions=sum(len(list(one.glob("v*"))) for one in items),
        events=len(list(held.at("data/custody").iterdir())),
    )


def rewrite_log(held: Held) -> None:
    """All that who holds the key and the database can do: another original, and the whole log, head, proofs and seal made anew.

    What others said of the true log cannot be had over this one; it goes, and the entry of the export says that nobody was asked.
    """
    forge_original(held)
    for name in ("data/checkpoints", "data/authorities"):
        shutil.rmtree(held.at(name))
    held.at("data/witness-keys.txt").unlink()
    hashes, folders = list(held.hashes), [path.parent for path in held.bag.rglob("proof.tlog-proof")]
    places = {folder: checkpoint.read_proof(read(folder / "proof.tlog-proof"))[0] for folder in folders}
    by_place = {place: folder for folder, place in places.items()}
    last = max(by_place)
    details: dict[str, object] = body(by_place[last - 1])["details"]  # type: ignore[assignment]
    forge(by_place[last - 1], details={**details, "asked": [], "anchors_sha256": words_digest([])})
    case, members, before = json.loads(read(held.at("data/case.json")))["case"], set[str](), list[tuple[str, int]]()
    leaves = [Leaf(folder.as_posix(), told(folder), b"", place) for folder, place in places.items()]
    gone = owners_of_erased(leaves)
    count, digest = 0, ""
    for place, folder in sorted(by_place.items()):
        said, inside = told(folder), folder.relative_to(held.bag).parts
        owner = gone.get(place) or owner_of(said) or (inside[2] if inside[1] == "items" else case)
        if (folder / "leaf.json").exists():
            hashes[place] = leaf_hash((folder / "leaf.json").read_bytes())
        if said.get("kind") == "case_head" and owner == case:  # each of them: an earlier one would tell
            covered = [hashes[each] for of, each in before if of == case or of in members]
            count, digest = len(covered), hashlib.sha256(b"parapet v1 case head\n" + b"".join(covered)).hexdigest()
            forge(folder, details={"count": count, "sha256": digest})
            hashes[place] = leaf_hash((folder / "leaf.json").read_bytes())
        members = items_after(case, members, said) if said.get("kind") in MEMBERSHIP and owner == case else members
        before.append((owner, place))
    tree = Tree(hashes)
    note = checkpoint.sign(held.key.origin, tree.size, tree.root(), held.key.signing())
    write(held.at("data/checkpoint.txt"), note)
    for folder, place in places.items():
        write(folder / "proof.tlog-proof", checkpoint.proof_text(place, tree.inclusion_proof(place, tree.size), note))
    facts(held, head={"count": count, "sha256": digest, "index": last}, anchors=[])
    item, shown = held.item.parent, []
    for number, folder in enumerate(sorted(item.glob("v*"), key=lambda p: int(p.name[1:])), 1):
        shown.append((number, body(folder), places[folder], hashes[places[folder]]))
    (item / "item.json").write_bytes(item_facts(item.name, shown))


def told(folder: Path) -> dict[str, object]:
    """What the entry of a folder says; nothing where it cannot be read."""
    return body(folder) if (folder / "leaf.json").exists() else {}


def older_bag(held: Held) -> None:
    """The bag of before, as though nothing had come since."""
    shutil.rmtree(held.bag)
    shutil.copytree(held.older, held.bag)


def older_checkpoint(held: Held) -> None:
    old, new = read(held.at("data/checkpoint.txt")), read(held.older / "data/checkpoint.txt")
    write(held.at("data/checkpoint.txt"), new)
    for proof in held.bag.rglob("*.tlog-proof"):
        write(proof, read(proof).replace(old, new))


def another_case(held: Held) -> None:
    case = json.loads(read(held.at("data/case.json")))["case"]
    facts(held, case="cas_other")
    edit_text(held.at("bag-info.txt"), case, "cas_other")


def look_alike(held: Held) -> None:
    """A name that looks the same and is spelt with other characters."""
    name = unicodedata.normalize("NFD", "dossié.pdf")
    held.at(f"data/documents/{name}").write_bytes(b"%PDF-1.7")


def link(held: Held) -> None:
    kept = held.bag.parent / "kept"
    held.original.rename(kept)
    (held.item / "original.bin").symlink_to(kept)


def times(held: Held) -> None:
    """Exported an hour before the messages came in, as everything that tells it now says."""
    at = "2001-01-01T00:00:00.000000Z"
    facts(held, exported_at=at)
    info = held.at("bag-info.txt")
    lines = [f"Bagging-Date: {at[:10]}" if x.startswith("Bagging-Date") else x for x in read(info).split("\n")]
    write(info, "\n".join(lines))


def number_of(held: Held) -> str:
    return read(held.at("data/checkpoint.txt")).split("\n")[1]


ANYBODY, FORGER, INSIDER = "anybody", "forger", "insider"
KINDS = (
    # By anybody who can write to the folder
    Kind("a bit flipped in an original", lambda h: flip(h.original), ("file.changed",)),
    Kind("a bit flipped in a leaf", lambda h: flip(h.item / "leaf.json", 20), ("file.changed",)),
    Kind("a bit flipped in a proof", lambda h: flip(h.item / "proof.tlog-proof", 40), ("file.changed",)),
    Kind("a bit flipped in a working copy", lambda h: flip(next(h.item.glob("face.*")), 9), ("file.changed",)),
    Kind("a bit flipped in an event of the custody", lambda h: flip(h.event / "leaf.json", 20), ("file.changed",)),
    Kind("a bit flipped in the dossier", lambda h: flip(next(h.at("data/documents").iterdir())), ("file.changed",)),
    Kind("a bit flipped in the chronology", lambda h: flip(h.at("data/chronology.csv")), ("file.changed",)),
    Kind("a bit flipped in the checkpoint", lambda h: flip(h.at("data/checkpoint.txt"), 30), ("file.changed",)),
    Kind("a bit flipped in the key", lambda h: flip(h.at("data/log-key.txt"), 25), ("file.changed", "key.form")),
    Kind("a bit flipped in the seal", lambda h: flip(h.at("bag-seal.txt"), 40), ("file.changed",)),
    Kind("a bit flipped in the verifier", lambda h: flip(h.at("verify.py"), 900), ("file.changed", "seal.broken")),
    Kind("bytes after the end of an original", lambda h: append(h.original), ("file.changed", "bag.oxum")),
    Kind("bytes after the end of a list of tags", lambda h: append(h.at("tagmanifest-sha256.txt"), b"\n"), ("manifest.line",)),
    Kind("an original cut short", lambda h: os.truncate(h.original, 5), ("file.changed",)),
    Kind("a file removed", lambda h: (h.item / "leaf.json").unlink(), ("file.missing",)),
    Kind("the seal removed", lambda h: h.at("bag-seal.txt").unlink(), ("file.missing",)),
    Kind("an unknown file added under data/", lambda h: h.at("data/documents/more.pdf").write_bytes(b"x"), ("file.unknown",)),
    Kind("an unknown file added beside the lists", lambda h: h.at("README.md").write_bytes(b"x"), ("file.unknown",)),
    Kind("a hidden file added", lambda h: h.at(".hidden").write_bytes(b"x"), ("file.name",)),
    Kind("a name that differs only in capitals", lambda h: h.at("data/CASE.json").write_bytes(b"{}"), ("file.alike",)),
    Kind("a name that looks alike in Unicode", look_alike, ("file.name",)),
    Kind("a file listed twice", list_twice, ("manifest.twice",)),
    Kind("a link in place of an original", link, ("file.not_plain",)),
    Kind("two originals exchanged", lambda h: swap(h.item, h.other), ("file.changed",)),
    # By a forger who then writes all lists anew, as the usual tools do
    Kind("an original edited", lambda h: append(h.original), ("original.changed", "seal.broken"), FORGER),
    Kind("an original and its leaf edited", forge_original, ("proof.root", "seal.broken"), FORGER),
    Kind("the dossier edited", lambda h: append(next(h.at("data/documents").iterdir())), ("seal.broken",), FORGER),
    Kind("the chronology edited", lambda h: append(h.at("data/chronology.csv"), b"x\r\n"), ("seal.broken",), FORGER),
    Kind("the instructions edited", lambda h: edit_text(h.at("VERIFY.txt"), "parapet-verify .", "true"), ("seal.broken",), FORGER),
    Kind("a message omitted", omit, ("head.count", "head.digest", "case.items"), FORGER),
    Kind("an event of the custody omitted", lambda h: shutil.rmtree(h.event), ("head.count", "head.digest"), FORGER),
    Kind("two items exchanged", lambda h: swap(h.item, h.other), ("leaf.elsewhere",), FORGER),
    Kind("a stray file listed", lambda h: h.at("data/notes.md").write_text("x"), ("file.out_of_place",), FORGER),
    Kind("the time of capture edited", lambda h: forge(h.item, at="2001-01-01T00:00:00.000000Z"), ("proof.root",), FORGER),
    Kind("the signature of the checkpoint stripped", lambda h: unsigned(h.at("data/checkpoint.txt")), ("checkpoint.form",), FORGER),
    Kind("the signature of the seal stripped", lambda h: unsigned(h.at("bag-seal.txt")), ("seal.form",), FORGER),
    Kind("the size of the log edited", lambda h: edit_text(h.at("data/checkpoint.txt"), f"\n{number_of(h)}\n", "\n9999\n"), ("checkpoint.signature",), FORGER),
    Kind("an older checkpoint put in", older_checkpoint, ("proof.root",), FORGER),
    Kind("the key replaced", lambda h: write(h.at("data/log-key.txt"), FOREIGN_KEY + "\n"), ("seal.signature", "key.not_trusted"), FORGER),
    Kind("everything signed with another key", signed_by_another, ("key.not_trusted",), ANYBODY),
    # By an insider who holds the signing key, and makes lists, seal and checkpoint anew
    Kind("an original and its leaf edited, signed anew", forge_original, ("proof.root",), INSIDER),
    Kind("a message omitted, signed anew", omit, ("head.count", "head.digest", "case.items"), INSIDER),
    Kind("an event omitted, signed anew", lambda h: shutil.rmtree(h.event), ("head.count",), INSIDER),
    Kind("two items exchanged, signed anew", lambda h: swap(h.item, h.other), ("leaf.elsewhere",), INSIDER),
    Kind("another title, signed anew", lambda h: facts(h, title="Trifles"), ("case.title",), INSIDER),
    Kind("another case, signed anew", another_case, ("case.other",), INSIDER),
    Kind("exported before the capture, signed anew", times, ("time.after_export",), INSIDER),
    Kind("a file with a new name, signed anew", lambda h: h.at("data/extra.txt").write_text("x"), ("file.out_of_place",), INSIDER),
    Kind("the whole log written anew around another original", rewrite_log, ("earlier.fork",), INSIDER, "bag"),
    Kind("the same, held against a checkpoint of the true log", rewrite_log, ("earlier.fork",), INSIDER, "checkpoint"),
    Kind("the same, by a reader who names the witness", rewrite_log, ("witness.not_named",), INSIDER, "witness"),
    Kind("the same, by a reader who names a time authority", rewrite_log, ("time.not_named",), INSIDER, "authority"),
    Kind("rollback: the bag of before given as the newest", older_bag, ("earlier.rollback",), ANYBODY, "checkpoint"),
)  # fmt: skip


def tamper(kind: Kind, held: Held) -> None:
    """Do it, and then all that who did it can make anew."""
    kind.deed(held)
    if kind.by == FORGER:
        remanifest(held.bag)
    elif kind.by == INSIDER:
        reseal(held.bag, held.key, held.key.origin)
