"""The witness's judgement of one checkpoint, in the order that c2sp.org/tlog-witness demands."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from attrs import frozen
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from parapet.anchors.witness.memory import Contradiction, Held, Memory
from parapet.anchors.witness.request import AddCheckpoint, read_request
from parapet.domain.errors import LogBroken, RequestRefused
from parapet.domain.errors import gettext_noop as _
from parapet.evidence.checkpoint import Checkpoint, VerifierKey, open_note
from parapet.evidence.cosignature import WitnessKey, cosign
from parapet.evidence.keys import InstanceKey, derive
from parapet.evidence.log import EMPTY_ROOT, verify_consistency

SIZE_TYPE = "text/x.tlog.size"
_TEXT_TYPE = "text/plain; charset=utf-8"
_LARGEST = 2**63 - 1  # what SQLite can count


@frozen
class Reply:
    """What goes back; `told` is a contradiction for the witness's own journal."""

    status: int
    body: str
    media_type: str = _TEXT_TYPE
    told: Contradiction | None = None


class Witness:
    """A witness's folder: `witness.key`, `name.txt`, and `witness.sqlite3`, its memory."""

    def __init__(self, folder: Path) -> None:
        """Raises RequestRefused when there is no witness in `folder`, KeyWrong when its key is damaged."""
        if not (folder / "name.txt").is_file():
            raise RequestRefused(_("There is no witness in this folder. Make one with `parapet witness init`."))
        self.name = (folder / "name.txt").read_text("ascii").strip()
        self._key = _signing(InstanceKey.load(folder / "witness.key"))
        self.memory = Memory(folder / "witness.sqlite3")

    @classmethod
    def make(cls, folder: Path, name: str = "") -> Witness:
        """The witness of `folder`, with a new key when there is none yet. A name that is there stays.

        Raises RequestRefused when `name` cannot stand in a signature line.
        """
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not (folder / "name.txt").exists():
            if not (folder / "witness.key").exists():
                InstanceKey.create(folder / "witness.key")
            signing = _signing(InstanceKey.load(folder / "witness.key"))
            name = name or f"parapet-witness/{WitnessKey.of('x', signing).public.hex()[:16]}"
            try:
                WitnessKey.of(name, signing)
            except ValueError:
                raise RequestRefused(_("A witness's name is of printable ASCII, without spaces and plus.")) from None
            (folder / "name.txt").write_text(name + "\n", "ascii")
        return cls(folder)

    @property
    def verifier_key(self) -> str:
        """What logs and readers know this witness by."""
        return str(WitnessKey.of(self.name, self._key))

    def trust(self, key: str) -> str:
        """From now on cosign for the log with this verifier key; returns its origin. Raises LogBroken when it is none."""
        log = VerifierKey.parse(key)
        with self.memory.alone():
            self.memory.trust(log.name, str(log))
        return log.name

    def add_checkpoint(self, body: bytes, *, now: int) -> Reply:
        """Judge one request; the memory is on the disk when this returns. Never raises on what a stranger sends.

        now  seconds since 1970
        """
        try:
            asked = read_request(body)
        except LogBroken as error:
            return Reply(400, f"{error}\n")
        keys = self.memory.keys(asked.note.partition("\n")[0])
        if not keys:
            return Reply(404, "This log is not known here.\n")
        try:
            said = open_note(asked.note, keys)
        except LogBroken as error:
            return Reply(403, f"{error}\n")
        if not asked.old <= said.size <= _LARGEST:
            return Reply(400, "The old size is larger than the checkpoint's.\n")
        # From looking to keeping nobody else writes: of two requests at once, the second sees what the first left.
        with self.memory.alone():
            return self._judge(asked, said, now)

    def _judge(self, asked: AddCheckpoint, said: Checkpoint, now: int) -> Reply:
        held = self.memory.held(said.origin) or Held(0, EMPTY_ROOT, "", 0)
        kind, reply = "", Reply(409, f"{held.size}\n", SIZE_TYPE)
        if said.size == held.size and said.root != held.root:
            kind = "fork"
        elif said.size < held.size and not self.memory.was_cosigned(said.origin, said.size, said.root):
            kind = "rollback"
        elif asked.old == held.size and not verify_consistency(
            old=held.size, old_root=held.root, size=said.size, root=said.root, proof=asked.proof
        ):
            kind, reply = "unproven", Reply(422, "The proof does not show that this log only grew.\n")
        if kind:
            found = Contradiction(said.origin, kind, said.size, asked.note, held.note, now)
            if held.note:
                self.memory.contradict(found, said.root)
            return Reply(reply.status, reply.body, reply.media_type, found if held.note else None)
        if asked.old != held.size:
            return reply
        line = cosign(asked.note, self.name, self._key, at=now)
        self.memory.keep(said.origin, Held(said.size, said.root, asked.note, now))
        return Reply(200, line)

    def close(self) -> None:
        with suppress(Exception):  # nothing is lost: what counts was committed
            self.memory.close()


def _signing(key: InstanceKey) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(derive(key.secret, "witness cosignatures"))
