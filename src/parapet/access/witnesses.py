"""What is known of the witnesses that this home asks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from attrs import frozen

from parapet.access.contradictions import Contradiction, contradictions, mark_of
from parapet.records import models
from parapet.settings.witnesses import KnownWitness

#: So many failures in a row are some hours: the witness is gone rather than resting.
_FAILURES_THAT_NEED_YOU = 20


@frozen
class WitnessSeen:
    """One witness as it stands.

    size     of the newest checkpoint that it cosigned; 0 when it never did
    trouble  "" or why it did not cosign when asked last: "fork", "rollback", "unknown", "bad_answer", "unreachable"
    refused  what it ever held against the log; `needs_you` while nobody has said why
    """

    name: str
    size: int
    at: datetime | None
    trouble: str
    since: datetime | None
    needs_you: bool
    refused: tuple[Contradiction, ...] = ()


def witnesses_seen(known: Sequence[KnownWitness]) -> list[WitnessSeen]:
    """Each of `known`, in its order."""
    refused = contradictions() if known else []
    return [_seen(witness, tuple(each for each in refused if each.witness in ("", mark_of(witness.key)))) for witness in known]


def _seen(witness: KnownWitness, refused: tuple[Contradiction, ...]) -> WitnessSeen:
    state = models.WitnessState.objects.filter(witness=witness.key).first() or models.WitnessState()
    last = models.Cosignature.objects.filter(witness=witness.key).order_by("-size").first()
    resting = state.trouble == "unreachable" and state.failures < _FAILURES_THAT_NEED_YOU
    is_known = any(each.trouble == state.trouble and each.reason for each in refused)
    return WitnessSeen(
        name=witness.name,
        size=last.size if last else 0,
        at=last.at if last else None,
        trouble=state.trouble,
        since=state.trouble_at,
        needs_you=any(not each.reason for each in refused) or (bool(state.trouble) and not resting and not is_known),
        refused=refused,
    )
