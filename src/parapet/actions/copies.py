"""Write down by what near copies of messages are found, and find those that are there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from attrs import frozen

from parapet.access.copies import WORDING, Worded, account_of, copies_of, count_copies, rows_of_wordings, sketches_of
from parapet.actions.tallies import Standing
from parapet.domain.judgement import Copies
from parapet.records import models
from parapet.records.bulk import insert


@frozen
class Heard:
    """One version that is being judged."""

    version: int
    item: int
    sent_at: datetime
    text: str


def copies_among(heard: Sequence[Heard], rows: Mapping[int, Standing]) -> dict[int, Copies]:
    """Item to what came in nearly the same words, by what `rows` say now; nothing where nothing did. Inside a transaction that holds the log.

    First what `heard` say is written down, each once, so that each counts for the others. What an advocate wrote herself is no copy, and
    messages that are aimed at nobody known have none so far.
    """
    others = [each for each in heard if not rows[each.item].in_own_name]
    worded = [
        Worded(each.version, each.item, rows[each.item].advocate, each.sent_at, sketch)
        for each, sketch in zip(others, sketches_of(each.text for each in others), strict=True)
        if sketch is not None
    ]
    insert(models.Wording, WORDING, rows_of_wordings(worded), known="skip")
    aimed = [each for each in worded if each.advocate != models.Advocate.UNMATCHED]
    at = {each.item: each.sent_at for each in aimed}
    return {
        item: count_copies(account_of(rows[item].channel, rows[item].sender), at[item], copies)
        for item, copies in copies_of(aimed).items()
    }
