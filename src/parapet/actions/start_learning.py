"""Try learning out because a page asked for it: in the background where the home's key opens the corrections, else at once."""

from __future__ import annotations

from datetime import UTC, datetime

from django.db import transaction

from parapet.access.layers import advocate_who_learns
from parapet.access.lessons import correction_indexes
from parapet.actions.learn import NOTHING, try_learning
from parapet.domain.errors import RequestRefused
from parapet.jobs import outbox
from parapet.records import models
from parapet.records.chain import hold_log
from parapet.records.keyring import is_closed

_GOING = ("waiting", "running")


def start_learning(person: models.Person, advocate_id: str) -> None:
    """Promise a trial of learning from the corrections of her messages. Nothing more happens while one is under way.

    Closed material opens to nobody in the background, so its trial is over when this returns, seconds later. Raises NotFound,
    RequestRefused, KeyClosed.
    """
    advocate = advocate_who_learns(person, advocate_id)
    if not correction_indexes(advocate.number):
        raise RequestRefused(NOTHING)
    if is_closed(bytes(advocate.wrapped_key)):
        try_learning(person, advocate_id)
        models.LearningTrial.objects.filter(advocate=advocate).delete()  # one from before it was closed
        return
    with transaction.atomic():
        hold_log()  # so that two who press the button at once start one
        before = models.LearningTrial.objects.filter(advocate=advocate)
        if before.filter(state__in=_GOING).exists():
            return
        before.delete()
        row = models.LearningTrial.objects.create(advocate=advocate, person=person, asked_at=datetime.now(UTC))
        outbox.put("try_learning", {"trial": row.number})


def run_trial(number: int) -> None:
    """Do what was promised. Run again after a crash, it begins anew and comes to the same."""
    row = models.LearningTrial.objects.filter(number=number).select_related("person", "advocate").first()
    if row is None or row.state not in _GOING:
        return
    hers = models.LearningTrial.objects.filter(number=number)
    hers.update(state="running", done=0, total=0)

    def tell(done: int, total: int) -> None:
        hers.update(done=done, total=total)

    try_learning(row.person, row.advocate.id, tell=tell)
    hers.update(state="done")


def give_up_trial(number: int) -> None:
    """Say of a trial that it will not go on by itself: it can be asked for again."""
    models.LearningTrial.objects.filter(number=number, state__in=_GOING).update(state="failed")
