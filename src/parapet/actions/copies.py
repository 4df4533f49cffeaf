"""Write down by what near copies of messages are found, and find those that are there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from attrs import frozen

from parapet.access.campaigns import Group, around
from parapet.access.copies import WORDING, Copy, Worded, account_of, copies_of, count_copies, rows_of_wordings, sketched
from parapet.actions.tallies import Standing
from parapet.domain.judgement import Copies
from parapet.jobs.outbox import MAX_REFERENCES
from parapet.records import models
from parapet.records.bulk import find, insert
from parapet.triage.context import is_against_her, judged_by_copies


@frozen
class Heard:
    """One version that is being judged."""

    version: int
    item: int
    sent_at: datetime
    text: str
    close: bool  # by its words alone it is close to abuse, or over it


@frozen
class Others:
    """What others sent, and what it comes to for each of the messages that are being judged.

    copies  item to what came in nearly the same words; nothing where nothing did
    group   item to the messages of the same campaign
    """

    copies: dict[int, Copies]
    group: dict[int, Group]
    _near: Mapping[int, Sequence[Copy]]

    def late(self, fresh: set[int]) -> list[int]:
        """Versions of messages that were judged before all this was known, and that would be judged otherwise now; none of `fresh`."""
        items = {copy.item for item, copies in self._near.items() if judged_by_copies(self.copies[item]) for copy in copies}
        for group in {group.items[0]: group for group in self.group.values() if is_against_her(group.campaign)}.values():
            items |= set(group.items) - group.kind
        mild = find(models.Item, ("number", "severity", "assessed", "own"), "number", items - fresh)
        late = [number for number, severity, assessed, own in mild if assessed and not severity and not own]
        return sorted(number for (number,) in find(models.Version, ("number",), "item_id", late))[:MAX_REFERENCES]


def others_about(heard: Sequence[Heard], rows: Mapping[int, Standing]) -> Others:
    """What others sent, by what `rows` say now. Inside a transaction that holds the log.

    First what `heard` say is written down, each once, so that each counts for the others. What an advocate wrote herself is no copy, and
    messages that are aimed at nobody known have none so far.
    """
    others = [each for each in heard if not rows[each.item].in_own_name]
    worded = [
        Worded(each.version, each.item, rows[each.item].advocate, each.sent_at, sketch, friendly, each.close)
        for each, (sketch, friendly) in zip(others, sketched(each.text for each in others), strict=True)
        if sketch is not None
    ]
    models.Wording.objects.filter(version__in=[w.version for w in worded if rows[w.item].assessed]).delete()  # said anew
    insert(models.Wording, WORDING, rows_of_wordings(worded), known="skip")
    aimed = [each for each in worded if each.advocate != models.Advocate.UNMATCHED]
    at = {each.item: each.sent_at for each in aimed}
    found = copies_of(aimed)
    counted = {
        item: count_copies(account_of(rows[item].channel, rows[item].sender), at[item], copies) for item, copies in found.items()
    }
    groups = around([each for each in aimed if each.item in found], found)
    return Others(counted, {item: group for group in groups for item in group.items if item in at}, found)
