"""What a home holds, in words that two homes can share, and whether it is whole."""

from __future__ import annotations

from collections import Counter
from typing import Any

from parapet.evidence.log import Frontier, root_of


def contents() -> dict[str, Any]:
    """Items with versions and judgements, and the tallies: the same for homes that took the same files in, in whatever way."""
    from parapet.access.exported_items import exported_items
    from parapet.records.models import Advocate, Assessment, Sender, Tally
    from parapet.records.profiles import profile_of

    shown = ("uri", "advocate", "author", "sent_at", "text", "labels", "severity", "urgency", "lang", "versions", "own", "gone")
    lines = [tuple(str(line[name]) for name in (*shown, "probabilities", "assessed")) for line in exported_items()]
    names = {a.number: profile_of(a).reference for a in Advocate.objects.all()}
    tallies = Tally.objects.exclude(items=0).values_list("advocate_id", "facet", "value", "items")
    senders = Sender.objects.exclude(items=0).values_list("advocate_id", "items")
    return {
        "items": sorted(lines),
        "tallies": sorted((names[a], *rest) for a, *rest in tallies),
        "senders": sorted((names[a], n) for a, n in senders),
        "judgements": Assessment.objects.count(),
    }


def assert_same(now: dict[str, Any], then: dict[str, Any]) -> None:
    """Two homes hold the same; says what differs, and not all that does not."""
    for name, wanted in then.items():
        if isinstance(wanted, list):
            more, fewer = Counter(now[name]) - Counter(wanted), Counter(wanted) - Counter(now[name])
            assert not more + fewer, (
                f"{name}: {len(more)} too many, {len(fewer)} missing, such as {list(more)[:3]}, {list(fewer)[:3]}"
            )
        else:
            assert now[name] == wanted, f"{name}: {now[name]}, not {wanted}"


def check_whole() -> None:
    """No item twice; the tree has the root that its leaves give; every original and working copy opens; no work is left."""
    from parapet.access import opening
    from parapet.jobs.models import OutboxEntry
    from parapet.records.models import ItemName, LogEntry, LogHead, Version

    head = LogHead.objects.get(number=1)
    leaves = list(LogEntry.objects.order_by("index").values_list("index", "leaf_hash"))
    assert [index for index, _ in leaves] == list(range(head.size))
    assert root_of(bytes(h) for _, h in leaves) == Frontier.from_bytes(bytes(head.frontier)).root()
    per_item = Counter[int]()
    for version in Version.objects.select_related("item__advocate").iterator(500):
        key = opening.item_key(version.item, opening.locker_of(version.item.advocate))
        assert opening.original_bytes(version, key)
        assert opening.face(version, key).uri
        per_item[version.item_id] += 1
        if version.ordinal == 1:
            assert ItemName.objects.filter(item=version.item).exists()
    for number, count in per_item.items():
        assert Version.objects.filter(item=number, ordinal__lte=count).count() == count
    assert not OutboxEntry.objects.filter(done_at=None).exists()
