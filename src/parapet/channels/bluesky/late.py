"""Proof that could not be had when a message was taken in, asked for again at its writer's server."""

from __future__ import annotations

import base64
from typing import Any

import msgspec
from attrs import define

from parapet.channels.bluesky.delivery import check_delivery
from parapet.channels.bluesky.identity import Directory
from parapet.channels.bluesky.strangers import Seen, Strangers
from parapet.channels.shape import record
from parapet.domain.source import Method, Result, SourceCheck
from parapet.network.door import Door

#: What all servers together may take of one round.
ROUND_S = 30.0


@define
class Writers:
    """Servers of those who wrote, for one round of questions. To be closed."""

    strangers: Strangers

    @classmethod
    def begin(cls, plc: str, *, inside: bool, others_inside: bool) -> Writers:
        """`plc`: the directory of accounts. `inside`, `others_inside`: whether it, and servers of writers, may lie at addresses that are not public."""
        own, others = Door(inside), Door(others_inside)
        strangers = Strangers(others, Directory(others, own, plc))
        strangers.begin(ROUND_S)
        return cls(strangers)

    def ask(self, raw: bytes, uri: str, cid: str) -> SourceCheck | None:
        """What the writer's server says now of the record in the delivery `raw`; None where it is to be asked again.

        The proof lies in what was learned, for it lies nowhere else.
        """
        seen = self.strangers.look(uri)
        if seen is None:
            return None
        if seen.gone or (seen.cid and seen.cid != cid):
            return SourceCheck(Method.COMMIT, Result.ABSENT, {"cid": cid, "fault": "gone" if seen.gone else "changed"})
        try:
            return _with_proof(raw, seen) if seen.proof.car else None
        except (msgspec.MsgspecError, ValueError, RecursionError):  # what the directory or a stranger wrote
            return None

    def close(self) -> None:
        """Hang up."""
        self.strangers.door.close()
        self.strangers.directory.trusted.close()


def _with_proof(raw: bytes, seen: Seen) -> SourceCheck | None:
    proof: dict[str, Any] = {"server": seen.proof.server, "car": base64.b64encode(seen.proof.car).decode()}
    told = {**record(msgspec.json.decode(raw)), **proof}
    for name, held in (("did_document", seen.proof.document), ("audit_log", seen.proof.log)):
        if held:
            told[name] = msgspec.json.decode(held)
            proof[name] = base64.b64encode(held).decode()
    check = check_delivery(msgspec.json.encode(told))
    if check is None or check.method is not Method.COMMIT or check.result is not Result.MATCH:
        return None  # what proves nothing settles nothing: another answer may
    return SourceCheck(check.method, check.result, {**check.learned, **proof})
