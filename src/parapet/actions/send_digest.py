"""Send digests: at most one for each period of each person, at least once, and nothing when there is nothing new.

When one is due, its row, its promise and the next moment are written in one transaction (`promise_digests`). The promise is the lease, as with
alerts: a process that dies between saying that it will send and having sent leaves it open, and the next one sends. Both carry the same key.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import transaction

from parapet.access.digests import came_in
from parapet.access.letters import Unread, letters_waiting
from parapet.actions.change_reach import inside_is_allowed
from parapet.actions.digest_words import digest_message
from parapet.actions.mark_letters import mark_letters_told
from parapet.alerting.send import Message, send
from parapet.domain.errors import AlertNotTaken
from parapet.domain.errors import gettext_noop as _
from parapet.jobs import outbox
from parapet.records.digests import WEEKLY, Plan, plan_of
from parapet.records.keyring import keyring
from parapet.records.models import Digest, DigestPlan
from parapet.records.reach import Way, reached

#: How many are promised at once: the chore comes again within a minute.
_MOST_AT_ONCE = 200
#: Rows of digests that ended are kept so long: the page shows the last one.
_KEPT = timedelta(days=60)


def promise_digests(*, now: datetime | None = None) -> int:
    """Promise each digest that is due, once; how many. One that was missed while nothing ran is made up for by one."""
    now = now or datetime.now(UTC)
    due = list(DigestPlan.objects.filter(due_at__lte=now).order_by("due_at").values_list("person_id", flat=True)[:_MOST_AT_ONCE])
    made = sum(_promise(person, now) for person in due)
    if made:
        Digest.objects.filter(ended_at__lt=now - _KEPT).delete()
    return made


def _promise(person: int, now: datetime) -> bool:
    with transaction.atomic():
        row = DigestPlan.objects.select_for_update().filter(person_id=person, due_at__lte=now).first()
        plan = plan_of(person) if row is not None else None
        if row is None or plan is None:
            return False  # another worker was quicker, or she ended it just now
        last = Digest.objects.filter(person_id=person).order_by("-until").first()
        until, begun = row.due_at, row.due_at - timedelta(days=7 if plan.every == WEEKLY else 1)
        digest = Digest.objects.create(person_id=person, since=last.until if last else begun, until=until)
        row.due_at = plan.next_due(now)
        row.save(update_fields=["due_at"])
        outbox.put("send_digest", {"digest": digest.number}, not_before=reached(person).quiet_ends(now))
    return True


def send_digest(number: int, *, now: datetime | None = None) -> None:
    """Send it, unless it was sent, there is nothing new, or she wants none any more. Raises AlertNotTaken when it is to be tried again."""
    now = now or datetime.now(UTC)
    found = _claimed(number, now)
    if found is None:
        return
    way, message, letters = found
    outcome = send(way.kind, way.address, message, settings.ENVIRONMENT.alerts, inside=inside_is_allowed())
    if outcome.sent:
        mark_letters_told(letters)
    if outcome.sent or outcome.for_good:
        _end(number, outcome.code, now)
        return
    raise AlertNotTaken(_("An alert could not be handed over; it is tried again."))


def give_up_digest(number: int) -> None:
    """Nothing more will be tried: its page says so, and the next one tells of what came in since the last that was sent."""
    _end(number, "tried_out", datetime.now(UTC))


def _claimed(number: int, now: datetime) -> tuple[Way, Message, tuple[Unread, ...]] | None:
    with transaction.atomic():
        row = Digest.objects.select_for_update(of=("self",)).filter(number=number, ended_at=None).select_related("person").first()
        if row is None:
            return None
        plan = plan_of(row.person_id)
        way = _way(row.person_id, plan)
        if plan is None or way is None or not row.person.is_active:
            _end(number, "no_longer", now)
            return None
        new = came_in(row.person, _since(row), row.until)
        letters = tuple(each for each in letters_waiting(row.person) if each.news)
        if not new and not letters:
            _end(number, "nothing", now)
            return None
        row.claimed_at = now
        row.save(update_fields=["claimed_at"])
        return way, digest_message(new, row.person, key=_key(number), for_her_alone=bool(letters)), letters


def _since(row: Digest) -> datetime:
    """From where on it tells: what was never told, because those before could not be sent, is told now."""
    earlier = Digest.objects.filter(person_id=row.person_id, until__lte=row.since).order_by("-until")
    since: datetime = row.since
    for each in earlier[:60]:
        if each.ended_at is None or each.code in ("sent", "nothing"):
            break  # that one told it, or still will
        since = each.since
    return since


def _way(person: int, plan: Plan | None) -> Way | None:
    if plan is None:
        return None
    return next((each for each in reached(person).ways if each.number == plan.way and each.kind == "email"), None)


def _end(number: int, code: str, now: datetime) -> None:
    Digest.objects.filter(number=number, ended_at=None).update(ended_at=now, code=code)


def _key(number: int) -> str:
    """The same each time that this digest is sent, and tells nothing: 32 hex digits."""
    return keyring().digest_once("alert", f"digest:{number}").hex()[:32]
