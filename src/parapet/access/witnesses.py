"""What is known of the witnesses that this home asks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from attrs import frozen

from parapet.records import models
from parapet.settings.witnesses import KnownWitness

#: So many failures in a row are some hours: the witness is gone rather than resting.
_FAILURES_THAT_NEED_YOU = 20


@frozen
class WitnessSeen:
    """One witness as it stands.

    size     of the newest checkpoint that it cosigned; 0 when it never did
    trouble  "" or why it did not cosign when asked last: "fork", "rollback", "unknown", "bad_answer", "unreachable"
    """

    name: str
    size: int
    at: datetime | None
    trouble: str
    since: datetime | None
    needs_you: bool


def witnesses_seen(known: Sequence[KnownWitness]) -> list[WitnessSeen]:
    """Each of `known`, in its order."""
    return [_seen(witness) for witness in known]


def _seen(witness: KnownWitness) -> WitnessSeen:
    state = models.WitnessState.objects.filter(witness=witness.key).first() or models.WitnessState()
    last = models.Cosignature.objects.filter(witness=witness.key).order_by("-size").first()
    resting = state.trouble == "unreachable" and state.failures < _FAILURES_THAT_NEED_YOU
    return WitnessSeen(
        name=witness.name,
        size=last.size if last else 0,
        at=last.at if last else None,
        trouble=state.trouble,
        since=state.trouble_at,
        needs_you=bool(state.trouble) and not resting,
    )
