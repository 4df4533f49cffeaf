"""Keep the counts that screens show, in the transaction of what they count."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from attrs import define

from parapet.domain.items import Item
from parapet.domain.judgement import harms_of
from parapet.records import models
from parapet.records.bulk import insert
from parapet.records.naming import sender_of

Key = tuple[int, str, str]

_HARMS = [sorted(str(h) for h in harms_of(mask)) for mask in range(128)]


def add(changes: Counter[Key]) -> None:
    """Add to tallies: (advocate, facet, value) to how many more or fewer. Always in one order, so that writers never cross."""
    rows = [(*key, n) for key, n in sorted(changes.items()) if n]
    insert(models.Tally, ("advocate_id", "facet", "value", "items"), rows, known="items")


def count_received(rows: Iterable[tuple[int, int, bool, bool, Item]]) -> None:
    """Count new items: (item, advocate, own, first version, content). Own posts count in their own facet only."""
    changes: Counter[Key] = Counter()
    senders: Counter[tuple[int, int]] = Counter()
    for _, advocate, own, first, item in rows:
        if not first:
            continue
        if own:
            changes[advocate, "own", ""] += 1
            continue
        changes[advocate, "all", ""] += 1
        changes[advocate, "channel", item.channel] += 1
        sender = sender_of(item)
        if sender is not None:
            senders[advocate, sender] += 1
    add(changes)
    add_senders(senders)


def add_senders(senders: Counter[tuple[int, int]]) -> None:
    """Add to how many items each account sent: (advocate, sender) to how many."""
    rows = [(*key, n) for key, n in sorted(senders.items()) if n]
    insert(models.Sender, ("advocate_id", "sender", "items"), rows, known="items")


@define
class Standing:
    """What the row of an item says of its judgement; changed in place, then written."""

    number: int
    advocate: int
    channel: str
    sender: int | None
    own: bool
    in_own_name: bool
    assessed: bool
    abstain: bool
    severity: int
    urgency: int
    harms: int
    lang: str
    as_copies: bool


#: The columns of a `Standing`, in its order.
STANDING = (
    "number", "advocate_id", "channel", "sender", "own", "in_own_name", "assessed", "abstain", "severity", "urgency", "harms",
    "lang", "as_copies",
)  # fmt: skip


def judged(item: Standing) -> Iterator[Key]:
    """What `item` adds to the facets of judgement as it stands."""
    if item.own or not item.assessed:
        return
    advocate = item.advocate
    yield advocate, "assessed", ""
    yield advocate, "severity", str(item.severity)
    yield advocate, "urgency", str(item.urgency)
    yield advocate, "lang", item.lang
    if item.abstain:
        yield advocate, "unsure", ""
    for harm in _HARMS[item.harms]:
        yield advocate, "harm", harm


def surfaced(item: Standing) -> Counter[Key]:
    """What changes when an item in the advocate's own name joins the queue, or leaves it again: `item.own` says which.

    In the queue it is counted as any other.
    """
    n = -1 if item.own else 1
    if item.sender is not None:
        add_senders(Counter({(item.advocate, item.sender): n}))
    return Counter({(item.advocate, "own", ""): -n, (item.advocate, "all", ""): n, (item.advocate, "channel", item.channel): n})


def take_out(items: Iterable[models.Item]) -> None:
    """Take `items` out of every count before they go. A count that comes to nothing goes too: it would tell that there was one."""
    changes: Counter[Key] = Counter()
    senders: Counter[tuple[int, int]] = Counter()
    for item in items:
        changes.subtract(_counted(item))
        if item.sender is not None and not item.own:
            senders[item.advocate_id, item.sender] -= 1
    add(changes)
    add_senders(senders)
    advocates = {advocate for advocate, _, _ in changes}
    models.Tally.objects.filter(advocate__in=advocates, items__lte=0).delete()
    models.Sender.objects.filter(advocate__in=advocates, items__lte=0).delete()


def _counted(item: models.Item) -> Counter[Key]:
    """All that `item` adds to the counts of its advocate."""
    base: Counter[Key] = Counter()
    if item.own:
        base[item.advocate_id, "own", ""] = 1
    else:
        base[item.advocate_id, "all", ""] = 1
        base[item.advocate_id, "channel", item.channel] = 1
    base.update(judged(Standing(*(getattr(item, column) for column in STANDING))))
    return base


def move_counts(item: models.Item, advocate: int) -> None:
    """Take `item` out of the counts of its advocate and into those of `advocate`. Call before the row changes."""
    change: Counter[Key] = Counter()
    for (_, facet, value), n in _counted(item).items():
        change[item.advocate_id, facet, value] -= n
        change[advocate, facet, value] += n
    add(change)
    if item.sender is not None and not item.own:
        add_senders(Counter({(item.advocate_id, item.sender): -1, (advocate, item.sender): 1}))
