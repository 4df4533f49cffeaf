"""kill -9 at any moment loses nothing. Real processes, really killed."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time

import pytest
from django.db import transaction

from parapet.jobs import engine, outbox
from parapet.jobs.engine import run_until_idle
from parapet.jobs.models import OutboxEntry

pytestmark = [pytest.mark.both_databases, pytest.mark.slow, pytest.mark.timeout(180)]


def put_notes(numbers):
    with transaction.atomic():
        for number in numbers:
            outbox.put("note", {"number": number})


def wait_until_settled(within_s=60.0):
    until = time.monotonic() + within_s
    while outbox.pending():
        assert time.monotonic() < until, f"{outbox.pending()} entries are stranded"
        time.sleep(0.05)


def test_a_worker_killed_five_times_loses_nothing(home, start_worker, notes):
    put_notes(range(300))
    at_random = random.Random(os.urandom(8))
    for _ in range(5):
        worker = start_worker()
        time.sleep(at_random.uniform(0.0, 0.6))
        worker.kill()
        worker.wait()
    assert outbox.pending() > 0, "the kills came too late to mean anything"
    start_worker()
    wait_until_settled()
    assert set(notes.numbers()) == set(range(300))
    assert not outbox.failures()
    # What ran when the worker died runs again, and hardly anything else.
    assert len(notes.numbers()) <= 300 + 5 * 8


def test_a_process_killed_between_row_and_commit_promised_nothing(home, tmp_path):
    """The promise is in the very transaction: killed before its end, neither is there."""
    script = (
        "import sys, time\n"
        "from parapet.settings.start import configure_for\n"
        "configure_for()\n"
        "from django.db import transaction\n"
        "from parapet.jobs import outbox\n"
        "with transaction.atomic():\n"
        "    outbox.put('note', {'number': 1})\n"
        "    print('put', flush=True)\n"
        "    time.sleep(60)\n"
    )
    child = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    assert child.stdout.readline() == "put\n"
    child.kill()
    child.wait()
    child.stdout.close()
    assert OutboxEntry.objects.count() == 0


def test_two_workers_started_at_once_handle_each_entry_once(home, database, start_worker, notes):
    start_worker()
    start_worker(wait=database == "postgresql")  # on SQLite it waits for the seat
    put_notes(range(200))
    wait_until_settled()
    assert sorted(notes.numbers()) == list(range(200))
    assert len(notes.processes()) == (1 if database == "sqlite" else 2)


def test_the_worker_that_waits_takes_over_from_the_one_that_dies(home, database, start_worker, notes):
    put_notes(range(200))
    first = start_worker(sweep_s=1.0)
    second = start_worker(sweep_s=1.0, wait=database == "postgresql")
    while len(notes.numbers()) < 20:
        time.sleep(0.01)
    first.kill()
    first.wait()
    wait_until_settled()
    assert set(notes.numbers()) == set(range(200))
    assert second.poll() is None


def test_waiting_for_another_process_and_taking_over_when_it_dies(home, start_worker, notes, monkeypatch):
    monkeypatch.setattr(engine, "SWEEP_S", 1.0)
    put_notes(range(200))
    worker = start_worker()
    notes.register()
    killed = []

    def kill_at_half(left):
        if left < 100 and not killed:
            killed.append(left)
            worker.kill()

    run_until_idle(kill_at_half)
    assert killed
    assert set(notes.numbers()) == set(range(200))
    assert outbox.pending() == 0


def test_a_worker_told_to_stop_stops(home, start_worker, notes):
    put_notes(range(200))
    worker = start_worker()
    began = time.monotonic()
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(5) == 0
    assert time.monotonic() - began < 2.5
    start_worker()
    wait_until_settled()
    assert sorted(notes.numbers()) == list(range(200))
