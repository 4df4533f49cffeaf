"""Ask the DNS for the keys of mail servers, where whoever runs this home allows it, and check the signatures of mails.

Never part of an import: the mail is there first. Without a network the mails wait, and are taken up when there is one. Keys
are changed and withdrawn, so the sooner the better; when a key was asked for is kept with what was answered.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from attrs import evolve
from django.conf import settings
from django.db import transaction

from parapet.access import opening
from parapet.actions.keep_source_check import Checked, insert_checks, source_event
from parapet.anchors.dns_key import KeyAsker
from parapet.channels.mail import dkim
from parapet.domain.errors import OutsideUnreachable, ParapetError
from parapet.domain.source import Method, Result, SourceCheck
from parapet.evidence.canonical import read_leaf
from parapet.evidence.keys import Locker
from parapet.evidence.seal import stamp
from parapet.records import models
from parapet.records.chain import append, hold_log

#: Mails of one round of `ask_waiting`, and the longest wait before an answer that did not come is asked for again.
AT_ONCE = 200
LONGEST_WAIT_S = 6 * 3600
#: After so many failures of the resolver in a row, nothing more is asked in this round: there is no network.
_GIVE_UP_AFTER = 2


def keys_are_asked_for() -> bool:
    """True when whoever runs this home allows that a resolver learns whose mail is here."""
    return bool(settings.ENVIRONMENT.dkim == "dns")


def ask_waiting(*, now: datetime | None = None) -> int:
    """Take up mails whose key was not had yet, at most AT_ONCE; how many were settled."""
    if not keys_are_asked_for():
        return 0
    now = now or datetime.now(UTC)
    waiting = models.SourceCheck.objects.filter(waits=True, method=Method.DKIM, next_try_at__lte=now).order_by(
        "next_try_at", "id"
    )
    return ask_keys(list(waiting.values_list("version_id", flat=True)[:AT_ONCE]), now=now)


def ask_keys(versions: Sequence[int], *, now: datetime | None = None) -> int:
    """Check the signatures of those of `versions` that wait for a key; how many were settled. Safe to run twice."""
    if not keys_are_asked_for():
        return 0
    asker, settled, failures = KeyAsker(settings.ENVIRONMENT.dns_resolver), 0, 0
    for row in (
        models.SourceCheck.objects.filter(waits=True, method=Method.DKIM, version__in=versions[:1_000])
        .order_by("id")
        .select_related("version")
    ):
        if failures >= _GIVE_UP_AFTER:
            wait_longer(row, now or datetime.now(UTC))
            continue
        try:
            done, unreachable = _settle(row, asker, now or datetime.now(UTC))
        except ParapetError:  # its bytes do not open: `parapet check` tells of that; the others go on
            wait_longer(row, now or datetime.now(UTC))
            continue
        failures = failures + 1 if unreachable else 0
        settled += done
    return settled


def _settle(row: models.SourceCheck, asker: KeyAsker, now: datetime) -> tuple[bool, bool]:
    """Ask and check; (whether it is settled, whether the resolver failed)."""
    item = models.Item.objects.select_related("advocate").get(number=row.version.item_id)
    if not bytes(item.wrapped_key):
        models.SourceCheck.objects.filter(pk=row.pk).update(waits=False)  # erased in the meantime
        return True, False
    key = opening.item_key(item, opening.locker_of(item.advocate))
    raw, pointer = opening.original_bytes(row.version, key), pointer_of(row.version, key)
    keys, unreachable = {}, False
    for name in dkim.key_names(raw, row.version.media_type, pointer):
        try:
            answer = asker.ask(name)
        except OutsideUnreachable:
            unreachable = True
            break
        keys[name] = dkim.Published(answer.records, stamp(answer.answered_at), answer.dnssec)
    check = with_arrival(dkim.check(raw, row.version.media_type, pointer, keys), opening.source_bytes(row.version, key))
    if unreachable and check.result not in (Result.MATCH, Result.PART):
        wait_longer(row, now)
        return False, True
    keep_settled(row, item, key, check, now)
    return True, unreachable


def with_arrival(check: SourceCheck, earlier: bytes) -> SourceCheck:
    """`check`, with what was learned when the mail was handed in at the door (`check_arrival.py`), which cannot be learned again."""
    arrival = json.loads(earlier)["learned"].get("arrival") if earlier else None
    return evolve(check, learned={**check.learned, "arrival": arrival}) if arrival else check


def pointer_of(version: models.Version, key: Locker) -> str:
    entry = models.LogEntry.objects.get(index=version.log_index)
    return str(read_leaf(opening.leaf_bytes(entry, key))["pointer"])


def wait_longer(row: models.SourceCheck, now: datetime) -> None:
    """It was not had: it is asked for again, later each time."""
    wait_s = min(60 * 4 ** min(row.tries, 5), LONGEST_WAIT_S)
    tries = min(row.tries + 1, 1_000)
    models.SourceCheck.objects.filter(pk=row.pk, waits=True).update(tries=tries, next_try_at=now + timedelta(seconds=wait_s))


def keep_settled(row: models.SourceCheck, item: models.Item, key: Locker, check: SourceCheck, now: datetime) -> None:
    """What came of it, with its leaf; it waits no more."""
    with transaction.atomic():
        hold_log()
        if not models.SourceCheck.objects.filter(pk=row.pk, waits=True).update(waits=False):
            return  # somebody else was quicker
        # Read again under the lock: the item may have been given to somebody.
        advocate = models.Item.objects.values_list("advocate_id", flat=True).get(number=item.number)
        one = Checked(row.version_id, item.number, advocate, row.version.ordinal, key, check, now)
        insert_checks([one], append([source_event(one)]))
