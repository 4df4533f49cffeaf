"""What may be done to what stands in a bag for withheld and erased entries, and to what was learned of sources."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from evidence.bags import edit_text, read, sha, write
from evidence.tampering import FORGER, INSIDER, Held, Kind, append, body, facts, flip, forge, swap

from parapet.evidence.log import leaf_hash
from parapet.evidence.reader.standins import stand_in_text


def withheld(held: Held) -> Path:
    """The folder of a version of which a passage is withheld."""
    return sorted(path.parent for path in held.bag.glob("data/items/*/v1/redacted.txt"))[0]


def other_withheld(held: Held) -> Path:
    return sorted(path.parent for path in held.bag.glob("data/items/*/v1/redacted.txt"))[1]


def note(held: Held) -> Path:
    """The folder of the note of which words are withheld; its leaf is shown."""
    return event(held, "note")


def erased(held: Held) -> Path:
    return next(held.bag.glob("data/items/*/v1/erased.json")).parent


def erased_event(held: Held) -> Path:
    return next(held.bag.glob("data/custody/*/erased.json")).parent


def event(held: Held, kind: str) -> Path:
    return next(folder for folder in held.events if body(folder)["kind"] == kind)


def other_hash(path: Path) -> None:
    said = json.loads(path.read_bytes())
    path.write_bytes(stand_in_text(said["index"], bytes.fromhex(said["leaf_hash"])[::-1]))


def other_index(path: Path) -> None:
    said = json.loads(path.read_bytes())
    path.write_bytes(stand_in_text(said["index"] + 1, bytes.fromhex(said["leaf_hash"])))


def counted(held: Held) -> None:
    """What the case says of how much there is made to fit."""
    items = list(held.at("data/items").iterdir())
    facts(
        held,
        items=len(items),
        versions=sum(len(list(one.glob("v*"))) for one in items),
        events=len(list(held.at("data/custody").iterdir())),
    )


def drop(held: Held, folder: Path) -> None:
    shutil.rmtree(folder)
    counted(held)


def stand_in(held: Held, folder: Path, name: str) -> None:
    """In the place of what is whole, what stands for what is not."""
    leaf = (folder / "leaf.json").read_bytes()
    place = int(read(folder / "proof.tlog-proof").split("\n")[1].split(" ")[1])
    for path in folder.iterdir():
        if path.name != "proof.tlog-proof":
            path.unlink()
    (folder / name).write_bytes(stand_in_text(place, leaf_hash(leaf)))


def hide(held: Held) -> None:
    """A message that nobody decided to withhold, called withheld."""
    stand_in(held, held.item, "withheld.json")
    (held.item / "redacted.txt").write_text("Nothing of interest.\n")


def show(held: Held) -> None:
    """An original invented for a message that is withheld."""
    invented = b"I only said hello.\n"
    folder = withheld(held)
    for name in ("leaf.json", "face.json"):
        shutil.copy(held.item / name, folder / name)
    (folder / "original.eml.txt").write_bytes(invented)
    forge(folder, item=folder.parent.name, sha256=sha(invented), size=len(invented))
    for name in ("withheld.json", "redacted.txt"):
        (folder / name).unlink()


def said_anew(held: Held, **changes: str) -> None:
    """Another result of checking a message's source."""
    path = held.item / "source.json"
    write(path, json.dumps({**json.loads(path.read_bytes()), **changes}, sort_keys=True, separators=(",", ":")))


def another_reason(path: Path) -> None:
    edit_text(path, "third_party", "privilege")


HIDDEN = (
    # Withheld
    Kind("a redacted text edited", lambda h: append(withheld(h) / "redacted.txt"), ("withheld.untold", "seal.broken"), FORGER),
    Kind("a redacted text edited, signed anew", lambda h: append(withheld(h) / "redacted.txt"), ("withheld.untold",), INSIDER),
    Kind("a redacted text removed", lambda h: (withheld(h) / "redacted.txt").unlink(), ("original.count", "withheld.untold"), INSIDER),
    Kind("two redacted texts exchanged", lambda h: swap(withheld(h) / "redacted.txt", other_withheld(h) / "redacted.txt"), ("withheld.untold",), INSIDER),
    Kind("what stands for a withheld message altered", lambda h: other_hash(withheld(h) / "withheld.json"), ("proof.root", "withheld.untold"), INSIDER),
    Kind("what stands for a withheld message, at another place", lambda h: other_index(withheld(h) / "withheld.json"), ("proof.root",), INSIDER),
    Kind("a message called withheld that nobody withheld", hide, ("withheld.untold",), INSIDER),
    Kind("an original invented for a withheld message", show, ("proof.root", "withheld.here"), INSIDER),
    Kind("a withheld message omitted", lambda h: drop(h, withheld(h).parent), ("withheld.here", "head.count", "case.items"), INSIDER),
    Kind("the leaf of a note altered of which words are withheld", lambda h: forge(note(h), at="2026-01-01T00:00:00.000000Z"), ("proof.root",), INSIDER),
    Kind("a note omitted of which words are withheld", lambda h: drop(h, note(h)), ("withheld.here", "head.count"), INSIDER),
    Kind("a note withheld whole, of which nobody withheld more than words", lambda h: stand_in(h, note(h), "withheld.json"), ("withheld.untold",), INSIDER),
    Kind("an entry about the case called withheld", lambda h: stand_in(h, event(h, "case_open"), "withheld.json"), ("withheld.untold",), INSIDER),
    Kind("the list of what is withheld removed", lambda h: h.at("data/redactions.json").unlink(), ("withheld.notice",), INSIDER),
    Kind("another reason in the list of what is withheld", lambda h: another_reason(h.at("data/redactions.json")), ("withheld.notice",), INSIDER),
    Kind("another reason in the redaction", lambda h: another_reason(event(h, "redact") / "leaf.json"), ("proof.root", "withheld.notice"), INSIDER),
    Kind("the entry of the redaction omitted", lambda h: drop(h, event(h, "redact")), ("withheld.untold", "head.count"), INSIDER),
    # Erased
    Kind("a bit flipped in what stands for an erased message", lambda h: flip(erased(h) / "erased.json", 30), ("file.changed",)),
    Kind("what stands for an erased message altered", lambda h: other_hash(erased(h) / "erased.json"), ("proof.root", "head.digest"), INSIDER),
    Kind("what stands for an erased message, at another place", lambda h: other_index(erased(h) / "erased.json"), ("proof.root",), INSIDER),
    Kind("a message called erased that nobody erased", lambda h: stand_in(h, h.item, "erased.json"), ("erased.untold",), INSIDER),
    Kind("an event called erased that nobody erased", lambda h: stand_in(h, event(h, "case_open"), "erased.json"), ("erased.untold",), INSIDER),
    Kind("an original put beside what stands for an erased message", lambda h: shutil.copy(h.original, erased(h)), ("erased.form",), INSIDER),
    Kind("an erased message omitted", lambda h: drop(h, erased(h).parent), ("head.count", "case.items"), INSIDER),
    Kind("an erased entry of the custody omitted", lambda h: drop(h, erased_event(h)), ("head.count",), INSIDER),
    Kind("the entry of the erasure omitted", lambda h: drop(h, event(h, "erase")), ("erased.untold", "head.count"), INSIDER),
    Kind("another reason for the erasure", lambda h: edit_text(event(h, "erase") / "leaf.json", '"asked"', '"mistake"'), ("proof.root",), INSIDER),
    # What was learned of sources
    Kind("a bit flipped in what was learned of a source", lambda h: flip(h.item / "source.json", 30), ("file.changed",)),
    Kind("another result of a source's check", lambda h: said_anew(h, result="match"), ("source.other", "seal.broken"), FORGER),
    Kind("another result of a source's check, signed anew", lambda h: said_anew(h, result="match"), ("source.other",), INSIDER),
    Kind("what was learned of a source removed", lambda h: (h.item / "source.json").unlink(), ("source.other",), INSIDER),
    Kind("what was learned of two sources exchanged", lambda h: swap(h.item / "source.json", h.other / "source.json"), ("source.other",), INSIDER),
    Kind("the entry of a source's check omitted", lambda h: drop(h, event(h, "source_check")), ("head.count",), INSIDER),
)  # fmt: skip
