"""Every entry is handled, in good time, and what cannot be done is visible."""

from __future__ import annotations

import sqlite3
import threading
import time

import pytest
from dbos import DBOS
from django.db import connection, transaction

from parapet.domain.errors import KeyWrong
from parapet.jobs import dispatch, engine, outbox, seats
from parapet.jobs.engine import Engine, run_until_idle
from parapet.jobs.handlers import every, handler
from parapet.jobs.models import OutboxEntry
from parapet.jobs.worker import work

pytestmark = pytest.mark.both_databases


def put(kind, *numbers, **more):
    with transaction.atomic():
        return [outbox.put(kind, {"number": number}, **more) for number in numbers]


def wait_for(condition, within_s=300.0):
    until = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < until, "did not happen in time"
        time.sleep(0.01)


@pytest.fixture
def running(home, monkeypatch):
    """An engine in this process, which does not come by again later: what it does, it was told to do."""
    monkeypatch.setattr(engine, "SWEEP_S", 3_600.0)
    seat = seats.seat()
    assert seat.take()
    one = Engine(seat)
    one.start()
    yield one
    one.stop()
    seat.leave()


def test_everything_open_is_handled_once(home):
    handled, seen = [], []
    handler("note")(lambda payload: handled.append(payload["number"]))
    put("note", *range(60))
    idle = run_until_idle(seen.append)
    assert sorted(handled) == list(range(60))
    assert (idle.failed, idle.later, outbox.pending()) == (0, 0, 0)
    assert seen[0] == 60
    assert seen[-1] == 0


def test_what_handlers_put_belongs_to_the_work_that_is_waited_for(home):
    handled = []

    @handler("parent")
    def parent(payload):
        with transaction.atomic():
            for number in range(3):
                outbox.put("child", {"number": number})
            outbox.done(outbox.in_hand())

    @handler("child")
    def child(payload):
        time.sleep(0.2)
        handled.append(payload["number"])

    put("parent", 1)
    run_until_idle()
    assert sorted(handled) == [0, 1, 2]


def test_nothing_to_do_starts_nothing(home, database):
    before = threading.enumerate()
    assert run_until_idle().failed == 0
    assert threading.enumerate() == before
    if database == "sqlite":
        assert not home.jobs_file.exists()


def test_a_failure_is_tried_again_and_then_shown_without_its_words(home, capsys):
    tries = []

    @handler("bad", tries=3, first_wait_s=0.05)
    def bad(payload):
        tries.append(payload["number"])
        raise ValueError("we know where you live")

    put("bad", 7)
    idle = run_until_idle()
    assert tries == [7, 7, 7]
    assert idle.failed == 1
    (failure,) = outbox.failures()
    assert (failure.kind, failure.code, failure.attempts) == ("bad", "error.ValueError", 3)
    assert "where you live" not in str(OutboxEntry.objects.values().get())
    assert "where you live" not in "".join(capsys.readouterr())


def test_an_error_that_will_not_pass_is_not_tried_again(home):
    tries = []

    @handler("bad")
    def bad(payload):
        tries.append(payload["number"])
        raise KeyWrong

    put("bad", 7)
    assert run_until_idle().failed == 1
    assert tries == [7]
    assert outbox.failures()[0].code == "vault.key_wrong"


def test_a_person_may_have_it_tried_again(home):
    works = False

    @handler("bad", tries=1)
    def bad(payload):
        if not works:
            raise ValueError

    (made,) = put("bad", 7)
    run_until_idle()
    works = True
    assert outbox.try_again(made)
    assert run_until_idle().failed == 0
    assert not outbox.failures()
    assert not outbox.try_again(made)


@pytest.mark.parametrize(("error", "tries"), [(KeyWrong, 1), (ValueError, 3)])
def test_whoever_waits_is_told_once_when_it_is_given_up(home, error, tries):
    tried, told = [], []

    def given_up(payload):
        told.append((payload["number"], len(tried), connection.in_atomic_block))

    @handler("bad", tries=3, first_wait_s=0.05, given_up=given_up)
    def bad(payload):
        tried.append(payload["number"])
        assert not told
        raise error

    handler("good", given_up=given_up)(lambda payload: None)
    put("good", 1)
    put("bad", 7)
    assert run_until_idle().failed == 1
    assert told == [(7, tries, True)]


def test_what_cannot_be_told_is_given_up_all_the_same(home):
    def given_up(payload):
        OutboxEntry.objects.filter(kind="note").delete()
        raise ValueError

    @handler("bad", tries=1, given_up=given_up)
    def bad(payload):
        raise ValueError

    put("note", 1)
    put("bad", 7)
    assert run_until_idle().failed == 1
    assert [failure.code for failure in outbox.failures()] == ["error.ValueError"]
    assert OutboxEntry.objects.filter(kind="note").count() == 1, "half of what it did is not kept"


def test_what_was_given_up_can_be_promised_anew(home):
    works = False

    @handler("bad", tries=2, first_wait_s=0.05)
    def bad(payload):
        if not works:
            raise ValueError

    put("bad", 7, 8)
    run_until_idle()
    assert [failure.attempts for failure in outbox.failed("bad", {"number": 7})] == [2]
    assert outbox.failed("bad", {"number": 9}) == outbox.failed("other", {"number": 7}) == []
    works = True
    with transaction.atomic():
        made = outbox.put_anew("bad", {"number": 7})
    assert OutboxEntry.objects.get(pk=made).attempts == 0
    run_until_idle()
    assert outbox.failed("bad", {"number": 7}) == []
    assert [failure.id for failure in outbox.failures()] == [failure.id for failure in outbox.failed("bad", {"number": 8})]


def test_a_long_wait_is_left_to_the_next_worker(home):
    @handler("bad", first_wait_s=3600)
    def bad(payload):
        raise ValueError

    put("bad", 7)
    idle = run_until_idle()
    assert (idle.failed, idle.later) == (0, 1)


def test_urgent_work_does_not_wait_behind_the_rest(home):
    handled = []
    handler("note")(lambda payload: handled.append(payload["number"]))
    put("note", *range(100))
    put("note", 1000, urgent=True)
    run_until_idle()
    assert handled.index(1000) < 10


def test_a_handler_that_breaks_its_connection_breaks_nothing_else(home):
    handled = []

    @handler("breaks", tries=1)
    def breaks(payload):
        transaction.set_autocommit(False)
        OutboxEntry.objects.count()
        raise ValueError

    handler("note")(lambda payload: handled.append(OutboxEntry.objects.count()))
    put("breaks", *range(8))
    put("note", *range(20))
    assert run_until_idle().failed == 8
    assert len(handled) == 20


def test_work_put_while_the_engine_runs_begins_at_once(running):
    handled = threading.Event()
    handler("note")(lambda payload: handled.set())
    put("note", 1)
    assert handled.wait(300)


def test_entries_whose_engine_lost_its_database_are_handled_again(home, monkeypatch):
    monkeypatch.setattr(engine, "SWEEP_S", 0.3)
    handled = []
    handler("note")(lambda payload: handled.append(payload["number"]))
    put("note", *range(5))
    OutboxEntry.objects.update(claimed_at="2020-01-01T00:00:00Z")
    run_until_idle()
    assert sorted(handled) == list(range(5))


def test_entries_of_a_database_restored_from_a_backup_are_handled_again(home, monkeypatch):
    monkeypatch.setattr(engine, "SWEEP_S", 0.3)
    handled = []
    handler("note")(lambda payload: handled.append(payload["number"]))
    put("note", *range(5))
    run_until_idle()
    OutboxEntry.objects.update(done_at=None)
    run_until_idle()
    OutboxEntry.objects.update(done_at=None, claimed_at=None)
    run_until_idle()
    assert sorted(handled) == sorted([*range(5)] * 3)


def test_work_of_a_kind_nobody_here_knows_waits_for_one_who_does(home):
    handled = []
    put("newer", 1)
    handler("note")(lambda payload: handled.append(payload["number"]))
    put("note", 2)
    run_until_idle()
    assert (handled, outbox.pending()) == ([2], 1)
    handler("newer")(lambda payload: handled.append(payload["number"]))
    run_until_idle()
    assert (handled, outbox.pending()) == ([2, 1], 0)


def nobody_sits():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'")
        return cursor.fetchone()[0] == 0


def test_what_kills_every_process_is_given_up(home, database, start_worker, notes, monkeypatch):
    """DBOS counts the processes that died in it; we set the count rather than burying twenty."""
    (made,) = put("note", 1)
    OutboxEntry.objects.filter(pk=made).update(payload={"number": 1, "slow": 1})
    worker = start_worker()
    wait_for(lambda: OutboxEntry.objects.filter(pk=made, claimed_at__isnull=False).exists())
    worker.kill()
    worker.wait()
    if database == "postgresql":
        wait_for(
            nobody_sits
        )  # on a busy machine the server learns late that its client died, and whoever comes next takes another seat
    OutboxEntry.objects.filter(pk=made).update(done_at=None)
    update = "UPDATE {} SET recovery_attempts = 50, status = 'PENDING', executor_id = '{}'"
    if database == "sqlite":
        with sqlite3.connect(home.jobs_file) as raw:
            raw.execute(update.format("workflow_status", "home"))
        raw.close()
    else:
        with connection.cursor() as cursor:
            cursor.execute(update.format(f"{engine.SCHEMA}.workflow_status", "seat-0"))
    handled, told = [], []
    handler("note", given_up=lambda payload: told.append(payload["number"]))(lambda payload: handled.append(1))
    monkeypatch.setattr(engine, "SWEEP_S", 0.3)
    assert run_until_idle().failed == 1
    assert (handled, told) == ([], [1])
    assert outbox.failures()[0].code == "jobs.crashed"


def test_chores_are_done_and_a_failing_one_harms_nobody(home):
    done, stop = [], threading.Event()

    @every(0.01)
    def good():
        done.append(OutboxEntry.objects.count())

    @every(0.01)
    def bad():
        raise ValueError

    worker = threading.Thread(target=work, args=(stop,))
    worker.start()
    wait_for(lambda: len(done) >= 2)
    stop.set()
    worker.join(300)
    assert not worker.is_alive()


def test_a_chore_that_waits_for_somebody_outside_holds_up_no_other(home):
    done, answer, asked, stop = [], threading.Event(), threading.Event(), threading.Event()

    @every(0.01, apart=True)
    def waits():
        asked.set()
        answer.wait(60)

    @every(0.01)
    def good():
        done.append(asked.is_set())

    worker = threading.Thread(target=work, args=(stop,))
    worker.start()
    wait_for(lambda: sum(done) >= 2)
    answer.set()
    stop.set()
    worker.join(10)
    assert not worker.is_alive()


def test_stopping_is_quick(home):
    seat = seats.seat()
    seat.take()
    one = Engine(seat)
    one.start()
    began = time.monotonic()
    one.stop()
    seat.leave()
    assert time.monotonic() - began < 20  # it waits for nobody


def test_a_pickle_in_the_engines_database_is_not_run(running, tmp_path):
    from dbos._serialization import DBOSDefaultSerializer

    with pytest.raises(ValueError, match="pickles"):
        DBOSDefaultSerializer.deserialize("gASVAAAAAAAAAAAu")


def test_two_functions_for_one_kind_are_a_mistake_that_shows(database):
    def first(payload): ...

    def second(payload): ...

    handler("note")(first)
    with pytest.raises(ValueError, match="two functions"):
        handler("note")(second)


def test_what_was_done_long_ago_is_forgotten_and_failures_are_not(running):
    handler("note")(lambda payload: None)

    @handler("bad", tries=1)
    def bad(payload):
        raise ValueError

    put("note", *range(10))
    put("bad", 1)
    wait_for(lambda: outbox.pending() == 0)
    assert dispatch.tidy() == 0
    OutboxEntry.objects.filter(done_at__isnull=False, payload__number__lt=4).update(done_at="2020-01-01T00:00:00Z")
    assert dispatch.tidy() == 4
    wait_for(lambda: len(DBOS.list_workflows(status="SUCCESS")) == 11)
    assert dispatch.tidy(keep_days=-1) == 6
    assert not DBOS.list_workflows()
    assert outbox.backlog() == outbox.Backlog(open=0, failed=1, oldest_at=None)


def test_the_backlog_says_since_when_work_waits(home):
    put("note", 1, 2)
    found = outbox.backlog()
    assert (found.open, found.failed) == (2, 0)
    assert found.oldest_at == OutboxEntry.objects.order_by("id").first().created_at
