"""A small, complete bag to check and to tamper with, and the log behind it."""

from __future__ import annotations

import base64
import hashlib
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import typst
from attrs import evolve

from parapet.domain.parsed import Place
from parapet.evidence import checkpoint
from parapet.evidence.bag import write_bag
from parapet.evidence.bundles import CaseBundle, EventBundle, ItemBundle, VersionBundle
from parapet.evidence.canonical import leaf
from parapet.evidence.keys import InstanceKey
from parapet.evidence.log import Tree, leaf_hash
from parapet.evidence.seal import capture_body, case_head, event_body, head_body
from parapet.evidence.signature import signed
from parapet.evidence.signer import Signer

NOON = datetime(2026, 11, 23, 12, 0, 0, 42, tzinfo=UTC)
ORIGIN = "parapet.example/log"
OURS, FOREIGN = InstanceKey(bytes(range(32))), InstanceKey(bytes(range(1, 33)))
KEY, FOREIGN_KEY = (checkpoint.verifier_key(ORIGIN, k.signing()) for k in (OURS, FOREIGN))
CASE, TITLE = "cas_0000000000001", "Threats after the vaccination clinic, été 2026"
MEDIA = ["application/json", "message/rfc822", "text/html", "application/x-unknown"]


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def face(number: int) -> bytes:
    return json.dumps({"text": f"=HYPERLINK({number})\n@all", "author": {"handle": "+evil"}, "subject": "-1"}).encode()


class Log:
    """A log with other people's entries between those of the case."""

    def __init__(self) -> None:
        self.tree, self.bytes, self.clock = Tree(), {}, NOON

    def add(self, body: dict) -> int:
        data = leaf(body)
        index = self.tree.append(leaf_hash(data))
        self.bytes[index] = data
        self.clock += timedelta(seconds=7)
        return index

    def noise(self, count: int = 1) -> None:
        for _ in range(count):
            self.add(event_body(kind="view", at=self.clock, subjects=["itm_elsewhere"], actor="per_1"))

    def capture(self, item: str, version: int, raw: bytes, shown: bytes) -> int:
        body = capture_body(
            item_id=item,
            version=version,
            at=self.clock,
            sha256=sha(raw),
            size_bytes=len(raw),
            media_type=MEDIA[version % 4],
            channel="bluesky",
            content_sha256=sha(b"content" + raw),
            face_sha256=sha(shown),
            source_mark=sha(b"file"),
            place=Place("inbox/été.json", "/3", 17, len(raw)),
        )
        return self.add(body)


def case_of(
    items: int = 3,
    *,
    log: Log | None = None,
    key: InstanceKey = OURS,
    title: str = TITLE,
    raw_bytes: int = 0,
    left_out: int = 0,
    signer: Signer | None = None,
) -> CaseBundle:
    """A case of `items` items, every third with two versions, every second looked at.

    left_out  items that were put into the case, and of which the database no longer knows when its head is reckoned
    """
    log = log or Log()
    log.noise(3)
    held: list[tuple[str, list[tuple[bytes, bytes, int]]]] = []
    concerned: list[int] = []
    looks: list[int] = []
    for number in range(items):
        item = f"itm_{number:013d}"
        versions = []
        for version in range(1, 3 if number % 3 == 1 else 2):
            raw = f'{{"text": "message {number} version {version}"}}'.encode() + bytes(raw_bytes)
            versions.append((raw, face(number), log.capture(item, version, raw, face(number))))
        held.append((item, versions))
        concerned += [index for _, _, index in versions]
        log.noise()
        if number % 2 == 0:
            looks.append(log.add(event_body(kind="view", at=log.clock, subjects=[item], actor="per_2")))
    opened = [CASE, *(item for item, _ in held), *(f"itm_gone{n}" for n in range(left_out))]
    looks.append(log.add(event_body(kind="case_open", at=log.clock, subjects=opened, actor="per_2", details={"n": items})))
    log.noise(2)
    at = log.clock
    details = {"title_sha256": sha(title.encode())} | ({"signer_sha256": signer.sha256} if signer else {})
    looks.append(log.add(event_body(kind="export", at=at, subjects=[CASE], actor="per_2", details=details)))
    concerned += looks
    head = case_head(log.tree.leaf(index) for index in sorted(concerned))
    looks.append(log.add(head_body(case_id=CASE, head=head, at=at)))
    size = log.tree.size
    return CaseBundle(
        id=CASE,
        title=title,
        exported_at=at,
        software="Parapet 0.1.0",
        items=[
            ItemBundle(
                item,
                [
                    VersionBundle(raw, MEDIA[n % 4], log.bytes[index], index, log.tree.inclusion_proof(index, size), shown)
                    for n, (raw, shown, index) in enumerate(versions, 1)
                ],
            )
            for item, versions in held
        ],
        events=[EventBundle(log.bytes[index], index, log.tree.inclusion_proof(index, size)) for index in looks],
        checkpoint=checkpoint.sign(ORIGIN, size, log.tree.root(), key.signing()),
        verifier_key=checkpoint.verifier_key(ORIGIN, key.signing()),
        head=head,
        signing=key.signing(),
        files=[
            ("dossier.pdf", _document(signer, at)),
            ("notes.txt", "né".encode()),
            *([("signing-certificate.pem", signer.pem())] if signer else []),
        ],
    )


def exported_again(log: Log, before: CaseBundle, *, without: int | None = None) -> CaseBundle:
    """The case exported again when the log went on. `without`: an event that who holds the key leaves out, with all heads anew."""
    log.noise(2)
    kept = [event.index for event in before.events if event.index != without]
    kept += [version.index for item in before.items for version in item.versions]
    at = log.clock
    digest = sha(before.title.encode())
    kept.append(log.add(event_body(kind="export", at=at, subjects=[CASE], details={"title_sha256": digest})))
    head = case_head(log.tree.leaf(index) for index in sorted(kept))
    kept.append(log.add(head_body(case_id=CASE, head=head, at=at)))
    size = log.tree.size

    def proof(index: int) -> list[bytes]:
        return log.tree.inclusion_proof(index, size)

    shown = {version.index for item in before.items for version in item.versions}
    items = [evolve(i, versions=[evolve(v, proof=proof(v.index)) for v in i.versions]) for i in before.items]
    return evolve(
        before,
        exported_at=at,
        items=items,
        events=[EventBundle(log.bytes[index], index, proof(index)) for index in sorted(set(kept) - shown)],
        checkpoint=checkpoint.sign(ORIGIN, size, log.tree.root(), OURS.signing()),
        head=head,
    )


def _document(signer: Signer | None, at: datetime) -> bytes:
    """A PDF, signed where somebody signs."""
    if signer is None:
        return b"%PDF-1.7 dossier"
    plain = typst.Compiler(input={"main": b"Dossier"}).compile(format="pdf")
    return signed(plain, signer, at=at, reason="Made by Parapet")


def make_bag(folder: Path, items: int = 3, **given: object) -> Path:
    return write_bag(folder, evolve(case_of(items), **given))


def remanifest(bag: Path) -> None:
    """What a forger with the usual tools does after a change: write all lists anew, correctly."""
    payload = sorted(p for p in bag.rglob("*") if p.is_file() and p.is_relative_to(bag / "data"))
    for name in ("sha256", "sha512"):
        lines = [f"{hashlib.new(name, p.read_bytes()).hexdigest()}  {p.relative_to(bag).as_posix()}\n" for p in payload]
        (bag / f"manifest-{name}.txt").write_text("".join(lines))
    info = (bag / "bag-info.txt").read_bytes().split(b"\n")
    oxum = f"Payload-Oxum: {sum(p.stat().st_size for p in payload)}.{len(payload)}".encode()
    (bag / "bag-info.txt").write_bytes(b"\n".join(oxum if x.startswith(b"Payload-Oxum") else x for x in info))
    retag(bag)


def retag(bag: Path) -> None:
    tags = sorted(p for p in bag.iterdir() if p.is_file() and not p.name.startswith("tagmanifest"))
    for name in ("sha256", "sha512"):
        lines = [f"{hashlib.new(name, p.read_bytes()).hexdigest()}  {p.name}\n" for p in tags]
        (bag / f"tagmanifest-{name}.txt").write_text("".join(lines))


def signed_note(text: str, name: str, key: InstanceKey) -> str:
    """A signed note as a forger writes it: by a name, and over a text, that our own program would refuse."""
    public = checkpoint.VerifierKey(name, checkpoint.VerifierKey.of("x", key.signing()).public)
    signature = base64.b64encode(public.id + key.signing().sign(text.encode())).decode()
    return f"{text}\n\N{EM DASH} {name} {signature}\n"


def reseal(bag: Path, key: InstanceKey, name: str = ORIGIN) -> None:
    """What who holds a signing key can do after a change: lists, seal and checkpoint anew, all correctly signed."""
    from parapet.evidence.reader import layout

    public = checkpoint.VerifierKey(name, checkpoint.VerifierKey.of("x", key.signing()).public)
    write(bag / "data/log-key.txt", f"{public}\n")
    write(bag / "data/log-key.pem", public.pem())
    old = read(bag / "data/checkpoint.txt")
    text = old.rpartition("\n\n")[0].partition("\n")[2]
    new = signed_note(f"{name}\n{text}\n", name, key)
    write(bag / "data/checkpoint.txt", new)
    for proof in bag.rglob("*.tlog-proof"):
        write(proof, read(proof).replace(old, new))
    remanifest(bag)
    case = json.loads((bag / "data/case.json").read_text())["case"]
    text = layout.seal_text(str(case), {name: sha((bag / name).read_bytes()) for name in layout.SEALED})
    write(bag / "bag-seal.txt", signed_note(text, name, key))
    ssh_sign(bag, key)
    retag(bag)


def ssh_sign(bag: Path, key: InstanceKey) -> None:
    """The seal as it stands, signed for `ssh-keygen -Y verify`."""
    from parapet.evidence.reader.sshsig import ssh_file, ssh_message

    signature = key.signing().sign(ssh_message((bag / "bag-seal.txt").read_bytes()))
    (bag / "bag-seal.txt.sig").write_bytes(ssh_file(checkpoint.VerifierKey.of("x", key.signing()).public, signature))


def read(path: Path) -> str:
    return path.read_bytes().decode()


def write(path: Path, text: str) -> None:
    """To the byte: carriage returns stay."""
    path.write_bytes(text.encode())


def prolong(bag: Path, log: Log, key: InstanceKey = OURS) -> None:
    """What who holds the key can do with an old bag when the log went on: all its proofs anew, under the newest checkpoint."""
    size = log.tree.size
    note = checkpoint.sign(ORIGIN, size, log.tree.root(), key.signing())
    write(bag / "data/checkpoint.txt", note)
    for path in bag.rglob("*.tlog-proof"):
        index, _, _ = checkpoint.read_proof(read(path))
        write(path, checkpoint.proof_text(index, log.tree.inclusion_proof(index, size), note))
    facts = json.loads((bag / "data/case.json").read_text())
    facts["log"]["size"] = size
    write(bag / "data/case.json", json.dumps(facts, ensure_ascii=False, indent=1) + "\n")
    reseal(bag, key)


def edit_text(path: Path, old: str, new: str) -> None:
    """Other words, which must have been there."""
    text = read(path)
    assert old in text
    write(path, text.replace(old, new, 1))
