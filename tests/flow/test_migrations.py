"""Each migration keeps the data that was there, on both databases."""

from __future__ import annotations

import hashlib
import io
import re
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.sql import emit_post_migrate_signal
from django.db import transaction
from support.homes import serving

from parapet.domain.errors import KeyWrong
from parapet.records.numbers import new_number

pytestmark = [pytest.mark.both_databases, pytest.mark.slow]

AT = "2026-09-14 19:54:07.123456+00:00"


def run(sql: str, *values: Any) -> list[tuple[Any, ...]]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall()) if cursor.description else []


def insert(table: str, **values: Any) -> None:
    names = ", ".join(f'"{name}"' for name in values)
    run(f'INSERT INTO "{table}" ({names}) VALUES ({", ".join(["%s"] * len(values))})', *values.values())


def indexes(table: str) -> set[str]:
    from django.db import connection

    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, table)
    return {name for name, facts in found.items() if facts["index"]}


def to(app: str, name: str) -> None:
    call_command("migrate", app, name, verbosity=0, interactive=False)


def described() -> dict[str, Any]:
    """Each table's columns, keys and indexes, and how many rows it has. The order of columns is nobody's affair."""
    from django.db import connection

    asks = "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname='public'"
    if connection.vendor == "sqlite":
        asks = "SELECT name, sql FROM sqlite_master WHERE type='index' AND sql IS NOT NULL"
    found: dict[str, Any] = {"indexes": {name: re.sub(r"\s+", " ", sql) for name, sql in run(asks)}}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            columns = {
                # Two words of SQLite for the same: plain SQL of ours said the longer one.
                each.name: (each.type_code.replace("boolean", "bool"), each.null_ok, each.collation, each.has_json_constraint)
                if connection.vendor == "sqlite"
                else (each.type_code, each.internal_size, each.precision, each.scale, each.null_ok, each.collation)
                for each in connection.introspection.get_table_description(cursor, table)
            }
            facts = ("primary_key", "unique", "foreign_key", "check", "index")
            keys = {
                (
                    tuple(each["columns"]) if each["index"] else tuple(sorted(each["columns"] or ())),
                    *(each[fact] for fact in facts),
                )
                for each in connection.introspection.get_constraints(cursor, table).values()
            }
            found[table] = (columns, keys, run(f'SELECT count(*) FROM "{table}"'))
    return found


def test_a_new_database_has_the_tables_to_which_all_migrations_lead(
    home: Any, database: str, tmp_path: Path, empty_url: Callable[[str], str]
) -> None:
    """A new home's tables are made as they are today, at once; every older home's by each migration in turn."""
    from parapet.records import tables

    from_scratch = described()
    folder = tmp_path / "other"
    shutil.copytree(home.home, folder, ignore=shutil.ignore_patterns("parapet.sqlite3*"))
    with serving(folder, empty_url(database)):
        tables.executor().migrate(tables.newest())
        emit_post_migrate_signal(verbosity=0, interactive=False, db="default")
        assert not tables.are_behind()
        step_by_step = described()
        run("DELETE FROM django_migrations WHERE app='sessions'")
        assert tables.are_behind(), "told by the names of what was done"
    for made in (from_scratch, step_by_step):
        for table in ("records_advocate", "records_loghead"):
            made[table] = made[table][:2]  # the first rows of a home are laid by `make_home`
    assert from_scratch.keys() == step_by_step.keys()
    for name, table in step_by_step.items():
        assert from_scratch[name] == table, name
    assert len(from_scratch) > 60


def an_item(advocate: int, *, severity: int, harms: int) -> int:
    number = new_number()
    insert(
        "records_item", number=number, advocate_id=advocate, channel="mail", kind="message", wrapped_key=b"k", received_at=AT, sent_at=AT,
        time_is_ours=False, own=False, versions=1, lang="en", assessed=True, abstain=False, severity=severity, urgency=0, harms=harms,
    )  # fmt: skip
    return number


def rare_index_is_used(name: str, where: str) -> None:
    """The planner of SQLite names the partial index for the condition, letter for letter."""
    from django.db import connection

    if connection.vendor == "sqlite":
        plan = run(
            f"EXPLAIN QUERY PLAN SELECT number FROM records_item WHERE advocate_id=0 AND own=0 AND {where} ORDER BY sent_at DESC, number DESC"
        )
        assert any(name in str(step) for step in plan), plan


def after_rare_values() -> None:
    assert {"item_grave", "item_now", "item_unsure", "item_harm_0", "item_harm_6"} <= indexes("records_item")
    rare_index_is_used("item_critical", "severity >= 4")
    assert run("SELECT count(*) FROM records_item WHERE severity >= 4") == [(1,)]
    assert run("SELECT count(*) FROM records_item WHERE (harms & 4) <> 0") == [(1,)]


def after_lists() -> None:
    assert "item_lang" in indexes("records_item")
    assert "log_views" in indexes("records_logentry")
    assert run("SELECT count(*) FROM records_item WHERE lang='en'") == [(2,)]


def after_grants() -> None:
    assert "log_revokes" in indexes("records_logentry")


def after_own_names() -> None:
    """The table was not rebuilt: its partial indexes are still there."""
    after_rare_values()
    assert run("SELECT count(*) FROM records_item WHERE in_own_name") == [(0,)]


def after_vouched_log() -> None:
    """A row whose key does not open is vouched for as it is."""
    assert [len(bytes(mac)) for (mac,) in run("SELECT mac FROM records_logentry")] == [16]


def after_time_tokens() -> None:
    """New tables, empty; one authority has one token for a checkpoint."""
    insert("records_timetoken", size=1, authority="one", token=b"t", gen_time=AT, at=AT, disagrees=False)
    insert("records_timetoken", size=1, authority="two", token=b"t", gen_time=AT, at=AT, disagrees=False)
    insert("records_timeasked", authority="one", at=AT, failures=0, next_at=AT, why="")
    assert run("SELECT count(*) FROM records_timetoken") == [(2,)]


def after_witnesses() -> None:
    """New tables beside the log, whose rows are as they were; one cosignature for each witness and size."""
    from django.db import IntegrityError, transaction

    assert run('SELECT "index", kind FROM records_logentry') == [(0, "capture")]
    insert("records_cosignature", size=1, witness="w+00+AA", line="x", at=AT)
    with pytest.raises(IntegrityError), transaction.atomic():
        insert("records_cosignature", size=1, witness="w+00+AA", line="y", at=AT)
    assert run("SELECT count(*) FROM records_logtile") == [(0,)]


def after_erasure() -> None:
    """No partial index was lost, and what was there is not called erased."""
    after_rare_values()
    assert "log_orders" in indexes("records_logentry")
    assert run("SELECT count(*) FROM records_source WHERE holds_erased") == [(0,)]
    assert run("SELECT number, pack FROM records_source") == [(3, "f" * 32)]
    for table in ("records_erased", "records_erasedincase", "records_tombstone", "records_orderhead"):
        assert run(f"SELECT count(*) FROM {table}") == [(0,)]


def after_source_checks() -> None:
    """A new table, empty: of what came before, nothing is said."""
    after_own_names()
    assert "source_waits" in indexes("records_sourcecheck")
    assert run("SELECT count(*) FROM records_sourcecheck") == [(0,)]


def after_corrections() -> None:
    """A new table, empty: nobody said anything yet. One word has one leaf."""
    from django.db import IntegrityError, transaction

    after_source_checks()
    assert "correction_of" in indexes("records_correction")
    item = run("SELECT min(number) FROM records_item")[0][0]
    insert(
        "records_version", number=5, item_id=item, ordinal=1, content=b"c" * 32, pack="f" * 32, offset=0, length=1, media_type="x", captured_at=AT,
        log_index=0, sealed_face=b"f",
    )  # fmt: skip
    insert("records_correction", version_id=5, log_index=0, sealed=b"s")
    with pytest.raises(IntegrityError), transaction.atomic():
        insert("records_correction", version_id=5, log_index=0, sealed=b"t")
    run("DELETE FROM records_correction")
    run("DELETE FROM records_version")


def after_said_of() -> None:
    """An index, which lists use, and no row more or less; no partial one was lost."""
    from django.db import connection

    after_source_checks()
    assert "log_said" in indexes("records_logentry")
    if connection.vendor == "sqlite":
        plan = run(
            "EXPLAIN QUERY PLAN SELECT EXISTS (SELECT 1 FROM records_logentry w "
            "WHERE w.kind = 'relabel' AND w.person_number IS NOT NULL AND w.item_number = i.number) FROM records_item i"
        )
        assert any("log_said" in str(step) for step in plan), plan


def after_layers() -> None:
    """A new table, empty: nothing was learned yet. The planner finds what the log says of it by its own index."""
    from django.db import connection

    from parapet.access import layers

    after_said_of()
    assert "log_learns" in indexes("records_logentry")
    assert run("SELECT count(*) FROM records_layer") == [(0,)]
    if connection.vendor == "sqlite":
        plan = run("EXPLAIN QUERY PLAN " + layers._SAID, 7)
        assert any("log_learns" in str(step) for step in plan), plan


def after_alerts() -> None:
    """New tables, empty: nobody said how to be reached. One version is told of once for each urgency."""
    from django.db import IntegrityError, transaction

    after_layers()
    for table in ("reach", "oncalllist", "alert", "alertitem", "alertevent"):
        assert run(f"SELECT count(*) FROM records_{table}") == [(0,)]
    item = run("SELECT min(number) FROM records_item")[0][0]
    insert("records_alert", number=9, advocate_id=0, urgency=3, opened_at=AT)
    insert("records_alertitem", alert_id=9, item_id=item, version=5, urgency=3, at=AT)
    with pytest.raises(IntegrityError), transaction.atomic():
        insert("records_alertitem", alert_id=9, item_id=item, version=5, urgency=3, at=AT)
    run("DELETE FROM records_alertitem")
    run("DELETE FROM records_alert")


def after_rights() -> None:
    """What was given before has no rights of its own, and no end; nobody was let in by an advocate."""
    after_layers()
    assert {"log_access", "log_looks"} <= indexes("records_logentry")
    assert run("SELECT count(*) FROM records_grant WHERE rights IS NOT NULL OR until IS NOT NULL") == [(0,)]
    assert run("SELECT count(*) FROM records_person WHERE invited_by IS NOT NULL") == [(0,)]


def after_copies() -> None:
    """A new table, empty: of what was judged before, no words are known. No message is judged as its copies are, and no partial index was lost."""
    from django.db import connection

    from parapet.access import copies

    after_layers()
    after_rare_values()
    assert {"wording_0", "wording_5"} <= indexes("records_wording")
    assert run("SELECT count(*) FROM records_item WHERE as_copies") == [(0,)]
    assert run("SELECT count(*) FROM records_wording") == [(0,)]
    if connection.vendor == "sqlite":
        plan = run("EXPLAIN QUERY PLAN " + copies._SQLITE, "[]")
        assert sum("wording_" in str(step) for step in plan) >= 12, plan
        assert not any("SCAN records_wording" in str(step) or "SCAN c" in str(step) for step in plan), plan


def after_check_ins() -> None:
    """A new table and a new column, empty. The planner finds what somebody read of late by its own index."""
    from django.db import connection

    from parapet.access import exposure

    after_layers()
    assert "log_reads" in indexes("records_logentry")
    assert run("SELECT count(*) FROM records_checkin") == [(0,)]
    assert run("SELECT count(*) FROM records_person WHERE reading_limit IS NOT NULL") == [(0,)]
    if connection.vendor == "sqlite":
        plan = run("EXPLAIN QUERY PLAN " + exposure._READS, 7, AT, 10)
        assert any("log_reads" in str(step) for step in plan), plan


def after_signing_in() -> None:
    """New tables, empty: nobody signs in otherwise than before. What is guessed at is counted in one row."""
    from django.db import IntegrityError, transaction

    after_check_ins()
    for table in ("signin", "institutionaccount", "guesses"):
        assert run(f"SELECT count(*) FROM records_{table}") == [(0,)]
    insert("records_guesses", digest=b"d" * 32, tried=1, rounds=0, ends=AT)
    with pytest.raises(IntegrityError), transaction.atomic():
        insert("records_guesses", digest=b"d" * 32, tried=1, rounds=0, ends=AT)
    run("DELETE FROM records_guesses")


def after_referrals() -> None:
    """A case can be referred, and goes with whom it is referred to; nothing of before is."""
    assert run("SELECT count(*) FROM records_referral") == [(0,)]
    insert("records_person", number=24, sealed_name=b"n", language="en", theme="system", is_active=True, made_at=AT, password="")
    insert("records_case", number=24, advocate_id=0, wrapped_key=b"k", sealed_title=b"t", state="open", opened_at=AT)
    insert("records_referral", number=1, case_id=24, person_id=24, begun=0, log_index=0, sealed_terms=b"t", sealed_words=b"")
    assert run("SELECT accepted, ended FROM records_referral") == [(None, None)]
    for table in ("records_referral", "records_case", "records_person"):
        run(f"DELETE FROM {table}")


def after_own_keys() -> None:
    """Three new tables, empty: nobody has a key of her own, nothing is closed, and every list stays under the key that it was under."""
    after_layers()
    for table in ("ownkey", "keyshare", "earlierkey"):
        assert run(f"SELECT count(*) FROM records_{table}") == [(0,)]
    assert run("SELECT count(*) FROM records_oncalllist WHERE at_home") == [(0,)]


def after_casework() -> None:
    """New tables, empty, and a new column: what is there waits to be sorted, and the planner finds it by the new index."""
    from django.db import connection

    from parapet.access import queue

    after_check_ins()
    for table in ("turn", "casestep", "due", "privatenote"):
        assert run(f"SELECT count(*) FROM records_{table}") == [(0,)]
    assert {"item_turn", "item_grave", "item_harm_6"} <= indexes("records_item")
    assert run(f"SELECT count(*) FROM records_item WHERE {queue.WAITS}") == [(2,)]
    if connection.vendor == "sqlite":
        order = f"SELECT number FROM records_item WHERE advocate_id=0 AND {queue.WAITS} ORDER BY {queue.GRAVEST} LIMIT 5"
        plan = [str(step) for step in run("EXPLAIN QUERY PLAN " + order)]
        assert any("item_turn" in step for step in plan) and not any("TEMP B-TREE" in step for step in plan), plan


def after_alerted_for() -> None:
    """One version may be told of in two alerts: of nobody known, and of the advocate to whom it was given. In one alert, once."""
    from django.db import IntegrityError, transaction

    item = run("SELECT min(number) FROM records_item")[0][0]
    for alert in (10, 11):
        insert("records_alert", number=alert, advocate_id=0, urgency=3, opened_at=AT)
        insert("records_alertitem", alert_id=alert, item_id=item, version=5, urgency=3, at=AT)
    with pytest.raises(IntegrityError), transaction.atomic():
        insert("records_alertitem", alert_id=11, item_id=item, version=5, urgency=3, at=AT)
    for table in ("records_alertitem", "records_alert"):
        run(f"DELETE FROM {table}")


def after_veils() -> None:
    """A new table, empty: nobody chose anything."""
    assert run("SELECT count(*) FROM records_veil") == [(0,)]


def after_shields() -> None:
    """Nobody's shield is up, and what is asked of the log by every inbox goes by its index."""
    from django.db import connection

    from parapet.access import shields

    for table in ("shieldreason", "shieldnotice"):
        assert run(f"SELECT count(*) FROM records_{table}") == [(0,)]
    assert "log_shields" in indexes("records_logentry") and not shields.is_up(0)
    if connection.vendor == "sqlite":
        plan = run("EXPLAIN QUERY PLAN " + shields._NEWEST, 0, -1, 0)
        assert any("log_shields" in str(step) for step in plan), plan


def after_organisations() -> None:
    assert run("SELECT count(*) FROM records_organisation") == run("SELECT count(*) FROM records_membership") == [(0,)]
    assert run("SELECT count(*) FROM records_grant WHERE through IS NOT NULL") == [(0,)]
    assert "log_members" in indexes("records_logentry")


def after_break_glass() -> None:
    """Nobody is named, every alert that is there is about messages, and what people did is found by an index of its own."""
    for table in ("emergencyplan", "emergencyname", "emergencyrequest"):
        assert run(f"SELECT count(*) FROM records_{table}") == [(0,)]
    assert "log_custody" in indexes("records_logentry")
    insert("records_alert", number=31, advocate_id=0, urgency=3, opened_at=AT, step="")
    assert run("SELECT emergency_id, step FROM records_alert") == [(None, "")]
    run("DELETE FROM records_alert")


def after_learning_page() -> None:
    """A new table, empty; one row an advocate, who may not have two trials under way."""
    from django.db import IntegrityError, transaction

    assert run("SELECT count(*) FROM records_learningtrial") == [(0,)]
    insert("records_person", number=90, sealed_name=b"n", language="en", theme="system", is_active=True, made_at=AT, password="")
    trial = {"advocate_id": 0, "person_id": 90, "asked_at": AT, "state": "waiting", "done": 0, "total": 0}
    insert("records_learningtrial", number=1, **trial)
    with pytest.raises(IntegrityError), transaction.atomic():
        insert("records_learningtrial", number=2, **trial)
    run("DELETE FROM records_learningtrial")
    run("DELETE FROM records_person WHERE number = 90")


def after_digests() -> None:
    """New tables, empty: nobody asked for a digest."""
    after_veils()
    for table in ("digestplan", "digest"):
        assert run(f"SELECT count(*) FROM records_{table}") == [(0,)]


def after_scopes() -> None:
    """What was given before is for everything, and counts by the code that it had; one grant in force a person stays the rule."""
    after_alerted_for()
    assert run("SELECT count(*) FROM records_grant WHERE scope IS NOT NULL") == [(0,)]
    assert "grant_in_force_once" in indexes("records_grant")


def after_connections() -> None:
    """An intake of before came over no connection; one of after may, and outlives it."""
    insert(
        "records_connection", number=9, advocate_id=0, channel="mail", sealed_told=b"t", sealed_cursor=b"c", state="new", fault="", failures=0,
        made_at=AT, next_at=AT, taken=0, too_large=0, changed=0, holder="",
    )  # fmt: skip
    assert run("SELECT count(*) FROM records_intake WHERE connection_id IS NOT NULL") == [(0,)]
    run("DELETE FROM records_connection")


def after_bluesky_oauth() -> None:
    """Nobody is renewing what opens a connection of before."""
    row = {
        "number": 11, "advocate_id": 0, "channel": "bluesky", "sealed_told": b"t", "sealed_cursor": b"c", "state": "well", "fault": "",
        "failures": 0, "made_at": AT, "next_at": AT, "taken": 0, "too_large": 0, "changed": 0, "holder": "",
    }  # fmt: skip
    insert("records_connection", **row)
    assert run("SELECT renewing_until FROM records_connection WHERE number=11") == [(None,)]
    run("DELETE FROM records_connection")


def after_reports() -> None:
    """A message may be reported to one desk once at a time; to another, and again once it is over, as well."""
    item = run("SELECT max(number) FROM records_item")[0][0]
    row = {"advocate_id": 0, "item_id": item, "desk": "x", "way": "", "made_at": AT, "outcome": "", "next_what": ""}
    insert("records_report", number=1, state="closed", **row)
    insert("records_report", number=2, state="draft", **row)
    insert("records_report", number=3, state="draft", **{**row, "desk": "y"})
    with pytest.raises(Exception, match=r"(?i)unique"):
        insert("records_report", number=4, state="sent", **row)
    run("DELETE FROM records_report")


def after_blocks() -> None:
    """An account may be blocked once at a time from one connection; from another, muted besides, and again once that is lifted, as well."""
    assert run("SELECT count(*) FROM records_block") == run("SELECT count(*) FROM records_blockstep") == [(0,)]
    item = run("SELECT max(number) FROM records_item")[0][0]
    row = {
        "advocate_id": 0,
        "item_id": item,
        "sender": 17,
        "place": "x",
        "what": "block",
        "account": 0,
        "plan": 1,
        "way": "",
        "made_at": AT,
    }
    insert("records_block", number=1, state="lifted", **row)
    insert("records_block", number=2, state="stands", **row)
    insert("records_block", number=3, state="stands", **{**row, "what": "mute"})
    insert("records_block", number=4, state="stands", **{**row, "account": 5})
    with pytest.raises(Exception, match=r"(?i)unique"):
        insert("records_block", number=5, state="draft", **row)
    run("DELETE FROM records_block")


def after_looking_again() -> None:
    """Nobody's page was looked at by itself before; what is kept of a look goes with its message."""
    assert run("SELECT count(*) FROM records_pagewatch") == run("SELECT count(*) FROM records_pagelook") == [(0,)]
    item = run("SELECT max(number) FROM records_item")[0][0]
    insert("records_pagehost", number=5, free_at=AT, failures=0)
    insert(
        "records_pagewatch", item_id=item, host_id=5, why="asked", state="waiting", pressed=False, began_at=AT, next_at=AT, looks=0, gone=0
    )  # fmt: skip
    insert("records_pagelook", item_id=item, at=AT, log_index=0, is_capture=False, sealed_kept=b"k", sealed_words=b"w")
    with pytest.raises(Exception, match=r"(?i)unique"):
        insert("records_pagelook", item_id=item, at=AT, log_index=0, is_capture=False, sealed_kept=b"k", sealed_words=b"w")
    assert {"page_due", "page_browser"} <= indexes("records_pagewatch")
    for table in ("look", "watch", "host"):
        run(f"DELETE FROM records_page{table}")


def after_browsers() -> None:
    """No browser was connected before, and one of after goes with its advocate."""
    assert run("SELECT count(*) FROM records_browser") == [(0,)]
    insert("records_person", number=77, sealed_name=b"n", language="en", theme="system", is_active=True, made_at=AT, password="")
    insert("records_browser", number=9, person_id=77, advocate_id=0, digest=b"d" * 32, sealed_name=b"n", made_at=AT, taken=0)
    run("DELETE FROM records_browser")
    run("DELETE FROM records_person WHERE number=77")


def after_campaigns() -> None:
    """Of words that were written down before, it is not known that they are kind, or close to abuse; no index was lost."""
    assert {"wording_0", "wording_5"} <= indexes("records_wording")
    item = run("SELECT max(number) FROM records_item")[0][0]
    version = {"ordinal": 1, "pack": "f" * 32, "offset": 0, "length": 1, "media_type": "x", "captured_at": AT, "log_index": 0}
    insert("records_version", number=5, item_id=item, content=b"c" * 32, sealed_face=b"", **version)
    bands = {f"band_{n}": n for n in range(6)}
    insert("records_wording", version_id=5, item_number=item, advocate_id=0, sent_at=AT, marks=b"m" * 64, words=7, **bands)
    assert [tuple(map(bool, row)) for row in run("SELECT friendly, close FROM records_wording")] == [(False, False)]
    run("DELETE FROM records_wording")
    run("DELETE FROM records_version")


def after_passed_on() -> None:
    """Nothing is known of what came before; what comes after is found by what it passes on, and goes with its item."""
    item = run("SELECT max(number) FROM records_item")[0][0]
    assert run("SELECT count(*) FROM records_passedon") == [(0,)]
    insert("records_passedon", item_id=item, digest=b"p" * 32)
    assert run("SELECT item_id FROM records_passedon") == [(item,)]
    run("DELETE FROM records_passedon")


#: Migration to what holds once it has run over rows that were there before.
def after_signing_in_log() -> None:
    """How somebody came in is found by an index, and no other was lost."""
    assert {"log_signing_in", "log_reads", "log_looks", "log_custody"} <= indexes("records_logentry")


def after_captures() -> None:
    insert("records_intake", number=81, started_at=AT, state="waiting", files_total=1, **dict.fromkeys(INTAKE_COUNTS, 0))
    insert("records_intakefile", number=82, intake_id=81, sealed_path=b"p", ended=False)
    insert("records_capture", number=83, intake_id=81, file_id=82, asked_at=AT, state="waiting", outcome="", attempts=0)
    assert run("SELECT state, item_id FROM records_capture") == [("waiting", None)]
    assert "capture_waits" in indexes("records_capture")
    for table in ("records_capture", "records_intakefile", "records_intake"):
        run(f"DELETE FROM {table}")


def after_read_again() -> None:
    """What stands for what, the test below tells."""
    assert run("SELECT count(*) FROM records_intake WHERE again") == [(0,)]


INTAKE_COUNTS = ("files_done", "found", "new", "versions", "already", "refused", "own", "unmatched", "passed", "gone")


def after_door() -> None:
    """New tables, empty; an address is taken once, and what is left of an ended one is its mail."""
    from django.db import IntegrityError, transaction

    times = {"made_at": AT, "next_at": AT}
    for number in (91, 92):
        insert("records_connection", number=number, advocate_id=0, channel="door", sealed_told=b"t", sealed_cursor=b"c", state="well", fault="",
               failures=0, taken=0, too_large=0, changed=0, holder="", **times)  # fmt: skip
    insert("records_shieldedaddress", connection_id=91, digest=b"a" * 32)
    with pytest.raises(IntegrityError), transaction.atomic():
        insert("records_shieldedaddress", connection_id=92, digest=b"a" * 32)
    insert("records_doormail", number=93, advocate_id=0, connection_id=91, source_id=3, digest=b"m" * 32, sealed_envelope=b"e", came_at=AT,
           state="held", why="grave", code="", tries=0, by_person=False)  # fmt: skip
    assert run("SELECT state, why, next_at FROM records_doormail") == [("held", "grave", None)]
    assert {"door_mail_state", "door_mail_waits"} <= indexes("records_doormail")
    for table in ("records_doormail", "records_shieldedaddress", "records_connection"):
        run(f"DELETE FROM {table}")


def after_supporters() -> None:
    """New tables, empty; a supporter is asked once in a call, and a call outlasts the case from which it was made."""
    from django.db import IntegrityError, transaction

    insert("records_case", number=94, advocate_id=0, wrapped_key=b"w", sealed_title=b"t", state="open", opened_at=AT)
    insert("records_person", number=95, sealed_name=b"n", language="en", theme="system", is_active=True, made_at=AT, password="")
    insert("records_supporter", number=96, advocate_id=0, person_id=95, begun=1, wrapped_key=b"w", sealed_vetting=b"v")
    insert("records_supportcall", number=97, advocate_id=0, case_id=94, begun=2, made_at=AT, wrapped_key=b"w")
    insert("records_supportstep", call_id=97, person_id=95, at=AT, log_index=2, sealed_words=b"s")
    insert("records_supportnotice", call_id=97, log_index=2, person=95, way=1, at=AT, what="sent", code="")
    insert("records_supportasked", call_id=97, supporter_id=96)
    with pytest.raises(IntegrityError), transaction.atomic():
        insert("records_supportasked", call_id=97, supporter_id=96)
    assert run("SELECT case_id, through FROM records_supportcall, records_supporter") == [(94, None)]
    assert "support_call_newest" in indexes("records_supportcall")
    for table in ("supportasked", "supportnotice", "supportstep", "supportcall", "supporter"):
        run(f"DELETE FROM records_{table}")
    run("DELETE FROM records_person WHERE number=95")
    run("DELETE FROM records_case WHERE number=94")


def after_complaints() -> None:
    """There was none; each goes with its case, and outlives its letter without the words."""
    assert run("SELECT count(*) FROM records_complaint") == [(0,)]
    insert("records_case", number=24, advocate_id=0, wrapped_key=b"k", sealed_title=b"t", state="open", opened_at=AT)
    item = run("SELECT max(number) FROM records_item")[0][0]
    insert("records_complaint", number=6, case_id=24, item_id=item, log_index=0, sealed_told=b"t", sealed_letter=b"l")
    with pytest.raises(Exception, match=r"(?i)unique"):
        insert("records_complaint", number=7, case_id=24, item_id=None, log_index=0, sealed_told=b"t", sealed_letter=b"l")
    for table in ("records_complaint", "records_case"):
        run(f"DELETE FROM {table}")


def after_counsel() -> None:
    """Nobody had written a statement, or to counsel. Of a case there is one statement, and of a channel each letter has its place."""
    tables = ("records_statement", "records_counselletter", "records_counselchannel")
    assert [run(f"SELECT count(*) FROM {table}") for table in tables] == [[(0,)]] * 3
    for number in (61, 62):
        insert(
            "records_person",
            number=number,
            sealed_name=b"n",
            language="en",
            theme="system",
            is_active=True,
            made_at=AT,
            password="",
        )
    insert("records_case", number=63, advocate_id=0, wrapped_key=b"k", sealed_title=b"t", state="open", opened_at=AT)
    insert("records_statement", case_id=63, log_index=0, sealed=b"s")
    with pytest.raises(Exception, match=r"(?i)unique"):
        insert("records_statement", case_id=63, log_index=1, sealed=b"s")
    insert(
        "records_counselchannel", number=64, case_id=63, person_id=61, counsel_id=62, begun=0, joined=None, hers=b"", theirs=b"",
        wrapped_key=b"", code=b"c",
    )  # fmt: skip
    letter = {"channel_id": 64, "person_id": 61, "nth": 1, "sealed": b"s", "sealed_file": b""}
    insert("records_counselletter", number=65, **letter)
    with pytest.raises(Exception, match=r"(?i)unique"):
        insert("records_counselletter", number=66, **letter)
    for table in (*tables, "records_case"):
        run(f"DELETE FROM {table}")
    run("DELETE FROM records_person WHERE number IN (61, 62)")


def after_what_waits() -> None:
    """Letters that were there count as not read; no home was put back before; and a block that somebody must look at has its day."""
    assert run("SELECT count(*) FROM records_restoration") == [(0,)]
    for number in (61, 62):
        insert(
            "records_person", number=number, sealed_name=b"n", language="en", theme="system", is_active=True, made_at=AT, password=""
        )  # fmt: skip
    insert("records_case", number=63, advocate_id=0, wrapped_key=b"k", sealed_title=b"t", state="open", opened_at=AT)
    channel = {"case_id": 63, "person_id": 61, "counsel_id": 62, "begun": 0, "joined": None, "hers": b"", "theirs": b""}
    item = run("SELECT max(number) FROM records_item")[0][0]
    block = {"advocate_id": 0, "item_id": item, "place": "x", "what": "block", "account": 0, "plan": 1, "way": "", "made_at": AT}
    to("records", "0049_bluesky_oauth")
    insert("records_counselchannel", number=64, wrapped_key=b"", code=b"c", **channel)
    for number, state in ((1, "unknown"), (2, "stands"), (3, "ready")):
        insert("records_block", number=number, sender=number, state=state, **block)
    for index, at in ((71, "2026-09-14 12:00:00+00:00"), (72, "2026-09-16 12:00:00+00:00")):
        insert("records_blockstep", block_id=1, person_id=None, at=at, log_index=index, sealed_words=b"w")
    to("records", "0050_what_waits")
    read = "read_by_her, read_by_counsel, told_her, told_counsel"
    assert run(f"SELECT {read} FROM records_counselchannel") == [(0, 0, 0, 0)]
    days = {number: on and str(on) for number, on in run("SELECT number, next_on FROM records_block")}
    assert days == {1: "2026-09-16", 2: None, 3: str(AT)[:10]}
    for table in ("records_blockstep", "records_block", "records_counselchannel", "records_case"):
        run(f"DELETE FROM {table}")
    run("DELETE FROM records_person WHERE number IN (61, 62)")


AFTER: dict[str, Callable[[], None]] = {
    "0001_initial": lambda: None,
    "0002_rare_values": after_rare_values,
    "0003_lists": after_lists,
    "0004_grants": after_grants,
    "0005_bound_notes": lambda: None,
    "0006_own_names": after_own_names,
    "0007_bound_names": lambda: None,
    "0008_vouched_log": after_vouched_log,
    "0009_witnesses": after_witnesses,
    "0012_erasure": after_erasure,
    "0010_time_tokens": after_time_tokens,
    "0014_source_checks": after_source_checks,
    "0015_corrections": after_corrections,
    "0016_said_of": after_said_of,
    "0017_layers": after_layers,
    "0018_copies": after_copies,
    "0019_alerts": after_alerts,
    "0020_rights": after_rights,
    "0021_check_ins": after_check_ins,
    "0022_signing_in": after_signing_in,
    "0023_own_keys": after_own_keys,
    "0024_referrals": after_referrals,
    "0025_casework": after_casework,
    "0026_alerted_for": after_alerted_for,
    "0027_veils": after_veils,
    "0028_shields": after_shields,
    "0029_scopes": after_scopes,
    "0030_organisations": after_organisations,
    "0031_break_glass": after_break_glass,
    "0034_campaigns": after_campaigns,
    "0035_learning_page": after_learning_page,
    "0033_digests": after_digests,
    "0036_connections": after_connections,
    "0037_passed_on": after_passed_on,
    "0038_signing_in_log": after_signing_in_log,
    "0039_captures": after_captures,
    "0040_browsers": after_browsers,
    "0041_reports": after_reports,
    "0042_door": after_door,
    "0043_read_again": after_read_again,
    "0044_looking_again": after_looking_again,
    "0045_blocks": after_blocks,
    "0048_supporters": after_supporters,
    "0046_complaints": after_complaints,
    "0047_counsel": after_counsel,
    "0049_bluesky_oauth": after_bluesky_oauth,
    "0050_what_waits": after_what_waits,
}


def test_each_migration_of_the_records_keeps_what_is_there(home: Any) -> None:
    from django.db import connection
    from django.db.migrations.loader import MigrationLoader

    names = sorted(name for app, name in MigrationLoader(connection).disk_migrations if app == "records")
    assert names == sorted(AFTER), "say here what the new migration does to rows that are there"
    before = run("SELECT wrapped_key FROM records_advocate WHERE number=0")
    to("records", names[0])
    items = {an_item(0, severity=4, harms=4), an_item(0, severity=1, harms=1)}
    insert("records_sender", advocate_id=0, sender=17, items=2)
    insert("records_logentry", index=0, leaf_hash=b"h" * 32, kind="capture", at=AT, item_number=min(items), sealed_leaf=b"s")
    insert(
        "records_source", number=3, digest=b"d" * 32, wrapped_key=b"k", pack="f" * 32, offset=0, length=1, size_bytes=1, sealed_at=AT, log_index=0
    )  # fmt: skip
    rows = sorted(run("SELECT * FROM records_item"))
    for name in names[1:]:
        to("records", name)
        AFTER[name]()
        columns = len(rows[0])
        assert [row[:columns] for row in sorted(run("SELECT * FROM records_item"))] == rows
        assert run("SELECT wrapped_key FROM records_advocate WHERE number=0") == before
        assert run("SELECT sender, items FROM records_sender") == [(17, 2)]
        assert {n for (n,) in run("SELECT item_number FROM records_logentry")} == {min(items)}
    for name in reversed(names[:-1]):
        to("records", name)
    assert {n for (n,) in run("SELECT number FROM records_item")} == items, "and back again"
    assert "item_grave" not in indexes("records_item")


def as_before_0006() -> None:
    """Names as they were: digests of URIs that all channels shared, of screen names that all platforms shared, and
    an own message that nobody judged."""
    from attrs import evolve

    from parapet.access import opening
    from parapet.records.keyring import keyring
    from parapet.records.models import Advocate, Assessment, Identity, Item, ItemName, PendingReference, Version
    from parapet.records.profiles import profile_of, seal_profile

    def shared(channel: str, uri: str) -> str:
        return uri if ":" in uri or uri.startswith("<") or not channel else f"{channel}:{uri}"

    ItemName.objects.all().delete()
    PendingReference.objects.all().delete()
    for version in Version.objects.select_related("item__advocate").order_by("log_index"):
        item = version.item
        content = opening.face(version, opening.item_key(item, opening.locker_of(item.advocate)))
        for name in (content.uri, *content.aliases):
            digest = keyring().digest("uri", shared(item.channel, name))
            ItemName.objects.get_or_create(digest=digest, advocate_id=item.advocate_id, defaults={"item": item})
        root = content.thread or (content.refers_to[-1] if content.refers_to else content.uri)
        Item.objects.filter(number=item.number).update(thread=keyring().number("thread", shared(item.channel, root)))
        if item.advocate_id == Advocate.UNMATCHED:
            for uri in content.refers_to:
                PendingReference.objects.create(digest=keyring().digest("uri", uri), item=item)
    for advocate in Advocate.objects.exclude(number=Advocate.UNMATCHED):
        profile = profile_of(advocate)
        kept = [i for i in profile.identifiers if not i.startswith("screen_name:")]
        old = evolve(profile, identifiers=tuple(i.replace("mention:", "screen_name:") for i in kept))
        Identity.objects.filter(advocate=advocate).delete()
        for name in old.identifiers:
            Identity.objects.create(advocate=advocate, digest=keyring().digest("identity", name))
        Advocate.objects.filter(number=advocate.number).update(sealed_profile=seal_profile(old, advocate.number))
    Assessment.objects.filter(version__item__own=True).delete()
    Item.objects.filter(own=True).update(assessed=True, severity=0, urgency=0, harms=0)


def test_what_a_home_holds_is_found_again_under_its_bound_names(
    home: Any, team: Any, take_in: Any, judge: Any, database: str
) -> None:
    from support.sample import ADVOCATES, SAMPLE

    from parapet.jobs.models import OutboxEntry
    from parapet.records.models import Advocate, Assessment, Identity, Item, ItemName, PendingReference
    from parapet.records.profiles import profile_of

    def held() -> dict[str, Any]:
        advocates = Advocate.objects.exclude(number=Advocate.UNMATCHED)
        return {
            "names": sorted((bytes(d), a, i) for d, a, i in ItemName.objects.values_list("digest", "advocate_id", "item_id")),
            "waiting": sorted({(bytes(d), i) for d, i in PendingReference.objects.values_list("digest", "item_id")}),
            "threads": sorted(Item.objects.values_list("number", "thread")),
            "own": sorted(Item.objects.values_list("number", "own", "in_own_name", "severity")),
            "judged": Assessment.objects.count(),
            "identities": sorted((bytes(d), a) for d, a in Identity.objects.values_list("digest", "advocate_id")),
            "profiles": {a.number: sorted(profile_of(a).identifiers) for a in advocates},
        }

    files = [SAMPLE / folder for folder in ("bluesky", "mastodon", "x", "mail", "complaint", "youtube", "meta")]
    take_in(*files, advocates=ADVOCATES)
    judge()
    wanted = held()
    assert wanted["waiting"] and sum(own for _, own, *_ in wanted["own"]) > 20
    as_before_0006()
    for _ in range(2 if database == "sqlite" else 1):  # the second time from what is bound already
        to("records", "0003")
        call_command("migrate", "records", verbosity=0, interactive=False)  # what the program of today reads with
        judge()
        assert not OutboxEntry.objects.filter(done_at=None).exists()
        for name, value in held().items():
            assert value == wanted[name], name
    assert take_in(*files, advocates=ADVOCATES).new == 0


def test_the_first_migrations_make_all_that_a_home_needs(home: Any) -> None:
    """From nothing; then a row in each of the tables with rules of their own, and what breaks a rule is refused."""
    from django.db import IntegrityError, transaction

    for app in ("jobs", "records"):
        to(app, "zero")
    for app in ("records", "jobs"):
        to(app, "0001")
    insert("records_advocate", number=7, wrapped_key=b"k", sealed_profile=b"p", made_at=AT)
    item = an_item(7, severity=0, harms=0)
    name = {"digest": b"d" * 32, "advocate_id": 7, "item_id": item}
    insert("records_itemname", **name)
    with pytest.raises(IntegrityError), transaction.atomic():
        insert("records_itemname", **name)
    version = {
        "item_id": item, "ordinal": 1, "pack": "p", "offset": 0, "length": 1, "media_type": "text/plain", "captured_at": AT,
        "log_index": 0, "sealed_face": b"f",
    }  # fmt: skip
    insert("records_version", number=new_number(), content=b"c" * 32, **version)
    with pytest.raises(IntegrityError), transaction.atomic():
        insert("records_version", number=new_number(), content=b"e" * 32, **version)
    insert("records_person", number=3, password="", sealed_name=b"n", language="en", theme="system", is_active=True, made_at=AT)
    insert("records_grant", person_id=3, advocate_id=7, role="helper", made_at=AT, revoked_at=AT)
    insert("records_grant", person_id=3, advocate_id=7, role="helper", made_at=AT)
    with pytest.raises(IntegrityError), transaction.atomic():
        insert("records_grant", person_id=3, advocate_id=7, role="helper", made_at=AT)
    entry = {
        "kind": "note",
        "payload": "{}",
        "urgent": False,
        "created_at": AT,
        "attempts": 0,
        "last_code": "",
        "next_try_at": AT,
    }
    insert("outbox", id="a" * 26, root_id="a" * 26, failed_code="", **entry)
    insert("outbox", id="b" * 26, root_id="a" * 26, failed_code="x", **entry)
    assert {"outbox_open", "outbox_failed", "outbox_done"} <= indexes("outbox")


def as_before(card: Any) -> Any:
    """What a helper may do by a grant of before rights were given one by one: none of those that came since."""
    from attrs import evolve

    from parapet.domain.rights import BEFORE_RIGHTS

    return evolve(card, rights=card.rights & BEFORE_RIGHTS) if card.role == "helper" else card


def test_a_grant_is_vouched_for_when_the_log_tells_of_it(home: Any) -> None:
    """Those that Parapet gave go on; one that somebody wrote into the table, or raised to another role, ends here."""
    from django.db import transaction

    from parapet.access.people import advocates_of
    from parapet.actions.allow import allow
    from parapet.actions.enrol_advocates import enrol
    from parapet.actions.sign_in import make_link, redeem
    from parapet.actions.welcome import owner
    from parapet.records.models import Advocate, LoginLink, Person
    from parapet.records.profiles import Profile

    person, helper, raised, stranger = owner("Amara"), *(Person.objects.named(name) for name in ("Helper", "Raised", "Stranger"))
    hers, other = enrol([Profile("Dr. Ada Moreau"), Profile("Dr. Ben Otis")], person=person, role="advocate")
    [advocate] = [a for a in Advocate.objects.all() if a.id == hers]
    with transaction.atomic():
        allow(helper, advocate, "helper")
        allow(raised, advocate, "helper")
    token = make_link(person)
    held = {p.number: tuple(map(as_before, advocates_of(p))) for p in (person, helper)}
    to("records", "0003_lists")
    run("UPDATE records_grant SET role='advocate' WHERE person_id=%s", raised.number)
    insert("records_grant", person_id=stranger.number, advocate_id=advocate.number, role="helper", made_at=AT)
    insert("records_grant", person_id=stranger.number, advocate_id=0, role="unmatched", made_at=AT, revoked_at=AT)
    to("records", "0004_grants")
    call_command("migrate", "records", verbosity=0, interactive=False)
    assert {p.number: advocates_of(p) for p in (person, helper)} == held
    assert {card.id for card in held[person.number]} == {hers, other, "adv_unmatched"}
    assert advocates_of(raised) == advocates_of(stranger) == ()
    assert run("SELECT count(*) FROM records_grant") == [(7,)], "for the record, they stay"
    assert redeem(token) is None and not LoginLink.objects.exists()


def grants_as_they_were() -> None:
    """The codes of grants as they were made before there were rights: over these four."""
    from parapet.records.keyring import keyring

    for number, *said in run("SELECT id, person_id, advocate_id, role, log_index FROM records_grant"):
        run("UPDATE records_grant SET mac=%s WHERE id=%s", keyring().digest_once("grant", ":".join(map(str, said))), number)


def test_a_grant_of_before_there_were_rights_means_what_it_meant(home: Any) -> None:
    """It keeps its row and its code, and lets do all that a helper could; nobody makes another of that form."""
    from parapet.access.people import advocates_of
    from parapet.actions.allow import allow
    from parapet.actions.enrol_advocates import enrol
    from parapet.actions.welcome import owner
    from parapet.domain.rights import BEFORE_RIGHTS, GIVEABLE, Right
    from parapet.records.models import Advocate, Person
    from parapet.records.profiles import Profile

    person, helper, stranger = owner("Amara"), *(Person.objects.named(name) for name in ("Helper", "Stranger"))
    [hers] = enrol([Profile("Dr. Ada Moreau")], person=person, role="advocate")
    [advocate] = [a for a in Advocate.objects.all() if a.id == hers]
    with transaction.atomic():
        allow(helper, advocate, "helper")
    to("records", "0017_layers")
    grants_as_they_were()
    columns = "id, person_id, advocate_id, role, log_index"
    insert(
        "records_grant", person_id=stranger.number, advocate_id=advocate.number, role="helper", made_at=AT, log_index=1, mac=b"m"
    )
    before = run(f"SELECT {columns}, mac FROM records_grant ORDER BY id")
    call_command("migrate", "records", verbosity=0, interactive=False)
    after = run(f"SELECT {columns}, mac FROM records_grant ORDER BY id")
    assert [(*row[:-1], bytes(row[-1])) for row in after] == [(*row[:-1], bytes(row[-1])) for row in before]
    assert [(c.id, c.role, c.rights, c.until) for c in advocates_of(helper)] == [(hers, "helper", BEFORE_RIGHTS, None)]
    assert [c.rights for c in advocates_of(person)] == [frozenset(Right), frozenset(GIVEABLE)]
    assert advocates_of(stranger) == ()
    assert [p.invited_by for p in (person, helper)] == [None, None]
    run("UPDATE records_grant SET until=%s WHERE person_id=%s", AT, helper.number)
    assert advocates_of(helper)[0].until is None, "an end that nobody gave is none"
    run("UPDATE records_grant SET rights=1, until=NULL WHERE person_id=%s", helper.number)
    assert advocates_of(helper) == ()


def first_note(person: Any, case_id: str, text: str) -> None:
    """A note as the first homes wrote it: the leaf has a digest of the words alone."""
    from parapet.access.case_cards import case_key
    from parapet.access.case_notes import note_context
    from parapet.access.cases import held_case
    from parapet.actions.case_events import log_case_event
    from parapet.domain.rights import Right
    from parapet.records.models import Note

    case, now, raw = held_case(person, case_id, Right.ANNOTATE), datetime.now(UTC), text.encode()
    with transaction.atomic():
        details = {"sha256": hashlib.sha256(raw).hexdigest()}
        index = log_case_event(case, "note", person=person, details=details, now=now)
        sealed = case_key(case).lock(raw, about=note_context(case.number, index, person.number, now))
        Note.objects.create(case=case, person=person, at=now, log_index=index, sealed_text=sealed)


def test_notes_and_refusals_are_sealed_anew_to_what_they_belong_to(home: Any, tmp_path: Any) -> None:
    """Those that were exchanged before are told."""
    from parapet.access.cases import page
    from parapet.access.intakes import card
    from parapet.actions.enrol_advocates import enrol
    from parapet.actions.import_paths import import_paths
    from parapet.actions.open_case import open_case
    from parapet.actions.welcome import owner
    from parapet.records.profiles import Profile

    person = owner("Amara")
    [hers] = enrol([Profile("Dr. Ada Moreau")], person=person, role="advocate")
    kept, changed = (open_case(person, hers, title) for title in ("Kept", "Changed"))
    for text in ("First.", "Twice.", "Twice."):
        first_note(person, kept, text)
        first_note(person, changed, text)
    (tmp_path / "odd.bin").write_bytes(b"\0\1\2")
    intakes = [import_paths([tmp_path / "odd.bin"], person=person).id for _ in range(2)]
    refused = [card(person, each).refusals for each in intakes]
    notes = page(person, kept).notes
    assert len(notes) == 3 and all(len(each) == 1 for each in refused)
    to("records", "0004_grants")
    grants_as_they_were()
    old = run("SELECT id, sealed_text, case_id FROM records_note ORDER BY id")
    theirs = [row for row in old if row[2] == old[1][2]]
    run("UPDATE records_note SET sealed_text=%s WHERE id=%s", theirs[1][1], theirs[0][0])
    run("UPDATE records_note SET sealed_text=%s WHERE id=%s", theirs[0][1], theirs[1][0])
    call_command("migrate", "records", verbosity=0, interactive=False)
    assert page(person, kept).notes == notes and page(person, kept).notes_broken is None
    assert page(person, changed).notes == () and page(person, changed).notes_broken is not None
    assert [card(person, each).refusals for each in intakes] == refused
    sealed = run("SELECT id, sealed_place FROM records_intakerefusal ORDER BY id")
    run("UPDATE records_intakerefusal SET sealed_place=%s WHERE id=%s", sealed[1][1], sealed[0][0])
    with pytest.raises(KeyWrong):
        card(person, intakes[0])


def test_rows_of_the_log_are_vouched_for_unless_their_leaf_says_otherwise(
    home: Any, team: Any, take_in: Any, judge: Any, tmp_path: Any
) -> None:
    from support import many
    from support.sample import ADVOCATES

    from parapet.access.inbox import page
    from parapet.access.items import opened
    from parapet.access.views import Filters
    from parapet.actions.check_home import check_home
    from parapet.actions.open_case import open_case
    from parapet.actions.write_note import write_note
    from parapet.records.models import LogEntry, LogHead

    take_in(*many.write(tmp_path / "boxes", 20, files=1), advocates=ADVOCATES)
    judge()
    rows = page(team.advocate, team.advocate_id, Filters()).rows
    write_note(team.advocate, open_case(team.advocate, team.advocate_id, "A case", [rows[0].id]), "A note.")
    opened(team.advocate, rows[0].id, why="read")
    macs = sorted((e.index, bytes(e.mac)) for e in LogEntry.objects.all())
    head = LogHead.objects.values().get()
    to("records", "0007_bound_names")
    call_command("migrate", "records", verbosity=0, interactive=False)
    assert sorted((e.index, bytes(e.mac)) for e in LogEntry.objects.all()) == macs
    assert LogHead.objects.values().get() == head
    assert not [f for f in check_home().faults if f.code.startswith("log")]
    to("records", "0007_bound_names")
    kinds = dict(run('SELECT kind, max("index") FROM records_logentry GROUP BY kind'))
    changed = {kinds["view"]: "kind='search'", kinds["note"]: "person_number=NULL", kinds["assess"]: "at='2020-01-01 00:00:00'"}
    for index, change in changed.items():
        run(f'UPDATE records_logentry SET {change} WHERE "index"=%s', index)
    call_command("migrate", "records", verbosity=0, interactive=False)
    assert {f.about for f in check_home().faults if f.code == "log_row"} == {str(index) for index in changed}


def test_nothing_waits_to_be_made_into_a_migration(home: Any) -> None:
    said = io.StringIO()
    call_command("makemigrations", check_changes=True, dry_run=True, stdout=said, interactive=False)
    assert "No changes" in said.getvalue()


def test_files_that_came_before_say_by_which_channel(home: Any) -> None:
    from django.db import connection
    from django.db.migrations.loader import MigrationLoader

    [(_app, before)] = MigrationLoader(connection).disk_migrations["records", "0043_read_again"].dependencies
    to("records", before)
    insert(
        "records_connection", number=9, advocate_id=0, channel="bluesky", sealed_told=b"t", sealed_cursor=b"c", state="new", fault="",
        failures=0, made_at=AT, next_at=AT, taken=0, too_large=0, changed=0, holder="",
    )  # fmt: skip
    for number, over in ((81, 9), (82, None), (83, None)):
        counts = dict.fromkeys(INTAKE_COUNTS, 0)
        insert("records_intake", number=number, connection_id=over, started_at=AT, state="done", files_total=1, **counts)
        insert("records_intakefile", number=number, intake_id=number, sealed_path=b"p", ended=True)
    insert("records_capture", number=7, intake_id=83, file_id=83, asked_at=AT, state="done", outcome="", attempts=0)
    call_command("migrate", "records", verbosity=0, interactive=False)
    assert run("SELECT number, channel, superseded, advocate_id FROM records_intakefile ORDER BY number") == [
        (81, "bluesky", False, None), (82, "", False, None), (83, "web", False, None),
    ]  # fmt: skip
    assert run("SELECT again, missing FROM records_intake WHERE number=81") == [(False, 0)]
