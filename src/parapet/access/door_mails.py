"""Mail that came to shielded addresses, as screens show it: under every veil, whatever the reader's own. Who asks was let in before."""

from __future__ import annotations

from django.db.models import QuerySet

from parapet.access.around import DoorMailCard
from parapet.domain import door as d
from parapet.records.models import DoorMail, Item, Occurrence
from parapet.records.numbers import public


def mail_of_item(item: Item) -> DoorMailCard | None:
    """The newest mail in which an item came to a shielded address."""
    found = newest_mail_of(item)
    return next(iter(cards_of([found])), None) if found is not None else None


def newest_mail_of(item: Item) -> DoorMail | None:
    """The row of that mail."""
    lay = Occurrence.objects.filter(version__item=item).values("source_id")
    hers = DoorMail.objects.filter(source_id__in=lay, advocate_id=item.advocate_id)
    return hers.select_related("advocate", "connection", "source").order_by("-came_at").first()


def cards_of(rows: QuerySet[DoorMail] | list[DoorMail]) -> tuple[DoorMailCard, ...]:
    """Each with the gravest message that was found in it."""
    listed = list(rows)
    sources = [row.source_id for row in listed if row.source_id is not None]
    lay = Occurrence.objects.filter(source_id__in=sources).order_by("-version__item__severity", "version__item_id")
    items: dict[tuple[int, int], int] = {}
    for source, item, advocate in lay.values_list("source_id", "version__item_id", "version__item__advocate_id"):
        items.setdefault((source, advocate), item)
    return tuple(_mail(row, items.get((row.source_id or 0, row.advocate_id))) for row in listed)


def _mail(row: DoorMail, item: int | None) -> DoorMailCard:
    there = row.connection is not None and row.source is not None and bool(row.source.pack)
    return DoorMailCard(
        id=row.id,
        came_at=row.came_at,
        state=row.state,
        why=row.why,
        code=row.code,
        next_at=row.next_at,
        item_id=public("itm", item) if item is not None else "",
        can_go=there and row.state in d.MAY_BE_PASSED_ON,
    )
