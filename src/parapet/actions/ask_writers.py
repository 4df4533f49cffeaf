"""Ask the servers of those who wrote again for the signature of a message that came without it, until it is had or the record is gone."""

from __future__ import annotations

from datetime import UTC, datetime

from django.conf import settings

from parapet.access import opening
from parapet.actions.ask_keys import keep_settled, wait_longer
from parapet.actions.connect import inside_is_allowed
from parapet.channels.bluesky.late import Writers
from parapet.domain.errors import ParapetError
from parapet.domain.source import Method
from parapet.records import models

#: Messages of one round.
AT_ONCE = 50


def ask_writers(*, now: datetime | None = None) -> int:
    """Take up messages whose signature was not had yet, at most AT_ONCE; how many were settled. Safe to run twice."""
    now = now or datetime.now(UTC)
    waiting = models.SourceCheck.objects.filter(waits=True, method=Method.COMMIT, next_try_at__lte=now)
    rows = list(waiting.order_by("next_try_at", "id").select_related("version")[:AT_ONCE])
    if not rows:
        return 0
    env, settled = settings.ENVIRONMENT, 0
    writers = Writers.begin(env.plc_directory, inside=inside_is_allowed(), others_inside=env.channels_inside)
    try:
        for row in rows:
            try:
                settled += _settle(row, writers, now)
            except ParapetError:  # closed material, or bytes that do not open: the others go on
                wait_longer(row, now)
    finally:
        writers.close()
    return settled


def _settle(row: models.SourceCheck, writers: Writers, now: datetime) -> bool:
    item = models.Item.objects.select_related("advocate").get(number=row.version.item_id)
    if not bytes(item.wrapped_key):
        models.SourceCheck.objects.filter(pk=row.pk).update(waits=False)  # erased in the meantime
        return True
    key = opening.item_key(item, opening.locker_of(item.advocate))
    face = opening.face(row.version, key)
    check = writers.ask(opening.original_bytes(row.version, key), face.uri, face.revision)
    if check is None:
        wait_longer(row, now)
        return False
    keep_settled(row, item, key, check, now)
    return True
