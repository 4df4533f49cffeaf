"""Give items that were aimed at nobody we know to the advocate they are aimed at."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from parapet.actions.assess import Arrived, assess_arrived
from parapet.actions.raise_alert import promise_alerts
from parapet.actions.tallies import move_counts
from parapet.evidence.keys import Locker
from parapet.evidence.seal import event_body
from parapet.records import models
from parapet.records.chain import Event, append
from parapet.records.keyring import keyring
from parapet.records.naming import face_context, item_key_context


def move_items(moves: Mapping[int, int], *, now: datetime, person: models.Person | None = None) -> int:
    """Move unmatched items (`moves`: item number to advocate number); returns how many moved. Inside a transaction.

    The item's key is unwrapped and wrapped anew; its sealed bytes stay as they are. An item of the same name that
    the advocate already has keeps its place, and the unmatched copy stays where it was.
    """
    advocates = {a.number: a for a in models.Advocate.objects.filter(number__in={*moves.values(), models.Advocate.UNMATCHED})}
    lockers = {n: keyring().advocate(n, bytes(a.wrapped_key)) for n, a in advocates.items()}
    source = lockers[models.Advocate.UNMATCHED]
    items = models.Item.objects.select_for_update().filter(number__in=moves, advocate_id=models.Advocate.UNMATCHED)
    events, unjudged, urgent = [], {}, {}
    for item in items:
        advocate = moves[item.number]
        digests = models.ItemName.objects.filter(item_id=item.number).values("digest")
        if models.ItemName.objects.filter(advocate_id=advocate, digest__in=digests).exclude(item_id=item.number).exists():
            continue
        raw_key = source.unwrap(bytes(item.wrapped_key), about=item_key_context(item.number))
        move_counts(item, advocate)
        models.Item.objects.filter(number=item.number).update(
            advocate_id=advocate, wrapped_key=lockers[advocate].wrap(raw_key, about=item_key_context(item.number))
        )
        models.ItemName.objects.filter(item_id=item.number).update(advocate_id=advocate)
        versions = models.Version.objects.filter(item_id=item.number).values("number")
        models.Wording.objects.filter(version__in=versions).update(advocate_id=advocate)
        models.PendingReference.objects.filter(item_id=item.number).delete()
        body = event_body(
            kind="assign",
            at=now,
            subjects=[item.id, advocates[advocate].id],
            actor=person.id if person else "",
            details={},
        )
        number = person.number if person else None
        if lockers[advocate].closed and not item.assessed:
            unjudged[item.number] = Locker(raw_key)  # its judging was promised, and could not open it any more
        urgent.update(
            dict.fromkeys(models.Version.objects.filter(item_id=item.number).values_list("number", flat=True), item.urgency)
        )
        events.append(Event("assign", now, body, Locker(raw_key), advocate=advocate, item=item.number, person=number))
    append(events)
    for number, key in unjudged.items():
        held = models.Version.objects.filter(item_id=number).order_by("ordinal")
        arrived = {v.number: Arrived(key, key.unlock(bytes(v.sealed_face), about=face_context(v.number))) for v in held}
        assess_arrived(arrived, now=now)
    promise_alerts(urgent)  # until now nobody was there to be told of it
    return len(events)
