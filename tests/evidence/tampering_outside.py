"""What may be done to the words of time authorities and witnesses in a bag, as rows of the table in `tampering.py`."""

from __future__ import annotations

import base64
import json
import secrets
import shutil
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from evidence.bags import read, write
from evidence.tampering import FORGER, INSIDER, Held, Kind, append, facts, flip
from support.authority import Authority

from parapet.evidence import checkpoint
from parapet.evidence.cosignature import WitnessKey, add_line, cosign
from parapet.evidence.reader.token import GRANTED, reply_of_token, token_of_reply
from parapet.evidence.timestamp import request, stamped_text

_FALSE = Ed25519PrivateKey.from_private_bytes(bytes(range(7, 39)))


def early(held: Held) -> Path:
    """What both authorities and the witness said before the export."""
    return next(folder for folder in _folders(held) if list(folder.glob("*.tsr")))


def late(held: Held) -> Path:
    """What they said of the bag's own checkpoint."""
    return _folders(held)[-1]


def _folders(held: Held) -> list[Path]:
    return sorted(held.at("data/checkpoints").iterdir())


def stated(held: Held, folder: Path, **changes: list[str]) -> None:
    """Other names in the case's own list."""
    told = json.loads(read(held.at("data/case.json")))["anchors"]
    size = int(folder.name)
    facts(held, anchors=[{**each, **changes} if each["size"] == size else each for each in told])


def strip_token(held: Held) -> None:
    (early(held) / "one.tsr").unlink()
    stated(held, early(held), tokens=["two"])


def strip_all(held: Held) -> None:
    for name in ("data/checkpoints", "data/authorities"):
        shutil.rmtree(held.at(name))
    held.at("data/witness-keys.txt").unlink()
    facts(held, anchors=[])


def without_line(folder: Path) -> None:
    path = folder / "checkpoint.txt"
    write(path, read(path).rpartition("\N{EM DASH}")[0])


def strip_line(held: Held) -> None:
    without_line(early(held))
    stated(held, early(held), witnesses=[])


def other_line(held: Held, line: str) -> None:
    """Another cosignature in the place of the witness's, over the bag's own checkpoint."""
    without_line(late(held))
    path = late(held) / "checkpoint.txt"
    write(path, add_line(read(path), line))


def forged_line(held: Held) -> None:
    key = WitnessKey.parse(held.witness)
    signed = base64.b64encode(key.id + (1_790_000_000).to_bytes(8, "big") + secrets.token_bytes(64)).decode()
    other_line(held, f"\N{EM DASH} {key.name} {signed}\n")


def moved_line(held: Held) -> None:
    other_line(held, "\N{EM DASH}" + read(early(held) / "checkpoint.txt").rpartition("\N{EM DASH}")[2])


def key_exchanged(held: Held) -> str:
    """A witness of the insider's own, under the true one's name."""
    false = str(WitnessKey.of(WitnessKey.parse(held.witness).name, _FALSE))
    write(held.at("data/witness-keys.txt"), f"{false}\n")
    return false


def witness_exchanged(held: Held) -> None:
    """All that it ever said, said anew by the false one."""
    false = key_exchanged(held)
    for folder in _folders(held):
        without_line(folder)
        note = read(folder / "checkpoint.txt")
        write(folder / "checkpoint.txt", add_line(note, cosign(note, WitnessKey.parse(false).name, _FALSE, at=1_790_000_000)))
        stated(held, folder, witnesses=[false])


def stamp(held: Held, folder: Path, authority: Authority) -> None:
    text = stamped_text(read(folder / "checkpoint.txt"))
    (folder / "one.tsr").write_bytes(reply_of_token(token_of_reply(authority.reply(request(text, 7)))))


def foreign_authority(held: Held) -> Authority:
    return Authority(held.bag.parent / "foreign", "one", "ec")


def unknown_authority(held: Held) -> None:
    stamp(held, late(held), foreign_authority(held))


def chain_exchanged(held: Held) -> None:
    """A token by an authority of the insider's own, and its certificates beside the true ones."""
    false = foreign_authority(held)
    stamp(held, late(held), false)
    append(held.at("data/authorities/one.pem"), false.chain.read_bytes())


def longer_inside(held: Held) -> None:
    """Bytes after the token, within the reply, whose length says so."""
    path = late(held) / "one.tsr"
    path.write_bytes(reply_of_token(token_of_reply(path.read_bytes()) + b"\x05\x00"))


def refused_status(held: Held) -> None:
    path = late(held) / "one.tsr"
    path.write_bytes(path.read_bytes().replace(GRANTED, GRANTED[:-1] + b"\x01", 1))


def fork(held: Held) -> None:
    size = int(early(held).name)
    write(early(held) / "checkpoint.txt", checkpoint.sign(held.key.origin, size, bytes(32), held.key.signing()))


def later_word(held: Held) -> None:
    """A token over the same checkpoint, got later: the time is another."""
    stamp(held, early(held), held.authorities[0])


def other_chain(held: Held) -> None:
    shutil.copy(held.at("data/authorities/two.pem"), held.at("data/authorities/one.pem"))


def another_second(held: Held) -> None:
    """The last digit of the time that the token tells."""
    path = late(held) / "one.tsr"
    flip(path, path.read_bytes().index(b"\x18\x0f20") + 15)


def other_proof(held: Held) -> None:
    write(early(held) / "consistency.txt", base64.b64encode(bytes(32)).decode() + "\n")


def moved(held: Held) -> None:
    early(held).rename(early(held).with_name("0000000001"))


OUTSIDE = (
    Kind("a bit flipped in a time stamp", lambda h: flip(late(h) / "one.tsr", 900), ("file.changed",)),
    Kind("a bit flipped in a cosigned checkpoint", lambda h: flip(late(h) / "checkpoint.txt", -9), ("file.changed",)),
    Kind("a time stamp removed", lambda h: (early(h) / "one.tsr").unlink(), ("file.missing", "anchor.missing")),
    Kind("a time stamp of another checkpoint", lambda h: shutil.copy(late(h) / "one.tsr", early(h) / "one.tsr"), ("token.other", "seal.broken"), FORGER),
    Kind("a cosignature stripped", lambda h: without_line(early(h)), ("cosignature.missing", "seal.broken"), FORGER),
    Kind("a time stamp stripped, signed anew", lambda h: (early(h) / "one.tsr").unlink(), ("anchor.missing",), INSIDER),
    Kind("a time stamp stripped, and the case made to say so", strip_token, ("anchor.other",), INSIDER),
    Kind("all time stamps and cosignatures stripped, and the case made to say so", strip_all, ("anchor.other",), INSIDER),
    Kind("a time stamp of another checkpoint, signed anew", lambda h: shutil.copy(early(h) / "one.tsr", late(h) / "one.tsr"), ("token.other",), INSIDER),
    Kind("another, later time stamp over the same checkpoint", later_word, ("anchor.other",), INSIDER),
    Kind("a time stamp by an authority that is not known", unknown_authority, ("token.chain",), INSIDER),
    Kind("two authorities' time stamps exchanged", lambda h: shutil.copy(late(h) / "two.tsr", late(h) / "one.tsr"), ("token.chain",), INSIDER),
    Kind("an authority's certificates exchanged", other_chain, ("token.chain", "anchor.other"), INSIDER),
    Kind("a false authority's certificates beside the true ones, and its time stamp", chain_exchanged, ("anchor.other",), INSIDER),
    Kind("a bit flipped in a time stamp's signature, signed anew", lambda h: flip(late(h) / "one.tsr"), ("token.signature",), INSIDER),
    Kind("a bit flipped in a time stamp's time, signed anew", another_second, ("token.signature",), INSIDER),
    Kind("bytes after a time stamp", lambda h: append(late(h) / "one.tsr", b"\0"), ("token.form",), INSIDER),
    Kind("bytes after the token within its reply", longer_inside, ("token.form",), INSIDER),
    Kind("a time stamp's reply with another status", refused_status, ("token.form",), INSIDER),
    Kind("a time stamp of which the case knows nothing", lambda h: shutil.copy(late(h) / "one.tsr", late(h) / "three.tsr"), ("anchor.unstated",), INSIDER),
    Kind("a cosignature stripped, signed anew", lambda h: without_line(late(h)), ("cosignature.missing",), INSIDER),
    Kind("a cosignature stripped, and the case made to say so", strip_line, ("anchor.other",), INSIDER),
    Kind("a cosignature forged", forged_line, ("cosignature.signature",), INSIDER),
    Kind("a cosignature of another checkpoint", moved_line, ("cosignature.signature",), INSIDER),
    Kind("a witness's key exchanged", key_exchanged, ("cosignature.foreign", "cosignature.missing"), INSIDER),
    Kind("a witness exchanged for one of the insider's, in all that it said", witness_exchanged, ("anchor.other",), INSIDER),
    Kind("an earlier checkpoint removed", lambda h: (early(h) / "checkpoint.txt").unlink(), ("anchor.missing", "anchor.checkpoint"), INSIDER),
    Kind("another root under an earlier checkpoint", fork, ("anchor.inconsistent", "anchor.other"), INSIDER),
    Kind("a consistency proof altered", other_proof, ("anchor.inconsistent",), INSIDER),
    Kind("an earlier checkpoint moved to another size", moved, ("anchor.missing", "anchor.unstated"), INSIDER),
)  # fmt: skip
