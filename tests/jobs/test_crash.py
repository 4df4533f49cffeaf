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

pytestmark = [pytest.mark.both_databases, pytest.mark.slow]


def put_notes(numbers):
    with transaction.atomic():
        for number in numbers:
            outbox.put("note", {"number": number})


def wait_until_settled(within_s=600.0):
    until = time.monotonic() + within_s
    while outbox.pending():
        assert time.monotonic() < until, f"{outbox.pending()} entries are stranded"
        time.sleep(0.05)


def test_a_worker_killed_five_times_loses_nothing(home, start_worker, notes):
    at_random, put, kills = random.Random(os.urandom(8)), 0, 0
    while kills < 5:
        if outbox.pending() < 60:  # so that it dies in the middle of its work
            put_notes(range(put, put + 200))
            put += 200
        worker = start_worker()
        wanted = len(notes.numbers()) + at_random.randrange(50)
        while len(notes.numbers()) < wanted and outbox.pending():
            time.sleep(0.002)
        worker.kill()
        worker.wait()
        kills += outbox.pending() > 0
        assert put < 20_000, "no kill came in time"
    start_worker()
    wait_until_settled()
    assert set(notes.numbers()) == set(range(put))
    assert not outbox.failures()
    # What ran when the worker died runs again, and hardly anything else.
    assert len(notes.numbers()) <= put + 5 * 8


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
    put, wanted = 0, 1 if database == "sqlite" else 2
    while not put or (len(notes.processes()) < wanted and put < 20_000):
        put_notes(range(put, put + 200))
        put += 200
        wait_until_settled()
    assert sorted(notes.numbers()) == list(range(put))
    assert len(notes.processes()) == wanted


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
    notes.register()
    killed, put = [], 0

    def kill_at_half(left):
        if 0 < left < put // 2 and not killed:
            killed.append(left)
            worker.kill()

    while not killed:
        assert put < 20_000, "nobody waited"
        put_notes(range(put, put + 300))
        put += 300
        worker = start_worker()
        run_until_idle(kill_at_half)
        worker.kill()
    assert set(notes.numbers()) == set(range(put))
    assert outbox.pending() == 0


def test_a_worker_told_to_stop_stops(home, start_worker, notes):
    put_notes(range(200))
    worker = start_worker()
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(300) == 0
    start_worker()
    wait_until_settled()
    assert sorted(notes.numbers()) == list(range(200))
