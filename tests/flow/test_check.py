"""`parapet check` finds what is no longer as it was sealed, and names it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flow.conftest import Team
from support import many
from support.homes import close_connections
from support.sample import ADVOCATES
from support.terminal import PARAPET, parapet, surroundings

from parapet.domain.errors import KeyWrong

HELD = 40


@pytest.fixture
def filled(team: Team, take_in: Callable[..., Any], judge: Callable[[], None], tmp_path: Path, once: Any) -> Team:
    """A home with mail, judged; a case with a note; and a signed log."""

    def put_in() -> Any:
        from parapet.access.inbox import page
        from parapet.access.views import Filters
        from parapet.actions.open_case import open_case
        from parapet.actions.sign_checkpoint import sign_checkpoint
        from parapet.actions.write_note import write_note

        take_in(*many.write(tmp_path / "boxes", HELD, files=1), advocates=ADVOCATES)
        judge()
        rows = page(team.advocate, team.advocate_id, Filters()).rows
        case = open_case(team.advocate, team.advocate_id, "A case", [r.id for r in rows[:3]])
        write_note(team.advocate, case, "A note.")
        sign_checkpoint()

    once("check", put_in)
    return team


def codes() -> set[str]:
    from parapet.actions.check_home import check_home

    found = check_home()
    assert found.sound == (not found.faults)
    return {fault.code for fault in found.faults}


@pytest.mark.both_databases
def test_a_home_that_is_as_it_was_is_sound(filled: Team, home: Any) -> None:
    from parapet.actions.check_home import check_home
    from parapet.records.models import Checkpoint, LogHead

    found = check_home()
    assert found.faults == []
    signed = Checkpoint.objects.count()
    assert signed >= 2
    assert found.leaves == LogHead.objects.get(number=1).size
    assert (found.versions, found.sources, found.checkpoints, found.strays) == (HELD + HELD // 10, 2, signed, 0)
    stray = home.vault / "0" / "0" / f"{'0' * 32}.pack"
    stray.parent.mkdir(parents=True)
    stray.write_bytes(b"left by a crash")
    found = check_home()
    assert (found.faults, found.strays) == ([], 1)


@pytest.mark.both_databases
@pytest.mark.parametrize("at", [-1, 8, 200])
def test_a_flipped_bit_in_a_pack(filled: Team, home: Any, at: int) -> None:
    from parapet.records.models import Source, Version

    for pack, code in ((Version.objects.first().pack, "original"), (Source.objects.first().pack, "source")):
        path = home.vault / pack[0] / pack[1] / f"{pack}.pack"
        raw = bytearray(path.read_bytes())
        raw[at] ^= 1
        path.write_bytes(raw)
        assert code in codes()
        raw[at] ^= 1
        path.write_bytes(raw)
    assert codes() == set()


def test_a_missing_pack_is_told_once(filled: Team, home: Any) -> None:
    from parapet.actions.check_home import check_home
    from parapet.records.models import Version

    pack = Version.objects.first().pack
    (home.vault / pack[0] / pack[1] / f"{pack}.pack").unlink()
    [fault] = check_home().faults
    assert (fault.code, fault.about) == ("pack_missing", pack)


#: What somebody with the database does, and what gives it away.
CHANGES = {
    "UPDATE records_logentry SET leaf_hash = {flip} WHERE \"index\" = 7": {"log_root", "checkpoint", "leaf"},
    "UPDATE records_logentry SET sealed_leaf = (SELECT sealed_leaf FROM records_logentry WHERE \"index\" = 9) WHERE \"index\" = 12": {"leaf"},
    "UPDATE records_logentry SET kind = 'gone' WHERE \"index\" = (SELECT MAX(log_index) FROM records_version)": {"leaf", "version_leaf"},
    "DELETE FROM records_logentry WHERE \"index\" = 9": {"log_gap"},
    "DELETE FROM records_logentry WHERE \"index\" = (SELECT MAX(\"index\") FROM records_logentry)": {"log_root", "checkpoint"},
    "UPDATE records_loghead SET size = size - 1": {"log_root"},
    "UPDATE records_checkpoint SET note = REPLACE(note, 'A', 'B')": {"checkpoint"},
    "UPDATE records_version SET sealed_face = (SELECT MIN(sealed_face) FROM records_version)": {"face"},
    "UPDATE records_version SET log_index = log_index + 1": {"version_leaf"},
    "UPDATE records_item SET wrapped_key = (SELECT MIN(wrapped_key) FROM records_item)": {"key"},
    "UPDATE records_assessment SET sealed = (SELECT MIN(sealed) FROM records_assessment)": {"judgement"},
    "UPDATE records_note SET sealed_text = (SELECT sealed_title FROM records_case)": {"sealed"},
    "UPDATE records_person SET sealed_name = (SELECT MIN(sealed_name) FROM records_person)": {"sealed"},
    "UPDATE records_advocate SET sealed_profile = (SELECT MIN(sealed_profile) FROM records_advocate)": {"sealed"},
}  # fmt: skip


@pytest.mark.both_databases
def test_a_changed_row_and_a_removed_entry(filled: Team, home: Any) -> None:
    from django.db import connection, transaction

    flip = "decode(repeat('00', 32), 'hex')" if connection.vendor == "postgresql" else "zeroblob(32)"
    for change, wanted in CHANGES.items():
        table = change.split()[2 if change.startswith("DELETE") else 1]
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"CREATE TABLE kept AS SELECT * FROM {table}")
            cursor.execute(change.replace("{flip}", flip))
            assert cursor.rowcount > 0
        found = codes()
        assert wanted <= found, (change, found)
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {table}")
            cursor.execute(f"INSERT INTO {table} SELECT * FROM kept")
            cursor.execute("DROP TABLE kept")
    assert codes() == set()


def test_the_command_names_the_fault_in_both_languages(filled: Team, home: Any) -> None:
    from parapet.records.models import LogEntry

    LogEntry.objects.filter(index=9).delete()
    close_connections()
    said = parapet("check")
    assert (said.status, said.out) == (1, "")
    assert "BROKEN" in said.err
    assert "an entry of the log is missing: 9  [log_gap]" in said.err
    assert "une inscription au journal manque\u00a0: 9  [log_gap]" in parapet("check", LANG="fr_CA.UTF-8").err
    told = parapet("check", "--json")
    assert told.status == 1
    assert {"code": "log_gap", "about": "9"} in told.json["faults"]


def test_another_key_cannot_read(filled: Team, home: Any) -> None:
    from parapet.evidence.keys import InstanceKey

    close_connections()
    home.key_file.unlink()
    InstanceKey.create(home.key_file)
    said = parapet("check")
    assert said.status == 2
    assert KeyWrong.code in said.err


def test_an_erased_item_is_erased_and_not_broken_and_one_without_its_key_is_broken(filled: Team, home: Any) -> None:
    from parapet.actions.check_home import check_home
    from parapet.actions.erase import erase_item
    from parapet.records.models import Item, LogEntry, Source

    item, other = Item.objects.filter(advocate__grant__person=filled.advocate)[:2]
    leaves = LogEntry.objects.filter(item_number=item.number).count()
    erase_item(filled.advocate, item.id, reason="asked")
    found = check_home()
    files = Source.objects.filter(pack="").count()
    assert files and (found.faults, found.erased) == ([], leaves + files), "and those of the files it lay in"
    Item.objects.filter(number=other.number).update(wrapped_key=b"")
    assert {fault.code for fault in check_home().faults} >= {"key"}


#: Runs a command and says the largest memory that it held (Linux: KiB).
MEASURED = """
import json, resource, subprocess, sys
done = subprocess.run(sys.argv[1:], capture_output=True, text=True)
print(json.dumps([done.returncode, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, done.stderr]))
"""


@pytest.mark.slow
def test_neither_backup_nor_check_nor_restore_holds_the_home_in_memory(
    home: Any, take_in: Callable[..., Any], tmp_path: Path
) -> None:
    big = tmp_path / "big.mbox"
    with big.open("wb") as file:
        for number in range(30):
            file.write(many.mails(number, number + 1).rstrip() + b"\n" + (b"A" * 76 + b"\n") * 65_000 + b"\n")
    take_in(big, advocates=ADVOCATES)
    close_connections()
    peaks = {}
    for words in (
        ["backup", tmp_path / "target"],
        ["check"],
        ["restore", tmp_path / "target", "--home", tmp_path / "new", "--key-file", home.key_file],
    ):
        ran = subprocess.run(
            [sys.executable, "-c", MEASURED, PARAPET, *words], capture_output=True, text=True, env=surroundings(), check=True
        )
        status, peak_kib, err = json.loads(ran.stdout)
        assert status == 0, err
        peaks[words[0]] = peak_kib // 1024
    assert sum(path.stat().st_size for path in home.vault.rglob("*.pack")) > 280_000_000
    assert max(peaks.values()) < 250, peaks
