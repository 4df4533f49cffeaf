"""When bodies outside attested an entry of the log at the earliest: by a time stamp or a cosignature over a log that held it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from attrs import frozen

from parapet.domain.errors import LogBroken
from parapet.evidence.bundles import AnchorBundle
from parapet.evidence.checkpoint import open_note
from parapet.evidence.cosignature import WitnessKey, cosigned_at
from parapet.evidence.reader.token import read_stamp

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@frozen(order=True)
class Attested:
    """`by` (a time authority by its name in the bag, or a `witness` by its key's) says that the entry existed at `at`, aware."""

    at: datetime
    by: str
    witness: bool = False


class Attestations:
    """All that `anchors` say, each of a log under the key `verifier_key`. Raises LogBroken when one is not in form."""

    def __init__(self, anchors: Sequence[AnchorBundle], verifier_key: str) -> None:
        try:
            told = sorted((open_note(each.note, [verifier_key]).size, said) for each in anchors for said in _said(each))
        except (ValueError, OverflowError):
            raise LogBroken("What others said of the log is not in form.") from None
        self._sizes = [size for size, _ in told]
        self._earliest: list[Attested] = []  # at each place, of it and all after it
        for _, said in reversed(told):
            self._earliest.append(min(said, self._earliest[-1]) if self._earliest else said)
        self._earliest.reverse()

    def of(self, index: int) -> Attested | None:
        """The earliest of those whose log held the entry at `index`; None when there is none."""
        place = bisect_right(self._sizes, index)
        return self._earliest[place] if place < len(self._earliest) else None


def _said(anchor: AnchorBundle) -> list[Attested]:
    said = [Attested(read_stamp(token).at.replace(tzinfo=UTC), name) for name, token in anchor.tokens.items()]
    for key in anchor.witnesses:
        seconds = cosigned_at(anchor.note, key)
        if seconds is not None:
            said.append(Attested(_EPOCH + timedelta(seconds=seconds), WitnessKey.parse(key).name, witness=True))
    return said
