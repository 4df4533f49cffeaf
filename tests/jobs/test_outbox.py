"""Work is promised with the transaction that makes it necessary, or not at all."""

from __future__ import annotations

import pytest
from django.db import transaction

from parapet.jobs import outbox
from parapet.jobs.models import OutboxEntry

pytestmark = pytest.mark.both_databases


def test_what_is_put_is_kept_with_the_callers_transaction(home):
    with transaction.atomic():
        made = outbox.put("count", {"number": 7})
    entry = OutboxEntry.objects.get(pk=made)
    assert (entry.kind, entry.payload, entry.done_at) == ("count", {"number": 7}, None)
    assert outbox.pending() == 1


def test_a_transaction_that_fails_promises_nothing(home):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        outbox.put("count", {"number": 7})
        _ = 1 / 0
    assert outbox.pending() == 0


def test_put_outside_a_transaction_is_a_mistake_that_shows(home):
    with pytest.raises(RuntimeError):
        outbox.put("count", {"number": 7})


def test_done_crosses_off_once(home):
    with transaction.atomic():
        made = outbox.put("count", {"number": 7})
    outbox.done(made)
    first = OutboxEntry.objects.get(pk=made).done_at
    outbox.done(made)
    assert OutboxEntry.objects.get(pk=made).done_at == first
    assert outbox.pending() == 0


def test_nobody_is_woken_for_a_transaction_that_failed(home):
    woken = []
    unlisten = outbox.listen(lambda: woken.append(1))
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        outbox.put("count", {"number": 7})
        _ = 1 / 0
    assert not woken
    with transaction.atomic():
        outbox.put("count", {"number": 7})
    assert woken
    unlisten()
    with transaction.atomic():
        outbox.put("count", {"number": 7})
    assert len(woken) == 1
